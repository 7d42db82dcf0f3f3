"""Counts by group or by label, added up to the facet values that each counts for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.handles import hold
from engine.compiling import njit


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
        self.items = len(values)

    def sums(self, counts: Array, kept: Array) -> Array:
        """The sum of the counts of the items ``kept``, by value (int64[values])."""
        found: Array = _sums(self._borne, counts, kept)
        return found

    def add_up(self, counts: Array, kept: Array) -> dict[str, int]:
        """The sums that are above 0, by the name of the value."""
        sums = self.sums(counts, kept)
        numbers = np.flatnonzero(sums)
        return dict(zip(self._names[numbers].tolist(), sums[numbers].tolist(), strict=True))

    def bearing(self, values: Sequence[str]) -> Array:
        """For each item, whether it bears any of the values (bool)."""
        bearing = np.zeros(self.items, np.bool_)
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
def _sums(borne, counts, kept):
    held = borne.held
    at, numbers = held.at, held.numbers
    sums = np.zeros(held.many, np.int64)
    for item in range(len(counts)):
        if counts[item] and kept[item]:
            for place in range(at[item], at[item + 1]):
                sums[numbers[place]] += counts[item]
    return sums
