"""What a segment is searched by, in the making: the postings of its text fields."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from whoosh.codec import base

from engine.arrays import Array, Strings, strings
from engine.columns.layout import BLOCK, Postings, Sequences
from engine.columns.read.segment_reader import SegmentReader
from engine.columns.sequences import CODES, Chunk, encode, join, recode
from engine.columns.write.inverting import Piece, invert
from engine.columns.write.merging import merge, unmerge
from engine.columns.write.numbering import END_TOKEN, TermNumbering
from engine.fields import FIELDS, POSITIONAL, TITLE

_BATCH = 1 << 20  # characters that a thread gets at a time
_NO_CODE = -1
_UNDER_WAY = 8  # batches that wait for their threads at the most


class Finished(NamedTuple):
    """Postings and terms of all fields, each field's range of terms, the tokens in order."""

    postings: Postings
    terms: Strings
    ranges: dict[str, tuple[int, int]]
    sequences: dict[str, Sequences]


class FieldWriter(base.FieldWriter):  # type: ignore[misc]
    """Takes whole batches of tokens, inverts them block by block, merges at the end.

    Old segments that are merged come first, new documents after them. The title
    field counts groups where the others count documents. Each field has a thread of
    its own, since the work is done by kernels that need no interpreter.
    """

    def __init__(self) -> None:
        self.is_closed = False
        self._fields = {name: _Field(name in POSITIONAL) for name in FIELDS}
        self._threads = {name: ThreadPoolExecutor(1) for name in FIELDS}
        self._waiting: dict[str, list[str]] = {name: [] for name in FIELDS}
        self._size = dict.fromkeys(FIELDS, 0)
        self._under_way: deque[Future[None]] = deque()

    def add(self, name: str, text: str) -> None:
        """Take in documents of a field; see ``tokens``."""
        waiting = self._waiting[name]
        waiting.append(text)
        self._size[name] += len(text)
        if self._size[name] >= _BATCH:
            self._send(name)

    def _send(self, name: str) -> None:
        text = "".join(self._waiting[name])
        self._waiting[name].clear()
        self._size[name] = 0
        self._under_way.append(self._threads[name].submit(self._fields[name].add, text))
        while len(self._under_way) > _UNDER_WAY:
            self._under_way.popleft().result()

    def _wait(self) -> None:
        for name in FIELDS:
            self._send(name)
        while self._under_way:
            self._under_way.popleft().result()

    def lengths(self, name: str) -> Array:
        """How many tokens each new document has in a field."""
        self._wait()
        return self._fields[name].lengths()

    def add_old(self, columns: SegmentReader, documents: Array, groups: Array) -> None:
        """Take in what a segment has; the arrays hold the new number of each, or -1."""
        self._wait()
        for name, field in self._fields.items():
            field.add_old(columns, name, groups if name == TITLE else documents)

    def finish(self, documents: int, groups: int) -> Finished:
        """Everything; the numbers are those of the first new document and the first new group."""
        self._wait()
        pieces: list[tuple[int, Array, Piece]] = []
        terms: list[bytes] = []
        ranges = {}
        sequences = {}
        for name, field in self._fields.items():
            begin = len(terms)
            numbers, names = field.numbers(begin)
            terms += names
            ranges[name] = (begin, len(terms))
            offset = groups if name == TITLE else documents
            pieces += ((base, numbers, piece) for base, piece in field.pieces(offset))
            if name in POSITIONAL:
                sequences[name] = field.sequences(numbers)
        return Finished(merge(pieces, len(terms)), strings(terms), ranges, sequences)

    def close(self) -> None:
        for thread in self._threads.values():
            thread.shutdown(wait=True, cancel_futures=True)
        self.is_closed = True


class _Field:
    """One field: its vocabulary, the tokens of the block at hand, the pieces of others."""

    def __init__(self, positions: bool) -> None:
        self._positions = positions
        self._vocabulary = TermNumbering()
        self._codes = np.empty(0, np.int64)  # of each term of the vocabulary, or _NO_CODE
        self._coded = 0
        self._old: list[tuple[int, Piece]] = []
        self._new: list[tuple[int, Piece]] = []
        self._old_chunks: list[Chunk] = []
        self._new_chunks: list[Chunk] = []
        self._tokens: list[Array] = []
        self._lengths: list[Array] = []
        self._waiting = 0
        self._inverted = 0

    def add(self, text: str) -> None:
        numbers, ends = self._vocabulary.number(text)
        self._tokens.append(numbers)
        self._lengths.append(np.diff(ends, prepend=0))
        self._waiting += len(ends)
        while self._waiting >= BLOCK:
            self._invert(BLOCK)

    def _invert(self, size: int) -> None:
        """Invert the first documents that wait."""
        tokens = np.concatenate([np.empty(0, np.uint32), *self._tokens])
        ends = np.cumsum(self.lengths()[self._inverted :])
        here = int(ends[size - 1])
        tokens, left = tokens[:here], tokens[here:]
        self._new.append((self._inverted, invert(tokens, ends[:size], self._vocabulary.size)))
        if self._positions:
            often = np.bincount(tokens, minlength=self._vocabulary.size)
            fresh = np.flatnonzero(often)
            self._code(fresh[np.argsort(-often[fresh], kind="stable")])
            self._new_chunks.append(Chunk(*encode(tokens, ends[:size], self._codes)))
        self._tokens = [left]
        self._inverted += size
        self._waiting -= size

    def lengths(self) -> Array:
        self._lengths = [np.concatenate([np.empty(0, np.int64), *self._lengths])]
        return self._lengths[0]

    def _code(self, terms: Array) -> None:
        """Give codes to those of the terms that have none; the most frequent come first.

        Raises ``OverflowError`` where there are no more.
        """
        more = np.full(self._vocabulary.size - len(self._codes), _NO_CODE)
        self._codes = np.concatenate([self._codes, more])
        terms = terms[self._codes[terms] == _NO_CODE]
        if self._coded + len(terms) > CODES:
            raise OverflowError(f"there are {CODES:,} codes, which more terms than that need")
        self._codes[terms] = np.arange(self._coded, self._coded + len(terms))
        self._coded += len(terms)

    def add_old(self, columns: SegmentReader, name: str, moved: Array) -> None:
        low, high = columns.range[name]
        names = (columns.terms.get(term).decode() + END_TOKEN for term in range(low, high))
        numbers, _ = self._vocabulary.number("".join(names))
        self._old += unmerge(columns.postings, low, numbers.astype(np.int64), moved)
        if self._positions:
            sequences = columns.sequences[name]
            self._code(numbers[np.argsort(sequences.codes)])
            codes = np.zeros(int(sequences.codes.max(initial=0)) + 1, np.int64)
            codes[sequences.codes] = self._codes[numbers]
            kept = np.flatnonzero(moved >= 0)
            self._old_chunks.append(Chunk(*recode(sequences, kept, codes)))

    def numbers(self, first: int) -> tuple[Array, list[bytes]]:
        """The segment's number for each term, from ``first`` up in byte order; the terms."""
        if self._waiting:
            self._invert(self._waiting)
        used = np.zeros(self._vocabulary.size, bool)
        for _, piece in (*self._old, *self._new):
            used[piece.terms] = True
        names = self._vocabulary.strings().all()
        order = sorted(np.flatnonzero(used).tolist(), key=names.__getitem__)
        numbers = np.full(self._vocabulary.size, -1, np.int64)
        numbers[order] = np.arange(first, first + len(order))
        return numbers, [names[number] for number in order]

    def sequences(self, numbers: Array) -> Sequences:
        """The tokens in order, of terms that have these numbers in the segment."""
        order = np.argsort(numbers)[np.count_nonzero(numbers < 0) :]
        return join(self._old_chunks + self._new_chunks, self._codes[order].astype(np.uint32))

    def pieces(self, offset: int) -> list[tuple[int, Piece]]:
        return self._old + [(offset + base, piece) for base, piece in self._new]
