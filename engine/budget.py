"""The processor time that an answer may take.

Who answers many people sets a limit (``limited``). What works through many paragraphs asks again
and again whether it is reached (``check_budget``). Only the time of the own thread counts: an
answer does not depend on how busy the machine is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import thread_time

from engine.errors import TooMuchWork


@dataclass(slots=True)
class _Budget:
    end: float  # of ``thread_time``
    is_wanted: Callable[[], bool]


_budget: ContextVar[_Budget | None] = ContextVar("budget", default=None)


@contextmanager
def limited(seconds: float, is_wanted: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """Let the work inside take so many seconds, and end it when it is wanted no more."""
    token = _budget.set(_Budget(thread_time() + seconds, is_wanted))
    try:
        yield
    finally:
        _budget.reset(token)


@contextmanager
def unlimited() -> Iterator[None]:
    """Do something inside that later answers need as well: it does not count."""
    began = thread_time()
    yield
    if budget := _budget.get():
        budget.end += thread_time() - began


def check_budget() -> None:
    """Raise ``TooMuchWork`` where the limit is reached; without a limit there is none."""
    budget = _budget.get()
    if budget and (thread_time() > budget.end or not budget.is_wanted()):
        raise TooMuchWork
