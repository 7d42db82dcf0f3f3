"""The terms of a segment, looked up by their bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.handles import Handle
from engine.compiling import njit

_NEWLINE = ord("\n")  # ends a key; no token contains it
_KEY = b"%c%s\n"  # the number of a field, and a term


class TermDictionary(NamedTuple):
    """The terms of a segment, sorted in each field."""

    data: Array  # see ``Strings``
    at: Array
    fields: Array  # int64[fields, 2]: the first term of each field, and the one after its last
    freqs_at: Array  # see ``Postings``


TERM_NUMBER, INSERTION_POINT, DOCUMENT_COUNT = range(3)  # the columns of what ``find`` returns


def find(dictionary: Handle, keys: Iterable[tuple[int, bytes]]) -> Array:
    """Look up keys, each the number of a field and the bytes of a term.

    ``dictionary`` is a handle of a ``TermDictionary``. Returns a row for each key (int64[keys,
    3]). ``TERM_NUMBER`` is the number of the term, or -1 where the field does not have it.
    ``INSERTION_POINT`` is the number of the field's first term that is not less than the key.
    ``DOCUMENT_COUNT`` is the number of the term's postings.
    """
    rows: Array = _find(dictionary, b"".join([_KEY % key for key in keys]))
    return rows


@njit(cache=True, nogil=True)
def _find(dictionary, keys):
    data, at, fields, freqs_at = dictionary.value
    count = 0
    for byte in keys:
        count += int(byte == _NEWLINE)
    rows = np.zeros((count, 3), np.int64)
    end = -1
    for key in range(count):
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
            shorter = min(length, stop - start)
            while offset < shorter and data[start + offset] == keys[begin + offset]:
                offset += 1
            if offset == shorter:
                before = stop - start < length
                same |= stop - start == length
            else:
                before = data[start + offset] < keys[begin + offset]
            if before:
                low = middle + 1
            else:
                high = middle
        rows[key, TERM_NUMBER], rows[key, INSERTION_POINT] = -1, low
        if same:
            rows[key, TERM_NUMBER] = low
            rows[key, DOCUMENT_COUNT] = int(freqs_at[low + 1]) - int(freqs_at[low])
    return rows
