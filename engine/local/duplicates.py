"""Near-duplicates of an index on disk: found from its tokens, and kept in one file.

They are found anew at every commit, over all paragraphs, and kept beside the manifest.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.damage import damaged
from engine.columns.layout import BLOCK
from engine.columns.read.segment_reader import DOCUMENT_KEY, SegmentReader
from engine.columns.sequences import decode
from engine.duplicates.shingles import Shingles, concatenated, hash_tokens, shingles_of_numbers
from engine.duplicates.sketches import (
    FORMULAIC,
    OFTEN,
    REPEATED,
    UNIQUE,
    Sketches,
    clusters,
    reports_of,
)
from engine.fields import EXACT
from engine.local.files import new_file

MAX_DOCUMENTS = 2**31 - 1  # of an index; their numbers are int32 here
_NONE = np.empty(0, np.int64)


class Shingler:
    """Gives the shingles of documents of a segment, whose tokens are those of the exact field."""

    def __init__(self, segment: SegmentReader) -> None:
        self._path = segment.path
        first, end = segment.range[EXACT]
        self._sequences = segment.sequences[EXACT]
        codes = self._sequences.codes
        texts = [segment.terms.get(term) for term in range(first, end)]
        self._hashes = np.zeros(
            int(codes.max(initial=0)) + 1, np.uint64
        )  # some codes are no term's
        try:
            self._hashes[codes] = hash_tokens(texts)
        except UnicodeDecodeError as error:
            raise damaged(segment.path, "term_data") from error

    def shingles(self, documents: Array) -> Shingles:
        """The shingles of some documents (int64), in the order given."""
        codes, ends = decode(self._sequences, documents)
        if codes.max(initial=0) >= len(self._hashes):
            raise damaged(self._path, "exact_data")
        return shingles_of_numbers(codes, ends, self._hashes)


def leaders(segments: Sequence[SegmentReader]) -> Array:
    """For each document of an index, the one its cluster is called by; -1 where it is alone.

    int32[documents], in the order of the segments. It is the document of the least key in
    the cluster. Documents taken out are alone, as are those that hold nothing but signs.
    Raises ``OverflowError`` for more documents than 31 bits count.
    """
    total = sum(segment.documents for segment in segments)
    if total > MAX_DOCUMENTS:
        raise OverflowError(f"{total:,} documents are more than can be compared")
    shinglers = [Shingler(segment) for segment in segments]
    documents, sketches = _sketches(segments, shinglers)
    which = clusters(sketches, lambda rows: _shingles(segments, shinglers, documents[rows]))
    several = np.flatnonzero(np.bincount(which)[which] > 1)
    found = np.full(total, -1, np.int32)
    found[documents[several]] = _least(segments, documents[several], which[several])
    return found


def _sketches(
    segments: Sequence[SegmentReader], shinglers: Sequence[Shingler]
) -> tuple[Array, Sketches]:
    """The documents that are not taken out, and their sketches."""

    def sketched(block: tuple[Shingler, int, Array]) -> Sketches:
        shingler, _, documents = block
        return Sketches.of(shingler.shingles(documents))

    blocks = list(_blocks(segments, shinglers))
    if not blocks:
        return _NONE, Sketches.of(Shingles(np.empty(0, np.uint64), np.zeros(1, np.uint64)))
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        found = list(threads.map(sketched, blocks))
    documents = np.concatenate([documents + base for _, base, documents in blocks])
    return documents, Sketches(*map(np.concatenate, zip(*found, strict=True)))


def _blocks(
    segments: Sequence[SegmentReader], shinglers: Sequence[Shingler]
) -> Iterator[tuple[Shingler, int, Array]]:
    """Documents that are not taken out, some at a time, numbered in their segment."""
    for (segment, base), shingler in zip(_based(segments), shinglers, strict=True):
        live = np.ones(segment.documents, np.bool_)
        live[list(segment.segment.deleted)] = False
        for begin in range(0, segment.documents, BLOCK):
            yield shingler, base, begin + np.flatnonzero(live[begin : begin + BLOCK])


def _based(segments: Sequence[SegmentReader]) -> Iterator[tuple[SegmentReader, int]]:
    """Segments, and the number of each one's first document in the index."""
    base = 0
    for segment in segments:
        yield segment, base
        base += segment.documents


def _shingles(
    segments: Sequence[SegmentReader], shinglers: Sequence[Shingler], documents: Array
) -> Shingles:
    """The shingles of documents of the whole index, in ascending order."""

    def made() -> Iterator[Shingles]:
        for (segment, base), shingler in zip(_based(segments), shinglers, strict=True):
            low, high = np.searchsorted(documents, [base, base + segment.documents])
            yield shingler.shingles(documents[low:high] - base)

    return concatenated(made())


def _least(segments: Sequence[SegmentReader], documents: Array, clusters: Array) -> Array:
    """For each document, the one of the least key in its cluster."""
    keys: list[bytes] = []
    for segment, base in _based(segments):
        low, high = np.searchsorted(documents, [base, base + segment.documents])
        get = segment.keys[DOCUMENT_KEY].get
        keys += [get(document - base) for document in documents[low:high].tolist()]
    order = np.lexsort((np.array(keys, np.bytes_), clusters))
    _, at, which = np.unique(clusters[order], return_index=True, return_inverse=True)
    least = np.empty(len(documents), np.int64)
    least[order] = documents[order[at]][which]
    return least


class Clusters(NamedTuple):
    """The clusters of an index.

    ``leader[d]`` is the document that the cluster of document ``d`` is called by, or -1;
    how many paragraphs and reports it has is kept at that document. ``marks`` tell whether
    a document is unique, repeated or formulaic; ``groups`` has the number of its report.
    """

    leader: Array  # int32[documents]
    paragraphs: Array  # int32[documents]
    reports: Array  # int32[documents]
    marks: Array  # uint8[documents]
    groups: Array  # int32[documents]

    @classmethod
    def of(cls, leader: Array, segments: Sequence[SegmentReader]) -> Clusters:
        """From ``leaders`` of these segments; raises ``ValueError`` where they are of others."""
        groups = _groups(segments)
        if len(leader) != len(groups) or not ((leader >= -1) & (leader < len(leader))).all():
            raise ValueError("clusters of other documents")
        inside = np.flatnonzero(leader >= 0)
        paragraphs = np.bincount(leader[inside], minlength=len(leader)).astype(np.int32)
        reports = reports_of(leader[inside], groups[inside], len(leader))
        marks = np.full(len(leader), UNIQUE, np.uint8)
        marks[inside] = np.where(reports[leader[inside]] < FORMULAIC, REPEATED, OFTEN)
        return cls(leader, paragraphs, reports, marks, groups)

    def members(self, document: int) -> Array:
        """The documents of a document's cluster (bool[documents]): itself, where it is alone."""
        same: Array = self.leader == self.leader[document]
        if self.leader[document] < 0:
            same[:] = False
            same[document] = True
        return same


def _groups(segments: Sequence[SegmentReader]) -> Array:
    """The number in the index of each document's group."""
    members = [np.diff(segment.first) for segment in segments]
    sizes = np.concatenate([_NONE, *members])
    groups: Array = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    return groups


def save(path: Path, leader: Array) -> None:
    """Keep ``leaders`` in a new file."""
    with new_file(path) as stream:
        np.save(stream, leader, allow_pickle=False)


def load(path: Path) -> Array:
    """The ``leaders`` that ``save`` kept; raises ``IndexCorrupt``."""
    try:
        leader: Array = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, MemoryError) as error:
        raise damaged(path, "npy") from error
    if not isinstance(leader, np.ndarray) or leader.dtype != np.int32 or leader.ndim != 1:
        raise damaged(path, "int32")
    return leader
