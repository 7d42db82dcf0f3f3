"""Files on disk: their checksums, and making them last."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import xxhash


def sync(path: Path) -> None:
    """Make a file, or the entries of a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def new_file(path: Path) -> BinaryIO:
    """Open a new file for writing, in place of what has its name.

    A link of that name is replaced, not followed.
    """
    path.unlink(missing_ok=True)
    return path.open("xb")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    hasher = sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            hasher.update(chunk)
    return hasher.hexdigest()


def checksum(path: Path) -> str:
    """XXH3 of a file, 128 bits in hexadecimal: finds damage, at the speed of reading."""
    hasher = xxhash.xxh3_128()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            hasher.update(chunk)
    return hasher.hexdigest()
