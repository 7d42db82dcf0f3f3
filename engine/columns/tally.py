"""Counts by group or by label, added up to the facet values that each counts for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit

from engine.columns.layout import Array


class Tally:
    """Which values each of many items bears: ``values[n]`` are those of item ``n``."""

    def __init__(self, values: Sequence[Sequence[str]]) -> None:
        numbers: dict[str, int] = {}
        held = [numbers.setdefault(value, len(numbers)) for item in values for value in item]
        self.names = list(numbers)
        self._numbers = numbers
        self._held = np.array(held, np.int64)
        self._at = np.zeros(len(values) + 1, np.int64)
        np.cumsum([len(item) for item in values], out=self._at[1:])
        bearer = np.repeat(np.arange(len(values)), np.diff(self._at))
        order = np.argsort(self._held, kind="stable")
        self._bearers = bearer[order]
        self._bearers_at = np.searchsorted(self._held[order], np.arange(len(numbers) + 1))

    def add_up(self, counts: Array, kept: Array) -> dict[str, int]:
        """The sum of the counts of the items ``kept``, by value; those of 0 are left out."""
        sums = np.zeros(len(self.names), np.int64)
        some = np.empty(len(self.names), np.int64)
        borne = some[: _add_up(counts, kept, self._at, self._held, sums, some)]
        names = self.names
        return {
            names[n]: count for n, count in zip(borne.tolist(), sums[borne].tolist(), strict=True)
        }

    def bearing(self, values: Sequence[str]) -> Array:
        """For each item, whether it bears any of the values (bool)."""
        borne = np.zeros(len(self._at) - 1, np.bool_)
        for value in values:
            if (number := self._numbers.get(value)) is not None:
                low, high = self._bearers_at[number : number + 2]
                borne[self._bearers[low:high]] = True
        return borne


@njit(cache=True, nogil=True)
def _add_up(counts, kept, at, held, sums, some):
    """Add up; ``some`` gets the values that count, and how many they are is returned."""
    found = 0
    for item in range(len(counts)):
        if counts[item] and kept[item]:
            for place in range(at[item], at[item + 1]):
                if sums[held[place]] == 0:
                    some[found] = held[place]
                    found += 1
                sums[held[place]] += counts[item]
    return found
