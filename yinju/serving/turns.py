"""Lets one process at a time do something that takes a processor for seconds."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
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
