"""What a segment knows of its documents, in the making: keys, labels, lengths, texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from whoosh.codec import base

from engine.arrays import Array, Strings, strings
from engine.columns.read.segment_reader import DOCUMENT_KEY, GROUP_KEY, LENGTHS, SegmentReader
from engine.columns.texts import CHUNK, TextWriter
from engine.fields import FIELDS, TEXT, TITLE


class Group(NamedTuple):
    """A report with its paragraphs, ready to be put in.

    ``words``, ``exact`` and ``title`` are tokens, each ended by ``tokens.END_TOKEN``,
    each document (the title alone) ended by ``tokens.END_DOCUMENT``. What is
    ``stored`` of a document holds no line end.
    """

    key: bytes
    about: bytes
    title: str
    keys: Sequence[bytes]
    labels: Sequence[str]
    words: str
    exact: str
    stored: Sequence[bytes]


class DocumentWriter(base.PerDocumentWriter):  # type: ignore[misc]
    """Old groups that are merged come first, new ones after them."""

    def __init__(self, path: Path) -> None:
        self.is_closed = False
        self._texts = TextWriter(path)
        self._chunks = 0
        self._label_numbers: dict[str, int] = {}
        self._old, self._new = _Part(), _Part()

    def add(self, group: Group) -> None:
        """Put in a group."""
        part, size = self._new, len(group.keys)
        for low in range(0, size, CHUNK):
            self._store(part, part.documents + low, group.stored[low : low + CHUNK])
        numbers = [self._label(label) for label in group.labels]
        part.labels.append(np.array(numbers, np.uint32))
        part.sizes.append(size)
        part.keys[DOCUMENT_KEY] += group.keys
        part.keys[GROUP_KEY].append(group.key)
        part.about.append(group.about)
        part.documents += size

    def add_old(self, columns: SegmentReader, kept: Array) -> None:
        """Put in the groups of a segment whose numbers are ``kept``."""
        part = self._old
        numbers = np.array([self._label(name) for name in columns.label_names], np.uint32)
        ends = np.searchsorted(columns.chunk_first, columns.first)
        for group in kept.tolist():
            low, high = columns.first[group], columns.first[group + 1]
            for chunk in range(ends[group], ends[group + 1]):
                first = part.documents + int(columns.chunk_first[chunk] - low)
                self._store(part, first, columns.texts.chunk(int(columns.chunk_number[chunk])))
            part.labels.append(numbers[columns.labels[low:high]])
            part.lengths.append(columns.lengths[:, low:high])
            part.title_lengths.append(columns.title_lengths[group : group + 1])
            part.totals.append(columns.totals[group : group + 1])
            part.sizes.append(int(high - low))
            keys = columns.keys[DOCUMENT_KEY]
            part.keys[DOCUMENT_KEY] += (keys.get(document) for document in range(low, high))
            part.keys[GROUP_KEY].append(columns.keys[GROUP_KEY].get(group))
            part.about.append(columns.about.get(group))
            part.documents += int(high - low)

    def _store(self, part: _Part, first: int, documents: Sequence[bytes]) -> None:
        part.chunks.append((first, self._chunks))
        self._chunks += 1
        self._texts.add(documents)

    def _label(self, name: str) -> int:
        return self._label_numbers.setdefault(name, len(self._label_numbers))

    def finish(self, lengths: Mapping[str, Array]) -> tuple[dict[str, Array], list[str]]:
        """The columns, and the names of labels by number.

        ``lengths`` are those of all new documents (of new groups, for the title).
        """
        self._measure(lengths)
        parts = (self._old, self._new)
        columns: dict[str, Array] = {
            "first": np.cumsum([0, *chain.from_iterable(part.sizes for part in parts)]),
            "labels": np.concatenate(
                [np.empty(0, np.uint32), *(a for p in parts for a in p.labels)]
            ),
            "lengths": np.concatenate(
                [np.empty((len(TEXT), 0), np.uint8), *(a for p in parts for a in p.lengths)], axis=1
            ),
            "title_lengths": np.concatenate(
                [np.empty(0, np.uint8), *(a for p in parts for a in p.title_lengths)]
            ),
            "totals": np.concatenate(
                [np.empty((0, len(FIELDS)), np.int64), *(a for p in parts for a in p.totals)]
            ),
        }
        chunks = self._old.chunks + [
            (self._old.documents + first, number) for first, number in self._new.chunks
        ]
        table = np.array(chunks, np.uint32).reshape(-1, 2)
        columns["chunk_first"], columns["chunk_number"] = table[:, 0], table[:, 1]
        columns["chunk_at"] = self._texts.finish()
        columns["dictionary"] = np.frombuffer(self._texts.dictionary, np.uint8)
        for name in (DOCUMENT_KEY, GROUP_KEY):
            keys = [key for part in parts for key in part.keys[name]]
            order = sorted(range(len(keys)), key=keys.__getitem__)
            columns |= _named(name, strings(keys))
            columns[f"{name}_order"] = np.array(order, np.uint32)
        columns |= _named("about", strings([about for part in parts for about in part.about]))
        return columns, list(self._label_numbers)

    def _measure(self, lengths: Mapping[str, Array]) -> None:
        part = self._new
        sizes = np.array(part.sizes, np.int64)
        ends = np.cumsum(sizes)
        totals = np.zeros((len(sizes), len(FIELDS)), np.int64)
        for at, name in enumerate(TEXT):
            upto = np.concatenate([[0], np.cumsum(lengths[name])])
            totals[:, at] = upto[ends] - upto[ends - sizes]
        totals[:, FIELDS.index(TITLE)] = lengths[TITLE] * sizes
        part.totals.append(totals)
        part.lengths.append(np.array([to_bytes(lengths[name]) for name in TEXT]))
        part.title_lengths.append(to_bytes(lengths[TITLE]))

    @property
    def documents(self) -> int:
        """How many documents there are so far."""
        return self._old.documents + self._new.documents

    @property
    def groups(self) -> int:
        """How many groups there are so far."""
        return len(self._old.sizes) + len(self._new.sizes)

    @property
    def old(self) -> tuple[int, int]:
        """How many documents and groups came from old segments."""
        return self._old.documents, len(self._old.sizes)

    def close(self) -> None:
        self._texts.close()
        self.is_closed = True


class _Part:
    """Columns of groups that lie one behind the other, in pieces."""

    def __init__(self) -> None:
        self.documents = 0
        self.chunks: list[tuple[int, int]] = []  # first document, number
        self.labels: list[Array] = []
        self.lengths: list[Array] = []
        self.title_lengths: list[Array] = []
        self.totals: list[Array] = []
        self.sizes: list[int] = []
        self.keys: dict[str, list[bytes]] = {DOCUMENT_KEY: [], GROUP_KEY: []}
        self.about: list[bytes] = []


def _named(name: str, held: Strings) -> dict[str, Array]:
    return {f"{name}_data": held.data, f"{name}_at": held.at}


def to_bytes(lengths: Array) -> Array:
    """Whoosh's ``length_to_byte`` for many: the code of the next length that has one."""
    codes: Array = np.minimum(np.searchsorted(LENGTHS, lengths), 255).astype(np.uint8)
    return codes
