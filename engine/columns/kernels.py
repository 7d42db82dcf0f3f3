"""A search over one segment, compiled: block by block, in one pass.

``search`` runs a small program (``program`` makes it of a query). Its steps work
on bitsets of one block, 8 KB each, which stay in the processor's cache. What they
leave is counted by group and by label; only what survives the filters is scored.
Nothing here holds the interpreter's lock.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from engine.columns import slots as slot
from engine.columns.counting import (
    both,
    count_groups,
    count_labels,
    groups_failing,
    keep_labels,
)
from engine.columns.layout import BLOCK, DENSE, LARGE, WORDS, Array
from engine.columns.phrases import phrase
from engine.columns.scoring import collect, score_all, score_groups, score_slot

# Steps: code, result, operands. Operands are numbers of bitsets unless named otherwise.
EVERY, ANY, ALL, PHRASE, MASK, AND, OR, WITHOUT, AT_LEAST = range(9)
SCORE, SCORE_MASK, SCORE_CONSTANT = range(9, 12)
STEP = 6  # columns of a step
NONE = -1  # no bitset: no limit on what is needed
# Bitsets of ``search`` itself: what is left of the result, the filters, and what may
# still count somewhere.
TOP, IN_GROUPS, IN_LABELS, NEEDED = range(4)
RESERVED = 4

TOTAL, MATCHED, BEST, KEPT = range(4)  # what ``search`` counts
PLANES = 7  # binary digits of a count of parts, of which a query has at most 100
FREQUENCIES = LARGE  # that impacts are looked up for

_ONE = np.uint64(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


class Segment(NamedTuple):
    """What ``search`` reads of a segment besides postings; see ``opened.Columns``.

    ``impacts[f, n, c]`` is the score of a term of weight 1 that stands ``n`` times in a
    field ``f`` of length code ``c``, ``norms[f, c]`` its denominator less ``n`` (see
    ``scoring``); ``long[f]`` the length code from which on frequencies count escapes too.
    """

    live: Array  # uint64[blocks, 1024]
    first: Array  # int64[groups + 1]
    labels: Array  # uint32[documents]
    worth: Array  # float32[labels]
    lengths: Array  # uint8[fields, documents]
    impacts: Array  # float32[fields, FREQUENCIES, 256]
    norms: Array  # float32[fields, 256]
    long: Array  # int64[fields]


class Program(NamedTuple):
    """A query as steps: the first ``matching`` ones find, the others score.

    What is found is in the bitset ``result`` of ``bitsets``.
    """

    steps: Array  # int64[steps, STEP]
    matching: int
    result: int
    bitsets: int
    parts: Array  # int64: lists of bitsets, for AT_LEAST
    slots: Array  # int64[slots, 5]: see ``slots.TERM``
    weights: Array  # float32[slots]: idf times boost
    constants: Array  # float32: scores that do not depend on the document
    masks: Array  # uint64[masks, blocks, 1024]: documents found beforehand
    mask_scores: Array  # float32[masks, groups]


class Keep(NamedTuple):
    """What the filters keep; a flag says whether a filter is on at all.

    Counts are drill-sideways, so a document counts somewhere if it fails one filter
    at the most. What fails two filters of its group needs no looking at.
    """

    by_group: bool
    fails: Array  # uint8[groups]: how many filters a group fails
    by_label: bool
    labels: Array  # bool[labels]


class Found(NamedTuple):
    """What ``search`` fills in.

    ``groups`` counts, by group, what matches and has a label that is kept (in groups
    that fail two filters, not); ``labels``, by label, what matches and is in a group
    that is kept; ``counts`` has the numbers ``TOTAL`` (what matches and is kept),
    ``MATCHED`` (what matches and fails no two filters), ``BEST`` (parts that a document
    held at once, of AT_LEAST), ``KEPT`` (entries of the heap). ``best`` and
    ``documents`` are a heap, the worst of the best first. ``scores`` is room to work
    in, all 0 before and after.
    """

    groups: Array  # int32[groups]
    labels: Array  # int32[labels]
    counts: Array  # int64[4]
    best: Array  # float32[limit]
    documents: Array  # int64[limit]
    scores: Array  # float32[BLOCK]


@njit(cache=True, nogil=True)
def search(postings, pairs, segment, program, keep, found, begin, end):
    """Run a program over the blocks from ``begin`` up to ``end``; see ``Found``."""
    bits = np.zeros((program.bitsets, WORDS), np.uint64)
    top, in_groups, in_labels = bits[TOP], bits[IN_GROUPS], bits[IN_LABELS]
    room = np.empty((2, BLOCK), np.uint16)
    first, labels, counts = segment.first, segment.labels, found.counts
    slots = slot.begin(postings, program.slots[:, slot.TERM], begin)
    group = np.searchsorted(first, begin * BLOCK, "right") - 1
    for block in range(begin, end):
        base = block * BLOCK
        slot.enter(postings.run_block, postings.run_size, slots, block)
        bits[NEEDED] = segment.live[block]
        if keep.by_group:
            groups_failing(0, first, base, group, keep.fails, in_groups)
            groups_failing(1, first, base, group, keep.fails, bits[NEEDED])
            both(bits[NEEDED], segment.live[block], bits[NEEDED])
        for step in range(program.matching):
            _match(postings, pairs, program, slots, step, block, bits, counts)
        matched = both(bits[program.result], bits[NEEDED], top)
        if matched:
            counts[MATCHED] += matched
            if keep.by_label:
                keep_labels(top, labels, base, keep.labels, in_labels)
                count_groups(in_labels, matched, first, base, group, found.groups)
            else:
                count_groups(top, matched, first, base, group, found.groups)
            if keep.by_group:
                matched = both(top, in_groups, top)
            if keep.by_label or not len(found.best):
                count_labels(top, labels, base, found.labels)
            if keep.by_label:
                matched = both(top, in_labels, top)
            counts[TOTAL] += matched
            if matched and len(found.best):
                for step in range(program.matching, len(program.steps)):
                    _score(postings, segment, program, slots, step, base, bits, room, found.scores)
                uncounted = not keep.by_label
                counts[KEPT] = collect(
                    top, segment.worth, labels, base, found, counts[KEPT], uncounted
                )
        slot.leave(postings.run_gaps, slots)
        while group < len(first) - 2 and first[group + 1] <= base + BLOCK:
            group += 1


# --- matching ---------------------------------------------------------------------------------


@njit(cache=True, nogil=True)
def _match(postings, pairs, program, slots, step, block, bits, counts):
    """One step of the matching part."""
    code, result, a, b, c, d = program.steps[step]
    out = bits[result]
    if code == EVERY:
        out[:] = _ALL
    elif code == ANY:
        slot.union(postings.docs, postings.dense, slots, a, b, out)
    elif code == ALL:
        slot.intersection(postings.docs, postings.dense, slots, a, b, out)
    elif code == PHRASE:
        if c == NONE:
            out[:] = _ALL
        else:
            out[:] = bits[c]
        phrase(postings, pairs, slots, program.slots, a, b, block, bits, d, out)
    elif code == MASK:
        out[:] = program.masks[a, block]
    elif code == AND:
        both(bits[a], bits[b], out)
    elif code == OR:
        out[:] = bits[a] | bits[b]
    elif code == WITHOUT:
        out[:] = bits[a] & ~bits[b]
    elif code == AT_LEAST:
        _at_least(bits, program.parts[a:b], c, bits[d], out, counts)


@njit(cache=True, nogil=True)
def _at_least(bits, parts, least, within, out, counts):
    """The documents in ``least`` or more of the parts; counts are kept a binary digit a word.

    The most parts that a document ``within`` is in is noted.
    """
    planes = np.zeros(PLANES, np.uint64)
    for word in range(WORDS):
        planes[:] = np.uint64(0)
        for part in parts:
            carry = bits[part, word]
            for plane in range(PLANES):
                both = planes[plane] & carry
                planes[plane] ^= carry
                carry = both
        most, left = 0, within[word]
        same, more = _ALL, np.uint64(0)
        for plane in range(PLANES - 1, -1, -1):
            if left & planes[plane]:
                left &= planes[plane]
                most |= 1 << plane
            if least >> plane & 1:
                same &= planes[plane]
            else:
                more |= same & planes[plane]
                same &= ~planes[plane]
        out[word] = same | more
        if within[word]:
            counts[BEST] = max(counts[BEST], most)


@njit(cache=True, nogil=True)
def spread(postings, low, high, out):
    """Set the bits of the documents of terms ``low`` to ``high`` in all blocks of ``out``."""
    docs, dense = postings.docs, postings.dense
    for term in range(low, high):
        at, row = postings.docs_at[term], postings.dense_at[term]
        for run in range(postings.runs[term], postings.runs[term + 1]):
            block, size = postings.run_block[run], int(postings.run_size[run]) + 1
            if size >= DENSE:
                for word in range(WORDS):
                    out[block, word] |= dense[row, word]
                row += 1
            else:
                for posting in range(at, at + size):
                    out[block, docs[posting] >> 6] |= _ONE << np.uint64(docs[posting] & 63)
                at += size


@njit(cache=True, nogil=True)
def _score(postings, segment, program, slots, step, base, bits, room, scores):
    """One step of the scoring part: the scores of the documents in a bitset grow."""
    code, result, a, b, c, _ = program.steps[step]
    if code == AND:
        both(bits[a], bits[b], bits[result])
    elif code == SCORE:
        for s in range(b, c):
            field = program.slots[s, slot.FIELD]
            weight, lengths = program.weights[s], segment.lengths[field, base:]
            impacts, norms, long = segment.impacts[field], segment.norms[field], segment.long[field]
            score_slot(
                *(postings, slots, s, weight, lengths, impacts, norms, long, bits[a], room, scores)
            )
    elif code == SCORE_CONSTANT:
        score_all(bits[a], program.constants[b], scores)
    elif code == SCORE_MASK:
        score_groups(bits[a], program.mask_scores[b], segment.first, base, scores)
