"""What paragraphs are made of, as sets of numbers that can be compared.

A *shingle* is a few tokens in a row (Broder, On the resemblance and containment of
documents, 1997). Tokens are told apart by a hash of their text, so that documents of
different segments can be compared. Signs and blanks are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from engine.arrays import Array, strings
from engine.compiling import njit
from engine.hashing import hash_bytes, mixed

LENGTH = 3  # tokens of a shingle

_SIGN = np.uint64(0)  # the hash of what is passed over


class Shingles(NamedTuple):
    """The shingles of document ``d``, in the order of the text: ``hashes[at[d]:at[d + 1]]``.

    A document shorter than a shingle is one shingle; a document of punctuation only has none.
    """

    hashes: Array  # uint64
    at: Array  # uint64[documents + 1]


def shingles_of(texts: Iterable[Sequence[str]]) -> Shingles:
    """The shingles of documents, each given as its tokens."""
    numbers: dict[str, int] = {}
    tokens: list[int] = []
    ends: list[int] = []
    for text in texts:
        tokens += [numbers.setdefault(token, len(numbers)) for token in text]
        ends.append(len(tokens))
    hashes = hash_tokens([token.encode() for token in numbers])
    return shingles_of_numbers(np.array(tokens, np.uint32), np.array(ends, np.int64), hashes)


def shingles_of_numbers(tokens: Array, ends: Array, hashes: Array) -> Shingles:
    """The shingles of documents whose tokens, as numbers, end at ``ends``.

    ``hashes[token]`` is the hash of a token, see ``hash_tokens``.
    """
    return Shingles(*_shingles(tokens, ends, hashes))


def hash_tokens(texts: list[bytes]) -> Array:
    """A hash for each token (uint64), 0 for signs."""
    spoken = np.array([any(map(str.isalnum, text.decode())) for text in texts], np.bool_)
    hashes: Array = _hash_tokens(*strings(texts), spoken)
    return hashes


def concatenated(batches: Iterable[Shingles]) -> Shingles:
    """The shingles of several batches of documents, as one."""
    hashes, sizes = [np.empty(0, np.uint64)], [np.zeros(1, np.uint64)]
    for batch in batches:
        hashes.append(batch.hashes)
        sizes.append(np.diff(batch.at))
    return Shingles(np.concatenate(hashes), np.cumsum(np.concatenate(sizes)))


@njit(cache=True, nogil=True)
def _hash_tokens(data, at, spoken):
    hashes = np.full(len(spoken), _SIGN, np.uint64)
    for token in range(len(spoken)):
        if spoken[token]:
            hashes[token] = hash_bytes(data, at[token], at[token + 1])
    return hashes


@njit(cache=True, nogil=True)
def _shingles(tokens, ends, hashes):
    found = np.empty(len(tokens), np.uint64)
    at = np.zeros(len(ends) + 1, np.uint64)
    window = np.empty(LENGTH, np.uint64)
    begin = size = 0
    for document in range(len(ends)):
        passed = 0
        for token in tokens[begin : ends[document]]:
            if hashes[token] == _SIGN:
                continue
            for place in range(LENGTH - 1):
                window[place] = window[place + 1]
            window[LENGTH - 1] = hashes[token]
            passed += 1
            if passed >= LENGTH:
                found[size] = _hash_window(window, LENGTH)
                size += 1
        if 0 < passed < LENGTH:
            found[size] = _hash_window(window, passed)
            size += 1
        begin = ends[document]
        at[document + 1] = size
    return found[:size].copy(), at


@njit(cache=True, nogil=True)
def _hash_window(window, tokens):
    code = np.uint64(tokens)
    for place in range(LENGTH - tokens, LENGTH):
        code = mixed(code, window[place])
    return code
