"""Where the terms of a phrase stand in a row, in one block of a segment."""

from __future__ import annotations

import numpy as np

from engine.columns.bits import lowest, prefetch
from engine.columns.layout import BLOCK, DENSE, MORE, PAIRED, WORDS_PER_BLOCK
from engine.columns.run.counting import both
from engine.columns.run.slots import ABSENT, FORM, HAN, NOT_HAN, SIZE, TERM, union
from engine.columns.sequences import LONGEST, contains, write
from engine.compiling import njit

AHEAD = 16  # documents whose bytes are fetched before they are looked at
CACHE_LINE = 64  # bytes that are fetched together

_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def phrase(searched, slots, told, low, high, block, bits, known, out):
    """Leave in ``out`` only the documents where slots ``low`` to ``high`` are in a row.

    ``told`` is what the program says of the slots, see ``slots.TERM``; they come in the
    order of the phrase. Documents in ``bits[known]``, if there is one, have the phrase for
    certain.
    """
    postings, pairs = searched.postings, searched.pairs
    for s in range(low, high):
        if slots[s, FORM] == ABSENT:
            out[:] = np.uint64(0)
            return
    held = np.empty(WORDS_PER_BLOCK, np.uint64)
    covered = np.zeros(high - low, np.bool_)
    for s in range(low, high - 1):
        first, second = told[s, HAN], told[s + 1, HAN]
        if first == NOT_HAN or second == NOT_HAN:
            continue
        if slots[s, SIZE] >= PAIRED and slots[s + 1, SIZE] >= PAIRED:
            _pair(pairs, first * BLOCK + second, block, held)
            both(out, held, out)
            covered[s - low] = covered[s + 1 - low] = True
    if high - low == 2 and covered[0]:
        return
    for s in range(low, high):
        if not covered[s - low]:
            union(postings.docs, postings.dense, slots, s, s + 1, held)
            both(out, held, out)
    if known < 0:
        _look(searched, slots, told, low, high, block, out)
        return
    for word in range(WORDS_PER_BLOCK):
        held[word] = out[word] & bits[known, word]
        out[word] ^= held[word]
    _look(searched, slots, told, low, high, block, out)
    for word in range(WORDS_PER_BLOCK):
        out[word] |= held[word]


@njit(cache=True, nogil=True)
def _pair(pairs, key, block, out):
    """The documents that have a pair of characters, in a block that notes such pairs."""
    keys, gaps = pairs.keys, pairs.gaps
    low, high = pairs.at[block], pairs.at[block + 1]
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    out[:] = np.uint64(0)
    if low == pairs.at[block + 1] or keys[low] != key:
        return
    size, at = int(pairs.sizes[low]) + 1, int(pairs.places[low])
    if size >= DENSE:
        out[:] = pairs.dense[at]
        return
    doc = 0
    for _ in range(size):
        shift = 0
        while at < len(gaps) and gaps[at] >= MORE:
            doc += (int(gaps[at]) - MORE) << shift
            shift += 7
            at += 1
        if at < len(gaps):
            doc += int(gaps[at]) << shift
        at += 1
        if doc >= BLOCK:  # a damaged file
            break
        out[doc >> 6] |= _ONE << np.uint64(doc & 63)


@njit(cache=True, nogil=True)
def _look(searched, slots, told, low, high, block, out):
    """Leave in ``out`` only documents in whose sequences the phrase stands.

    It is sought by the code of its rarest term.
    """
    sequences = searched.sequences
    at, data, words = sequences.at, sequences.data, searched.words
    pattern = np.empty(LONGEST * (high - low), np.uint8)
    rarest, size, pivot = low, 0, 0
    for s in range(low, high):
        if slots[s, SIZE] < slots[rarest, SIZE]:
            rarest, pivot = s, size
        code = np.int64(sequences.codes[told[s, TERM] - searched.first])
        size = write(code, pattern, size)
    pattern = pattern[:size]
    many = 0
    docs = np.empty(both(out, out, out), np.uint16)
    at = at[block * BLOCK :]
    for word in range(WORDS_PER_BLOCK):
        left = out[word]
        while left:
            docs[many] = word * 64 + lowest(left)
            left &= left - _ONE
            many += docs[many] < len(at) - 1  # postings of a damaged file may have others
    for number in range(many):
        if number + AHEAD < many:
            soon = docs[number + AHEAD]
            for byte in range(at[soon], at[soon + 1], CACHE_LINE):
                prefetch(data, byte)
        doc = docs[number]
        if not contains(data, words, at[doc], at[doc + 1], pattern, pivot):
            out[doc >> 6] &= ~(_ONE << np.uint64(doc & 63))
