"""BM25F scores of the documents in a bitset.

The formula and its parameters are those of ``whoosh.scoring.BM25F``: of a term of
weight ``w`` (its idf) that stands ``n`` times in a field of length ``l``, where ``a``
is the average length, ``w * n * (K1 + 1) / (n + K1 * (1 - B + B * l / a))``. All but the
weight is looked up in a table by ``n`` and the byte that Whoosh keeps for ``l``.
"""

from __future__ import annotations

import numpy as np

from engine.columns.bits import lowest, popcount
from engine.columns.freqs import packed
from engine.columns.layout import LARGE, WORDS_PER_BLOCK
from engine.columns.run.counting import both
from engine.columns.run.ops import AND, SCORE, SCORE_CONSTANT, SCORE_MASK
from engine.columns.run.slots import DOCS, FIELD, FORM, FREQS, FULL, ROW, SIZE, few, find
from engine.compiling import njit
from engine.ranking import K1

_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def score(postings, segment, program, slots, base, bits, words, room, scores):
    """Run the scoring steps: the scores of the documents in their bitsets grow.

    Only these ``words`` of the bitsets may have bits set; ``room`` (uint16[2, BLOCK]) is
    to work in.
    """
    for step in range(program.matching, len(program.steps)):
        code, result, a, b, c, _ = program.steps[step]
        if code == AND:
            both(bits[a], bits[b], bits[result])
        elif code == SCORE:
            for s in range(b, c):
                field, weight = program.slots[s, FIELD], program.weights[s]
                lengths = segment.lengths[field, base:]
                impacts, norms = segment.impacts[field], segment.norms[field]
                score_slot(
                    *(postings, slots, s, weight, lengths, impacts, norms, bits[a], words, room),
                    scores,
                )
        elif code == SCORE_CONSTANT:
            score_all(bits[a], words, program.constants[b], scores)
        elif code == SCORE_MASK:
            score_groups(bits[a], words, program.mask_scores[b], segment.first, base, scores)


@njit(cache=True, nogil=True)
def score_slot(postings, slots, s, weight, lengths, impacts, norms, bits, words, room, scores):
    """Add a term's scores to those of the documents in ``bits``.

    ``lengths`` are the length codes of the block's documents.
    """
    first, size, at = slots[s, DOCS], slots[s, SIZE], slots[s, FREQS]
    docs, freqs = postings.docs[first : first + size], postings.freqs
    large_at, large = postings.large_at, postings.large
    found, numbers = room
    if slots[s, FORM] == FULL:
        count = _among_dense(postings.dense[slots[s, ROW]], size, bits, found, numbers)
    elif few(bits, size):
        count = _sought(docs, bits, words, found, numbers)
    else:
        count = _among_listed(docs, bits, found, numbers)
    for place in range(count):
        doc, posting = np.int64(found[place]), at + np.int64(numbers[place])
        freq, length = packed(freqs, posting), lengths[doc]
        if freq < LARGE:
            scores[doc] += weight * impacts[freq, length]
        else:
            scores[doc] += weight * _large_impact(posting, large_at, large, norms[length])


@njit(cache=True, nogil=True)
def _large_impact(posting, large_at, large, norm):
    place = np.searchsorted(large_at, posting)
    freq = large[place] if place < len(large) else np.uint16(LARGE)  # of a damaged file
    return np.float32(freq * (K1 + 1) / (freq + norm))


# The postings of a run whose documents are in a bitset: documents and numbers in the run.


@njit(cache=True, nogil=True)
def _among_dense(row, size, bits, found, numbers):
    count = before = 0
    for word in range(WORDS_PER_BLOCK):
        held = row[word]
        left = held & bits[word]
        while left:
            bit = lowest(left)
            left &= left - _ONE
            found[count] = word * 64 + bit
            numbers[count] = before + popcount(held & ((_ONE << np.uint64(bit)) - _ONE))
            count += 1
        before += popcount(held)
    return count if before == size else 0  # a run of a damaged file may have other numbers


@njit(cache=True, nogil=True)
def _sought(docs, bits, words, found, numbers):
    count = 0
    for word in words:
        left = bits[word]
        while left:
            doc = np.int64(word) * 64 + lowest(left)
            left &= left - _ONE
            place = find(docs, 0, len(docs), doc)
            if place >= 0:
                found[count], numbers[count] = doc, place
                count += 1
    return count


@njit(cache=True, nogil=True)
def _among_listed(docs, bits, found, numbers):
    count = 0
    for number in range(len(docs)):
        doc = docs[number]
        if bits[doc >> 6] >> np.uint64(doc & 63) & _ONE:
            found[count], numbers[count] = doc, number
            count += 1
    return count


@njit(cache=True, nogil=True)
def score_groups(bits, words, of_group, first, base, scores):
    """Add to the documents in ``bits`` the score of their group."""
    group = np.searchsorted(first, base, "right") - 1
    for word in words:
        left = bits[word]
        while left:
            doc = np.int64(word) * 64 + lowest(left)
            left &= left - _ONE
            while first[group + 1] <= base + doc:
                group += 1
            scores[doc] += of_group[group]


@njit(cache=True, nogil=True)
def score_all(bits, words, constant, scores):
    """Add the same to all documents in ``bits``."""
    for word in words:
        left = bits[word]
        while left:
            scores[np.int64(word) * 64 + lowest(left)] += constant
            left &= left - _ONE
