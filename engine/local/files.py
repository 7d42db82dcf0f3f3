"""Files on disk: how to make them durable, and their checksums."""

from __future__ import annotations

import os
import time
from math import inf
from pathlib import Path
from typing import BinaryIO

import xxhash

_PIECE = 1 << 20  # bytes that are read at once


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


def checksum(path: Path, bytes_per_second: float = inf) -> str:
    """Return the XXH3 of a file, 128 bits in hexadecimal. It finds damage at reading speed.

    The file is not mapped: it may be cut off meanwhile.
    """
    sum_, piece = xxhash.xxh3_128(), bytearray(_PIECE)
    with path.open("rb", buffering=0) as stream:
        while size := stream.readinto(piece):
            sum_.update(memoryview(piece)[:size])
            time.sleep(size / bytes_per_second)
    return sum_.hexdigest()
