"""BM25F scores of the documents in a bitset.

The formula and its parameters are those of ``whoosh.scoring.BM25F``. A term of weight ``w`` (its
idf) that stands ``n`` times in a field of length ``l``, where the average length is ``a``,
scores ``w * n * (K1 + 1) / (n + K1 * (1 - B + B * l / a))``. All but the weight is looked up in
a table by ``n`` and by the byte that Whoosh keeps for ``l``.
"""

from __future__ import annotations

import numpy as np

from engine.columns.bits import lowest, popcount
from engine.columns.freqs import packed
from engine.columns.layout import LARGE, WORDS_PER_BLOCK
from engine.columns.run.counting import intersect
from engine.columns.run.ops import AND, SCORE, SCORE_CONSTANT, SCORE_MASK
from engine.columns.run.slots import (
    BITSET,
    DOCS,
    FIELD,
    FORM,
    FREQS,
    ROW,
    SIZE,
    find,
    seeking_is_faster,
)
from engine.jit import njit
from engine.ranking import K1

_ONE = np.uint64(1)


@njit(nogil=True)
def score(postings, columns, program, slots, base, bits, words, scratch, scores):
    """Run the scoring steps, which add to the scores of the documents in their bitsets.

    Only ``words`` of the bitsets may have bits set. ``scratch`` (uint16[2, BLOCK]) is working
    space.
    """
    for step in range(program.matching, len(program.steps)):
        code, result, a, b, c, _ = program.steps[step]
        if code == AND:
            intersect(bits[a], bits[b], bits[result])
        elif code == SCORE:
            for s in range(b, c):
                field, weight = program.slots[s, FIELD], program.weights[s]
                lengths = columns.lengths[field, base:]
                impacts, norms = columns.impacts[field], columns.norms[field]
                _score_slot(
                    *(postings, slots, s, weight, lengths, impacts, norms, bits[a], words, scratch),
                    scores,
                )
        elif code == SCORE_CONSTANT:
            _score_all(bits[a], words, program.constants[b], scores)
        elif code == SCORE_MASK:
            _score_groups(bits[a], words, program.mask_scores[b], columns.first, base, scores)


@njit(nogil=True)
def _score_slot(postings, slots, s, weight, lengths, impacts, norms, bits, words, scratch, scores):
    """Add the scores of a term to the documents in ``bits``.

    ``lengths`` are the length codes of the documents of the block.
    """
    first, size, at = slots[s, DOCS], slots[s, SIZE], slots[s, FREQS]
    docs, freqs = postings.docs[first : first + size], postings.freqs
    large_at, large = postings.large_at, postings.large
    matches, places = scratch
    if slots[s, FORM] == BITSET:
        count = _match_bitset(postings.dense[slots[s, ROW]], size, bits, matches, places)
    elif seeking_is_faster(bits, size):
        count = _seek_in_list(docs, bits, words, matches, places)
    else:
        count = _scan_list(docs, bits, matches, places)
    for match in range(count):
        doc, posting = np.int64(matches[match]), at + np.int64(places[match])
        freq, length = packed(freqs, posting), lengths[doc]
        if freq < LARGE:
            scores[doc] += weight * impacts[freq, length]
        else:
            scores[doc] += weight * _large_impact(posting, large_at, large, norms[length])


@njit(nogil=True)
def _large_impact(posting, large_at, large, norm):
    place = np.searchsorted(large_at, posting)
    freq = large[place] if place < len(large) else np.uint16(LARGE)  # of a damaged file
    return np.float32(freq * (K1 + 1) / (freq + norm))


# These find the postings of a run whose documents are in a bitset. They fill the documents and
# their places in the run, and return how many there are.


@njit(nogil=True)
def _match_bitset(row, size, bits, matches, places):
    count = before = 0
    for word in range(WORDS_PER_BLOCK):
        docs = row[word]
        left = docs & bits[word]
        while left:
            bit = lowest(left)
            left &= left - _ONE
            matches[count] = word * 64 + bit
            places[count] = before + popcount(docs & ((_ONE << np.uint64(bit)) - _ONE))
            count += 1
        before += popcount(docs)
    return count if before == size else 0  # a run of a damaged file may have another size


@njit(nogil=True)
def _seek_in_list(docs, bits, words, matches, places):
    count = 0
    for word in words:
        left = bits[word]
        while left:
            doc = np.int64(word) * 64 + lowest(left)
            left &= left - _ONE
            place = find(docs, 0, len(docs), doc)
            if place >= 0:
                matches[count], places[count] = doc, place
                count += 1
    return count


@njit(nogil=True)
def _scan_list(docs, bits, matches, places):
    count = 0
    for place in range(len(docs)):
        doc = docs[place]
        if bits[doc >> 6] >> np.uint64(doc & 63) & _ONE:
            matches[count], places[count] = doc, place
            count += 1
    return count


@njit(nogil=True)
def _score_groups(bits, words, group_scores, first, base, scores):
    """Add the score of its group to each document in ``bits``."""
    group = np.searchsorted(first, base, "right") - 1
    for word in words:
        left = bits[word]
        while left:
            doc = np.int64(word) * 64 + lowest(left)
            left &= left - _ONE
            while first[group + 1] <= base + doc:
                group += 1
            scores[doc] += group_scores[group]


@njit(nogil=True)
def _score_all(bits, words, constant, scores):
    """Add the same score to each document in ``bits``."""
    for word in words:
        left = bits[word]
        while left:
            scores[np.int64(word) * 64 + lowest(left)] += constant
            left &= left - _ONE
