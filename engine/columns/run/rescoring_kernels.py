"""Scores documents for a question, compiled (see ``rescoring``)."""

from __future__ import annotations

import numpy as np

from engine.columns.coding import read
from engine.jit import njit
from engine.ranking import K1, NEIGHBOURS, NEIGHBOURS_B, NEIGHBOURS_WEIGHT, TITLE_WEIGHT, B


@njit(nogil=True)
def nearness(texts, titles, documents, question, lengths, scores):
    """Fill the score of each document for a question."""
    body, title, first = texts.sequences, titles.sequences, texts.columns.first
    body_tokens, title_tokens = _by_code(question.codes), _by_code(question.title_codes)
    tokens = np.empty(len(question.weights), np.int64)
    pairs = np.empty(len(question.pair_weights), np.int64)
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


@njit(nogil=True)
def _by_code(codes):
    """Return the token of each code, or -1."""
    most = -1
    for code in codes:
        most = max(most, code)
    tokens = np.full(most + 2, -1, np.int64)
    for token in range(len(codes)):
        if codes[token] >= 0:
            tokens[codes[token]] = token
    return tokens


@njit(nogil=True)
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


@njit(nogil=True)
def _bm25(tokens, pairs, question, length, b):
    """Score counts of tokens and pairs, in a text of ``length`` average lengths."""
    norm = K1 * (1 - b + b * length)
    score = 0.0
    for number in range(len(tokens)):
        score += question.weights[number] * tokens[number] / (tokens[number] + norm)
    for number in range(len(pairs)):
        score += question.pair_weights[number] * pairs[number] / (pairs[number] + norm)
    return score * (K1 + 1)
