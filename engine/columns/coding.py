"""Codes of tokens, written, read and searched by compiled code (see ``layout.Sequences``)."""

from __future__ import annotations

import numpy as np

from engine.columns.bits import equal_bytes, lowest
from engine.columns.numbers import read_number, write_number
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

_PLACES = 64  # that ``equal_bytes`` looks at
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
def encode(tokens, ends, breaks, codes):
    """Make a ``Chunk`` of documents whose tokens end at ``ends``, and sentences at ``breaks``.

    Token ``t`` is written as ``codes[t]``. A document ends a sentence too.
    """
    data = np.empty(LONGEST * len(tokens), np.uint8)
    sizes = np.empty(LONGEST * (len(breaks) + len(ends)), np.uint8)
    data_ends, sizes_ends = np.empty((2, len(ends)), np.int64)
    token = at = sizes_at = sentence = 0
    for doc in range(len(ends)):
        while token < ends[doc]:
            begin, end = at, ends[doc]
            while sentence < len(breaks) and breaks[sentence] <= token:
                sentence += 1
            if sentence < len(breaks):
                end = min(end, breaks[sentence])
            while token < end:
                at = write(np.int64(codes[tokens[token]]), data, at)
                token += 1
            sizes_at = write_number(at - begin, sizes, sizes_at)
        data_ends[doc], sizes_ends[doc] = at, sizes_at
    return data_ends, data[:at].copy(), sizes_ends, sizes[:sizes_at].copy()


@njit(cache=True, nogil=True)
def recode(sequences, documents, codes):
    """Make a ``Chunk`` of some documents, in which code ``c`` becomes ``codes[c]``.

    Raises ``ValueError`` for a code that ``codes`` does not have.
    """
    size = old_sizes = 0
    for doc in documents:
        size += sequences.at[doc + 1] - sequences.at[doc]
        old_sizes += int(sequences.sizes_at[doc + 1]) - int(sequences.sizes_at[doc])
    data = np.empty(LONGEST * size, np.uint8)
    sizes = np.empty(LONGEST * (old_sizes + len(documents)), np.uint8)
    data_ends, sizes_ends = np.empty((2, len(documents)), np.int64)
    at = sizes_at = 0
    for number, doc in enumerate(documents):
        place, sentence = sequences.at[doc], int(sequences.sizes_at[doc])
        while place < sequences.at[doc + 1]:
            begin = at
            end, sentence = end_of_sentence(sequences, doc, place, sentence)
            while place < end:
                code, place = read(sequences.data, place)
                if not 0 <= code < len(codes):
                    raise ValueError("a code of no term")
                at = write(codes[code], data, at)
            sizes_at = write_number(at - begin, sizes, sizes_at)
        data_ends[number], sizes_ends[number] = at, sizes_at
    return data_ends, data[:at].copy(), sizes_ends, sizes[:sizes_at].copy()


@njit(cache=True, nogil=True)
def end_of_sentence(sequences, doc, place, sentence):
    """Return where the sentence ends that begins at ``place`` of the data of a document, and the
    number of the next one; ``sentence`` is its own.

    It ends behind ``place`` and inside the document, even in a damaged file.
    """
    end, last = sequences.at[doc + 1], int(sequences.sizes_at[doc + 1])
    if sentence >= last:
        return end, sentence
    size, sentence = read_number(sequences.sizes, sentence, last)
    return (place + size if 0 < size < end - place else end), sentence


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
def find_bytes(data, low, high, patterns, begin, end, pivot):
    """Return the first place of ``patterns[begin:end]`` in ``data[low:high]``, or -1.

    The search looks for byte ``pivot`` of the pattern and the byte behind it, at 64 places of
    ``data`` at a time, and then compares the whole pattern. It reads up to ``PADDING`` bytes
    behind ``high``.
    """
    size = end - begin
    pivot = max(0, min(pivot, size - 2))
    for base in range(low, high - size + 1, _PLACES):
        hits = equal_bytes(data, base + pivot, patterns[begin + pivot])
        if size > 1:
            hits &= equal_bytes(data, base + pivot + 1, patterns[begin + pivot + 1])
        while hits:
            place = base + lowest(hits)
            hits &= hits - _ONE
            if place > high - size:
                return -1
            same = 0
            while same < size and data[place + same] == patterns[begin + same]:
                same += 1
            if same == size:
                return place
    return -1
