"""The inversion of one block: from its tokens to its postings, by a counting sort of numbers.

The result is a ``Piece``: the postings term by term, with documents counted from the first
document of the block. ``merging`` makes a segment of pieces.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.layout import MAX_FREQUENCY
from engine.jit import njit


class Piece(NamedTuple):
    """The postings of at most 65,536 consecutive documents.

    ``terms[i]`` is the number of a term in the vocabulary of its field. Its postings are
    ``starts[i]`` to ``starts[i + 1]`` of ``docs`` and ``freqs``.
    """

    terms: Array  # uint32
    starts: Array  # int64
    docs: Array  # uint16
    freqs: Array  # uint16


def invert(tokens: Array, ends: Array, vocabulary: int) -> Piece:
    """Invert documents whose tokens end at ``ends``; tokens are numbers below ``vocabulary``."""
    starts, docs, freqs = _invert(tokens, ends, vocabulary)
    terms = np.flatnonzero(np.diff(starts)).astype(np.uint32)
    return Piece(terms, np.append(starts[terms], starts[-1]), docs, freqs)


@njit(cache=True, nogil=True)
def _invert(tokens, ends, vocabulary):
    starts = np.zeros(vocabulary + 1, np.int64)
    last = np.full(vocabulary, -1, np.int32)  # the last document in which a term was met
    begin = 0
    for doc in range(len(ends)):
        for term in tokens[begin : ends[doc]]:
            starts[term + 1] += last[term] != doc
            last[term] = doc
        begin = ends[doc]
    for term in range(vocabulary):
        starts[term + 1] += starts[term]
    next_at = starts[:-1].copy()
    docs, freqs = np.empty(starts[-1], np.uint16), np.empty(starts[-1], np.uint16)
    last[:] = -1
    begin = 0
    for doc in range(len(ends)):
        for term in tokens[begin : ends[doc]]:
            if last[term] != doc:
                last[term] = doc
                docs[next_at[term]], freqs[next_at[term]] = doc, 1
                next_at[term] += 1
            elif freqs[next_at[term] - 1] < MAX_FREQUENCY:
                freqs[next_at[term] - 1] += 1
        begin = ends[doc]
    return starts, docs, freqs
