"""The engine that a running app asks: opened when first needed, and again after a fault.

A server may start before its index is built, and stay up while it is rebuilt;
every request simply asks here, and an index that has come (back) is used at once.
"""

from __future__ import annotations

from threading import Lock

from engine.engine import Engine, Warm, open_engine


class EngineHolder:
    """An engine given ready-made, or the place of an index to open."""

    def __init__(self, engine: Engine | None, location: str, warm: Warm) -> None:
        self._engine = engine
        self._location = "" if engine else location
        self._warm = warm
        self._lock = Lock()

    def engine(self) -> Engine:
        """The open engine; raises what ``open_engine`` raises, and tries again next time."""
        with self._lock:
            if self._engine is None:
                self._engine = open_engine(self._location, self._warm)
            return self._engine

    def drop(self) -> None:
        """Forget an engine whose index turned out unusable, so that it is opened afresh."""
        with self._lock:
            if self._location:
                self._engine = None
