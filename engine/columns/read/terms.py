"""The terms of a segment, found by their bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.handles import Handle
from engine.compiling import njit

_NEWLINE = ord("\n")  # ends a key; no token holds one
_KEY = b"%c%s\n"  # a field's number and a term


class TermDictionary(NamedTuple):
    """The terms of a segment, sorted in each field."""

    data: Array  # see ``Strings``
    at: Array
    fields: Array  # int64[fields, 2]: the terms of each field
    freqs_at: Array  # see ``Postings``


NUMBER, FIRST, COUNT = range(3)  # what ``find`` says of a key


def find(dictionary: Handle, keys: Iterable[tuple[int, bytes]]) -> Array:
    """Where keys (the number of a field, and bytes) stand in a handle of a ``TermDictionary``.

    A row of three numbers for each (int64): that of the term, or -1 where it is not there;
    that of the field's first term that does not come before it; how many postings the
    term has.
    """
    found: Array = _find(dictionary, b"".join([_KEY % key for key in keys]))
    return found


@njit(cache=True, nogil=True)
def _find(dictionary, keys):
    heap, at, fields, freqs_at = dictionary.held
    many = 0
    for byte in keys:
        many += int(byte == _NEWLINE)
    found = np.zeros((many, 3), np.int64)
    end = -1
    for key in range(many):
        begin = end + 2
        field, end = keys[begin - 1], begin
        while keys[end] != _NEWLINE:
            end += 1
        length, same = end - begin, False
        low, high = fields[field, 0], fields[field, 1]
        while low < high:
            middle = (low + high) >> 1
            start, stop = at[middle], at[middle + 1]
            offset = 0
            least = min(length, stop - start)
            while offset < least and heap[start + offset] == keys[begin + offset]:
                offset += 1
            if offset == least:
                before = stop - start < length
                same |= stop - start == length
            else:
                before = heap[start + offset] < keys[begin + offset]
            if before:
                low = middle + 1
            else:
                high = middle
        found[key, NUMBER], found[key, FIRST] = -1, low
        if same:
            found[key, NUMBER] = low
            found[key, COUNT] = int(freqs_at[low + 1]) - int(freqs_at[low])
    return found
