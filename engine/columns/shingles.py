"""What paragraphs are made of, as sets of numbers that can be compared.

A *shingle* is a few tokens in a row (Broder, On the resemblance and containment of
documents, 1997). It is told by a hash of its text, so that documents of different
segments can be compared. Signs and blanks are passed over.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from engine.columns.layout import Array, strings
from engine.columns.opened import EXACT, Columns
from engine.columns.sequences import read
from engine.columns.tokens import Vocabulary, hash_of

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
        codes = self._sequences.codes
        texts = [columns.terms.get(term) for term in range(first, end)]
        self._hashes = np.zeros(
            int(codes.max(initial=0)) + 1, np.uint64
        )  # some codes are no term's
        self._hashes[codes] = _hashed(texts)

    def shingles(self, documents: Array) -> Shingles:
        """Those of some documents (int64), in the order given."""
        codes, ends = _decode(self._sequences, documents)
        return Shingles(*_shingles(codes, ends, self._hashes))


def shingles_of(texts: str) -> Shingles:
    """Those of documents whose tokens are joined as for a ``Vocabulary``."""
    vocabulary = Vocabulary()
    numbers, ends = vocabulary.number(texts)
    return Shingles(*_shingles(numbers, ends, _hashed(vocabulary.strings().all())))


def _hashed(texts: list[bytes]) -> Array:
    """A hash for each token (uint64)."""
    spoken = np.array([any(map(str.isalnum, text.decode())) for text in texts], np.bool_)
    hashes: Array = _hash_terms(*strings(texts), spoken)
    return hashes


@njit(cache=True, nogil=True)
def _hash_terms(data, at, spoken):
    hashes = np.full(len(spoken), _SIGN, np.uint64)
    for term in range(len(spoken)):
        if spoken[term]:
            hashes[term] = hash_of(data, at[term], at[term + 1])
    return hashes


@njit(cache=True, nogil=True)
def mixed(code, more):
    """A hash of a hash and one more number."""
    code = (code ^ more) * _MIX
    return code ^ (code >> np.uint64(29))


@njit(cache=True, nogil=True)
def _decode(sequences, documents):
    """The codes of some documents, and where each ends."""
    at, data = sequences.at, sequences.data
    size = 0
    for document in documents:
        size += at[document + 1] - at[document]
    codes = np.empty(size, np.uint32)
    ends = np.empty(len(documents), np.int64)
    many = 0
    for number, document in enumerate(documents):
        here = at[document]
        while here < at[document + 1]:
            codes[many], here = read(data, here)
            many += 1
        ends[number] = many
    return codes[:many], ends


@njit(cache=True, nogil=True)
def _shingles(tokens, ends, hashes):
    found = np.empty(len(tokens), np.uint64)
    at = np.zeros(len(ends) + 1, np.uint64)
    window = np.empty(LENGTH, np.uint64)
    begin = many = 0
    for document in range(len(ends)):
        held = 0
        for token in tokens[begin : ends[document]]:
            if hashes[token] == _SIGN:
                continue
            for place in range(LENGTH - 1):
                window[place] = window[place + 1]
            window[LENGTH - 1] = hashes[token]
            held += 1
            if held >= LENGTH:
                found[many] = _hash_window(window, LENGTH)
                many += 1
        if 0 < held < LENGTH:
            found[many] = _hash_window(window, held)
            many += 1
        begin = ends[document]
        at[document + 1] = many
    return found[:many].copy(), at


@njit(cache=True, nogil=True)
def _hash_window(window, tokens):
    code = np.uint64(tokens)
    for place in range(LENGTH - tokens, LENGTH):
        code = mixed(code, window[place])
    return code
