"""The type of an array, byte strings as arrays, and numbers that must fit 32 bits."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Arrays of one type and number of dimensions, as compiled code takes them (see ``native``).
Bools = Annotated[Array, "b1", 1]
UInt8s = Annotated[Array, "u1", 1]
UInt16s = Annotated[Array, "u2", 1]
UInt32s = Annotated[Array, "u4", 1]
UInt64s = Annotated[Array, "u8", 1]
Int32s = Annotated[Array, "i4", 1]
Int64s = Annotated[Array, "i8", 1]
Float32s = Annotated[Array, "f4", 1]
Float64s = Annotated[Array, "f8", 1]
UInt8Table = Annotated[Array, "u1", 2]
UInt16Table = Annotated[Array, "u2", 2]
UInt64Table = Annotated[Array, "u8", 2]
Int64Table = Annotated[Array, "i8", 2]
Float32Table = Annotated[Array, "f4", 2]
UInt64Tables = Annotated[Array, "u8", 3]
Float32Tables = Annotated[Array, "f4", 3]

MAX_UINT32 = 2**32 - 1


class Strings(NamedTuple):
    """Concatenated byte strings: string ``n`` is ``data[at[n]:at[n + 1]]``."""

    data: Array  # uint8
    at: Array  # uint32[strings + 1]

    def get(self, number: int) -> bytes:
        """Return string ``number``."""
        return self.data[self.at[number] : self.at[number + 1]].tobytes()

    def all(self) -> list[bytes]:
        """Return all strings."""
        data, at = self.data.tobytes(), self.at.tolist()
        return [data[low:high] for low, high in pairwise(at)]


class SortedStrings(Sequence[bytes]):
    """Byte strings in another order: item ``i`` is string ``numbers[i]`` of ``strings``."""

    def __init__(self, strings: Strings, numbers: Array | range) -> None:
        self._strings = strings
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, place: Any) -> Any:
        return self._strings.get(int(self._numbers[place]))


def strings(values: list[bytes]) -> Strings:
    """Turn byte strings into arrays; raises ``OverflowError`` for more than 4 GB."""
    at = np.zeros(len(values) + 1, np.int64)
    np.cumsum([len(value) for value in values], out=at[1:])
    return Strings(np.frombuffer(b"".join(values), np.uint8), to_uint32(at, "strings"))


def to_uint32(numbers: Array, column: str) -> Array:
    """Convert numbers to 32 bits; raises ``OverflowError`` where one does not fit."""
    check_uint32(int(numbers.max(initial=0)), column)
    return numbers.astype(np.uint32)


def check_uint32(number: int, column: str) -> None:
    """Raise ``OverflowError`` for a number that does not fit 32 bits."""
    if number > MAX_UINT32:
        raise OverflowError(f"{column}: {number:,} is more than the column can count to")
