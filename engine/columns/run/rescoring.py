"""How near paragraphs, what stands around them and their titles are to a question.

An index knows how often a character stands in a paragraph, not how often two of them
stand side by side, nor what the paragraphs around it say. For a few paragraphs all of it
is counted here, token by token, from the sequences of the exact field and of titles.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.handles import Handle
from engine.columns.sequences import read
from engine.compiling import njit
from engine.ranking import K1, NEIGHBOURS, NEIGHBOURS_B, NEIGHBOURS_WEIGHT, TITLE_WEIGHT, B


class Question(NamedTuple):
    """Tokens and pairs of them, with what they weigh.

    ``codes`` and ``title_codes`` are those of the tokens in a segment's sequences, -1 where
    it has none; ``pairs[i, j]`` is the number of the pair of tokens ``i`` and ``j``, or -1.
    """

    codes: Array  # int64[tokens]
    title_codes: Array  # int64[tokens]
    pairs: Array  # int64[tokens, tokens]
    weights: Array  # float64[tokens]
    pair_weights: Array  # float64[pairs]


class Lengths(NamedTuple):
    """How many tokens there are on average."""

    own: float  # in a document
    around: float  # in one with those around it
    title: float


def nearness(
    texts: Handle, titles: Handle, documents: Array, question: Question, lengths: Lengths
) -> Array:
    """What each document scores: float64, in BM25's units.

    ``texts`` and ``titles`` are those of an ``index.Part``.
    """
    scores: Array = _nearness(texts, titles, documents, question, lengths)
    return scores


@njit(cache=True, nogil=True)
def _nearness(texts, titles, documents, question, lengths):
    held, named, first = texts.held.sequences, titles.held.sequences, texts.held.segment.first
    which, title_which = _by_code(question.codes), _by_code(question.title_codes)
    tokens = np.empty(len(question.weights), np.int64)
    pairs = np.empty(len(question.pair_weights), np.int64)
    scores = np.empty(len(documents), np.float64)
    for number, document in enumerate(documents):
        group = np.searchsorted(first, document, "right") - 1
        low = max(first[group], document - NEIGHBOURS)
        high = min(first[group + 1], document + NEIGHBOURS + 1)
        tokens[:] = 0
        pairs[:] = 0
        size = _count(named, group, group + 1, title_which, question.pairs, tokens, pairs)
        score = TITLE_WEIGHT * _bm25(tokens, pairs, question, size / lengths.title, B)
        tokens[:] = 0
        pairs[:] = 0
        size = _count(held, document, document + 1, which, question.pairs, tokens, pairs)
        score += _bm25(tokens, pairs, question, size / lengths.own, B)
        size += _count(held, low, document, which, question.pairs, tokens, pairs)
        size += _count(held, document + 1, high, which, question.pairs, tokens, pairs)
        score += NEIGHBOURS_WEIGHT * _bm25(
            tokens, pairs, question, size / lengths.around, NEIGHBOURS_B
        )
        scores[number] = score
    return scores


@njit(cache=True, nogil=True)
def _by_code(codes):
    """The token of each code, -1 for codes of none."""
    which = np.full(codes.max() + 2, -1, np.int64)
    for token in range(len(codes)):
        if codes[token] >= 0:
            which[codes[token]] = token
    return which


@njit(cache=True, nogil=True)
def _count(sequences, low, high, which, numbers, tokens, pairs):
    """Count the tokens and pairs of some documents too; returns how many tokens these have."""
    at, data = sequences.at, sequences.data
    size = 0
    for document in range(low, high):
        here, end, before = at[document], at[document + 1], -1
        while here < end:
            code, here = read(data, here)
            size += 1
            token = which[code] if 0 <= code < len(which) else -1
            if token >= 0:
                tokens[token] += 1
                if before >= 0 and numbers[before, token] >= 0:
                    pairs[numbers[before, token]] += 1
            before = token
    return size


@njit(cache=True, nogil=True)
def _bm25(tokens, pairs, question, length, b):
    """What tokens and pairs score together, in a text of ``length`` averages."""
    norm = K1 * (1 - b + b * length)
    score = 0.0
    for number in range(len(tokens)):
        score += question.weights[number] * tokens[number] / (tokens[number] + norm)
    for number in range(len(pairs)):
        score += question.pair_weights[number] * pairs[number] / (pairs[number] + norm)
    return score * (K1 + 1)
