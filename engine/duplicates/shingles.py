"""Turns paragraphs into sets of shingles, which can be compared.

A *shingle* is a few tokens in a row (Broder, On the resemblance and containment of documents,
1997). A token is represented by a hash of its text, so that documents of different segments can
be compared. Punctuation and blanks are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from engine.arrays import Array, strings
from engine.duplicates.figures import class_of, hash_figures
from engine.hashing import hash_bytes, mix
from engine.jit import njit

LENGTH = 3  # tokens of a shingle

_SKIPPED = np.uint64(0)  # the hash of punctuation and blanks


class Shingles(NamedTuple):
    """The shingles of document ``d``, in the order of the text: ``hashes[at[d]:at[d + 1]]``.

    A document shorter than a shingle is one shingle; a document of punctuation only has none.
    ``figures[d]`` is a hash of its figures (see ``figures``).
    """

    hashes: Array  # uint64
    at: Array  # uint64[documents + 1]
    figures: Array  # uint64[documents]


class TokenTable(NamedTuple):
    """What is known of tokens, by their numbers."""

    hashes: Array  # uint64; 0 for punctuation and blanks
    classes: Array  # uint8, see ``figures``

    @classmethod
    def of(cls, texts: list[bytes]) -> TokenTable:
        """Make the table of tokens with these texts, in UTF-8."""
        classes = np.array([class_of(text.decode()) for text in texts], np.uint8)
        counted = np.array([any(map(str.isalnum, text.decode())) for text in texts], np.bool_)
        return cls(_hash_tokens(*strings(texts), counted), classes)


def shingles_of(texts: Iterable[Sequence[str]]) -> Shingles:
    """Return the shingles of documents that are given as lists of tokens."""
    numbers: dict[str, int] = {}
    tokens: list[int] = []
    ends: list[int] = []
    for text in texts:
        tokens += [numbers.setdefault(token, len(numbers)) for token in text]
        ends.append(len(tokens))
    table = TokenTable.of([token.encode() for token in numbers])
    return shingles_of_numbers(np.array(tokens, np.uint32), np.array(ends, np.int64), table)


def shingles_of_numbers(tokens: Array, ends: Array, table: TokenTable) -> Shingles:
    """Return the shingles of documents whose tokens, as numbers, end at ``ends``."""
    hashes, at = _shingles(tokens, ends, table.hashes)
    return Shingles(hashes, at, hash_figures(tokens, ends, table.hashes, table.classes))


def concatenate(batches: Iterable[Shingles]) -> Shingles:
    """Join the shingles of several batches of documents."""
    nothing = np.empty(0, np.uint64)
    parts = [Shingles(nothing, np.zeros(1, np.uint64), nothing), *batches]
    hashes, at, figures = zip(*parts, strict=True)
    sizes = np.concatenate([[np.uint64(0)], *map(np.diff, at)])
    return Shingles(np.concatenate(hashes), np.cumsum(sizes), np.concatenate(figures))


@njit(cache=True, nogil=True)
def _hash_tokens(data, at, counted):
    hashes = np.full(len(counted), _SKIPPED, np.uint64)
    for token in range(len(counted)):
        if counted[token]:
            hashes[token] = hash_bytes(data, at[token], at[token + 1])
    return hashes


@njit(cache=True, nogil=True)
def _shingles(tokens, ends, hashes):
    shingles = np.empty(len(tokens), np.uint64)
    at = np.zeros(len(ends) + 1, np.uint64)
    window = np.empty(LENGTH, np.uint64)
    begin = size = 0
    for document in range(len(ends)):
        count = 0
        for token in tokens[begin : ends[document]]:
            if hashes[token] == _SKIPPED:
                continue
            for place in range(LENGTH - 1):
                window[place] = window[place + 1]
            window[LENGTH - 1] = hashes[token]
            count += 1
            if count >= LENGTH:
                shingles[size] = _hash_window(window, LENGTH)
                size += 1
        if 0 < count < LENGTH:
            shingles[size] = _hash_window(window, count)
            size += 1
        begin = ends[document]
        at[document + 1] = size
    return shingles[:size].copy(), at


@njit(cache=True, nogil=True)
def _hash_window(window, tokens):
    """Hash the last ``tokens`` tokens of the window."""
    code = np.uint64(tokens)
    for place in range(LENGTH - tokens, LENGTH):
        code = mix(code, window[place])
    return code
