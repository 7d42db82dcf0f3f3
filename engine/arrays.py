"""Byte strings as two arrays, and the type of an array."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Strings(NamedTuple):
    """Byte strings one behind the other: number ``n`` is ``data[at[n]:at[n + 1]]``."""

    data: Array  # uint8
    at: Array  # uint32[strings + 1]

    def get(self, number: int) -> bytes:
        """One of them."""
        return self.data[self.at[number] : self.at[number + 1]].tobytes()

    def all(self) -> list[bytes]:
        """Every one of them."""
        data, at = self.data.tobytes(), self.at.tolist()
        return [data[low:high] for low, high in pairwise(at)]


def strings(values: list[bytes]) -> Strings:
    """Byte strings as arrays."""
    at = np.zeros(len(values) + 1, np.uint32)
    np.cumsum([len(value) for value in values], out=at[1:])
    return Strings(np.frombuffer(b"".join(values), np.uint8), at)
