"""Scores a few documents again, by their tokens, by their neighbours and by their titles.

An index knows how often a character stands in a paragraph. It does not know how often two
characters stand side by side, nor what the paragraphs around it say. Here all of this is
counted for a few paragraphs, token by token, from the sequences of the exact field and titles.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array, Float64s, Int64s, Int64Table
from engine.columns.native import Handle, Kernel
from engine.columns.run.ops import SegmentView


class Question(NamedTuple):
    """The tokens of a question and pairs of them, with their weights.

    ``codes`` and ``title_codes`` are the codes of the tokens in a segment's sequences, or -1.
    ``pairs[i, j]`` is the number of the pair of tokens ``i`` and ``j``, or -1.
    """

    codes: Int64s  # [tokens]
    title_codes: Int64s  # [tokens]
    pairs: Int64Table  # [tokens, tokens]
    weights: Float64s  # [tokens]
    pair_weights: Float64s  # [pairs]


class Lengths(NamedTuple):
    """Average numbers of tokens."""

    own: float  # of a document
    around: float  # of a document with its neighbours
    title: float


_nearness = Kernel(
    *("engine.columns.run.rescoring_kernels", "nearness"),
    *(Handle[SegmentView], Handle[SegmentView], Int64s, Question, Lengths, Float64s),
)


def nearness(
    texts: Handle[SegmentView],
    titles: Handle[SegmentView],
    documents: Array,
    question: Question,
    lengths: Lengths,
) -> Array:
    """Return the score of each document for a question: float64, in BM25's units.

    ``texts`` and ``titles`` are the handles of a segment as it is searched.
    """
    scores = np.empty(len(documents), np.float64)
    _nearness(texts, titles, documents, question, lengths, scores)
    return scores
