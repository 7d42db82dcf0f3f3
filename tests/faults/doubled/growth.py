"""Measures how processor time grows when a hostile input doubles.

Only ratios count. The time is that of the processor, not of the clock, so a busy machine
changes little; what is shorter than ``FLOOR`` counts as that long, so noise cannot look like
growth; the ratio is taken over a factor of four; and what looks superlinear is measured again at
a larger size, the least of three times each. A linear step takes four times as long, a quadratic
one sixteen: the bound of ``MAX_EXPONENT`` (ten times) leaves room on both sides.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import NamedTuple

from engine.errors import ReadError
from indexer.deadline import time_limit

FLOOR = 0.02  # seconds of the processor
ENOUGH = 0.5  # seconds of the processor; a longer step is not doubled again
MAX_EXPONENT = math.log(10, 4)  # ten times the time for four times the size
_LIMIT_SECONDS = 30.0  # of the clock, for one call


class Growth(NamedTuple):
    """``exponent``: time grows as size to this power; ``seconds`` at ``size``."""

    exponent: float
    seconds: float
    size: int

    @property
    def is_superlinear(self) -> bool:
        return self.exponent > MAX_EXPONENT


def growth(step: Callable[[int], Callable[[], object]], smallest: int, largest: int) -> Growth:
    """Double the size until a call takes ``ENOUGH`` or the size is ``largest``.

    ``step`` makes the input of a size, and returns what is to be measured.
    """
    times: dict[int, float] = {}
    size = smallest
    while True:
        times[size] = seconds(step(size))
        if times[size] >= ENOUGH or 2 * size > largest:
            break
        size *= 2
    found = _exponent(times, size)
    if math.isinf(times[size]):
        found = math.inf
    elif found > MAX_EXPONENT:  # again, farther from where memory gets slower
        size = min(2 * size, largest)
        for each in (size, size // 4):
            times[each] = min(seconds(step(each)) for _ in range(3))
        found = _exponent(times, size)
    return Growth(found, times[size], size)


def _exponent(times: dict[int, float], size: int) -> float:
    before = times.get(size // 4)
    if before is None:
        return 0.0
    return math.log(max(times[size], FLOOR) / max(before, FLOOR), 4)


def seconds(call: Callable[[], object]) -> float:
    """The processor time of a call and of its finished child processes; infinite past the limit."""
    begin = os.times()
    try:
        with time_limit(_LIMIT_SECONDS, "doubling"):
            call()
    except ReadError as error:
        if "已停止" in error.reason:
            return math.inf
    end = os.times()
    return sum(end[:4]) - sum(begin[:4])
