"""The top-k heap. Its root is the worst of the best hits."""

from __future__ import annotations

import numpy as np

from engine.columns.bits import lowest
from engine.jit import njit

_ONE = np.uint64(1)


@njit(nogil=True)
def collect(bits, words, worth, labels, base, result, size, count):
    """Offer the documents in these words of a bitset to the heap, and clear their scores.

    ``size`` is the number of entries in the heap; returns the new one. ``count`` is 1 if labels
    are to be counted on the way, else 0.
    """
    scores, top_scores, top_documents = result.scores, result.top_scores, result.top_documents
    label_counts, limit = result.label_counts, len(top_scores)
    for word in words:
        left = bits[word]
        while left:
            doc = np.int64(word) * 64 + lowest(left)
            left &= left - _ONE
            label = labels[base + doc]
            label_counts[label] += count
            score = scores[doc] * worth[label]
            scores[doc] = 0
            if size < limit:
                _sift_up(top_scores, top_documents, size, score, base + doc)
                size += 1
            elif score > top_scores[0]:  # of equal scores, the first document stays
                _sift_down(top_scores, top_documents, score, base + doc)
    return size


@njit(nogil=True)
def _worse(score, doc, than_score, than_doc):
    return score < than_score or (score == than_score and doc > than_doc)


@njit(nogil=True)
def _sift_up(scores, documents, at, score, doc):
    """Put an entry at the end of the heap, and move it up to its place."""
    while at > 0:
        parent = (at - 1) >> 1
        if not _worse(score, doc, scores[parent], documents[parent]):
            break
        scores[at], documents[at] = scores[parent], documents[parent]
        at = parent
    scores[at], documents[at] = score, doc


@njit(nogil=True)
def _sift_down(scores, documents, score, doc):
    """Replace the root by an entry, and move it down to its place."""
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
