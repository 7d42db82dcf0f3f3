"""Lets few processes at a time do something that takes a processor for seconds."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path


class Turn(AbstractContextManager[None]):
    """Held by one of the processes that name the same file; the others wait for it.

    The lock ends with the process that holds it, however that ends. Threads of one process are
    not kept apart. On Windows, where there is one worker only, nobody waits.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor = -1

    def __enter__(self) -> None:
        self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        if sys.platform != "win32":
            import fcntl

            fcntl.lockf(self._descriptor, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


class Slots:
    """A number of slots for all processes that name the same folder, and all their threads.

    A slot is free again when its process ends, however that ends.
    """

    def __init__(self, folder: Path, number: int) -> None:
        self._files = [folder / f"slot{n}" for n in range(number)]

    @contextmanager
    def take(self) -> Iterator[bool]:
        """Hold a slot in a block. Gives whether one was free; nobody waits for one."""
        for file in self._files:
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                if _lock(descriptor):
                    yield True
                    return
            finally:
                os.close(descriptor)
        yield False


def _lock(descriptor: int) -> bool:
    """Lock an open file against all others who opened it; False where one of them has."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
