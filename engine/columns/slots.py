"""A term on its way through the blocks of a segment, for the kernels.

A *slot* is a row of numbers: where the postings of the term in this block are, and
how far they have been read. Reading goes forward only, and no further than asked.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from engine.columns.bits import popcount
from engine.columns.layout import DENSE, STRIDE
from engine.columns.freqs import entries, total

# What stays while a block is worked on: the next run and the end of the runs, where the
# run begins in each column, its form and size.
RUN, END, DOCS, ROW, FREQS, GAPS, FORM, SIZE = range(8)
# How far the run has been read: postings passed, bytes of gaps before the next one, a
# word of a dense run and the postings before it.
PASSED, GAP, WORD, BEFORE = range(8, 12)
# Where the positions of the document sought begin and end.
NEXT, STOP = range(12, 14)
COLUMNS = 14

ABSENT, SPARSE, FULL = range(3)  # forms of a run


@njit(cache=True, nogil=True)
def begin(postings, terms, block):  # type: ignore[no-untyped-def]
    """Slots for these terms, before a block."""
    slots = np.zeros((len(terms), COLUMNS), np.int64)
    for s, term in enumerate(terms):
        slots[s, RUN], slots[s, END] = postings.runs[term], postings.runs[term + 1]
        slots[s, DOCS], slots[s, ROW] = postings.docs_at[term], postings.dense_at[term]
        slots[s, FREQS], slots[s, GAPS] = postings.freqs_at[term], postings.gaps_at[term]
    for earlier in range(block):
        enter(postings.run_block, postings.run_size, slots, earlier)
        leave(postings.run_gaps, slots)
    return slots


@njit(cache=True, nogil=True)
def enter(run_block, run_size, slots, block):  # type: ignore[no-untyped-def]
    """Look which slots have a run in this block."""
    for s in range(len(slots)):
        run = slots[s, RUN]
        slots[s, FORM] = ABSENT
        slots[s, SIZE] = 0
        if run < slots[s, END] and run_block[run] == block:
            slots[s, SIZE] = int(run_size[run]) + 1
            slots[s, FORM] = FULL if slots[s, SIZE] >= DENSE else SPARSE
            rewind(slots, s)


@njit(cache=True, nogil=True)
def leave(run_gaps, slots):  # type: ignore[no-untyped-def]
    """Go on to each slot's next run."""
    for s in range(len(slots)):
        if slots[s, FORM] == ABSENT:
            continue
        if slots[s, FORM] == FULL:
            slots[s, ROW] += 1
        else:
            slots[s, DOCS] += slots[s, SIZE]
        slots[s, FREQS] += slots[s, SIZE]
        slots[s, GAPS] += run_gaps[slots[s, RUN]]
        slots[s, RUN] += 1


@njit(cache=True, nogil=True)
def rewind(slots, s):  # type: ignore[no-untyped-def]
    """Read the run from its beginning."""
    slots[s, PASSED] = slots[s, GAP] = slots[s, WORD] = slots[s, BEFORE] = 0


@njit(cache=True, nogil=True, inline="always")
def seek(slots, s, doc, docs, dense, skips, freqs, large_at, large):  # type: ignore[no-untyped-def]
    """Read a slot up to ``doc``, which it holds and has not passed."""
    passed, gap, freqs_at = slots[s, PASSED], slots[s, GAP], slots[s, FREQS]
    if slots[s, FORM] == SPARSE:
        at = slots[s, DOCS]
        while docs[at + passed] < doc:
            gap += entries(freqs, freqs_at + passed, large_at, large)
            passed += 1
    else:
        row, word, before, target = slots[s, ROW], slots[s, WORD], slots[s, BEFORE], doc >> 6
        if target - target % STRIDE > word:
            stride = target - target % STRIDE
            for at in range(word, stride):
                before += popcount(dense[row, at])
            word, passed, gap = stride, before, int(skips[row, stride // STRIDE])
        for at in range(word, target):
            before += popcount(dense[row, at])
        slots[s, WORD], slots[s, BEFORE] = target, before
        place = before + popcount(dense[row, target] & ((1 << (doc & 63)) - 1))
        gap += total(freqs, freqs_at + passed, freqs_at + place, large_at, large)
        passed = place
    slots[s, PASSED], slots[s, GAP] = passed, gap
    slots[s, NEXT] = slots[s, GAPS] + gap
    slots[s, STOP] = slots[s, NEXT] + entries(freqs, freqs_at + passed, large_at, large)
