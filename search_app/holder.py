"""Holds the engine of a running app: opens it when first needed, and again after a fault.

A server may start before its index is built, and keep running while it is rebuilt. Every
request gets the engine here, so a new index is used as soon as it exists.
"""

from __future__ import annotations

from contextlib import nullcontext
from threading import Lock

from engine.budget import unlimited
from engine.engine import Engine, Turn, Warm, open_engine


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

    def engine(self) -> Engine:
        """The open engine; raises what ``open_engine`` raises, and tries again next time."""
        with self._lock:
            if self._engine is None:
                with unlimited():
                    self._engine = open_engine(self._location, self._warm, self._turn)
            return self._engine

    def drop(self) -> None:
        """Drop an engine whose index is unusable, so that the next request opens it anew."""
        with self._lock:
            if self._location:
                self._engine = None
