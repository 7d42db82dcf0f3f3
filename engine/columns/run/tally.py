"""Counts by group or by label, added up to counts of facet values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.handles import make_handle
from engine.compiling import njit

_STRIDE = 64  # items that are passed over together where the counts of all are 0


class Tally:
    """Knows the facet values of each of many items: item ``n`` has the values ``values[n]``."""

    def __init__(self, values: Sequence[Sequence[str]]) -> None:
        numbers: dict[str, int] = {}
        of_items = [numbers.setdefault(value, len(numbers)) for item in values for value in item]
        self.names = list(numbers)
        self._names = np.array(self.names, object)
        self._numbers = numbers
        value_numbers = np.array(of_items, np.int64)
        at = np.zeros(len(values) + 1, np.int64)
        np.cumsum([len(item) for item in values], out=at[1:])
        self._values = make_handle(_ItemValues(at, value_numbers, len(numbers)))
        items = np.repeat(np.arange(len(values)), np.diff(at))
        order = np.argsort(value_numbers, kind="stable")
        self._items = items[order]  # value by value
        self._items_at = np.searchsorted(value_numbers[order], np.arange(len(numbers) + 1))
        self._count = len(values)

    def add_up(self, counts: Array, kept: Array) -> dict[str, int]:
        """Return the sum of the counts of the items in ``kept`` (bool), by value, without zeros."""
        values, sums = _add_up(self._values, counts, kept)
        return dict(zip(self._names[values].tolist(), sums.tolist(), strict=True))

    def items_with(self, values: Sequence[str]) -> Array:
        """Return for each item whether it has any of the values (bool)."""
        chosen = np.zeros(self._count, np.bool_)
        for value in values:
            if (number := self._numbers.get(value)) is not None:
                low, high = self._items_at[number : number + 2]
                chosen[self._items[low:high]] = True
        return chosen


class _ItemValues(NamedTuple):
    """Item ``n`` has the values ``numbers[at[n]:at[n + 1]]``."""

    at: Array  # int64[items + 1]
    numbers: Array  # int64
    values: int  # how many different values there are


@njit(cache=True, nogil=True)
def _add_up(handle, counts, kept):
    """Return the values with a sum above 0, and their sums."""
    at, numbers, values = handle.value
    sums, counted = np.zeros(values, np.int64), np.empty(values, np.int64)
    size = 0
    for low in range(0, len(counts), _STRIDE):
        high, any_count = min(low + _STRIDE, len(counts)), 0
        for item in range(low, high):
            any_count |= counts[item]
        if any_count == 0:
            continue
        for item in range(low, high):
            if counts[item] and kept[item]:
                for place in range(at[item], at[item + 1]):
                    value = numbers[place]
                    if sums[value] == 0:
                        counted[size] = value
                        size += 1
                    sums[value] += counts[item]
    counted = counted[:size]
    return counted, sums[counted]
