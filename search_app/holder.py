"""Holds the engine of a running app: opens it when first needed, and again after a fault.

A server may start before its index is built, and keep running while it is rebuilt. Every
request gets the engine here, so a new index is used as soon as it exists.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from threading import Lock

from engine.budget import unlimited
from engine.engine import Engine, Turn, Warm, open_engine
from engine.errors import IndexCorrupt

_UNTIL_NEXT_LOOK = 1  # seconds; to see that an index is corrupt takes a reading of all its files


class EngineHolder:
    """Holds an open engine, or the location of an index to open."""

    def __init__(
        self, engine: Engine | None, location: str, warm: Warm, turn: Turn | None = None
    ) -> None:
        self._engine = engine
        self._location = "" if engine else location
        self._warm = warm
        self._turn = turn or nullcontext()
        self._lock = Lock()
        self._corrupt = ""  # what was said of the index, and until when it is said again
        self._corrupt_until = 0.0

    def engine(self) -> Engine:
        """The open engine; raises what ``open_engine`` raises, and tries again next time.

        A corrupt index is tried again once a second.
        """
        with self._lock:
            if self._engine is None:
                self._engine = self._open()
            return self._engine

    def _open(self) -> Engine:
        if time.monotonic() < self._corrupt_until:
            raise IndexCorrupt(self._corrupt)
        try:
            with unlimited():
                return open_engine(self._location, self._warm, self._turn)
        except IndexCorrupt as error:
            self._corrupt, self._corrupt_until = str(error), time.monotonic() + _UNTIL_NEXT_LOOK
            raise

    def opened(self) -> Engine | None:
        """The engine, if it is open."""
        return self._engine

    def drop(self) -> None:
        """Drop an engine whose index is unusable, so that the next request opens it anew."""
        with self._lock:
            if self._location:
                self._engine = None
