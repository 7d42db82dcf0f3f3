"""The search over one segment, compiled: block by block, in one pass.

``search`` runs a small program that ``program`` compiles from a query. Its steps work on bitsets
of one block, 8 KB each, which stay in the processor's cache. The matches are counted by group
and by label; only those that pass all filters are scored. Nothing here holds the interpreter's
lock.
"""

from __future__ import annotations

import numpy as np

from engine.columns.layout import BLOCK, WORDS_PER_BLOCK
from engine.columns.run import slots as slot
from engine.columns.run.bind import bind_program
from engine.columns.run.counting import (
    copy,
    count_groups,
    count_labels,
    filter_groups,
    filter_labels,
    intersect,
    nonzero_words,
    subtract,
    unite,
)
from engine.columns.run.one_sentence_kernels import one_sentence
from engine.columns.run.ops import (
    ALL,
    AND,
    ANY,
    AT_LEAST,
    COUNTABLE,
    EVERY,
    HEAP_SIZE,
    IN_GROUPS,
    IN_LABELS,
    MASK,
    MATCHED,
    MATCHES,
    MOST_PARTS,
    NO_BITSET,
    ONE_SENTENCE,
    OR,
    PHRASE,
    TOTAL,
    WITHOUT,
)
from engine.columns.run.phrases import phrase
from engine.columns.run.scoring import score
from engine.columns.run.topk import collect
from engine.jit import njit

_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@njit(nogil=True)
def search(view, query, filter_, result, begin, end):
    """Run a ``SegmentQuery`` over blocks of a ``SegmentView``, and fill a ``SegmentResult``."""
    postings, columns = view.postings, view.columns
    program = bind_program(postings, view.pairs, view.documents, query)
    bits = np.empty((program.bitsets, WORDS_PER_BLOCK), np.uint64)
    scratch = result.scratch
    matches, in_groups, in_labels = bits[MATCHES], bits[IN_GROUPS], bits[IN_LABELS]
    first, labels, worth, totals = columns.first, columns.labels, columns.worth, result.totals
    slots = slot.begin(postings, program.slots[:, slot.TERM], begin)
    group = np.searchsorted(first, begin * BLOCK, "right") - 1
    for block in range(begin, end):
        base = block * BLOCK
        slot.enter(postings.run_block, postings.run_size, slots, block)
        _filter(columns.live[block], filter_, first, base, group, bits)
        for step in range(program.matching):
            _match(view, program, slots, step, block, bits, totals)
        count = intersect(bits[program.result], bits[COUNTABLE], matches)
        if count:
            totals[MATCHED] += count
            words = nonzero_words(matches, scratch[0])
            counted = matches
            if filter_.by_label:
                filter_labels(matches, words, labels, base, filter_.labels, in_labels)
                counted = in_labels
            count_groups(counted, words, count, first, base, group, result.group_counts)
            if filter_.by_group:
                count = intersect(matches, in_groups, matches)
            if filter_.by_label or not len(result.top_scores):
                count_labels(matches, words, labels, base, result.label_counts)
            if filter_.by_label:
                count = intersect(matches, in_labels, matches)
            totals[TOTAL] += count
            if count and len(result.top_scores):
                score(
                    postings, columns, program, slots, base, bits, words, scratch[1:], result.scores
                )
                uncounted = not filter_.by_label
                totals[HEAP_SIZE] = collect(
                    matches, words, worth, labels, base, result, totals[HEAP_SIZE], uncounted
                )
        slot.leave(slots)
        while group < len(first) - 2 and first[group + 1] <= base + BLOCK:
            group += 1


@njit(nogil=True)
def _filter(live, filter_, first, base, group, bits):
    """Set ``IN_GROUPS`` and ``COUNTABLE``.

    A document can contribute to a count if it is not deleted and its group fails one filter at
    most.
    """
    copy(live, bits[COUNTABLE])
    if filter_.by_group:
        filter_groups(0, first, base, group, filter_.failures, bits[IN_GROUPS])
        filter_groups(1, first, base, group, filter_.failures, bits[COUNTABLE])
        intersect(bits[COUNTABLE], live, bits[COUNTABLE])


# --- matching ---------------------------------------------------------------------------------


@njit(nogil=True)
def _match(view, program, slots, step, block, bits, totals):
    """Run one matching step."""
    postings = view.postings
    code, result, a, b, c, d = program.steps[step]
    out = bits[result]
    if code == EVERY:
        out[:] = _ALL
    elif code == ANY:
        slot.union(postings.docs, postings.dense, slots, a, b, out)
    elif code == ALL:
        slot.intersection(postings.docs, postings.dense, slots, a, b, out)
    elif code == PHRASE:
        if c == NO_BITSET:
            out[:] = _ALL
        else:
            copy(bits[c], out)
        phrase(view, slots, program.slots, a, b, block, bits, d, out)
    elif code == MASK:
        copy(program.masks[a, block], out)
    elif code == AND:
        intersect(bits[a], bits[b], out)
    elif code == OR:
        unite(bits[a], bits[b], out)
    elif code == WITHOUT:
        subtract(bits[a], bits[b], out)
    elif code == AT_LEAST:
        _at_least(bits, program.lists[a:b], c, bits[d], out, totals)
    elif code == ONE_SENTENCE:
        copy(bits[c], out)
        one_sentence(view, slots, program.slots, program.lists[a:b], block, out)


@njit(nogil=True)
def _at_least(bits, parts, least, within, out, totals):
    """Set ``out`` to the documents that match at least ``least`` of the parts.

    The counts of 64 documents are kept in words, one word for each binary digit. Notes the
    greatest count of a document in the bitset ``within``.
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
            totals[MOST_PARTS] = max(totals[MOST_PARTS], most)
