"""Measures how near the terms of a query stand, compiled (see ``proximity``)."""

from __future__ import annotations

import numpy as np

from engine.columns.coding import read
from engine.jit import njit


@njit(nogil=True)
def proximity(texts, documents, patterns, density, together):
    """Fill the density of each document's terms, and whether one sentence holds them all."""
    sequences = texts.sequences
    kinds = _by_code(patterns.codes[patterns.at[:-1]], patterns.stops)
    longest = 0
    for document in documents:
        longest = max(longest, sequences.at[document + 1] - sequences.at[document])
    tokens, marked = np.empty(longest, np.uint32), np.empty(longest, np.uint32)
    for number, document in enumerate(documents):
        size, count = _read(sequences, document, kinds, tokens, marked)
        density[number], together[number] = _look(tokens[:size], marked[:count], patterns, kinds)


@njit(nogil=True)
def _by_code(starts, stops):
    """What a code may be: 1 the first of a spelling, 2 the end of a sentence."""
    most = 0
    for code in starts:
        most = max(most, code)
    for code in stops:
        most = max(most, code)
    kinds = np.zeros(most + 1, np.uint8)
    for code in starts:
        kinds[code] |= 1
    for code in stops:
        kinds[code] |= 2
    return kinds


@njit(nogil=True)
def _read(sequences, document, kinds, tokens, marked):
    """Put a document's tokens into ``tokens``, and into ``marked`` where one has a kind.

    Returns the number of both.
    """
    at, end, data = sequences.at[document], sequences.at[document + 1], sequences.data
    size = count = 0
    while at < end:
        code, at = read(data, at)
        tokens[size] = code
        marked[count] = size
        count += code < len(kinds) and kinds[code] != 0
        size += 1
    return size, count


@njit(nogil=True)
def _look(tokens, marked, patterns, kinds):
    """The density of the terms in the tokens of a document, and whether a sentence has all."""
    count = patterns.term_count
    last = np.full(count, -1, np.int64)  # where each term stood last
    ends = np.zeros(count, np.int64)
    in_sentence = np.zeros(count, np.bool_)
    shortest, best, together = len(tokens) + 1, 0, False
    for place in marked:
        here = np.int64(place)
        kind = kinds[tokens[here]]
        if kind & 2:
            in_sentence[:] = False
        if not kind & 1:
            continue
        for pattern in range(len(patterns.terms)):
            low, high = patterns.at[pattern], patterns.at[pattern + 1]
            if not _stands(tokens, here, patterns.codes, low, high):
                continue
            term = patterns.terms[pattern]
            last[term], ends[term] = here, here + high - low
            in_sentence[term] = True
            together |= in_sentence.all()
            begin, end, size = _stretch(last, ends)
            if begin >= 0 and end - begin < shortest:
                shortest, best = end - begin, size
    return (min(1.0, best / shortest) if best else 0.0), together


@njit(nogil=True)
def _stretch(last, ends):
    """Return where terms begin and end that stand last at these places, and their length."""
    begin, end, size = last[0], ends[0], 0
    for term in range(len(last)):
        begin, end = min(begin, last[term]), max(end, ends[term])
        size += ends[term] - last[term]
    return begin, end, size


@njit(nogil=True)
def _stands(tokens, here, codes, low, high):
    if here + high - low > len(tokens):
        return False
    at = low
    while at < high and tokens[here + at - low] == codes[at]:
        at += 1
    return at == high
