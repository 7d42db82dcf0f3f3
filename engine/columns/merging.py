"""Pieces to the postings of a segment, and a segment back to pieces.

Everything a segment holds has come this way: the blocks just inverted, and the
live part of segments that are merged with them. Four walks over the pieces count
runs, measure them, copy them, and note where the positions of long ones begin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numba import njit

from engine.columns.bits import lowest
from engine.columns.freqs import entries
from engine.columns.inverting import Piece
from engine.columns.layout import (
    BLOCK,
    DENSE,
    ESCAPE,
    LARGE,
    PACKED,
    STRIDE,
    WORDS,
    Array,
    Postings,
)


def merge(pieces: Sequence[tuple[int, Array, Piece]], terms: int) -> Postings:
    """Postings of ``terms`` terms from pieces with ascending documents.

    Each comes with the number of its first document and with the number that each
    term of its vocabulary has in the segment.
    """
    count = np.zeros(terms, np.int64)
    last = np.full(terms, -1, np.int64)
    for base, numbers, piece in pieces:
        _count_runs(piece, numbers, base, last, count)
    runs = np.zeros(terms + 1, np.int64)
    np.cumsum(count, out=runs[1:])
    run_block = np.zeros(runs[-1], np.uint16)
    run_size, run_gaps = np.zeros((2, runs[-1]), np.int64)
    last[:] = -1
    run = runs[:-1] - 1
    for base, numbers, piece in pieces:
        _measure_runs(piece, numbers, base, last, run, run_block, run_size, run_gaps)
    ats, run_ats = _place(runs, run_size, run_gaps)
    totals = ats[:, -1]
    docs, dense, freqs, gaps = (
        np.zeros(totals[0], np.uint16),
        np.zeros((totals[1], WORDS), np.uint64),
        np.zeros(-(-totals[2] // PACKED), np.uint64),
        np.zeros(totals[3], np.uint8),
    )
    last[:] = -1
    run[:] = runs[:-1] - 1
    large = [np.empty((2, 0), np.int64)]
    for base, numbers, piece in pieces:
        held = np.empty((2, np.count_nonzero(piece.freqs >= LARGE)), np.int64)
        _copy(piece, numbers, base, last, run, run_size, run_ats, docs, dense, freqs, gaps, held)
        large.append(held)
    large_at, large_freqs = np.concatenate(large, axis=1)
    order = np.argsort(large_at)
    large_at, large_freqs = large_at[order], large_freqs[order]
    skips = _skips(run_size, run_ats, dense, freqs, large_at, large_freqs)
    runs_at, docs_at, dense_at, freqs_at, gaps_at = (
        column.astype(np.uint32) for column in (runs, *ats)
    )
    return Postings(
        *(runs_at, docs_at, dense_at, freqs_at, gaps_at),
        *(run_block, (run_size - 1).astype(np.uint16), run_gaps.astype(np.uint32)),
        *(docs, dense, skips, freqs, gaps, large_at, large_freqs),
    )


def unmerge(
    postings: Postings, first: int, numbers: Array, moved: Array
) -> Iterator[tuple[int, Piece]]:
    """The pieces of a field of an old segment, each with the number of its first document.

    The field's terms begin at ``first``; term ``first + i`` gets the number
    ``numbers[i]``, document ``d`` the number ``moved[d]``, or is left out where
    that is negative.
    """
    run = postings.runs[first : first + len(numbers)].copy()
    freqs_at, gaps_at, docs_at, dense_at = (
        column[first : first + len(numbers)].copy()
        for column in (postings.freqs_at, postings.gaps_at, postings.docs_at, postings.dense_at)
    )
    for block in range(-(-len(moved) // BLOCK)):
        here = moved[block * BLOCK : (block + 1) * BLOCK]
        kept = here[here >= 0]
        base = int(kept[0]) if len(kept) else 0
        piece = _unpack(
            *(postings, first, numbers, here, base, block),
            *(run, docs_at, dense_at, freqs_at, gaps_at),
        )  # of a block without documents that are kept, too: the cursors must pass it
        if len(kept):
            yield base, Piece(*piece)


@njit(cache=True, nogil=True)
def _whole(freqs, at, large_at, large):
    """A frequency of a piece."""
    return large[np.searchsorted(large_at, at)] if freqs[at] == ESCAPE else np.int64(freqs[at])


@njit(cache=True, nogil=True)
def _part(piece, i, base, second):
    """The block of the first or second part of a term's postings, and where the part lies.

    A piece may reach over the end of a block. Returns block, first and last posting,
    first and last byte of gaps; an empty part has no postings.
    """
    low, high = piece.starts[i], piece.starts[i + 1]
    gap_low, gap_high = piece.gap_starts[i], piece.gap_starts[i + 1]
    block = base // BLOCK
    border = (block + 1) * BLOCK - base  # the first document of the next block
    if np.int64(piece.docs[high - 1]) < border:
        return (
            (block, low, low, gap_low, gap_low) if second else (block, low, high, gap_low, gap_high)
        )
    middle, gap_middle = low, gap_low
    while np.int64(piece.docs[middle]) < border:
        if gap_high > gap_low:
            gap_middle += _whole(piece.freqs, middle, piece.large_at, piece.large)
        middle += 1
    if second:
        return block + 1, middle, high, gap_middle, gap_high
    return block, low, middle, gap_low, gap_middle


@njit(cache=True, nogil=True)
def _count_runs(piece, numbers, base, last, count):
    for i in range(len(piece.terms)):
        term = numbers[piece.terms[i]]
        for second in (False, True):
            block, low, high, _, _ = _part(piece, i, base, second)
            if low < high and last[term] != block:
                count[term] += 1
                last[term] = block


@njit(cache=True, nogil=True)
def _measure_runs(piece, numbers, base, last, run, run_block, run_size, run_gaps):
    for i in range(len(piece.terms)):
        term = numbers[piece.terms[i]]
        for second in (False, True):
            block, low, high, gap_low, gap_high = _part(piece, i, base, second)
            if low < high:
                run[term] += last[term] != block
                last[term] = block
                run_block[run[term]] = block
                run_size[run[term]] += high - low
                run_gaps[run[term]] += gap_high - gap_low


@njit(cache=True, nogil=True)
def _place(runs, run_size, run_gaps):
    """Where in docs, dense, freqs and gaps each term begins, and each run."""
    terms = len(runs) - 1
    ats = np.zeros((4, terms + 1), np.int64)
    run_ats = np.zeros((4, len(run_size)), np.int64)
    at = np.zeros(4, np.int64)
    for term in range(terms):
        for r in range(runs[term], runs[term + 1]):
            run_ats[:, r] = at
            if run_size[r] >= DENSE:
                at[1] += 1
            else:
                at[0] += run_size[r]
            at[2] += run_size[r]
            at[3] += run_gaps[r]
        ats[:, term + 1] = at
    return ats, run_ats


@njit(cache=True, nogil=True)
def _copy(piece, numbers, base, last, run, run_size, run_ats, docs, dense, freqs, gaps, large):
    """Copy a piece's postings to their runs; ``large`` gets those of its large frequencies."""
    many = 0
    for i in range(len(piece.terms)):
        term = numbers[piece.terms[i]]
        for second in (False, True):
            block, low, high, gap_low, gap_high = _part(piece, i, base, second)
            if low == high:
                continue
            run[term] += last[term] != block
            last[term] = block
            r = run[term]
            for at in range(low, high):
                doc = base + piece.docs[at] - block * BLOCK
                if run_size[r] >= DENSE:
                    row = run_ats[1, r]
                    dense[row, doc >> 6] |= np.uint64(1) << np.uint64(doc & 63)
                else:
                    docs[run_ats[0, r]] = doc
                    run_ats[0, r] += 1
                posting, freq = run_ats[2, r], np.int64(piece.freqs[at])
                if freq >= LARGE:
                    large[0, many] = posting
                    large[1, many] = _whole(piece.freqs, at, piece.large_at, piece.large)
                    many += 1
                freqs[posting >> 4] |= np.uint64(min(freq, LARGE)) << np.uint64((posting & 15) << 2)
                run_ats[2, r] += 1
            for at in range(gap_low, gap_high):
                gaps[run_ats[3, r]] = piece.gaps[at]
                run_ats[3, r] += 1


@njit(cache=True, nogil=True)
def _skips(run_size, run_ats, dense, freqs, large_at, large):
    """See ``layout.Postings``; ``run_ats`` have come to the end of each run."""
    skips = np.zeros((len(dense), WORDS // STRIDE), np.uint32)
    for r in range(len(run_size)):
        if run_size[r] < DENSE:
            continue
        row, at, gap = run_ats[1, r], run_ats[2, r] - run_size[r], 0
        for word in range(WORDS):
            if word % STRIDE == 0:
                skips[row, word // STRIDE] = gap
            bits = dense[row, word]
            while bits:
                gap += entries(freqs, at, large_at, large)
                at += 1
                bits &= bits - np.uint64(1)
    return skips


@njit(cache=True, nogil=True)
def _unpack(
    postings, first, numbers, moved, base, block, run, docs_at, dense_at, freqs_at, gaps_at
):
    """The columns of the piece of one block; moves the cursors past it."""
    here, gap_bytes = _room(postings, first, block, run)
    terms = np.empty(len(numbers), np.uint32)
    starts, gap_starts = np.zeros((2, len(numbers) + 1), np.int64)
    docs, freqs = np.empty(here, np.uint16), np.empty(here, np.uint8)
    gaps = np.empty(gap_bytes, np.uint8)
    large_at, large = np.empty((2, len(postings.large)), np.int64)
    found = np.empty(BLOCK, np.uint16)
    many = posting = gap = kept = 0
    for i in range(len(numbers)):
        r = run[i]
        if r == postings.runs[first + i + 1] or postings.run_block[r] != block:
            continue
        size = np.int64(postings.run_size[r]) + 1
        documents(postings.docs, postings.dense, size, docs_at[i], dense_at[i], found)
        gap_from = gaps_at[i]
        for at in range(size):
            freq = entries(postings.freqs, freqs_at[i] + at, postings.large_at, postings.large)
            width = freq if postings.run_gaps[r] else 0
            if moved[found[at]] >= 0:
                docs[posting] = moved[found[at]] - base
                freqs[posting] = min(freq, ESCAPE)
                if freq >= ESCAPE:
                    large_at[many], large[many] = posting, freq
                    many += 1
                gaps[gap : gap + width] = postings.gaps[gap_from : gap_from + width]
                gap += width
                posting += 1
            gap_from += width
        run[i] += 1
        dense_at[i] += size >= DENSE
        docs_at[i] += 0 if size >= DENSE else size
        freqs_at[i] += size
        gaps_at[i] = gap_from
        if posting > starts[kept]:
            terms[kept] = numbers[i]
            starts[kept + 1], gap_starts[kept + 1] = posting, gap
            kept += 1
    terms, starts, gap_starts = terms[:kept], starts[: kept + 1], gap_starts[: kept + 1]
    docs, freqs, gaps = docs[:posting], freqs[:posting], gaps[:gap]
    return terms, starts, gap_starts, docs, freqs, gaps, large_at[:many], large[:many]


@njit(cache=True, nogil=True)
def _room(postings, first, block, run):
    """How many postings and bytes of gaps a block has, of terms from ``first`` on."""
    here = gap_bytes = 0
    for i in range(len(run)):
        if run[i] < postings.runs[first + i + 1] and postings.run_block[run[i]] == block:
            here += np.int64(postings.run_size[run[i]]) + 1
            gap_bytes += postings.run_gaps[run[i]]
    return here, gap_bytes


@njit(cache=True, nogil=True)
def documents(docs, dense, size, docs_at, row, found):
    """Put the ``size`` documents of a run into ``found``."""
    if size < DENSE:
        found[:size] = docs[docs_at : docs_at + size]
        return
    at = 0
    for word in range(WORDS):
        left = dense[row, word]
        while left:
            found[at] = word * 64 + lowest(left)
            left &= left - np.uint64(1)
            at += 1
