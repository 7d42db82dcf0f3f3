"""How near the terms of a query stand to each other in a document.

Of the first hits the tokens are read from their sequences, and each place where a term
stands is noted. What counts is the shortest stretch that holds all terms, and whether one
sentence does.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.handles import Handle
from engine.columns.sequences import read
from engine.compiling import njit


class Patterns(NamedTuple):
    """The spellings of terms, as codes of a segment's sequences.

    Spelling ``p`` of term ``terms[p]`` is ``codes[at[p]:at[p + 1]]``. ``stops`` are the codes
    of signs that end a sentence.
    """

    codes: Array  # int64
    at: Array  # int64[spellings + 1]
    terms: Array  # int64[spellings]
    stops: Array  # int64
    term_count: int


def proximity(texts: Handle, documents: Array, patterns: Patterns) -> tuple[Array, Array]:
    """For each document, how dense its terms stand and whether one sentence holds them all.

    Density (float64, 0 to 1) is the length of the terms divided by that of the shortest
    stretch that holds all of them; 0 where none does. The second array is bool.
    """
    density, together = _proximity(texts, documents, patterns)
    return density, together


@njit(cache=True, nogil=True)
def _proximity(texts, documents, patterns):
    sequences = texts.value.sequences
    density = np.zeros(len(documents), np.float64)
    together = np.zeros(len(documents), np.bool_)
    kinds = _by_code(patterns.codes[patterns.at[:-1]], patterns.stops)
    longest = 0
    for document in documents:
        longest = max(longest, sequences.at[document + 1] - sequences.at[document])
    tokens, marked = np.empty(longest, np.uint32), np.empty(longest, np.uint32)
    for number, document in enumerate(documents):
        size, count = _read(sequences, document, kinds, tokens, marked)
        density[number], together[number] = _look(tokens[:size], marked[:count], patterns, kinds)
    return density, together


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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
            begin = last.min()
            if begin >= 0 and ends.max() - begin < shortest:
                shortest, best = ends.max() - begin, (ends - last).sum()
    return (min(1.0, best / shortest) if best else 0.0), together


@njit(cache=True, nogil=True)
def _stands(tokens, here, codes, low, high):
    if here + high - low > len(tokens):
        return False
    at = low
    while at < high and tokens[here + at - low] == codes[at]:
        at += 1
    return at == high
