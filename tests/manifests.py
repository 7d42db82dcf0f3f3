"""Changes the manifest of an index as its writer would have written it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.local.files import text_checksum


def manifest_path(folder: Path) -> Path:
    """The newest manifest in a folder."""
    return max(folder.glob("manifest_*.json"), key=lambda path: int(path.stem.partition("_")[2]))


def rewrite_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Write the manifest again after ``change`` changed its JSON, with a true checksum."""
    path = manifest_path(folder)
    data = json.loads(path.read_text("utf-8").rpartition("\n")[0])
    change(data)
    text = json.dumps(data)
    path.write_text(f"{text}\n{text_checksum(text)}", "utf-8")
