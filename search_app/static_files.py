"""Style sheets, scripts and pictures under addresses that change with their content.

Their folder in the address is a checksum of all of them, so a script and what it imports come from
one version, and a browser may keep them for good. Without the checksum, or with that of another
version, an address gives what there is now.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
_DIGITS = 12
_VERSIONED = re.compile(rf"([0-9a-f]{{{_DIGITS}}})/(.+)")


@cache
def version() -> str:
    """The checksum of all files as this process found them first."""
    digest = sha256()
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(FOLDER).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:_DIGITS]


def static_url(name: str) -> str:
    """The address of a file that a browser may keep for good."""
    return f"/static/{version()}/{name}"


def split_version(name: str) -> tuple[str, bool]:
    """The file that a part of an address names, and whether it names the version there is."""
    match = _VERSIONED.fullmatch(name)
    return (match[2], match[1] == version()) if match else (name, False)
