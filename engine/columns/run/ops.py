"""What a search is handed: a program, what it runs over, what is to be kept and filled in."""

from __future__ import annotations

from typing import NamedTuple

from engine.arrays import Array
from engine.columns.layout import Pairs, Postings, Sequences

# Steps: code, result, operands. Operands are numbers of bitsets unless named otherwise.
EVERY, ANY, ALL, PHRASE, MASK, AND, OR, WITHOUT, AT_LEAST = range(9)
SCORE, SCORE_MASK, SCORE_CONSTANT = range(9, 12)
PREFIX, SCORE_PREFIX = range(12, 14)  # become ANY and SCORE where the terms are known
STEP = 6  # columns of a step
HEAD = 7  # numbers before the steps: how many there are of everything, see ``laying``
NONE = -1  # no bitset: no limit on what is needed
# Bitsets of ``search`` itself: what is left of the result, the filters, and what may
# still count somewhere.
TOP, IN_GROUPS, IN_LABELS, NEEDED = range(4)
RESERVED = 4

TOTAL, MATCHED, BEST, KEPT = range(4)  # what ``search`` counts


class Segment(NamedTuple):
    """What ``search`` reads of a segment besides postings; see ``opened.Columns``.

    ``impacts[f, n, c]`` is the score of a term of weight 1 that stands ``n`` times in a
    field ``f`` of length code ``c``, ``norms[f, c]`` its denominator less ``n`` (see
    ``scoring``).
    """

    live: Array  # uint64[blocks, 1024]
    first: Array  # int64[groups + 1]
    labels: Array  # uint32[documents]
    worth: Array  # float32[labels]
    lengths: Array  # uint8[fields, documents]
    impacts: Array  # float32[fields, LARGE, 256]
    norms: Array  # float32[fields, 256]


class SegmentView(NamedTuple):
    """What a program runs over.

    ``sequences`` are those of the field that has positions, whose terms begin at ``first``;
    ``words`` is their data, eight bytes at a time.
    """

    postings: Postings
    pairs: Pairs
    sequences: Sequences
    words: Array  # uint64
    first: int
    segment: Segment
    documents: int  # of the whole index


class Asked(NamedTuple):
    """A query, and what is known of its terms in one segment.

    ``numbers`` and ``floats`` are the program (see ``program.Compiler``), ``terms`` the
    rows of ``tokens.look_up`` with counts of the whole index. ``expanded`` counts the
    terms of prefixes, one prefix after the other; where there are none, the segment is
    the whole index.
    """

    numbers: Array  # int64
    floats: Array  # float32
    terms: Array  # int64[terms, 3]
    expanded: Array  # int64
    masks: Array  # uint64[masks, blocks, 1024]: documents found beforehand
    mask_scores: Array  # float32[masks, groups]


class Program(NamedTuple):
    """A query as steps: the first ``matching`` ones find, the others score.

    What is found is in the bitset ``result`` of ``bitsets``.
    """

    steps: Array  # int64[steps, STEP]
    matching: int
    result: int
    bitsets: int
    parts: Array  # int64: lists of bitsets, for AT_LEAST
    slots: Array  # int64[slots, SLOT]: see ``slots.TERM``
    weights: Array  # float32[slots]: idf times boost
    constants: Array  # float32: scores that do not depend on the document
    masks: Array
    mask_scores: Array


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
    ``documents`` are a heap, the worst of the best first. ``scores`` and ``room`` are to
    work in, scores all 0 before and after.
    """

    groups: Array  # int32[groups]
    labels: Array  # int32[labels]
    counts: Array  # int64[4]
    best: Array  # float32[limit]
    documents: Array  # int64[limit]
    scores: Array  # float32[BLOCK]
    room: Array  # uint16[3, BLOCK]
