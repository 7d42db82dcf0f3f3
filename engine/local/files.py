"""Files on disk: how to make them durable, and their checksums."""

from __future__ import annotations

import mmap
import os
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
    """Open a new file for writing. A file or link of that name is replaced, never followed."""
    path.unlink(missing_ok=True)
    return path.open("xb")


def text_checksum(text: str) -> str:
    """Return the ``checksum`` of a file with this text."""
    return xxhash.xxh3_128_hexdigest(text.encode())


def checksum(path: Path) -> str:
    """Return the XXH3 of a file, 128 bits in hexadecimal. It finds damage at reading speed."""
    if not path.stat().st_size:  # which cannot be mapped
        return xxhash.xxh3_128_hexdigest(b"")
    with (
        path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return xxhash.xxh3_128_hexdigest(content)
