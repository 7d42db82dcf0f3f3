"""Pieces become the postings of a segment, and a segment becomes pieces again.

All postings of a new segment are made here: those of blocks just inverted, and those of the
groups that are kept of merged segments. Three walks over the pieces count the runs, measure
them and copy them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.arrays import Array, to_uint32
from engine.columns.bits import lowest
from engine.columns.freqs import frequency
from engine.columns.layout import (
    BLOCK,
    LARGE,
    MIN_DENSE,
    POSTINGS_PER_WORD,
    WORDS_PER_BLOCK,
    Postings,
)
from engine.columns.write.inverting import Piece
from engine.jit import njit


def merge(pieces: Sequence[tuple[int, Array, Piece]], terms: int) -> Postings:
    """Make the postings of ``terms`` terms from pieces with ascending documents.

    A piece comes with the number of its first document in the segment, and with the number in
    the segment of each term of its vocabulary. Raises ``OverflowError`` for more postings than
    32 bits count.
    """
    count = np.zeros(terms, np.int64)
    last = np.full(terms, -1, np.int64)
    for base, numbers, piece in pieces:
        _count_runs(piece, numbers, base, last, count)
    runs = np.zeros(terms + 1, np.int64)
    np.cumsum(count, out=runs[1:])
    run_block = np.zeros(runs[-1], np.uint16)
    run_size = np.zeros(runs[-1], np.int64)
    last[:] = -1
    run = runs[:-1] - 1
    for base, numbers, piece in pieces:
        _measure_runs(piece, numbers, base, last, run, run_block, run_size)
    ats, run_ats = _place(runs, run_size)
    runs_at, docs_at, dense_at, freqs_at = (
        to_uint32(column, name)
        for name, column in zip(Postings._fields, (runs, *ats), strict=False)
    )
    totals = ats[:, -1]
    docs, dense, freqs = (
        np.zeros(totals[0], np.uint16),
        np.zeros((totals[1], WORDS_PER_BLOCK), np.uint64),
        np.zeros(-(-totals[2] // POSTINGS_PER_WORD), np.uint64),
    )
    last[:] = -1
    run[:] = runs[:-1] - 1
    large = [np.empty((2, 0), np.uint32)]
    for base, numbers, piece in pieces:
        large.append(np.empty((2, np.count_nonzero(piece.freqs >= LARGE)), np.uint32))
        _copy(piece, numbers, base, last, run, run_size, run_ats, docs, dense, freqs, large[-1])
    large_at, large_freqs = np.concatenate(large, axis=1)
    order = np.argsort(large_at)
    return Postings(
        *(runs_at, docs_at, dense_at, freqs_at),
        *(run_block, (run_size - 1).astype(np.uint16), docs, dense, freqs),
        *(large_at[order], large_freqs[order].astype(np.uint16)),
    )


def unmerge(
    postings: Postings, first: int, numbers: Array, moved: Array
) -> Iterator[tuple[int, Piece]]:
    """Yield the pieces of a field of an old segment, each with the number of its first document.

    The field's terms begin at ``first``. Term ``first + i`` gets the number ``numbers[i]``.
    Document ``d`` gets the number ``moved[d]``; it is left out where that is negative.
    """
    run = postings.runs[first : first + len(numbers)].copy()
    docs_at, dense_at, freqs_at = (
        column[first : first + len(numbers)].copy()
        for column in (postings.docs_at, postings.dense_at, postings.freqs_at)
    )
    for block in range(-(-len(moved) // BLOCK)):
        in_block = moved[block * BLOCK : (block + 1) * BLOCK]
        kept = in_block[in_block >= 0]
        base = int(kept[0]) if len(kept) else 0
        # Even where no document of the block is kept, the cursors must move past it.
        piece = _unpack(
            *(postings, first, numbers, in_block, base, block, run, docs_at, dense_at, freqs_at)
        )
        if len(kept):
            yield base, Piece(*piece)


@njit(cache=True, nogil=True)
def _in_block(piece, i, base, second):
    """Find the postings of a term in the first or second block that a piece touches.

    A piece may reach over the end of a block of the segment. Returns the block, and the range
    of the postings in it, which may be empty.
    """
    low, high = piece.starts[i], piece.starts[i + 1]
    block = base // BLOCK
    border = (block + 1) * BLOCK - base  # the first document of the next block
    if np.int64(piece.docs[high - 1]) < border:
        return (block, low, low) if second else (block, low, high)
    middle = low + np.searchsorted(piece.docs[low:high], border)
    return (block + 1, middle, high) if second else (block, low, middle)


@njit(cache=True, nogil=True)
def _count_runs(piece, numbers, base, last, count):
    for i in range(len(piece.terms)):
        term = numbers[piece.terms[i]]
        for second in (False, True):
            block, low, high = _in_block(piece, i, base, second)
            if low < high and last[term] != block:
                count[term] += 1
                last[term] = block


@njit(cache=True, nogil=True)
def _measure_runs(piece, numbers, base, last, run, run_block, run_size):
    for i in range(len(piece.terms)):
        term = numbers[piece.terms[i]]
        for second in (False, True):
            block, low, high = _in_block(piece, i, base, second)
            if low < high:
                run[term] += last[term] != block
                last[term] = block
                run_block[run[term]] = block
                run_size[run[term]] += high - low


@njit(cache=True, nogil=True)
def _place(runs, run_size):
    """Return where each term, and each run, begins in docs, dense and freqs."""
    terms = len(runs) - 1
    ats = np.zeros((3, terms + 1), np.int64)
    run_ats = np.zeros((3, len(run_size)), np.int64)
    at = np.zeros(3, np.int64)
    for term in range(terms):
        for r in range(runs[term], runs[term + 1]):
            run_ats[:, r] = at
            if run_size[r] >= MIN_DENSE:
                at[1] += 1
            else:
                at[0] += run_size[r]
            at[2] += run_size[r]
        ats[:, term + 1] = at
    return ats, run_ats


@njit(cache=True, nogil=True)
def _copy(piece, numbers, base, last, run, run_size, run_ats, docs, dense, freqs, large):
    """Copy the postings of a piece to their runs, and its large frequencies to ``large``."""
    count = 0
    for i in range(len(piece.terms)):
        term = numbers[piece.terms[i]]
        for second in (False, True):
            block, low, high = _in_block(piece, i, base, second)
            if low == high:
                continue
            run[term] += last[term] != block
            last[term] = block
            r = run[term]
            for at in range(low, high):
                doc = base + piece.docs[at] - block * BLOCK
                if run_size[r] >= MIN_DENSE:
                    row = run_ats[1, r]
                    dense[row, doc >> 6] |= np.uint64(1) << np.uint64(doc & 63)
                else:
                    docs[run_ats[0, r]] = doc
                    run_ats[0, r] += 1
                posting, freq = run_ats[2, r], np.int64(piece.freqs[at])
                if freq >= LARGE:
                    large[0, count], large[1, count] = posting, freq
                    count += 1
                freqs[posting >> 4] |= np.uint64(min(freq, LARGE)) << np.uint64((posting & 15) << 2)
                run_ats[2, r] += 1


@njit(cache=True, nogil=True)
def _unpack(postings, first, numbers, moved, base, block, run, docs_at, dense_at, freqs_at):
    """Return the columns of the piece of one block, and move the cursors past it.

    Raises ``ValueError`` where the documents of a run do not ascend inside the block.
    """
    size = 0
    for i in range(len(run)):
        if run[i] < postings.runs[first + i + 1] and postings.run_block[run[i]] == block:
            size += np.int64(postings.run_size[run[i]]) + 1
    terms = np.empty(len(numbers), np.uint32)
    starts = np.zeros(len(numbers) + 1, np.int64)
    docs, freqs = np.empty(size, np.uint16), np.empty(size, np.uint16)
    old_docs = np.empty(BLOCK, np.uint16)
    posting = kept = 0
    for i in range(len(numbers)):
        r = run[i]
        if r == postings.runs[first + i + 1] or postings.run_block[r] != block:
            continue
        size = np.int64(postings.run_size[r]) + 1
        last = -1
        count = _decode(postings.docs, postings.dense, size, docs_at[i], dense_at[i], old_docs)
        if count != size:
            raise ValueError("docs")
        for at in range(size):
            doc = np.int64(old_docs[at])
            if not last < doc < len(moved):
                raise ValueError("docs")
            last = doc
            if moved[doc] >= 0:
                docs[posting] = moved[doc] - base
                freqs[posting] = frequency(
                    postings.freqs, freqs_at[i] + at, postings.large_at, postings.large
                )
                posting += 1
        run[i] += 1
        dense_at[i] += size >= MIN_DENSE
        docs_at[i] += 0 if size >= MIN_DENSE else size
        freqs_at[i] += size
        if posting > starts[kept]:
            terms[kept] = numbers[i]
            starts[kept + 1] = posting
            kept += 1
    return terms[:kept], starts[: kept + 1], docs[:posting], freqs[:posting]


@njit(cache=True, nogil=True)
def _decode(docs, dense, size, docs_at, row, out):
    """Put the ``size`` documents of a run into ``out``; return how many there are."""
    if size < MIN_DENSE:
        out[:size] = docs[docs_at : docs_at + size]
        return size
    at = 0
    for word in range(WORDS_PER_BLOCK):
        left = dense[row, word]
        while left:
            out[at] = word * 64 + lowest(left)
            left &= left - np.uint64(1)
            at += 1
    return at
