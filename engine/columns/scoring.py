"""BM25F scores of the documents in a bitset.

The formula and its parameters are those of ``whoosh.scoring.BM25F``: of a term of
weight ``w`` (its idf) that stands ``n`` times in a field of length ``l``, where ``a``
is the average length, ``w * n * (K1 + 1) / (n + K1 * (1 - B + B * l / a))``. All but the
weight is looked up in a table by ``n`` and the byte that Whoosh keeps for ``l``.

Four bits do not tell every frequency, and in long documents they count bytes that are
no occurrences. Such a posting gets the score of the frequency that they might stand
for at the most, and its document is noted as *rough*: most of them are not among the
best even so, and only of the others is the score found out (``exact_score``).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from engine.columns.bits import lowest, popcount
from engine.columns.counting import both
from engine.columns.freqs import entries, packed, total
from engine.columns.layout import ESCAPE, LARGE, STRIDE, WORDS
from engine.columns.slots import ABSENT, DOCS, FIELD, FORM, FREQS, FULL, GAPS, ROW, SIZE, few, find
from engine.columns.steps import AND, ROUGH, SCORE, SCORE_CONSTANT, SCORE_MASK

K1, B = 1.2, 0.75

_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def score(postings, segment, program, slots, base, bits, scores):
    """Run the scoring steps: the scores of the documents in their bitsets grow."""
    bits[ROUGH] = np.uint64(0)
    for step in range(program.matching, len(program.steps)):
        code, result, a, b, c, _ = program.steps[step]
        if code == AND:
            both(bits[a], bits[b], bits[result])
        elif code == SCORE:
            for s in range(b, c):
                field, weight = program.slots[s, FIELD], program.weights[s]
                lengths, long = segment.lengths[field, base:], segment.long[field]
                impacts = segment.impacts[field]
                score_slot(
                    *(postings, slots, s, weight, lengths, impacts, long, bits[a]),
                    *(bits[ROUGH], scores),
                )
        elif code == SCORE_CONSTANT:
            score_all(bits[a], program.constants[b], scores)
        elif code == SCORE_MASK:
            score_groups(bits[a], program.mask_scores[b], segment.first, base, scores)


@njit(cache=True, nogil=True)
def score_slot(postings, slots, s, weight, lengths, impacts, long, bits, rough, scores):
    """Add a term's scores to those of the documents in ``bits``.

    ``lengths`` are the length codes of the block's documents; from ``long`` on, a
    frequency may count bytes that are no occurrences.
    """
    docs, freqs = postings.docs, postings.freqs
    first, size, at = slots[s, DOCS], slots[s, SIZE], slots[s, FREQS]
    if slots[s, FORM] == FULL:
        row = postings.dense[slots[s, ROW]]
        _score_dense(row, freqs, at, weight, lengths, impacts, long, bits, rough, scores)
    elif few(bits, size):
        for word in range(WORDS):
            left = bits[word]
            while left:
                doc = word * 64 + lowest(left)
                left &= left - _ONE
                place = find(docs, first, first + size, doc)
                if place >= 0:
                    posting = at + place - first
                    _add(freqs, posting, doc, weight, lengths, impacts, long, rough, scores)
    else:
        for number in range(size):
            doc = np.int64(docs[first + number])
            if bits[doc >> 6] >> np.uint64(doc & 63) & _ONE:
                posting = at + number
                _add(freqs, posting, doc, weight, lengths, impacts, long, rough, scores)


@njit(cache=True, nogil=True)
def _score_dense(row, freqs, at, weight, lengths, impacts, long, bits, rough, scores):
    for word in range(WORDS):
        held = row[word]
        left = held & bits[word]
        while left:
            bit = lowest(left)
            left &= left - _ONE
            posting = at + popcount(held & ((_ONE << np.uint64(bit)) - _ONE))
            doc = word * 64 + bit
            _add(freqs, posting, doc, weight, lengths, impacts, long, rough, scores)
        at += popcount(held)


@njit(cache=True, nogil=True, inline="always")
def _add(freqs, posting, doc, weight, lengths, impacts, long, rough, scores):
    freq, length = packed(freqs, posting), lengths[doc]
    scores[doc] += weight * impacts[freq, length]
    if freq == LARGE or length >= long:
        rough[doc >> 6] |= _ONE << np.uint64(doc & 63)


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


# --- one document, exactly ------------------------------------------------------------------------


@njit(cache=True, nogil=True)
def exact_score(postings, segment, program, slots, base, bits, doc):
    """What ``score`` gives a document if nothing about it is rough."""
    score = np.float32(0)
    for step in range(program.matching, len(program.steps)):
        code, _, a, b, c, _ = program.steps[step]
        if code == AND or not bits[a, doc >> 6] >> np.uint64(doc & 63) & _ONE:
            continue
        if code == SCORE:
            for s in range(b, c):
                field = program.slots[s, FIELD]
                length = segment.lengths[field, base + doc]
                freq = _frequency(postings, slots, s, doc, length >= segment.long[field])
                if freq < LARGE:
                    impact = segment.impacts[field, freq, length]
                else:
                    impact = np.float32(freq * (K1 + 1) / (freq + segment.norms[field, length]))
                score += program.weights[s] * impact
        elif code == SCORE_CONSTANT:
            score += program.constants[b]
        else:
            group = np.searchsorted(segment.first, base + doc, "right") - 1
            score += program.mask_scores[b, group]
    return score


@njit(cache=True, nogil=True)
def _frequency(postings, slots, s, doc, long):
    """How often a slot's term stands in a document; in a long one, by its positions."""
    freqs, large_at, large = postings.freqs, postings.large_at, postings.large
    at, row = slots[s, FREQS], slots[s, ROW]
    near, gap = at, slots[s, GAPS]  # a posting and where its positions begin
    if slots[s, FORM] == ABSENT:
        return 0
    if slots[s, FORM] == FULL:
        held = postings.dense[row, doc >> 6]
        if not held >> np.uint64(doc & 63) & _ONE:
            return 0
        posting = at + popcount(held & ((_ONE << np.uint64(doc & 63)) - _ONE))
        stride = (doc >> 6) // STRIDE
        for word in range(stride * STRIDE):
            near += popcount(postings.dense[row, word])
        posting += near - at
        for word in range(stride * STRIDE, doc >> 6):
            posting += popcount(postings.dense[row, word])
        gap += postings.skips[row, stride]
    else:
        first = slots[s, DOCS]
        place = find(postings.docs, first, first + slots[s, SIZE], doc)
        if place < 0:
            return 0
        posting = at + place - first
    freq = entries(freqs, posting, large_at, large)
    if long:
        gap += total(freqs, near, posting, large_at, large)
        for place in range(gap, gap + freq):
            freq -= int(postings.gaps[place] == ESCAPE)
    return freq
