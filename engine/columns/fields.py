"""What a segment is searched by, in the making: the postings of its text fields."""

from __future__ import annotations

from typing import Any

import numpy as np
from whoosh.codec import base

from engine.columns.inverting import Piece, invert
from engine.columns.layout import BLOCK, Array, Postings, Strings, strings
from engine.columns.merging import merge, unmerge
from engine.columns.opened import FIELDS, POSITIONS, TITLE, Columns
from engine.columns.tokens import END_TOKEN, Vocabulary


class FieldWriter(base.FieldWriter):  # type: ignore[misc]
    """Takes whole batches of tokens, inverts them block by block, merges at the end.

    Old segments that are merged come first, new documents after them. The title
    field counts groups where the others count documents.
    """

    def __init__(self) -> None:
        self.is_closed = False
        self._fields = {name: _Field(name in POSITIONS) for name in FIELDS}

    def add(self, name: str, text: str) -> Array:
        """Take in documents of a field (see ``tokens``); returns their lengths in tokens."""
        return self._fields[name].add(text)

    def add_old(self, columns: Columns, documents: Array, groups: Array) -> None:
        """Take in what a segment has; the arrays hold the new number of each, or -1."""
        for name, field in self._fields.items():
            field.add_old(columns, columns.range[name], groups if name == TITLE else documents)

    def finish(self, documents: int, groups: int) -> tuple[Postings, Strings, dict[str, Any]]:
        """Postings and terms of all fields, and each field's range of terms.

        The numbers are those of the first new document and the first new group.
        """
        pieces: list[tuple[int, Array, Piece]] = []
        terms: list[bytes] = []
        ranges = {}
        for name, field in self._fields.items():
            begin = len(terms)
            numbers, names = field.numbers(begin)
            terms += names
            ranges[name] = (begin, len(terms))
            offset = groups if name == TITLE else documents
            pieces += ((base, numbers, piece) for base, piece in field.pieces(offset))
        return merge(pieces, len(terms)), strings(terms), ranges

    def close(self) -> None:
        self.is_closed = True


class _Field:
    """One field: its vocabulary, the tokens of the block at hand, the pieces of others."""

    def __init__(self, positions: bool) -> None:
        self._positions = positions
        self._vocabulary = Vocabulary()
        self._old: list[tuple[int, Piece]] = []
        self._new: list[tuple[int, Piece]] = []
        self._tokens: list[Array] = []
        self._lengths: list[Array] = []
        self._waiting = 0
        self._inverted = 0

    def add(self, text: str) -> Array:
        numbers, ends = self._vocabulary.number(text)
        lengths = np.diff(ends, prepend=0)
        if self._waiting + len(ends) > BLOCK:
            self._invert()
        self._tokens.append(numbers)
        self._lengths.append(lengths)
        self._waiting += len(ends)
        return lengths

    def _invert(self) -> None:
        lengths = np.concatenate([np.empty(0, np.int64), *self._lengths])
        tokens = np.concatenate([np.empty(0, np.uint32), *self._tokens])
        for low in range(0, len(lengths), BLOCK):  # one group may be larger than a block
            ends = np.cumsum(lengths[low : low + BLOCK])
            here, tokens = tokens[: ends[-1]], tokens[ends[-1] :]
            piece = invert(here, ends, self._vocabulary.size, self._positions)
            self._new.append((self._inverted + low, piece))
        self._inverted += len(lengths)
        self._waiting = 0
        self._tokens.clear()
        self._lengths.clear()

    def add_old(self, columns: Columns, terms: tuple[int, int], moved: Array) -> None:
        low, high = terms
        names = (columns.terms[term].decode() + END_TOKEN for term in range(low, high))
        numbers, _ = self._vocabulary.number("".join(names))
        self._old += unmerge(columns.postings, low, numbers.astype(np.int64), moved)

    def numbers(self, first: int) -> tuple[Array, list[bytes]]:
        """The segment's number for each term, from ``first`` up in byte order; the terms."""
        self._invert()
        used = np.zeros(self._vocabulary.size, bool)
        for _, piece in (*self._old, *self._new):
            used[piece.terms] = True
        names = self._vocabulary.strings()
        ordered = sorted((names[number], number) for number in np.flatnonzero(used).tolist())
        numbers = np.full(self._vocabulary.size, -1, np.int64)
        numbers[[number for _, number in ordered]] = np.arange(first, first + len(ordered))
        return numbers, [name for name, _ in ordered]

    def pieces(self, offset: int) -> list[tuple[int, Piece]]:
        return self._old + [(offset + base, piece) for base, piece in self._new]
