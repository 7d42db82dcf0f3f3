"""A search over one segment, compiled: block by block, in one pass.

``search`` runs a small program (``program`` makes it of a query). Its steps work
on bitsets of one block, 8 KB each, which stay in the processor's cache. What they
leave is counted by group and by label; only what survives the filters is scored.
Nothing here holds the interpreter's lock.
"""

from __future__ import annotations

import numpy as np

from engine.columns.layout import BLOCK, WORDS_PER_BLOCK
from engine.columns.run import slots as slot
from engine.columns.run.bind import bind_program
from engine.columns.run.counting import (
    both,
    count_groups,
    count_labels,
    filled,
    groups_failing,
    keep_labels,
)
from engine.columns.run.ops import (
    ALL,
    AND,
    ANY,
    AT_LEAST,
    BEST,
    EVERY,
    IN_GROUPS,
    IN_LABELS,
    KEPT,
    MASK,
    MATCHED,
    NEEDED,
    NONE,
    OR,
    PHRASE,
    TOP,
    TOTAL,
    WITHOUT,
)
from engine.columns.run.phrases import phrase
from engine.columns.run.scoring import score
from engine.columns.run.topk import collect
from engine.compiling import njit

_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@njit(cache=True, nogil=True)
def search(searched, asked, keep, found, begin, end):
    """Look in the blocks from ``begin`` up to ``end`` for what is ``Asked``; see ``Found``.

    ``searched`` is a handle of ``Searched``.
    """
    held = searched.held
    postings, segment = held.postings, held.segment
    program = bind_program(postings, held.pairs, held.documents, asked)
    bits = np.empty((program.bitsets, WORDS_PER_BLOCK), np.uint64)
    room = found.room
    top, in_groups, in_labels = bits[TOP], bits[IN_GROUPS], bits[IN_LABELS]
    first, labels, counts = segment.first, segment.labels, found.counts
    slots = slot.begin(postings, program.slots[:, slot.TERM], begin)
    group = np.searchsorted(first, begin * BLOCK, "right") - 1
    for block in range(begin, end):
        base = block * BLOCK
        slot.enter(postings.run_block, postings.run_size, slots, block)
        _need(segment.live[block], keep, first, base, group, bits)
        for step in range(program.matching):
            _match(held, program, slots, step, block, bits, counts)
        matched = both(bits[program.result], bits[NEEDED], top)
        if matched:
            counts[MATCHED] += matched
            words = filled(top, room[0])
            counted = top
            if keep.by_label:
                keep_labels(top, words, labels, base, keep.labels, in_labels)
                counted = in_labels
            count_groups(counted, words, matched, first, base, group, found.groups)
            if keep.by_group:
                matched = both(top, in_groups, top)
            if keep.by_label or not len(found.best):
                count_labels(top, words, labels, base, found.labels)
            if keep.by_label:
                matched = both(top, in_labels, top)
            counts[TOTAL] += matched
            if matched and len(found.best):
                score(postings, segment, program, slots, base, bits, words, room[1:], found.scores)
                uncounted = not keep.by_label
                counts[KEPT] = collect(
                    top, words, segment.worth, labels, base, found, counts[KEPT], uncounted
                )
        slot.leave(slots)
        while group < len(first) - 2 and first[group + 1] <= base + BLOCK:
            group += 1


@njit(cache=True, nogil=True)
def _need(live, keep, first, base, group, bits):
    """What may count somewhere in a block: what is live and fails no two filters."""
    bits[NEEDED] = live
    if keep.by_group:
        groups_failing(0, first, base, group, keep.fails, bits[IN_GROUPS])
        groups_failing(1, first, base, group, keep.fails, bits[NEEDED])
        both(bits[NEEDED], live, bits[NEEDED])


# --- matching ---------------------------------------------------------------------------------


@njit(cache=True, nogil=True)
def _match(searched, program, slots, step, block, bits, counts):
    """One step of the matching part."""
    postings = searched.postings
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
        phrase(searched, slots, program.slots, a, b, block, bits, d, out)
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
    digits = 1
    while max(len(parts), least) >> digits:
        digits += 1
    planes = np.zeros(digits, np.uint64)
    for word in range(WORDS_PER_BLOCK):
        planes[:] = np.uint64(0)
        for part in parts:
            carry = bits[part, word]
            for plane in range(digits):
                both = planes[plane] & carry
                planes[plane] ^= carry
                carry = both
        most, left = 0, within[word]
        same, more = _ALL, np.uint64(0)
        for plane in range(digits - 1, -1, -1):
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
