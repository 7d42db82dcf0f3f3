"""Tokens in their order, written so that finding bytes is finding tokens."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.bits import lowest
from engine.columns.layout import Sequences
from engine.compiling import njit

# A code's first byte, from which on it has 2, 3 and 5 bytes; those that follow, six bits each.
TWO, THREE, FIVE, AFTER = 160, 183, 191, 192
_TWO_CODES = TWO  # the first code of 2 bytes, of 3, of 5
_THREE_CODES = _TWO_CODES + (THREE - TWO) * 64
_FIVE_CODES = _THREE_CODES + (FIVE - THREE) * 64 * 64
CODES = _FIVE_CODES + 64**4  # how many codes there are
LONGEST = 5  # bytes of a code
PADDING = 8  # bytes that may be read behind the end

_ONES = np.uint64(0x0101010101010101)
_HIGHS = np.uint64(0x8080808080808080)
_ONE = np.uint64(1)


class Chunk(NamedTuple):
    """Documents as in ``layout.Sequences``: where each ends, and their bytes."""

    ends: Array  # int64
    data: Array  # uint8


def join(chunks: list[Chunk], codes: Array) -> Sequences:
    """The sequences of documents in chunks."""
    ends, size = [np.zeros(1, np.int64)], 0
    for chunk in chunks:
        ends.append(chunk.ends + size)
        size += len(chunk.data)
    padding = np.zeros(PADDING + -size % 8, np.uint8)
    data = np.concatenate([*(chunk.data for chunk in chunks), padding])
    return Sequences(codes, np.concatenate(ends), data)


# --- writing and reading ----------------------------------------------------------------------


@njit(cache=True, nogil=True)
def write(code, data, at):
    """Write a code; returns where the next one goes."""
    if code < _TWO_CODES:
        data[at] = code
        return at + 1
    if code < _THREE_CODES:
        rest, after = code - _TWO_CODES, 1
        data[at] = TWO + (rest >> 6)
    elif code < _FIVE_CODES:
        rest, after = code - _THREE_CODES, 2
        data[at] = THREE + (rest >> 12)
    else:
        rest, after = code - _FIVE_CODES, 4
        data[at] = FIVE
    for byte in range(after):
        data[at + 1 + byte] = AFTER + (rest >> 6 * (after - 1 - byte) & 63)
    return at + 1 + after


@njit(cache=True, nogil=True)
def read(data, at):
    """The code that begins here, and where the next one does."""
    first = np.int64(data[at])
    if first < TWO:
        return first, at + 1
    if first < THREE:
        code, after, base = first - TWO, 1, _TWO_CODES
    elif first < FIVE:
        code, after, base = first - THREE, 2, _THREE_CODES
    else:
        code, after, base = np.int64(0), 4, _FIVE_CODES
    for byte in range(after):
        code = code << 6 | (np.int64(data[at + 1 + byte]) - AFTER)
    return base + code, at + 1 + after


@njit(cache=True, nogil=True)
def encode(tokens, ends, codes):
    """A ``Chunk`` of documents whose tokens end at ``ends``; a token's code is ``codes[token]``."""
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
def recode(sequences, kept, codes):
    """A ``Chunk`` of the documents ``kept``; a code becomes ``codes[code]``.

    Raises ``ValueError`` for a code that ``codes`` does not have.
    """
    size = 0
    for doc in kept:
        size += sequences.at[doc + 1] - sequences.at[doc]
    data = np.empty(LONGEST * size, np.uint8)
    ends = np.empty(len(kept), np.int64)
    at = 0
    for number, doc in enumerate(kept):
        here = sequences.at[doc]
        while here < sequences.at[doc + 1]:
            code, here = read(sequences.data, here)
            if not 0 <= code < len(codes):
                raise ValueError("a code of no term")
            at = write(codes[code], data, at)
        ends[number] = at
    return ends, data[:at].copy()


@njit(cache=True, nogil=True)
def decode(sequences, documents):
    """The codes of some documents (uint32), one document after the other, and where each ends."""
    at, data = sequences.at, sequences.data
    size = 0
    for document in documents:
        size += at[document + 1] - at[document]
    codes = np.empty(size, np.uint32)
    ends = np.empty(len(documents), np.int64)
    place = 0
    for number, document in enumerate(documents):
        here = at[document]
        while here < at[document + 1]:
            codes[place], here = read(data, here)
            place += 1
        ends[number] = place
    return codes[:place], ends


@njit(cache=True, nogil=True)
def places(sequences, code, docs):
    """Where a code stands in documents that have it: the places, and where each one's begin."""
    starts = np.zeros(len(docs) + 1, np.int64)
    size = 0
    for doc in docs:
        size += sequences.at[doc + 1] - sequences.at[doc]
    found = np.empty(size, np.int64)
    many = 0
    for number, doc in enumerate(docs):
        here, place = sequences.at[doc], 0
        while here < sequences.at[doc + 1]:
            one, here = read(sequences.data, here)
            if one == code:
                found[many] = place
                many += 1
            place += 1
        starts[number + 1] = many
    return starts, found[:many].copy()


# --- finding ----------------------------------------------------------------------------------


@njit(cache=True, nogil=True)
def contains(data, words, low, high, pattern, pivot):
    """Whether the bytes of a pattern stand in ``data[low:high]``.

    They are sought by byte ``pivot`` of them, eight bytes at a time (``words`` are those
    of ``data``): where ``x`` has a byte of 0, ``(x - 1) & ~x`` has its highest bit
    (Hacker's Delight, 6-1), and perhaps that of bytes above, which the comparison sorts out.
    """
    first, last = low + pivot, high - len(pattern) + pivot
    sought = np.uint64(pattern[pivot]) * _ONES
    for word in range(first >> 3, (last >> 3) + 1):
        differs = words[word] ^ sought
        hits = (differs - _ONES) & ~differs & _HIGHS
        while hits:
            at = (word << 3) + (lowest(hits) >> 3)
            hits &= hits - _ONE
            if first <= at <= last:
                begin, same = at - pivot, 0
                while same < len(pattern) and data[begin + same] == pattern[same]:
                    same += 1
                if same == len(pattern):
                    return True
    return False
