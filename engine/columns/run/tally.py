"""Counts by group or by label, added up to counts of facet values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from engine.arrays import Array, Bools, Int32s, Int64s
from engine.columns.native import Handle, Kernel


class _ItemValues(NamedTuple):
    """Item ``n`` has the values ``numbers[at[n]:at[n + 1]]``."""

    at: Int64s  # [items + 1]
    numbers: Int64s


_add_up = Kernel(
    *("engine.columns.run.counting", "add_up"), Handle[_ItemValues], Int32s, Bools, Int64s
)


class Tally:
    """Knows the facet values of each of many items: item ``n`` has the values ``values[n]``.

    ``names`` are the first values, in the order of their numbers; items may have others too.
    """

    def __init__(self, values: Sequence[Sequence[str]], names: Iterable[str] = ()) -> None:
        numbers = {name: number for number, name in enumerate(names)}
        of_items = [numbers.setdefault(value, len(numbers)) for item in values for value in item]
        self.names = list(numbers)
        self._names = np.array(self.names, object)
        self._numbers = numbers
        value_numbers = np.array(of_items, np.int64)
        at = np.zeros(len(values) + 1, np.int64)
        np.cumsum([len(item) for item in values], out=at[1:])
        self._values = Handle(_ItemValues(at, value_numbers))
        items = np.repeat(np.arange(len(values)), np.diff(at))
        order = np.argsort(value_numbers, kind="stable")
        self._items = items[order]  # value by value
        self._items_at = np.searchsorted(value_numbers[order], np.arange(len(numbers) + 1))
        self.items = len(values)
        self.every = np.ones(self.items, np.bool_)  # keeps all items

    def sums(self, counts: Array, kept: Array) -> Array:
        """Return for each value the sum of the counts of its items in ``kept`` (int64[values])."""
        sums = np.zeros(len(self.names), np.int64)
        _add_up(self._values, counts, kept, sums)
        return sums

    def add_up(self, counts: Array, kept: Array) -> dict[str, int]:
        """Return the sums that are above 0, by the name of the value."""
        sums = self.sums(counts, kept)
        numbers = np.flatnonzero(sums)
        return dict(zip(self._names[numbers].tolist(), sums[numbers].tolist(), strict=True))

    def items_with(self, values: Sequence[str]) -> Array:
        """Return for each item whether it has any of the values (bool)."""
        chosen = np.zeros(self.items, np.bool_)
        for value in values:
            if (number := self._numbers.get(value)) is not None:
                low, high = self._items_at[number : number + 2]
                chosen[self._items[low:high]] = True
        return chosen
