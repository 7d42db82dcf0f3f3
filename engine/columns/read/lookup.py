"""Looks up terms, compiled (see ``terms.find``)."""

from __future__ import annotations

from engine.columns.read.terms import DOCUMENT_COUNT, INSERTION_POINT, TERM_NUMBER
from engine.jit import njit

_NEWLINE = ord("\n")


@njit(nogil=True)
def find(dictionary, keys, rows):
    """Fill a row for each key; a key is the number of a field, a term and a newline."""
    data, at, fields, freqs_at = dictionary
    end = -1
    for key in range(len(rows)):
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
        rows[key, DOCUMENT_COUNT] = 0
        if same:
            rows[key, TERM_NUMBER] = low
            rows[key, DOCUMENT_COUNT] = int(freqs_at[low + 1]) - int(freqs_at[low])
