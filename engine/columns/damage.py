"""How a damaged file of an index is reported."""

from __future__ import annotations

from pathlib import Path

from engine.compatibility import remedy
from engine.errors import IndexCorrupt


def damaged(path: Path, where: object) -> IndexCorrupt:
    """The error for a file of an index; ``where`` names the column or place that is wrong."""
    return IndexCorrupt(f"索引文件 {path} 的内容不对（{where}）。{remedy(path.parent)}")
