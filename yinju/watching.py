"""``yinju index --watch``: runs that follow each other until a signal says to stop."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from engine.engine import index_folder
from engine.errors import IndexLocked, YinjuError
from indexer.cli import say
from indexer.obstacles import system_message
from indexer.update import Summary
from indexer.watching import Watch

_COMPARE_SECONDS = 600.0  # until all files are compared although nothing was told of them
_RETRY_SECONDS = 5.0


def keep_up(
    corpus: Sequence[Path], location: str, run: Callable[[Sequence[Path]], Summary]
) -> NoReturn:
    """Call ``run`` with the files and folders that are there, now and after each change.

    SIGTERM is a Ctrl-C from here on, and ``KeyboardInterrupt`` is the way to end this. What the
    first run raises ends it too, but for a lock. A later run that fails is repeated: a disk may
    be connected again, space may be made.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    files = Watch(corpus, index_folder(location))
    log = _Log(location)
    there = corpus
    while True:
        log.note(files.warning)
        try:
            log.tell(run(there))
            seconds = _COMPARE_SECONDS
        except (YinjuError, OSError, MemoryError) as error:
            if not log.has_run and not isinstance(error, IndexLocked):
                raise
            log.complain(error)
            seconds = _RETRY_SECONDS
        there = files.wait(seconds)


class _Log:
    """Says what the runs did to the index at ``location``; what is wrong, once while it lasts."""

    def __init__(self, location: str) -> None:
        self._location = location
        self._left_out: set[str] = set()
        self._wrong = ""
        self._noted = ""
        self.has_run = False

    def tell(self, summary: Summary) -> None:
        """A run that has succeeded."""
        left_out = list(summary.left_out())
        for line in left_out:
            if line not in self._left_out:
                _say_now(line)
        if summary.has_changes or not self.has_run:
            _say_now(summary.totals(self._location))
        if not self.has_run:
            say("正在看着这些文件，有变动就更新；按 Ctrl-C 停止")
        self._left_out, self._wrong, self.has_run = set(left_out), "", True

    def complain(self, error: YinjuError | OSError | MemoryError) -> None:
        """A run that has failed, and is repeated."""
        told = str(error) if isinstance(error, YinjuError) else system_message(error)
        if told != self._wrong:
            _say_now(f"{told}（每{_RETRY_SECONDS:.0f}秒再试一次）")
        self._wrong = told

    def note(self, warning: str) -> None:
        if warning and warning != self._noted:
            _say_now(warning)
        self._noted = warning


def _say_now(message: str) -> None:
    say(f"{time.strftime('%Y-%m-%d %H:%M:%S')}  {message}")
