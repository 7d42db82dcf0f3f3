"""The embedded engine: an index in a folder, searched in its newest generation.

A commit replaces files; who searches goes on with the generation it began with. The next
one is opened beside it, in a thread, and warmed up; until it is ready the old one answers.

Where files were changed in place, the generation that has them open answers no more. The newest
one is opened anew, which fails until its files are right.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from typing import TypeVar

from engine.engine import Engine, Searcher, Turn, Warm
from engine.errors import EngineUnavailable
from engine.local.searcher import LocalSearcher
from engine.local.snapshot import open_snapshot

_Answer = TypeVar("_Answer")

GRACE = 0.25  # seconds that whoever sees a commit first waits for it, so that a small one is seen


class LocalEngine(Engine):
    """Answers from a folder, any number of searches at a time."""

    def __init__(self, location: str, warm: Warm, turn: Turn) -> None:
        self._folder = Path(location)
        self._warm = warm
        self._turn = turn
        self._lock = threading.Lock()
        self._opener = _opener()
        self._opening: Future[None] | None = None
        snapshot = open_snapshot(self._folder)
        self._searcher: LocalSearcher | None = LocalSearcher(self._folder, snapshot)

    @contextmanager
    def searcher(self) -> Iterator[LocalSearcher]:
        yield self._newest()

    def ask(self, question: Callable[[Searcher], _Answer]) -> _Answer:
        return question(self._newest())

    def refresh(self) -> None:
        self._opener.shutdown(wait=True)
        self._opener = _opener()
        searcher = self._open_searcher()
        if not (searcher.snapshot.files.are_sound() and searcher.is_newest()):
            self._open()

    def check_files(self, bytes_per_second: float = inf) -> None:
        self._open_searcher().snapshot.files.check(bytes_per_second)

    def close(self) -> None:
        self._opener.shutdown(wait=True, cancel_futures=True)
        self._searcher = None

    def _newest(self) -> LocalSearcher:
        """The newest generation that is open; raises what opening a newer one raises."""
        searcher = self._open_searcher()
        sound = searcher.snapshot.files.are_sound()
        if not (sound and searcher.is_newest()):
            with self._lock:
                first = self._opening is None
                opening = self._opening = self._opening or self._opener.submit(self._open)
            with suppress(NotYet):
                opening.result((GRACE if first else 0) if sound else None)
        return self._open_searcher()

    def _open_searcher(self) -> LocalSearcher:
        searcher = self._searcher
        if searcher is None:
            raise EngineUnavailable(f"索引 {self._folder} 已经关闭")
        return searcher

    def _open(self) -> None:
        try:
            with self._turn:
                last = self._open_searcher().snapshot
                known = last if last.files.are_sound() else None
                searcher = LocalSearcher(self._folder, open_snapshot(self._folder, known))
                self._warm(searcher)
                self._searcher = searcher
        finally:
            with self._lock:
                self._opening = None


def _opener() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "open-index")
