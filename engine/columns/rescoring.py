"""How near paragraphs and what stands around them are to a question, counted in their tokens.

An index knows how often a character stands in a paragraph, not how often two of them
stand side by side, nor what the paragraphs around it say. For a few paragraphs both are
counted here, from the sequences of the exact field.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from engine.columns.handles import Handle
from engine.columns.layout import Array
from engine.columns.scoring import K1, B
from engine.columns.sequences import read

AROUND = 4  # documents of the same group on either side that tell what one is about
AROUND_B = 0.9  # BM25's b for them together, whose length tells more of what else they say


class Question(NamedTuple):
    """Characters and pairs of them, with what they weigh.

    ``codes`` are those of the characters in a segment's sequences, -1 where it has none;
    ``pairs[i, j]`` is the number of the pair of characters ``i`` and ``j``, or -1.
    """

    codes: Array  # int64[characters]
    pairs: Array  # int64[characters, characters]
    character_idf: Array  # float64[characters]
    pair_idf: Array  # float64[pairs]


def nearness(
    searched: Handle, documents: Array, question: Question, length: float, around: float
) -> Array:
    """What each document scores: float64, in BM25's units.

    Characters and pairs of the paragraph by BM25, and of it with those around it, where
    characters weigh twice. ``length`` is how many tokens a document has on average,
    ``around`` one with those around it.
    """
    scores: Array = _nearness(searched, documents, question, length, around)
    return scores


@njit(cache=True, nogil=True)
def _nearness(searched, documents, question, length, around):
    sequences, first = searched.held.sequences, searched.held.segment.first
    which = np.full(question.codes.max() + 2, -1, np.int64)
    for character in range(len(question.codes)):
        if question.codes[character] >= 0:
            which[question.codes[character]] = character
    characters = np.empty(len(question.codes), np.int64)
    pairs = np.empty(len(question.pair_idf), np.int64)
    scores = np.empty(len(documents), np.float64)
    for number, document in enumerate(documents):
        group = np.searchsorted(first, document, "right") - 1
        low = max(first[group], document - AROUND)
        high = min(first[group + 1], document + AROUND + 1)
        size = _count(sequences, low, high, which, question.pairs, characters, pairs)
        norm = K1 * (1 - AROUND_B + AROUND_B * size / around)
        score = 2 * _bm25(characters, question.character_idf, norm)
        score += _bm25(pairs, question.pair_idf, norm)
        size = _count(sequences, document, document + 1, which, question.pairs, characters, pairs)
        norm = K1 * (1 - B + B * size / length)
        score += _bm25(characters, question.character_idf, norm)
        scores[number] = score + _bm25(pairs, question.pair_idf, norm)
    return scores


@njit(cache=True, nogil=True)
def _count(sequences, low, high, which, numbers, characters, pairs):
    """Count the characters and pairs of some documents; returns how many tokens these have."""
    at, data = sequences.at, sequences.data
    characters[:] = 0
    pairs[:] = 0
    tokens = 0
    for document in range(low, high):
        here, end, before = at[document], at[document + 1], -1
        while here < end:
            code, here = read(data, here)
            tokens += 1
            character = which[code] if code < len(which) else -1
            if character >= 0:
                characters[character] += 1
                if before >= 0 and numbers[before, character] >= 0:
                    pairs[numbers[before, character]] += 1
            before = character
    return tokens


@njit(cache=True, nogil=True)
def _bm25(counts, idf, norm):
    score = 0.0
    for number in range(len(counts)):
        score += idf[number] * counts[number] * (K1 + 1) / (counts[number] + norm)
    return score
