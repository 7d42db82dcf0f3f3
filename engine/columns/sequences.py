"""Tokens in their order, written so that a match of bytes is a match of tokens."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.bits import lowest
from engine.columns.layout import Sequences
from engine.compiling import njit

# First bytes from TWO on begin a code of 2 bytes, from THREE on one of 3, FIVE one of 5. Bytes
# from AFTER on continue a code, with six bits each.
TWO, THREE, FIVE, AFTER = 160, 183, 191, 192
_TWO_CODES = TWO  # the first code of 2 bytes, of 3, of 5
_THREE_CODES = _TWO_CODES + (THREE - TWO) * 64
_FIVE_CODES = _THREE_CODES + (FIVE - THREE) * 64 * 64
CODES = _FIVE_CODES + 64**4  # the number of codes
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
    """Join chunks of documents to the sequences of a field."""
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
    """Write a code at ``data[at]``; return where the next code goes."""
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
    """Return the code that begins at ``data[at]``, and where the next code begins."""
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
def decode(sequences, documents):
    """Return the codes of some documents (uint32), and where the codes of each end."""
    at, data = sequences.at, sequences.data
    size = 0
    for document in documents:
        size += at[document + 1] - at[document]
    codes = np.empty(size, np.uint32)
    ends = np.empty(len(documents), np.int64)
    count = 0
    for number, document in enumerate(documents):
        place = at[document]
        while place < at[document + 1]:
            codes[count], place = read(data, place)
            count += 1
        ends[number] = count
    return codes[:count], ends


@njit(cache=True, nogil=True)
def positions(sequences, code, docs):
    """Return where a code stands in documents, and where the positions of each begin.

    The positions of ``docs[i]`` are ``found[starts[i]:starts[i + 1]]``; returns ``starts`` and
    ``found`` (int64).
    """
    starts = np.zeros(len(docs) + 1, np.int64)
    size = 0
    for doc in docs:
        size += sequences.at[doc + 1] - sequences.at[doc]
    found = np.empty(size, np.int64)
    count = 0
    for number, doc in enumerate(docs):
        place, position = sequences.at[doc], 0
        while place < sequences.at[doc + 1]:
            token, place = read(sequences.data, place)
            if token == code:
                found[count] = position
                count += 1
            position += 1
        starts[number + 1] = count
    return starts, found[:count].copy()


# --- finding ----------------------------------------------------------------------------------


@njit(cache=True, nogil=True)
def contains(data, words, low, high, pattern, pivot):
    """Return whether the bytes of a pattern stand in ``data[low:high]``.

    The search looks for byte ``pivot`` of the pattern, eight bytes of ``data`` at a time
    (``words`` views it as uint64). Where ``x`` has a byte of 0, ``(x - 1) & ~x`` has the highest
    bit of that byte set (Hacker's Delight, 6-1). It may also have that of bytes above set; the
    comparison of the whole pattern sorts these out.
    """
    first, last = low + pivot, high - len(pattern) + pivot
    wanted = np.uint64(pattern[pivot]) * _ONES
    for word in range(first >> 3, (last >> 3) + 1):
        differs = words[word] ^ wanted
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
