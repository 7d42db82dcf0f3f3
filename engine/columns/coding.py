"""Codes of tokens, written, read and searched by compiled code (see ``layout.Sequences``)."""

from __future__ import annotations

import numpy as np

from engine.columns.bits import lowest
from engine.columns.sequences import (
    AFTER,
    FIVE,
    FIVE_CODES,
    LONGEST,
    THREE,
    THREE_CODES,
    TWO,
    TWO_CODES,
)
from engine.jit import njit

_ONES = np.uint64(0x0101010101010101)
_HIGHS = np.uint64(0x8080808080808080)
_ONE = np.uint64(1)


# --- writing and reading ----------------------------------------------------------------------


@njit(cache=True, nogil=True)
def write(code, data, at):
    """Write a code at ``data[at]``; return where the next code goes."""
    if code < TWO_CODES:
        data[at] = code
        return at + 1
    if code < THREE_CODES:
        rest, after = code - TWO_CODES, 1
        data[at] = TWO + (rest >> 6)
    elif code < FIVE_CODES:
        rest, after = code - THREE_CODES, 2
        data[at] = THREE + (rest >> 12)
    else:
        rest, after = code - FIVE_CODES, 4
        data[at] = FIVE
    for byte in range(after):
        data[at + 1 + byte] = AFTER + (rest >> 6 * (after - 1 - byte) & 63)
    return at + 1 + after


@njit(cache=True, nogil=True)
def read(data, at):
    """Return the code that begins at ``data[at]``, and where the next code begins."""
    first = np.int64(data[at])
    if first < TWO:
        return first, at + 1
    if first < THREE:
        code, after, base = first - TWO, 1, TWO_CODES
    elif first < FIVE:
        code, after, base = first - THREE, 2, THREE_CODES
    else:
        code, after, base = np.int64(0), 4, FIVE_CODES
    for byte in range(after):
        code = code << 6 | (np.int64(data[at + 1 + byte]) - AFTER)
    return base + code, at + 1 + after


@njit(cache=True, nogil=True)
def encode(tokens, ends, codes):
    """Make a ``Chunk`` of documents whose tokens end at ``ends``.

    Token ``t`` is written as ``codes[t]``.
    """
    data = np.empty(LONGEST * len(tokens), np.uint8)
    stops = np.empty(len(ends), np.int64)
    begin = at = 0
    for doc in range(len(ends)):
        for token in tokens[begin : ends[doc]]:
            at = write(np.int64(codes[token]), data, at)
        begin = ends[doc]
        stops[doc] = at
    return stops, data[:at].copy()


@njit(cache=True, nogil=True)
def recode(sequences, documents, codes):
    """Make a ``Chunk`` of some documents, in which code ``c`` becomes ``codes[c]``.

    Raises ``ValueError`` for a code that ``codes`` does not have.
    """
    size = 0
    for doc in documents:
        size += sequences.at[doc + 1] - sequences.at[doc]
    data = np.empty(LONGEST * size, np.uint8)
    ends = np.empty(len(documents), np.int64)
    at = 0
    for number, doc in enumerate(documents):
        place = sequences.at[doc]
        while place < sequences.at[doc + 1]:
            code, place = read(sequences.data, place)
            if not 0 <= code < len(codes):
                raise ValueError("a code of no term")
            at = write(codes[code], data, at)
        ends[number] = at
    return ends, data[:at].copy()


@njit(cache=True, nogil=True)
def decode(sequences, documents, codes, ends):
    """Fill the codes of some documents and where those of each end; return how many there are."""
    at, data = sequences.at, sequences.data
    count = 0
    for number in range(len(documents)):
        document = documents[number]
        place = at[document]
        while place < at[document + 1]:
            codes[count], place = read(data, place)
            count += 1
        ends[number] = count
    return count


# --- finding ----------------------------------------------------------------------------------


@njit(cache=True, nogil=True)
def find_bytes(data, words, low, high, patterns, begin, end, pivot):
    """Return the first place of ``patterns[begin:end]`` in ``data[low:high]``, or -1.

    The search looks for byte ``pivot`` of the pattern, eight bytes of ``data`` at a time
    (``words`` views it as uint64). Where ``x`` has a byte of 0, ``(x - 1) & ~x`` has the highest
    bit of that byte set (Hacker's Delight, 6-1). It may also have that of bytes above set; the
    comparison of the whole pattern sorts these out.
    """
    size = end - begin
    first, last = low + pivot, high - size + pivot
    wanted = np.uint64(patterns[begin + pivot]) * _ONES
    for word in range(first >> 3, (last >> 3) + 1):
        differs = words[word] ^ wanted
        hits = (differs - _ONES) & ~differs & _HIGHS
        while hits:
            at = (word << 3) + (lowest(hits) >> 3)
            hits &= hits - _ONE
            if first <= at <= last:
                place, same = at - pivot, 0
                while same < size and data[place + same] == patterns[begin + same]:
                    same += 1
                if same == size:
                    return place
    return -1
