"""Filters and counts over the bitset of a block, by group and by label."""

from __future__ import annotations

import numpy as np

from engine.columns.bits import lowest, popcount
from engine.columns.layout import BLOCK, WORDS_PER_BLOCK
from engine.compiling import njit

FEW = 64  # documents of a block that are looked up one by one

_ONE = np.uint64(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@njit(cache=True, nogil=True)
def both(a, b, out):
    """``out = a & b``; returns how many bits are set."""
    count = 0
    for word in range(WORDS_PER_BLOCK):
        out[word] = a[word] & b[word]
        count += popcount(out[word])
    return count


@njit(cache=True, nogil=True)
def filled(bits, room):
    """The numbers of the words that have a bit set, put into ``room`` (uint16[WORDS_PER_BLOCK])."""
    many = 0
    for word in range(WORDS_PER_BLOCK):
        room[many] = word
        many += bits[word] != 0
    return room[:many]


# From here on ``words`` are the numbers of those words that may have a bit set.


@njit(cache=True, nogil=True)
def keep_labels(bits, words, labels, base, kept, out):
    out[:] = np.uint64(0)
    for word in words:
        left = bits[word]
        out[word] = left
        while left:
            bit = lowest(left)
            left &= left - _ONE
            if not kept[labels[base + np.int64(word) * 64 + bit]]:
                out[word] &= ~(_ONE << np.uint64(bit))


@njit(cache=True, nogil=True)
def _inside(first, base, group):
    """The documents of a group as far as they lie in the block that begins at ``base``."""
    return max(first[group] - base, 0), min(first[group + 1] - base, BLOCK)


@njit(cache=True, nogil=True)
def groups_failing(most, first, base, group, fails, out):
    """A bit for each document of the block whose group fails at most so many filters."""
    out[:] = np.uint64(0)
    while group < len(first) - 1 and first[group] < base + BLOCK:
        low, high = _inside(first, base, group)
        while fails[group] <= most and low < high:
            upto = min(high, (low | 63) + 1)
            out[low >> 6] |= (_ALL >> np.uint64(64 - (upto - low))) << np.uint64(low & 63)
            low = upto
        group += 1


@njit(cache=True, nogil=True)
def count_groups(bits, words, matched, first, base, group, counts):
    if matched < FEW:
        for word in words:
            left = bits[word]
            while left:
                doc = base + np.int64(word) * 64 + lowest(left)
                left &= left - _ONE
                counts[np.searchsorted(first, doc, "right") - 1] += 1
        return
    while group < len(first) - 1 and first[group] < base + BLOCK:
        low, high = _inside(first, base, group)
        count = 0
        while low < high:
            upto = min(high, (low | 63) + 1)
            stretch = (_ALL >> np.uint64(64 - (upto - low))) << np.uint64(low & 63)
            count += popcount(bits[low >> 6] & stretch)
            low = upto
        counts[group] += count
        group += 1


@njit(cache=True, nogil=True)
def count_labels(bits, words, labels, base, counts):
    for word in words:
        left = bits[word]
        while left:
            counts[labels[base + np.int64(word) * 64 + lowest(left)]] += 1
            left &= left - _ONE
