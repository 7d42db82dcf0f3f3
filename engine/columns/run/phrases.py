"""Finds the documents of one block in which the terms of a phrase stand in a row."""

from __future__ import annotations

import numpy as np

from engine.columns.bits import lowest, prefetch
from engine.columns.coding import find_bytes, write
from engine.columns.layout import BLOCK, MIN_DENSE, MIN_PAIRED, WORDS_PER_BLOCK
from engine.columns.numbers import CONTINUES, read_number
from engine.columns.run.counting import copy, intersect
from engine.columns.run.slots import ABSENT, CHARACTER, FORM, NO_CHARACTER, SIZE, TERM, union
from engine.columns.sequences import LONGEST
from engine.jit import njit

PREFETCHED = 16  # documents ahead of the current one whose bytes are fetched
CACHE_LINE = 64  # bytes that are fetched together

_ONE = np.uint64(1)


@njit(nogil=True)
def phrase(view, slots, slot_info, low, high, block, bits, certain, out):
    """Remove the documents from ``out`` in which slots ``low`` to ``high`` are not in a row.

    The slots are in the order of the phrase; ``slot_info`` is what the program says of them (see
    ``slots.TERM``). Documents in the bitset ``bits[certain]``, if ``certain`` is one, are known to
    have the phrase.
    """
    postings, pairs = view.postings, view.pairs
    for s in range(low, high):
        if slots[s, FORM] == ABSENT:
            out[:] = np.uint64(0)
            return
    docs = np.empty(WORDS_PER_BLOCK, np.uint64)
    covered = np.zeros(high - low, np.bool_)  # slots that a pair has looked up
    for s in range(low, high - 1):
        first, second = slot_info[s, CHARACTER], slot_info[s + 1, CHARACTER]
        if first == NO_CHARACTER or second == NO_CHARACTER:
            continue
        if slots[s, SIZE] >= MIN_PAIRED and slots[s + 1, SIZE] >= MIN_PAIRED:
            _list_pair(pairs, find_pair(pairs, first, second, block), docs)
            intersect(out, docs, out)
            covered[s - low] = covered[s + 1 - low] = True
    if high - low == 2 and covered[0]:
        return
    for s in range(low, high):
        if not covered[s - low]:
            union(postings.docs, postings.dense, slots, s, s + 1, docs)
            intersect(out, docs, out)
    if certain < 0:
        _search_sequences(view, slots, slot_info, low, high, block, out)
        return
    for word in range(WORDS_PER_BLOCK):
        docs[word] = out[word] & bits[certain, word]
        out[word] ^= docs[word]
    _search_sequences(view, slots, slot_info, low, high, block, out)
    for word in range(WORDS_PER_BLOCK):
        out[word] |= docs[word]


@njit(nogil=True)
def find_pair(pairs, first, second, block):
    """Return the number of a pair of characters that is listed in a block, or -1."""
    keys, key = pairs.keys, first * BLOCK + second
    low, high = pairs.at[block], pairs.at[block + 1]
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low if low < pairs.at[block + 1] and keys[low] == key else -1


@njit(nogil=True)
def _list_pair(pairs, pair, out):
    """Set ``out`` to the documents of a pair, of none where it is -1."""
    out[:] = np.uint64(0)
    if pair < 0:
        return
    gaps = pairs.gaps
    size, at = int(pairs.sizes[pair]) + 1, int(pairs.places[pair])
    if size >= MIN_DENSE:
        copy(pairs.dense[at], out)
        return
    doc = 0
    for _ in range(size):
        if at >= len(gaps):  # a damaged file
            break
        gap = np.int64(gaps[at])
        at += 1
        if gap >= CONTINUES:
            gap, at = read_number(gaps, at - 1, len(gaps))
        doc += gap
        if not 0 <= doc < BLOCK:  # likewise
            break
        out[doc >> 6] |= _ONE << np.uint64(doc & 63)


@njit(nogil=True)
def _search_sequences(view, slots, slot_info, low, high, block, out):
    """Remove the documents from ``out`` whose sequences do not contain the phrase.

    The search looks for the code of the phrase's rarest term.
    """
    sequences = view.sequences
    at, data = sequences.at, sequences.data
    pattern = np.empty(LONGEST * (high - low), np.uint8)
    rarest, size, pivot = low, 0, 0
    for s in range(low, high):
        if slots[s, SIZE] < slots[rarest, SIZE]:
            rarest, pivot = s, size
        code = np.int64(sequences.codes[slot_info[s, TERM] - view.first])
        size = write(code, pattern, size)
    at = at[block * BLOCK :]
    docs = list_documents(out, len(at) - 1)
    for number in range(len(docs)):
        prefetch_later(at, data, docs, number)
        doc = docs[number]
        if find_bytes(data, at[doc], at[doc + 1], pattern, 0, size, pivot) < 0:
            out[doc >> 6] &= ~(_ONE << np.uint64(doc & 63))


@njit(nogil=True)
def list_documents(bits, end):
    """Return the documents of a bitset that are less than ``end``.

    A damaged file may have others.
    """
    docs = np.empty(intersect(bits, bits, bits), np.uint16)
    count = 0
    for word in range(WORDS_PER_BLOCK):
        left = bits[word]
        while left:
            docs[count] = word * 64 + lowest(left)
            left &= left - _ONE
            count += docs[count] < end
    return docs[:count]


@njit(nogil=True)
def prefetch_later(at, data, docs, number):
    """Fetch the bytes of the document that will be looked at soon."""
    if number + PREFETCHED < len(docs):
        later = docs[number + PREFETCHED]
        for byte in range(at[later], at[later + 1], CACHE_LINE):
            prefetch(data, byte)
