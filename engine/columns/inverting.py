"""From the tokens of a block to its postings, by a counting sort over numbers.

What comes out is a ``Piece``: postings term by term, with documents counted from
the first of the block. ``merging`` makes a segment of pieces.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from engine.columns.layout import ESCAPE, Array


class Piece(NamedTuple):
    """Postings of at most 65,536 documents that follow each other.

    ``terms[i]`` is the number of a term in its field's vocabulary; its postings are
    ``starts[i]`` to ``starts[i + 1]`` of ``docs`` and ``freqs``, and their positions
    ``gap_starts[i]`` to ``gap_starts[i + 1]`` of ``gaps``. ``freqs``, ``gaps``,
    ``large_at`` and ``large`` are as in ``layout.Postings``.
    """

    terms: Array  # uint32
    starts: Array  # int64
    gap_starts: Array  # int64
    docs: Array  # uint16
    freqs: Array  # uint8
    gaps: Array  # uint8
    large_at: Array  # int64
    large: Array  # int64


def invert(tokens: Array, ends: Array, vocabulary: int, positions: bool) -> Piece:
    """The postings of documents whose tokens (numbers below ``vocabulary``) end at ``ends``."""
    starts, docs, places = _sort(tokens, ends, vocabulary)
    terms = np.flatnonzero(np.diff(starts)).astype(np.uint32)
    return Piece(terms, *_squeeze(terms, starts, docs, places, positions))


@njit(cache=True, nogil=True)
def _sort(tokens, ends, vocabulary):
    """Tokens by term, then by place: where each term's begin, their documents and places."""
    starts = np.zeros(vocabulary + 1, np.int64)
    for token in tokens:
        starts[token + 1] += 1
    for term in range(vocabulary):
        starts[term + 1] += starts[term]
    upto = starts[:-1].copy()
    docs = np.empty(len(tokens), np.uint16)
    places = np.empty(len(tokens), np.uint32)
    begin = 0
    for doc in range(len(ends)):
        for at in range(begin, ends[doc]):
            term = tokens[at]
            docs[upto[term]] = doc
            places[upto[term]] = at - begin
            upto[term] += 1
        begin = ends[doc]
    return starts, docs, places


@njit(cache=True, nogil=True)
def _squeeze(terms, starts, docs, places, positions):
    """One posting for all places of a term in a document."""
    postings, gap_bytes = _measure(terms, starts, docs, places)
    if not positions:
        gap_bytes = 0
    term_starts = np.zeros(len(terms) + 1, np.int64)
    gap_starts = np.zeros(len(terms) + 1, np.int64)
    out_docs = np.empty(postings, np.uint16)
    freqs = np.empty(postings, np.uint8)
    gaps = np.empty(gap_bytes, np.uint8)
    large_at = np.empty((len(docs) + gap_bytes) // ESCAPE + 1, np.int64)
    large = np.empty_like(large_at)
    posting = gap = many = 0
    for i in range(len(terms)):
        at, end = starts[terms[i]], starts[terms[i] + 1]
        while at < end:
            doc, last, freq = docs[at], 0, 0
            while at < end and docs[at] == doc:
                if positions:
                    left = np.int64(places[at]) - last
                    while left >= ESCAPE:
                        gaps[gap] = ESCAPE
                        left -= ESCAPE
                        gap += 1
                        freq += 1
                    gaps[gap] = left
                    gap += 1
                    last = np.int64(places[at])
                freq += 1
                at += 1
            out_docs[posting] = doc
            freqs[posting] = min(freq, ESCAPE)
            if freq >= ESCAPE:
                large_at[many] = posting
                large[many] = freq
                many += 1
            posting += 1
        term_starts[i + 1] = posting
        gap_starts[i + 1] = gap
    large_at, large = large_at[:many].copy(), large[:many].copy()
    return term_starts, gap_starts, out_docs, freqs, gaps, large_at, large


@njit(cache=True, nogil=True)
def _measure(terms, starts, docs, places):
    """How many postings there will be, and how many bytes of gaps."""
    postings = gap_bytes = 0
    for term in terms:
        before, last = -1, 0
        for at in range(starts[term], starts[term + 1]):
            if docs[at] != before:
                postings += 1
                before, last = np.int64(docs[at]), 0
            place = np.int64(places[at])
            gap_bytes += 1 + (place - last) // ESCAPE
            last = place
    return postings, gap_bytes
