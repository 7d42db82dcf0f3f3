"""The steps of a program, and the data that the ``search`` kernel reads and fills."""

from __future__ import annotations

from typing import NamedTuple

from engine.arrays import (
    Array,
    Bools,
    Float32s,
    Float32Table,
    Float32Tables,
    Int32s,
    Int64s,
    Int64Table,
    UInt8s,
    UInt8Table,
    UInt16Table,
    UInt32s,
    UInt64Table,
    UInt64Tables,
)
from engine.columns.layout import Pairs, Postings, Sequences

# A step is a code, a result and operands. These are numbers of bitsets, unless named otherwise.
EVERY, ANY, ALL, PHRASE, MASK, AND, OR, WITHOUT, AT_LEAST = range(9)
SCORE, SCORE_MASK, SCORE_CONSTANT = range(9, 12)
PREFIX, SCORE_PREFIX = range(12, 14)  # ``bind`` turns them into ANY and SCORE
ONE_SENTENCE = 14
STEP_SIZE = 6  # numbers of a step
HEADER_SIZE = 7  # numbers before the steps, see ``bind.bind_program``
SLOT_SIZE = 2  # numbers of a slot in a compiled query: the place of its key, and its field
PREFIX_SIZE = 2  # of a prefix: the place of its first key (the next key ends it), and its field
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

    live: UInt64Table  # [blocks, 1024]
    first: Int64s  # [groups + 1]
    labels: UInt32s  # [documents]
    worth: Float32s  # [labels]
    lengths: UInt8Table  # [fields, documents]
    impacts: Float32Tables  # [fields, LARGE, 256]
    norms: Float32Table  # [fields, 256]


class SegmentView(NamedTuple):
    """The columns that a program runs over.

    ``sequences`` are those of the one field of phrases, whose terms begin at ``first``.
    """

    postings: Postings
    pairs: Pairs
    sequences: Sequences
    first: int
    columns: DocumentColumns
    documents: int  # of the whole index


class SegmentQuery(NamedTuple):
    """A compiled query, with what one segment knows of its terms.

    ``numbers`` and ``floats`` are the program (see ``program.Compiled``). ``terms`` has the rows
    of ``terms.find``, with counts of the whole index. ``prefix_counts`` counts the documents of
    the terms of all prefixes; it is empty where the segment is the whole index.
    """

    numbers: Int64s
    floats: Float32s
    terms: Int64Table  # [terms, 3]
    prefix_counts: Int64s
    masks: UInt64Tables  # [masks, blocks, 1024]: documents found beforehand
    mask_scores: Float32Table  # [masks, groups]


class Program(NamedTuple):
    """A query as steps over one segment. The first ``matching`` steps match, the others score.

    The matching steps leave their matches in bitset ``result`` of ``bitsets``.
    """

    steps: Array  # int64[steps, STEP_SIZE]
    matching: int
    result: int
    bitsets: int
    lists: Array  # int64: bitsets for AT_LEAST, spellings for ONE_SENTENCE
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
    failures: UInt8s  # [groups]: the number of filters that a group fails
    by_label: bool
    labels: Bools  # [labels]: whether a label passes


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

    group_counts: Int32s  # [groups]
    label_counts: Int32s  # [labels]
    totals: Int64s  # [4]
    top_scores: Float32s  # [limit]
    top_documents: Int64s  # [limit]
    scores: Float32s  # [BLOCK]
    scratch: UInt16Table  # [3, BLOCK]
