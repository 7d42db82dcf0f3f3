"""The steps of a program, and the data that the ``search`` kernel reads and fills."""

from __future__ import annotations

from typing import NamedTuple

from engine.arrays import Array
from engine.columns.layout import Pairs, Postings, Sequences

# A step is a code, a result and operands. These are numbers of bitsets, unless named otherwise.
EVERY, ANY, ALL, PHRASE, MASK, AND, OR, WITHOUT, AT_LEAST = range(9)
SCORE, SCORE_MASK, SCORE_CONSTANT = range(9, 12)
PREFIX, SCORE_PREFIX = range(12, 14)  # ``bind`` turns them into ANY and SCORE
STEP_SIZE = 6  # numbers of a step
HEADER_SIZE = 7  # numbers before the steps, see ``bind.bind_program``
NO_BITSET = -1
# Bitsets that ``search`` fills: the matches that pass all filters, the documents that pass each
# filter, and the documents that can contribute to any count.
MATCHES, IN_GROUPS, IN_LABELS, COUNTABLE = range(4)
RESERVED = 4

TOTAL, MATCHED, MOST_PARTS, HEAP_SIZE = range(4)  # of ``SegmentResult.totals``


class DocumentColumns(NamedTuple):
    """What ``search`` reads of a segment besides postings; see ``SegmentReader``.

    ``impacts[f, n, c]`` is the score of a term of weight 1 that stands ``n`` times in field
    ``f`` of a document whose length has the code ``c``. ``norms[f, c]`` is the denominator of
    that score less ``n`` (see ``scoring``). ``worth[l]`` is the factor of label ``l``.
    """

    live: Array  # uint64[blocks, 1024]
    first: Array  # int64[groups + 1]
    labels: Array  # uint32[documents]
    worth: Array  # float32[labels]
    lengths: Array  # uint8[fields, documents]
    impacts: Array  # float32[fields, LARGE, 256]
    norms: Array  # float32[fields, 256]


class SegmentView(NamedTuple):
    """The columns that a program runs over.

    ``sequences`` are those of the one field of phrases, whose terms begin at ``first``.
    ``words`` views their data as uint64.
    """

    postings: Postings
    pairs: Pairs
    sequences: Sequences
    words: Array  # uint64
    first: int
    columns: DocumentColumns
    documents: int  # of the whole index


class SegmentQuery(NamedTuple):
    """A compiled query, with what one segment knows of its terms.

    ``numbers`` and ``floats`` are the program (see ``program.Compiled``). ``terms`` has the rows
    of ``terms.find``, with counts of the whole index. ``prefix_counts`` counts the documents of
    the terms of all prefixes; it is empty where the segment is the whole index.
    """

    numbers: Array  # int64
    floats: Array  # float32
    terms: Array  # int64[terms, 3]
    prefix_counts: Array  # int64
    masks: Array  # uint64[masks, blocks, 1024]: documents found beforehand
    mask_scores: Array  # float32[masks, groups]


class Program(NamedTuple):
    """A query as steps over one segment. The first ``matching`` steps match, the others score.

    The matching steps leave their matches in bitset ``result`` of ``bitsets``.
    """

    steps: Array  # int64[steps, STEP_SIZE]
    matching: int
    result: int
    bitsets: int
    parts: Array  # int64: lists of bitsets, for AT_LEAST
    slots: Array  # int64[slots, slots.SLOT_INFO]
    weights: Array  # float32[slots]: idf times boost
    constants: Array  # float32: scores that do not depend on the document
    masks: Array
    mask_scores: Array


class SegmentFilter(NamedTuple):
    """Which groups and labels of a segment pass; flags say whether there is anything to filter.

    Counts are drill-sideways: a document contributes to a count if it fails one filter at most.
    A group can fail several filters, a label one.
    """

    by_group: bool
    failures: Array  # uint8[groups]: the number of filters that a group fails
    by_label: bool
    labels: Array  # bool[labels]: whether a label passes


class SegmentResult(NamedTuple):
    """What ``search`` fills.

    - ``group_counts``: the number of matches of each group whose label passes, unless the group
      fails two filters;
    - ``label_counts``: the number of matches of each label in groups that pass;
    - ``totals``: ``TOTAL``, the matches that pass all filters; ``MATCHED``, the matches in groups
      that fail one filter at most; ``MOST_PARTS``, the most parts of AT_LEAST that a document
      has; ``HEAP_SIZE``, the entries of the heap;
    - ``top_scores`` and ``top_documents``: a heap of the best, whose root is the worst of them;
    - ``scores`` and ``scratch``: working space; all scores are 0 before and after.
    """

    group_counts: Array  # int32[groups]
    label_counts: Array  # int32[labels]
    totals: Array  # int64[4]
    top_scores: Array  # float32[limit]
    top_documents: Array  # int64[limit]
    scores: Array  # float32[BLOCK]
    scratch: Array  # uint16[3, BLOCK]
