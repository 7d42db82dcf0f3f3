"""A term on its way through the blocks of a segment, for the kernels.

A *slot* is a row of numbers: where the postings of the term in this block are.
"""

from __future__ import annotations

import numpy as np

from engine.columns.bits import lowest, popcount
from engine.columns.layout import DENSE, WORDS_PER_BLOCK
from engine.compiling import njit

# The next run and the end of the runs, where the run begins in each column, its form and size.
RUN, END, DOCS, ROW, FREQS, FORM, SIZE = range(7)
COLUMNS = 7

ABSENT, SPARSE, FULL = range(3)  # forms of a run

# What a program says of each slot: the term, its field, the character's number in pairs (or
# NOT_HAN). The slots of a phrase are in its order.
TERM, FIELD, HAN = range(3)
SLOT = 3  # numbers that it says
NOT_HAN = -1  # a term that is in no pair

SEEKING = 16  # steps in a sorted list that seeking a document takes, roughly

_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def begin(postings, terms, block):
    """Slots for these terms, before a block."""
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


@njit(cache=True, nogil=True)
def enter(run_block, run_size, slots, block):
    """Look which slots have a run in this block."""
    for s in range(len(slots)):
        run = slots[s, RUN]
        slots[s, FORM] = ABSENT
        slots[s, SIZE] = 0
        if run < slots[s, END] and run_block[run] == block:
            slots[s, SIZE] = int(run_size[run]) + 1
            slots[s, FORM] = FULL if slots[s, SIZE] >= DENSE else SPARSE


@njit(cache=True, nogil=True)
def leave(slots):
    """Go on to each slot's next run."""
    for s in range(len(slots)):
        if slots[s, FORM] == ABSENT:
            continue
        if slots[s, FORM] == FULL:
            slots[s, ROW] += 1
        else:
            slots[s, DOCS] += slots[s, SIZE]
        slots[s, FREQS] += slots[s, SIZE]
        slots[s, RUN] += 1


@njit(cache=True, nogil=True)
def union(docs, dense, slots, low, high, out):
    """The documents of any of the slots."""
    out[:] = np.uint64(0)
    for s in range(low, high):
        if slots[s, FORM] == FULL:
            row = slots[s, ROW]
            for word in range(WORDS_PER_BLOCK):
                out[word] |= dense[row, word]
        elif slots[s, FORM] != ABSENT:
            at = slots[s, DOCS]
            for posting in range(at, at + slots[s, SIZE]):
                out[docs[posting] >> 6] |= _ONE << np.uint64(docs[posting] & 63)


@njit(cache=True, nogil=True)
def intersection(docs, dense, slots, low, high, out):
    """The documents of all of the slots: the short runs first, which leave little."""
    smallest = low
    for s in range(low, high):
        if slots[s, FORM] == ABSENT:
            out[:] = np.uint64(0)
            return
        if slots[s, SIZE] < slots[smallest, SIZE]:
            smallest = s
    union(docs, dense, slots, smallest, smallest + 1, out)
    for s in range(low, high):
        if slots[s, FORM] == FULL and s != smallest:
            row = slots[s, ROW]
            for word in range(WORDS_PER_BLOCK):
                out[word] &= dense[row, word]
        elif s != smallest:
            _keep_listed(docs, slots[s, DOCS], slots[s, SIZE], out)


@njit(cache=True, nogil=True)
def _keep_listed(docs, at, size, out):
    """Leave in ``out`` only documents of a sorted list."""
    if few(out, size):
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
        held = np.uint64(0)
        while posting < end and docs[posting] >> 6 == word:
            held |= _ONE << np.uint64(docs[posting] & 63)
            posting += 1
        out[word] &= held


@njit(cache=True, nogil=True)
def few(bits, size):
    """Whether so few bits are set that each is better sought in a list of this size."""
    count = 0
    for word in range(WORDS_PER_BLOCK):
        count += popcount(bits[word])
    return count * SEEKING < size


@njit(cache=True, nogil=True)
def find(docs, low, high, doc):
    """Where a document stands in a stretch of a sorted list, or -1."""
    end = high
    while low < high:
        middle = (low + high) >> 1
        if docs[middle] < doc:
            low = middle + 1
        else:
            high = middle
    return low if low < end and docs[low] == doc else -1
