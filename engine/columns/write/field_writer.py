"""Writes what a segment is searched by: the postings and sequences of its text fields."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from whoosh.codec import base

from engine.arrays import Array, Strings, strings
from engine.columns.coding import encode, recode
from engine.columns.layout import BLOCK, Postings, Sequences
from engine.columns.read.segment_reader import SegmentReader
from engine.columns.sequences import CODES, Chunk, join
from engine.columns.write.inverting import Piece, invert
from engine.columns.write.merging import merge, unmerge
from engine.columns.write.numbering import END_TOKEN, TermNumbering
from engine.fields import FIELDS, POSITIONAL, TITLE

_BATCH = 1 << 20  # characters that a thread gets at a time
_NO_CODE = -1
_MAX_PENDING = 8  # batches


class FieldColumns(NamedTuple):
    """The postings, terms and sequences of all fields, and each field's range of terms."""

    postings: Postings
    terms: Strings
    ranges: dict[str, tuple[int, int]]
    sequences: dict[str, Sequences]


class FieldWriter(base.FieldWriter):  # type: ignore[misc]
    """Inverts batches of tokens block by block, and merges all blocks at the end.

    The documents of merged segments come first, new documents after them. The title field
    counts groups where the other fields count documents. Each field has a thread of its own,
    since most of the work is done by kernels that do not need the interpreter.
    """

    def __init__(self) -> None:
        self.is_closed = False
        self._fields = {name: _Field(name in POSITIONAL) for name in FIELDS}
        self._threads = {name: ThreadPoolExecutor(1) for name in FIELDS}
        self._waiting: dict[str, list[str]] = {name: [] for name in FIELDS}
        self._size = dict.fromkeys(FIELDS, 0)
        self._pending: deque[Future[None]] = deque()

    def add(self, name: str, text: str) -> None:
        """Add new documents to a field, as tokens in the form of ``numbering``."""
        waiting = self._waiting[name]
        waiting.append(text)
        self._size[name] += len(text)
        if self._size[name] >= _BATCH:
            self._send(name)

    def _send(self, name: str) -> None:
        text = "".join(self._waiting[name])
        self._waiting[name].clear()
        self._size[name] = 0
        self._pending.append(self._threads[name].submit(self._fields[name].add, text))
        while len(self._pending) > _MAX_PENDING:
            self._pending.popleft().result()

    def _wait(self) -> None:
        for name in FIELDS:
            self._send(name)
        while self._pending:
            self._pending.popleft().result()

    def lengths(self, name: str) -> Array:
        """Return the number of tokens of each new document in a field."""
        self._wait()
        return self._fields[name].lengths()

    def merge(self, reader: SegmentReader, documents: Array, groups: Array) -> None:
        """Add an old segment. The arrays have the new number of each document and group, or -1."""
        self._wait()
        for name, field in self._fields.items():
            field.merge(reader, name, groups if name == TITLE else documents)

    def finish(self, documents: int, groups: int) -> FieldColumns:
        """Return the columns; the first new document and group get these numbers."""
        self._wait()
        pieces: list[tuple[int, Array, Piece]] = []
        terms: list[bytes] = []
        ranges = {}
        sequences = {}
        for name, field in self._fields.items():
            begin = len(terms)
            numbers, names = field.number_terms(begin)
            terms += names
            ranges[name] = (begin, len(terms))
            offset = groups if name == TITLE else documents
            pieces += ((base, numbers, piece) for base, piece in field.pieces(offset))
            if name in POSITIONAL:
                sequences[name] = field.sequences(numbers)
        return FieldColumns(merge(pieces, len(terms)), strings(terms), ranges, sequences)

    def close(self) -> None:
        for thread in self._threads.values():
            thread.shutdown(wait=True, cancel_futures=True)
        self.is_closed = True


class _Field:
    """The vocabulary of a field, the tokens not inverted yet, and the pieces of inverted blocks."""

    def __init__(self, positions: bool) -> None:
        self._positions = positions
        self._vocabulary = TermNumbering()
        self._codes = np.empty(0, np.int64)  # of each term of the vocabulary, or _NO_CODE
        self._used_codes = 0
        self._merged: list[tuple[int, Piece]] = []
        self._new: list[tuple[int, Piece]] = []
        self._merged_chunks: list[Chunk] = []
        self._new_chunks: list[Chunk] = []
        self._tokens: list[Array] = []
        self._breaks: list[Array] = []
        self._lengths: list[Array] = []
        self._waiting = 0  # documents that are not inverted yet
        self._inverted = 0  # documents

    def add(self, text: str) -> None:
        numbers, ends, breaks = self._vocabulary.number(text)
        self._breaks.append(breaks + sum(map(len, self._tokens)))
        self._tokens.append(numbers)
        self._lengths.append(np.diff(ends, prepend=0))
        self._waiting += len(ends)
        while self._waiting >= BLOCK:
            self._invert(BLOCK)

    def _invert(self, size: int) -> None:
        """Invert the next ``size`` documents."""
        tokens = np.concatenate([np.empty(0, np.uint32), *self._tokens])
        ends = np.cumsum(self.lengths()[self._inverted :])
        end = int(ends[size - 1])
        tokens, later = tokens[:end], tokens[end:]
        breaks = np.concatenate([np.empty(0, np.int64), *self._breaks])
        self._breaks = [breaks[breaks > end] - end]
        self._new.append((self._inverted, invert(tokens, ends[:size], self._vocabulary.size)))
        if self._positions:
            counts = np.bincount(tokens, minlength=self._vocabulary.size)
            terms = np.flatnonzero(counts)
            self._assign_codes(terms[np.argsort(-counts[terms], kind="stable")])
            self._new_chunks.append(Chunk(*encode(tokens, ends[:size], breaks, self._codes)))
        self._tokens = [later]
        self._inverted += size
        self._waiting -= size

    def lengths(self) -> Array:
        self._lengths = [np.concatenate([np.empty(0, np.int64), *self._lengths])]
        return self._lengths[0]

    def _assign_codes(self, terms: Array) -> None:
        """Give the next codes to those of the terms that have none; the most frequent come first.

        Raises ``OverflowError`` where there are no more codes.
        """
        more = np.full(self._vocabulary.size - len(self._codes), _NO_CODE)
        self._codes = np.concatenate([self._codes, more])
        terms = terms[self._codes[terms] == _NO_CODE]
        if self._used_codes + len(terms) > CODES:
            raise OverflowError(f"a field has more terms than the {CODES:,} codes for them")
        self._codes[terms] = np.arange(self._used_codes, self._used_codes + len(terms))
        self._used_codes += len(terms)

    def merge(self, reader: SegmentReader, name: str, moved: Array) -> None:
        low, high = reader.range[name]
        names = (reader.terms.get(term).decode() + END_TOKEN for term in range(low, high))
        numbers = self._vocabulary.number("".join(names)).tokens
        self._merged += unmerge(reader.postings, low, numbers.astype(np.int64), moved)
        if self._positions:
            sequences = reader.sequences[name]
            self._assign_codes(numbers[np.argsort(sequences.codes)])
            codes = np.zeros(int(sequences.codes.max(initial=0)) + 1, np.int64)
            codes[sequences.codes] = self._codes[numbers]
            kept = np.flatnonzero(moved >= 0)
            self._merged_chunks.append(Chunk(*recode(sequences, kept, codes)))

    def number_terms(self, first: int) -> tuple[Array, list[bytes]]:
        """Number the terms that occur, from ``first`` up in byte order.

        Returns the number of each term of the vocabulary, or -1, and the terms in their order.
        """
        if self._waiting:
            self._invert(self._waiting)
        used = np.zeros(self._vocabulary.size, bool)
        for _, piece in (*self._merged, *self._new):
            used[piece.terms] = True
        names = self._vocabulary.strings().all()
        order = sorted(np.flatnonzero(used).tolist(), key=names.__getitem__)
        numbers = np.full(self._vocabulary.size, -1, np.int64)
        numbers[order] = np.arange(first, first + len(order))
        return numbers, [names[number] for number in order]

    def sequences(self, numbers: Array) -> Sequences:
        """Return the sequences; ``numbers`` are those of ``number_terms``."""
        order = np.argsort(numbers)[np.count_nonzero(numbers < 0) :]
        return join(self._merged_chunks + self._new_chunks, self._codes[order].astype(np.uint32))

    def pieces(self, offset: int) -> list[tuple[int, Piece]]:
        """Return all pieces with their first documents; new documents begin at ``offset``."""
        return self._merged + [(offset + base, piece) for base, piece in self._new]
