"""Filters and counts over the bitset of a block, by group and by label."""

from __future__ import annotations

import numpy as np

from engine.columns.bits import lowest, popcount
from engine.columns.layout import BLOCK, WORDS_PER_BLOCK
from engine.jit import njit

MIN_SCANNED = 64  # documents from which on a scan of all groups is faster than look-ups

_ONE = np.uint64(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@njit(nogil=True)
def intersect(a, b, out):
    """Set ``out = a & b``; return the number of bits that are set."""
    count = 0
    for word in range(WORDS_PER_BLOCK):
        out[word] = a[word] & b[word]
        count += popcount(out[word])
    return count


@njit(nogil=True)
def unite(a, b, out):
    """Set ``out = a | b``."""
    for word in range(WORDS_PER_BLOCK):
        out[word] = a[word] | b[word]


@njit(nogil=True)
def subtract(a, b, out):
    """Set ``out = a & ~b``."""
    for word in range(WORDS_PER_BLOCK):
        out[word] = a[word] & ~b[word]


@njit(nogil=True)
def copy(bits, out):
    """Set ``out = bits``. An assignment of arrays would first compare their shapes."""
    for word in range(WORDS_PER_BLOCK):
        out[word] = bits[word]


@njit(nogil=True)
def nonzero_words(bits, scratch):
    """Return the numbers of the words with a bit set, in ``scratch`` (uint16[WORDS_PER_BLOCK])."""
    count = 0
    for word in range(WORDS_PER_BLOCK):
        scratch[count] = word
        count += bits[word] != 0
    return scratch[:count]


# In the functions below, ``words`` are the numbers of the words that may have a bit set.


@njit(nogil=True)
def filter_labels(bits, words, labels, base, passes, out):
    """Set ``out`` to the documents in ``bits`` whose label passes."""
    out[:] = np.uint64(0)
    for word in words:
        left = bits[word]
        out[word] = left
        while left:
            bit = lowest(left)
            left &= left - _ONE
            if not passes[labels[base + np.int64(word) * 64 + bit]]:
                out[word] &= ~(_ONE << np.uint64(bit))


@njit(nogil=True)
def _range_in_block(first, base, group):
    """Return the documents of a group inside the block that begins at document ``base``."""
    return max(first[group] - base, 0), min(first[group + 1] - base, BLOCK)


@njit(nogil=True)
def filter_groups(max_failures, first, base, group, failures, out):
    """Set ``out`` to the documents of the block whose group fails ``max_failures`` or fewer.

    ``group`` is the group of the first document of the block.
    """
    out[:] = np.uint64(0)
    while group < len(first) - 1 and first[group] < base + BLOCK:
        low, high = _range_in_block(first, base, group)
        while failures[group] <= max_failures and low < high:
            end = min(high, (low | 63) + 1)
            out[low >> 6] |= (_ALL >> np.uint64(64 - (end - low))) << np.uint64(low & 63)
            low = end
        group += 1


@njit(nogil=True)
def count_groups(bits, words, matched, first, base, group, counts):
    """Count the documents of each group; ``matched`` is the number of all documents."""
    if matched < MIN_SCANNED:
        for word in words:
            left = bits[word]
            while left:
                doc = base + np.int64(word) * 64 + lowest(left)
                left &= left - _ONE
                counts[np.searchsorted(first, doc, "right") - 1] += 1
        return
    while group < len(first) - 1 and first[group] < base + BLOCK:
        low, high = _range_in_block(first, base, group)
        count = 0
        while low < high:
            end = min(high, (low | 63) + 1)
            mask = (_ALL >> np.uint64(64 - (end - low))) << np.uint64(low & 63)
            count += popcount(bits[low >> 6] & mask)
            low = end
        counts[group] += count
        group += 1


@njit(nogil=True)
def count_labels(bits, words, labels, base, counts):
    """Count the documents of each label."""
    for word in words:
        left = bits[word]
        while left:
            counts[labels[base + np.int64(word) * 64 + lowest(left)]] += 1
            left &= left - _ONE


@njit(nogil=True)
def add_up(values, counts, kept, sums):
    """Add the counts of the items in ``kept`` to the sums of their values (see ``tally``)."""
    at, numbers = values
    for item in range(len(counts)):
        if counts[item] and kept[item]:
            for place in range(at[item], at[item + 1]):
                sums[numbers[place]] += counts[item]
