"""A time limit for the work on one file, whatever its format.

A signal interrupts Python code, regular expressions included, between two steps. What runs
inside a library's own loop is interrupted when that returns; the limits on sizes keep those
short. Where one does not return, a process that reads for another one ends itself
(``end_when_stuck``). Only the main thread of a process gets signals, and Windows has none: there
the first limit does not apply.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from engine.errors import ReadError

_NOWHERE = os.open(os.devnull, os.O_WRONLY)
_REPEAT_SECONDS = 1.0  # after the limit, in case that something swallowed the interruption


_is_expendable = False  # whether this process may end itself


class _OutOfTimeError(BaseException):
    """Not an ``Exception``, so that no parser takes it for a fault of its file."""


@contextmanager
def time_limit(seconds: float, source: str) -> Iterator[None]:
    """Raise ``ReadError`` where the block takes longer than ``seconds``."""
    if _is_expendable:  # a watchdog in C, which needs neither signals nor the interpreter
        faulthandler.dump_traceback_later(2 * seconds, exit=True, file=_NOWHERE)
    try:
        with _interrupted(seconds, source):
            yield
    finally:
        if _is_expendable:
            faulthandler.cancel_dump_traceback_later()


def end_when_stuck() -> None:
    """Let this process end where a limit has passed twice; another one finds out and goes on."""
    global _is_expendable
    _is_expendable = True


@contextmanager
def _interrupted(seconds: float, source: str) -> Iterator[None]:
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not hasattr(signal, "setitimer") or not in_main_thread:
        yield
        return
    before = signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, _REPEAT_SECONDS)
    try:
        yield
    except _OutOfTimeError as error:
        reason = (
            f"处理超过 {seconds:.0f} 秒，已停止；文件可能有异常，请打开后另存为 .docx 或文本再试"
        )
        raise ReadError(source, reason) from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise _OutOfTimeError
