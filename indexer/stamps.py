"""Tells whether a file has changed since it was read."""

from __future__ import annotations

import time
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from indexer.limits import MAX_ARCHIVE_BYTES

# A file saved twice within one tick of the file system's clock has one time of change. So
# a time as young as this does not show that a file is unchanged.
_YOUNG_NS = 2_000_000_000


class Stamp(NamedTuple):
    """The size of a file in bytes, its time of change, and the SHA-256 of its bytes.

    The time is 0 where it does not count; the checksum is "" for a file that is not read.
    """

    size: int = 0
    mtime_ns: int = 0
    sha256: str = ""


def take_stamp(path: Path) -> Stamp:
    """Return the stamp of a file; an empty one where the file cannot be opened."""
    try:
        about = path.stat()
        checksum = _checksum(path) if 0 < about.st_size <= MAX_ARCHIVE_BYTES else ""
    except OSError:
        return Stamp()
    young = time.time_ns() - about.st_mtime_ns < _YOUNG_NS
    return Stamp(about.st_size, 0 if young else about.st_mtime_ns, checksum)


def is_unchanged(path: Path, stamp: Stamp) -> bool:
    """Whether a file has the bytes that it had at a stamp; reads it only where its time differs."""
    try:
        about = path.stat()
    except OSError:
        return False
    if about.st_size != stamp.size:
        return False
    return about.st_mtime_ns == stamp.mtime_ns or take_stamp(path).sha256 == stamp.sha256 != ""


def _checksum(path: Path) -> str:
    hasher = sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            hasher.update(chunk)
    return hasher.hexdigest()
