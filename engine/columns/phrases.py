"""Where the terms of a phrase stand in a row, in one block of a segment."""

from __future__ import annotations

import numpy as np
from numba import njit

from engine.columns.bits import lowest
from engine.columns.layout import BLOCK, DENSE, MORE, PAIRED, WORDS
from engine.columns.slots import ABSENT, DOCS, FORM, FULL, PLACE, ROW, SIZE, next_place, seek

NOT_HAN = -1  # a term that is in no pair
LAST = -1  # no slot follows in the phrase

_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def union(docs, dense, slots, low, high, out):  # type: ignore[no-untyped-def]
    """The documents of any of the slots."""
    out[:] = np.uint64(0)
    for s in range(low, high):
        if slots[s, FORM] == FULL:
            row = slots[s, ROW]
            for word in range(WORDS):
                out[word] |= dense[row, word]
        elif slots[s, FORM] != ABSENT:
            at = slots[s, DOCS]
            for posting in range(at, at + slots[s, SIZE]):
                out[docs[posting] >> 6] |= _ONE << np.uint64(docs[posting] & 63)


@njit(cache=True, nogil=True)
def phrase(postings, pairs, slots, told, low, high, block, bits, known, out):  # type: ignore[no-untyped-def]
    """Leave in ``out`` only the documents where slots ``low`` to ``high`` are in a row.

    ``told`` is what the program says of the slots, see ``kernels.TERM``. Documents in
    ``bits[known]``, if there is one, have the phrase for certain.
    """
    shifts, follows, han = told[:, 2], told[:, 3], told[:, 4]
    for s in range(low, high):
        if slots[s, FORM] == ABSENT:
            out[:] = np.uint64(0)
            return
    held = np.empty(WORDS, np.uint64)
    covered = np.zeros(high - low, np.bool_)
    noted = 0
    for s in range(low, high):
        after = follows[s]
        if after == LAST or han[s] == NOT_HAN or han[after] == NOT_HAN:
            continue
        if slots[s, SIZE] >= PAIRED and slots[after, SIZE] >= PAIRED:
            key = han[s] * BLOCK + han[after]
            _pair(pairs, key, block, held)
            _keep(out, held)
            covered[s - low] = covered[after - low] = True
            noted += 1
    for s in range(low, high):
        if not covered[s - low]:
            union(postings.docs, postings.dense, slots, s, s + 1, held)
            _keep(out, held)
    if high - low == 2 and noted:
        return
    if known < 0:
        _look(postings, slots, shifts, low, high, out)
        return
    for word in range(WORDS):
        held[word] = out[word] & bits[known, word]
        out[word] ^= held[word]
    _look(postings, slots, shifts, low, high, out)
    for word in range(WORDS):
        out[word] |= held[word]


@njit(cache=True, nogil=True)
def _keep(out, held):  # type: ignore[no-untyped-def]
    for word in range(WORDS):
        out[word] &= held[word]


@njit(cache=True, nogil=True)
def _pair(pairs, key, block, out):  # type: ignore[no-untyped-def]
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
        while gaps[at] >= MORE:
            doc += (int(gaps[at]) - MORE) << shift
            shift += 7
            at += 1
        doc += int(gaps[at]) << shift
        at += 1
        out[doc >> 6] |= _ONE << np.uint64(doc & 63)


@njit(cache=True, nogil=True)
def _look(postings, slots, shifts, low, high, out):  # type: ignore[no-untyped-def]
    """Look at the positions in each document of ``out``, all of which have all terms.

    The first slot is the rarest; the others are read only as far as is needed.
    """
    docs, dense, skips, gaps = postings.docs, postings.dense, postings.skips, postings.gaps
    freqs, large_at, large = postings.freqs, postings.large_at, postings.large
    for word in range(WORDS):
        left = out[word]
        while left:
            bit = lowest(left)
            left &= left - _ONE
            doc = word * 64 + bit
            seek(slots, low, doc, docs, dense, skips, freqs, large_at, large)
            opened = low + 1
            found = False
            ended = False
            while not (found or ended):
                begin = next_place(slots, low, gaps)
                if begin < 0:
                    ended = True
                    break
                begin -= shifts[low]
                s = low + 1 if begin >= 0 else high + 1
                while s < high:
                    if s == opened:
                        seek(slots, s, doc, docs, dense, skips, freqs, large_at, large)
                        next_place(slots, s, gaps)
                        opened += 1
                    wanted = begin + shifts[s]
                    place = slots[s, PLACE]
                    while 0 <= place < wanted:
                        place = next_place(slots, s, gaps)
                    if place != wanted:
                        ended = place < 0
                        break
                    s += 1
                found = s == high
            if not found:
                out[word] &= ~(_ONE << np.uint64(bit))
