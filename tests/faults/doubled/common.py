"""What the makers of hostile files share."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import NamedTuple

PROSE = "全县医疗保障工作平稳推进，参保人数稳步增长，基金运行安全平稳。"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


class Maker(NamedTuple):
    """``make`` gives the bytes of a file of a size; ``largest`` is the size to stop at.

    The size counts whatever the shape of the file repeats: rows, parts, levels, members.
    """

    name: str
    suffix: str
    make: Callable[[int], bytes]
    largest: int = 400_000


def relations(entries: str) -> str:
    """A part of relationships."""
    return f'<Relationships xmlns="{PACKAGE_RELATIONS}">{entries}</Relationships>'


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A .zip with these members."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()
