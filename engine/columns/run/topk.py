"""The best of what was found: a heap, the worst of the best first."""

from __future__ import annotations

import numpy as np

from engine.columns.bits import lowest
from engine.compiling import njit

_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def collect(bits, words, worth, labels, base, found, kept, count):
    """Offer the documents in these words of ``bits`` to the heap, and clear their scores.

    ``kept`` is how many are in the heap already; returns how many are afterwards.
    Labels are counted on the way if ``count`` says so.
    """
    scores, best, documents, counts = found.scores, found.best, found.documents, found.labels
    limit = len(best)
    for word in words:
        left = bits[word]
        while left:
            doc = np.int64(word) * 64 + lowest(left)
            left &= left - _ONE
            label = labels[base + doc]
            counts[label] += count
            score = scores[doc] * worth[label]
            scores[doc] = 0
            if kept < limit:
                _rise(best, documents, kept, score, base + doc)
                kept += 1
            elif score > best[0]:  # of equals, the first document stays
                _sink(best, documents, score, base + doc)
    return kept


@njit(cache=True, nogil=True)
def _worse(score, doc, than_score, than_doc):
    return score < than_score or (score == than_score and doc > than_doc)


@njit(cache=True, nogil=True)
def _rise(scores, documents, at, score, doc):
    """Put an entry at the end of the heap and move it up."""
    while at > 0:
        parent = (at - 1) >> 1
        if not _worse(score, doc, scores[parent], documents[parent]):
            break
        scores[at], documents[at] = scores[parent], documents[parent]
        at = parent
    scores[at], documents[at] = score, doc


@njit(cache=True, nogil=True)
def _sink(scores, documents, score, doc):
    """Put an entry in the place of the worst and move it down."""
    at, size = 0, len(scores)
    while 2 * at + 1 < size:
        child = 2 * at + 1
        right = child + 1
        if right < size and _worse(
            scores[right], documents[right], scores[child], documents[child]
        ):
            child = right
        if not _worse(scores[child], documents[child], score, doc):
            break
        scores[at], documents[at] = scores[child], documents[child]
        at = child
    scores[at], documents[at] = score, doc
