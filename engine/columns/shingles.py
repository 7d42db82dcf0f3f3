"""What paragraphs are made of, as sets of numbers that can be compared.

A *shingle* is a few tokens in a row (Broder, On the resemblance and containment of
documents, 1997). It is told by a hash of its text, so that documents of different
segments can be compared. Signs and blanks are passed over.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from engine.columns.layout import Array
from engine.columns.opened import EXACT, Columns
from engine.columns.sequences import read
from engine.columns.tokens import hash_of

LENGTH = 3  # tokens of a shingle

_SIGN = np.uint64(0)  # the hash of what is passed over
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Shingles(NamedTuple):
    """Those of document ``d``, in the order of the text, are ``hashes[at[d]:at[d + 1]]``.

    A document of fewer tokens than a shingle has is one by itself, one of signs has none.
    """

    hashes: Array  # uint64
    at: Array  # uint64[documents + 1]


class Shingler:
    """Gives the shingles of documents of a segment, whose tokens are those of the exact field."""

    def __init__(self, columns: Columns) -> None:
        first, end = columns.range[EXACT]
        self._sequences = columns.sequences[EXACT]
        texts = map(columns.terms.get, range(first, end))
        spoken = np.array([_speaks(text.decode()) for text in texts], np.bool_)
        self._hashes = np.zeros(len(spoken), np.uint64)
        _hash_terms(*columns.terms, first, self._sequences.codes, spoken, self._hashes)

    def shingles(self, documents: Array) -> Shingles:
        """Those of some documents (int64), in the order given."""
        return Shingles(*_shingles(self._sequences, self._hashes, documents))


def _speaks(token: str) -> bool:
    return any(map(str.isalnum, token))


@njit(cache=True, nogil=True)
def _hash_terms(data, at, first, codes, spoken, hashes):
    """Put the hash of each term that is no sign where its code is."""
    for term in range(len(codes)):
        if spoken[term]:
            hashes[codes[term]] = hash_of(data, at[first + term], at[first + term + 1])


@njit(cache=True, nogil=True)
def mixed(code, more):
    """A hash of a hash and one more number."""
    code = (code ^ more) * _MIX
    return code ^ (code >> np.uint64(29))


@njit(cache=True, nogil=True)
def _shingles(sequences, hashes, documents):
    at, data = sequences.at, sequences.data
    size = 0
    for document in documents:
        size += at[document + 1] - at[document]
    found = np.empty(size, np.uint64)
    ends = np.zeros(len(documents) + 1, np.uint64)
    window = np.empty(LENGTH, np.uint64)
    many = 0
    for number, document in enumerate(documents):
        here, tokens = at[document], 0
        while here < at[document + 1]:
            code, here = read(data, here)
            if hashes[code] == _SIGN:
                continue
            for place in range(LENGTH - 1):
                window[place] = window[place + 1]
            window[LENGTH - 1] = hashes[code]
            tokens += 1
            if tokens >= LENGTH:
                found[many] = _hash_window(window, LENGTH)
                many += 1
        if 0 < tokens < LENGTH:
            found[many] = _hash_window(window, tokens)
            many += 1
        ends[number + 1] = many
    return found[:many].copy(), ends


@njit(cache=True, nogil=True)
def _hash_window(window, tokens):
    code = np.uint64(tokens)
    for place in range(LENGTH - tokens, LENGTH):
        code = mixed(code, window[place])
    return code
