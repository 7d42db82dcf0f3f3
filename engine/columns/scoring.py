"""BM25F scores of the documents in a bitset, and a heap of the best.

The formula and its parameters are those of ``whoosh.scoring.BM25F``: of a term of
weight ``w`` (its idf) that stands ``n`` times in a field of length ``l``, where ``a``
is the average length, ``w * n * (K1 + 1) / (n + K1 * (1 - B + B * l / a))``. All but the
weight is looked up in a table by ``n`` and the byte that Whoosh keeps for ``l``.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from engine.columns.bits import lowest, popcount
from engine.columns.freqs import packed
from engine.columns.layout import ESCAPE, LARGE, WORDS
from engine.columns.slots import (
    ABSENT,
    DOCS,
    FORM,
    FREQS,
    FULL,
    NEXT,
    ROW,
    SIZE,
    STOP,
    few,
    find,
    rewind,
    seek,
)

K1, B = 1.2, 0.75

_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def score_slot(postings, slots, s, weight, lengths, impacts, norms, long, bits, room, scores):
    """Add a term's scores to those of the documents in ``bits``.

    ``lengths`` are the length codes of the block's documents; from ``long`` on, a
    frequency has to be counted without the escapes among its bytes of gaps. ``room``
    (uint16[2, BLOCK]) is to work in.
    """
    if slots[s, FORM] == ABSENT:
        return
    docs, dense, skips, gaps = postings.docs, postings.dense, postings.skips, postings.gaps
    freqs, large_at, large = postings.freqs, postings.large_at, postings.large
    if slots[s, FORM] == FULL:
        count = _among_dense(dense[slots[s, ROW]], bits, room[0], room[1])
    elif few(bits, slots[s, SIZE]):
        count = _sought(docs, slots[s, DOCS], slots[s, SIZE], bits, room[0], room[1])
    else:
        count = _among_listed(docs, slots[s, DOCS], slots[s, SIZE], bits, room[0], room[1])
    rewind(slots, s)  # matching may have read to the end
    at = slots[s, FREQS]
    for found in range(count):
        doc = np.int64(room[0, found])
        length, freq = lengths[doc], packed(freqs, at + np.int64(room[1, found]))
        if freq == LARGE or length >= long:
            seek(slots, s, doc, docs, dense, skips, freqs, large_at, large)
            scores[doc] += weight * _impact(slots, s, gaps, length >= long, norms[length])
        else:
            scores[doc] += weight * impacts[freq, length]


# The postings of a run whose documents are in a bitset: documents and numbers in the run.


@njit(cache=True, nogil=True)
def _among_dense(row, bits, found, numbers):
    count = before = 0
    for word in range(WORDS):
        held = row[word]
        left = held & bits[word]
        while left:
            bit = lowest(left)
            left &= left - _ONE
            found[count] = word * 64 + bit
            numbers[count] = before + popcount(held & ((_ONE << np.uint64(bit)) - _ONE))
            count += 1
        before += popcount(held)
    return count


@njit(cache=True, nogil=True)
def _sought(docs, first, size, bits, found, numbers):
    count = 0
    for word in range(WORDS):
        left = bits[word]
        while left:
            doc = word * 64 + lowest(left)
            left &= left - _ONE
            place = find(docs, first, first + size, doc)
            if place >= 0:
                found[count], numbers[count] = doc, place - first
                count += 1
    return count


@njit(cache=True, nogil=True)
def _among_listed(docs, first, size, bits, found, numbers):
    count = 0
    for number in range(size):
        doc = docs[first + number]
        if bits[doc >> 6] >> np.uint64(doc & 63) & _ONE:
            found[count], numbers[count] = doc, number
            count += 1
    return count


@njit(cache=True, nogil=True, inline="always")
def _impact(slots, s, gaps, escapes, norm):
    """An impact that the table has not got, or whose frequency four bits do not tell."""
    freq = slots[s, STOP] - slots[s, NEXT]
    if escapes:
        for place in range(slots[s, NEXT], slots[s, STOP]):
            freq -= int(gaps[place] == ESCAPE)
    return np.float32(freq * (K1 + 1) / (freq + norm))


@njit(cache=True, nogil=True)
def score_groups(bits, of_group, first, base, scores):
    """Add to the documents in ``bits`` the score of their group."""
    group = np.searchsorted(first, base, "right") - 1
    for word in range(WORDS):
        left = bits[word]
        while left:
            doc = word * 64 + lowest(left)
            left &= left - _ONE
            while first[group + 1] <= base + doc:
                group += 1
            scores[doc] += of_group[group]


@njit(cache=True, nogil=True)
def score_all(bits, constant, scores):
    """Add the same to all documents in ``bits``."""
    for word in range(WORDS):
        left = bits[word]
        while left:
            scores[word * 64 + lowest(left)] += constant
            left &= left - _ONE


@njit(cache=True, nogil=True)
def collect(bits, worth, labels, base, found, kept, count):
    """Offer the documents in ``bits`` to the heap of the best and clear their scores.

    ``kept`` is how many are in the heap already; returns how many are afterwards.
    Labels are counted on the way if ``count`` says so.
    """
    scores, best, documents, counts = found.scores, found.best, found.documents, found.labels
    limit = len(best)
    for word in range(WORDS):
        left = bits[word]
        while left:
            doc = word * 64 + lowest(left)
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
