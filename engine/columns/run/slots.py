"""Slots: the cursors by which kernels follow terms through the blocks of a segment.

A *slot* is a row of numbers that says where the postings of one term in the current block are.
"""

from __future__ import annotations

import numpy as np

from engine.columns.bits import lowest, popcount
from engine.columns.layout import MIN_DENSE, WORDS_PER_BLOCK
from engine.jit import njit

# The columns of a slot: the next run and the end of the term's runs, the offset of the run in
# each column of ``Postings``, its form, and its number of documents.
RUN, END, DOCS, ROW, FREQS, FORM, SIZE = range(7)
COLUMNS = 7

ABSENT, LIST, BITSET = range(3)  # forms of a run

# What a program says of each slot: the term, its field, and the character's number in ``Pairs``,
# or NO_CHARACTER. The slots of a phrase are in the order of its terms.
TERM, FIELD, CHARACTER = range(3)
SLOT_INFO = 3  # numbers
NO_CHARACTER = -1

_SEEK_COST = 16  # steps of a binary search in a sorted list, roughly

_ONE = np.uint64(1)


@njit(nogil=True)
def begin(postings, terms, block):
    """Return slots for these terms, before a block."""
    slots = np.zeros((len(terms), COLUMNS), np.int64)
    for s, term in enumerate(terms):
        if term < 0:  # stands nowhere in the segment
            continue
        slots[s, RUN], slots[s, END] = postings.runs[term], postings.runs[term + 1]
        slots[s, DOCS], slots[s, ROW] = postings.docs_at[term], postings.dense_at[term]
        slots[s, FREQS] = postings.freqs_at[term]
    for earlier in range(block):
        enter(postings.run_block, postings.run_size, slots, earlier)
        leave(slots)
    return slots


@njit(nogil=True)
def enter(run_block, run_size, slots, block):
    """Set the form and size of each slot's run in this block."""
    for s in range(len(slots)):
        run = slots[s, RUN]
        slots[s, FORM] = ABSENT
        slots[s, SIZE] = 0
        if run < slots[s, END] and run_block[run] == block:
            slots[s, SIZE] = int(run_size[run]) + 1
            slots[s, FORM] = BITSET if slots[s, SIZE] >= MIN_DENSE else LIST


@njit(nogil=True)
def leave(slots):
    """Move each slot past its run in the current block."""
    for s in range(len(slots)):
        if slots[s, FORM] == ABSENT:
            continue
        if slots[s, FORM] == BITSET:
            slots[s, ROW] += 1
        else:
            slots[s, DOCS] += slots[s, SIZE]
        slots[s, FREQS] += slots[s, SIZE]
        slots[s, RUN] += 1


@njit(nogil=True)
def union(docs, dense, slots, low, high, out):
    """Set ``out`` to the documents of any slot from ``low`` to ``high``."""
    out[:] = np.uint64(0)
    for s in range(low, high):
        if slots[s, FORM] == BITSET:
            row = slots[s, ROW]
            for word in range(WORDS_PER_BLOCK):
                out[word] |= dense[row, word]
        elif slots[s, FORM] != ABSENT:
            at = slots[s, DOCS]
            for posting in range(at, at + slots[s, SIZE]):
                out[docs[posting] >> 6] |= _ONE << np.uint64(docs[posting] & 63)


@njit(nogil=True)
def intersection(docs, dense, slots, low, high, out):
    """Set ``out`` to the documents of all slots, beginning with the shortest run."""
    smallest = low
    for s in range(low, high):
        if slots[s, FORM] == ABSENT:
            out[:] = np.uint64(0)
            return
        if slots[s, SIZE] < slots[smallest, SIZE]:
            smallest = s
    union(docs, dense, slots, smallest, smallest + 1, out)
    for s in range(low, high):
        if slots[s, FORM] == BITSET and s != smallest:
            row = slots[s, ROW]
            for word in range(WORDS_PER_BLOCK):
                out[word] &= dense[row, word]
        elif s != smallest:
            _intersect_list(docs, slots[s, DOCS], slots[s, SIZE], out)


@njit(nogil=True)
def _intersect_list(docs, at, size, out):
    """Remove the documents from ``out`` that are not in a sorted list."""
    if seeking_is_faster(out, size):
        for word in range(WORDS_PER_BLOCK):
            left = out[word]
            while left:
                bit = lowest(left)
                left &= left - _ONE
                if find(docs, at, at + size, word * 64 + bit) < 0:
                    out[word] &= ~(_ONE << np.uint64(bit))
        return
    posting, end = at, at + size
    for word in range(WORDS_PER_BLOCK):
        listed = np.uint64(0)
        while posting < end and docs[posting] >> 6 == word:
            listed |= _ONE << np.uint64(docs[posting] & 63)
            posting += 1
        out[word] &= listed


@njit(nogil=True)
def seeking_is_faster(bits, size):
    """Return whether to look up each document of a bitset in a list, rather than scan the list."""
    count = 0
    for word in range(WORDS_PER_BLOCK):
        count += popcount(bits[word])
    return count * _SEEK_COST < size


@njit(nogil=True)
def find(docs, low, high, doc):
    """Return the place of a document in ``docs[low:high]``, which is sorted, or -1."""
    end = high
    while low < high:
        middle = (low + high) >> 1
        if docs[middle] < doc:
            low = middle + 1
        else:
            high = middle
    return low if low < end and docs[low] == doc else -1
