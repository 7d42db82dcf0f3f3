"""Counts by group or by label, added up to the facet values that each counts for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.handles import hold
from engine.compiling import njit

_TOGETHER = 64  # items that are passed over together where none of them counts


class Tally:
    """Which values each of many items bears: ``values[n]`` are those of item ``n``."""

    def __init__(self, values: Sequence[Sequence[str]]) -> None:
        numbers: dict[str, int] = {}
        held = [numbers.setdefault(value, len(numbers)) for item in values for value in item]
        self.names = list(numbers)
        self._names = np.array(self.names, object)
        self._numbers = numbers
        borne = np.array(held, np.int64)
        at = np.zeros(len(values) + 1, np.int64)
        np.cumsum([len(item) for item in values], out=at[1:])
        self._borne = hold(_Borne(at, borne, len(numbers)))
        bearer = np.repeat(np.arange(len(values)), np.diff(at))
        order = np.argsort(borne, kind="stable")
        self._bearers = bearer[order]
        self._bearers_at = np.searchsorted(borne[order], np.arange(len(numbers) + 1))
        self._items = len(values)

    def add_up(self, counts: Array, kept: Array) -> dict[str, int]:
        """The sum of the counts of the items ``kept``, by value; those of 0 are left out."""
        values, sums = _add_up(self._borne, counts, kept)
        return dict(zip(self._names[values].tolist(), sums.tolist(), strict=True))

    def bearing(self, values: Sequence[str]) -> Array:
        """For each item, whether it bears any of the values (bool)."""
        bearing = np.zeros(self._items, np.bool_)
        for value in values:
            if (number := self._numbers.get(value)) is not None:
                low, high = self._bearers_at[number : number + 2]
                bearing[self._bearers[low:high]] = True
        return bearing


class _Borne(NamedTuple):
    """Item ``n`` bears the values ``numbers[at[n]:at[n + 1]]``, of so ``many`` that there are."""

    at: Array  # int64[items + 1]
    numbers: Array  # int64
    many: int


@njit(cache=True, nogil=True)
def _add_up(borne, counts, kept):
    """The values that count, and the sum of each."""
    at, numbers, many = borne.held
    sums, some = np.zeros(many, np.int64), np.empty(many, np.int64)
    found = 0
    for low in range(0, len(counts), _TOGETHER):
        high, any_counted = min(low + _TOGETHER, len(counts)), 0
        for item in range(low, high):
            any_counted |= counts[item]
        if any_counted == 0:
            continue
        for item in range(low, high):
            if counts[item] and kept[item]:
                for place in range(at[item], at[item + 1]):
                    value = numbers[place]
                    if sums[value] == 0:
                        some[found] = value
                        found += 1
                    sums[value] += counts[item]
    some = some[:found]
    return some, sums[some]
