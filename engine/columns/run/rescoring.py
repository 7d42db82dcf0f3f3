"""Scores a few documents again, by their tokens, by their neighbours and by their titles.

An index knows how often a character stands in a paragraph. It does not know how often two
characters stand side by side, nor what the paragraphs around it say. Here all of this is
counted for a few paragraphs, token by token, from the sequences of the exact field and titles.
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
    """The tokens of a question and pairs of them, with their weights.

    ``codes`` and ``title_codes`` are the codes of the tokens in a segment's sequences, or -1.
    ``pairs[i, j]`` is the number of the pair of tokens ``i`` and ``j``, or -1.
    """

    codes: Array  # int64[tokens]
    title_codes: Array  # int64[tokens]
    pairs: Array  # int64[tokens, tokens]
    weights: Array  # float64[tokens]
    pair_weights: Array  # float64[pairs]


class Lengths(NamedTuple):
    """Average numbers of tokens."""

    own: float  # of a document
    around: float  # of a document with its neighbours
    title: float


def nearness(
    texts: Handle, titles: Handle, documents: Array, question: Question, lengths: Lengths
) -> Array:
    """Return the score of each document for a question: float64, in BM25's units.

    ``texts`` and ``titles`` are the handles of a segment as it is searched.
    """
    scores: Array = _nearness(texts, titles, documents, question, lengths)
    return scores


@njit(cache=True, nogil=True)
def _nearness(texts, titles, documents, question, lengths):
    body, title, first = texts.value.sequences, titles.value.sequences, texts.value.columns.first
    body_tokens, title_tokens = _by_code(question.codes), _by_code(question.title_codes)
    tokens = np.empty(len(question.weights), np.int64)
    pairs = np.empty(len(question.pair_weights), np.int64)
    scores = np.empty(len(documents), np.float64)
    for number, document in enumerate(documents):
        group = np.searchsorted(first, document, "right") - 1
        low = max(first[group], document - NEIGHBOURS)
        high = min(first[group + 1], document + NEIGHBOURS + 1)
        tokens[:] = 0
        pairs[:] = 0
        size = _count(title, group, group + 1, title_tokens, question.pairs, tokens, pairs)
        score = TITLE_WEIGHT * _bm25(tokens, pairs, question, size / lengths.title, B)
        tokens[:] = 0
        pairs[:] = 0
        size = _count(body, document, document + 1, body_tokens, question.pairs, tokens, pairs)
        score += _bm25(tokens, pairs, question, size / lengths.own, B)
        size += _count(body, low, document, body_tokens, question.pairs, tokens, pairs)
        size += _count(body, document + 1, high, body_tokens, question.pairs, tokens, pairs)
        score += NEIGHBOURS_WEIGHT * _bm25(
            tokens, pairs, question, size / lengths.around, NEIGHBOURS_B
        )
        scores[number] = score
    return scores


@njit(cache=True, nogil=True)
def _by_code(codes):
    """Return the token of each code, or -1."""
    tokens = np.full(codes.max() + 2, -1, np.int64)
    for token in range(len(codes)):
        if codes[token] >= 0:
            tokens[codes[token]] = token
    return tokens


@njit(cache=True, nogil=True)
def _count(sequences, low, high, by_code, pair_numbers, tokens, pairs):
    """Count the question's tokens and pairs in documents ``low`` to ``high``.

    Adds to ``tokens`` and ``pairs``; returns the number of all tokens of the documents.
    """
    at, data = sequences.at, sequences.data
    size = 0
    for document in range(low, high):
        place, end, before = at[document], at[document + 1], -1
        while place < end:
            code, place = read(data, place)
            size += 1
            token = by_code[code] if 0 <= code < len(by_code) else -1
            if token >= 0:
                tokens[token] += 1
                if before >= 0 and pair_numbers[before, token] >= 0:
                    pairs[pair_numbers[before, token]] += 1
            before = token
    return size


@njit(cache=True, nogil=True)
def _bm25(tokens, pairs, question, length, b):
    """Score counts of tokens and pairs, in a text of ``length`` average lengths."""
    norm = K1 * (1 - b + b * length)
    score = 0.0
    for number in range(len(tokens)):
        score += question.weights[number] * tokens[number] / (tokens[number] + norm)
    for number in range(len(pairs)):
        score += question.pair_weights[number] * pairs[number] / (pairs[number] + norm)
    return score * (K1 + 1)
