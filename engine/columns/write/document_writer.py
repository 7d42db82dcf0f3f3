"""Writes what a segment keeps of documents and groups: keys, labels, lengths, stored data."""

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
    """A report with its paragraphs, ready to be written.

    ``words``, ``exact`` and ``title`` are tokens. ``numbering.END_TOKEN`` ends each token and
    ``END_DOCUMENT`` each document, of which a title is one; in ``exact``, ``END_SENTENCE`` stands
    between two sentences of a document. ``stored`` is the stored data of
    each document and contains no line feed; ``about`` is the stored data of the group.
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
    """Writes groups. Those of merged segments come first, new groups after them."""

    def __init__(self, path: Path) -> None:
        self.is_closed = False
        self._texts = TextWriter(path)
        self._chunks = 0
        self._label_numbers: dict[str, int] = {}
        self._merged, self._new = _GroupColumns(), _GroupColumns()

    def add(self, group: Group) -> None:
        """Write a new group."""
        columns, size = self._new, len(group.keys)
        for low in range(0, size, CHUNK):
            self._store(columns, columns.documents + low, group.stored[low : low + CHUNK])
        numbers = [self._label(label) for label in group.labels]
        columns.labels.append(np.array(numbers, np.uint32))
        columns.sizes.append(size)
        columns.keys[DOCUMENT_KEY] += group.keys
        columns.keys[GROUP_KEY].append(group.key)
        columns.about.append(group.about)
        columns.documents += size

    def merge(self, reader: SegmentReader, groups: Array) -> None:
        """Write some groups of an old segment."""
        columns = self._merged
        numbers = np.array([self._label(name) for name in reader.label_names], np.uint32)
        ends = np.searchsorted(reader.chunk_first, reader.first)
        for group in groups.tolist():
            low, high = reader.first[group], reader.first[group + 1]
            for chunk in range(ends[group], ends[group + 1]):
                first = columns.documents + int(reader.chunk_first[chunk] - low)
                self._store(columns, first, reader.texts.chunk(int(reader.chunk_number[chunk])))
            columns.labels.append(numbers[reader.labels[low:high]])
            columns.lengths.append(reader.lengths[:, low:high])
            columns.title_lengths.append(reader.title_lengths[group : group + 1])
            columns.totals.append(reader.totals[group : group + 1])
            columns.sizes.append(int(high - low))
            keys = reader.keys[DOCUMENT_KEY]
            columns.keys[DOCUMENT_KEY] += (keys.get(document) for document in range(low, high))
            columns.keys[GROUP_KEY].append(reader.keys[GROUP_KEY].get(group))
            columns.about.append(reader.about.get(group))
            columns.documents += int(high - low)

    def _store(self, columns: _GroupColumns, first: int, documents: Sequence[bytes]) -> None:
        columns.chunks.append((first, self._chunks))
        self._chunks += 1
        self._texts.add(documents)

    def _label(self, name: str) -> int:
        return self._label_numbers.setdefault(name, len(self._label_numbers))

    def finish(self, lengths: Mapping[str, Array]) -> tuple[dict[str, Array], list[str]]:
        """Return the columns, and the names of labels by number.

        ``lengths`` has the number of tokens of each new document in each text field, and of the
        title of each new group.
        """
        self._measure(lengths)
        both = (self._merged, self._new)
        columns: dict[str, Array] = {
            "first": np.cumsum([0, *chain.from_iterable(part.sizes for part in both)]),
            "labels": np.concatenate(
                [np.empty(0, np.uint32), *(a for p in both for a in p.labels)]
            ),
            "lengths": np.concatenate(
                [np.empty((len(TEXT), 0), np.uint8), *(a for p in both for a in p.lengths)], axis=1
            ),
            "title_lengths": np.concatenate(
                [np.empty(0, np.uint8), *(a for p in both for a in p.title_lengths)]
            ),
            "totals": np.concatenate(
                [np.empty((0, len(FIELDS)), np.int64), *(a for p in both for a in p.totals)]
            ),
        }
        chunks = self._merged.chunks + [
            (self._merged.documents + first, number) for first, number in self._new.chunks
        ]
        table = np.array(chunks, np.uint32).reshape(-1, 2)
        columns["chunk_first"], columns["chunk_number"] = table[:, 0], table[:, 1]
        columns["chunk_at"] = self._texts.finish()
        columns["dictionary"] = np.frombuffer(self._texts.dictionary, np.uint8)
        for name in (DOCUMENT_KEY, GROUP_KEY):
            keys = [key for p in both for key in p.keys[name]]
            order = sorted(range(len(keys)), key=keys.__getitem__)
            columns |= _named(name, strings(keys))
            columns[f"{name}_order"] = np.array(order, np.uint32)
        columns |= _named("about", strings([about for p in both for about in p.about]))
        return columns, list(self._label_numbers)

    def _measure(self, lengths: Mapping[str, Array]) -> None:
        columns = self._new
        sizes = np.array(columns.sizes, np.int64)
        ends = np.cumsum(sizes)
        totals = np.zeros((len(sizes), len(FIELDS)), np.int64)
        for field, name in enumerate(TEXT):
            running = np.concatenate([[0], np.cumsum(lengths[name])])
            totals[:, field] = running[ends] - running[ends - sizes]
        totals[:, FIELDS.index(TITLE)] = lengths[TITLE] * sizes
        columns.totals.append(totals)
        columns.lengths.append(np.array([to_bytes(lengths[name]) for name in TEXT]))
        columns.title_lengths.append(to_bytes(lengths[TITLE]))

    @property
    def documents(self) -> int:
        """The number of documents so far."""
        return self._merged.documents + self._new.documents

    @property
    def groups(self) -> int:
        """The number of groups so far."""
        return len(self._merged.sizes) + len(self._new.sizes)

    @property
    def merged(self) -> tuple[int, int]:
        """The numbers of documents and groups that come from merged segments."""
        return self._merged.documents, len(self._merged.sizes)

    def close(self) -> None:
        self._texts.close()
        self.is_closed = True


class _GroupColumns:
    """Columns of consecutive groups, as lists of pieces."""

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


def _named(name: str, values: Strings) -> dict[str, Array]:
    return {f"{name}_data": values.data, f"{name}_at": values.at}


def to_bytes(lengths: Array) -> Array:
    """Apply Whoosh's ``length_to_byte`` to an array: the code of the next length that has one."""
    codes: Array = np.minimum(np.searchsorted(LENGTHS, lengths), 255).astype(np.uint8)
    return codes
