"""Finds the near-duplicates of an index on disk, from its tokens.

Every commit finds them again, over all paragraphs; ``clusters`` keeps them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.arrays import Array
from engine.columns.damage import damaged
from engine.columns.layout import BLOCK
from engine.columns.read.segment_reader import DOCUMENT_KEY, SegmentReader
from engine.columns.sequences import decode
from engine.duplicates.shingles import Shingles, TokenTable, concatenate, shingles_of_numbers
from engine.duplicates.sketches import Sketches, clusters
from engine.fields import EXACT

MAX_DOCUMENTS = 2**31 - 1  # of an index; their numbers are int32 here
_EMPTY = np.empty(0, np.int64)


class Shingler:
    """Makes the shingles of documents of a segment from the tokens of the exact field."""

    def __init__(self, segment: SegmentReader) -> None:
        self._path = segment.path
        first, end = segment.range[EXACT]
        self._sequences = segment.sequences[EXACT]
        codes = self._sequences.codes
        texts = [segment.terms.get(term) for term in range(first, end)]
        size = int(codes.max(initial=0)) + 1
        self._table = TokenTable(np.zeros(size, np.uint64), np.zeros(size, np.uint8))  # by code
        try:
            for by_code, by_term in zip(self._table, TokenTable.of(texts), strict=True):
                by_code[codes] = by_term
        except UnicodeDecodeError as error:
            raise damaged(segment.path, "term_data") from error

    def shingles(self, documents: Array) -> Shingles:
        """Return the shingles of some documents (int64), in their order."""
        codes, ends = decode(self._sequences, documents)
        if codes.max(initial=0) >= len(self._table.hashes):
            raise damaged(self._path, "exact_data")
        return shingles_of_numbers(codes, ends, self._table)


def leaders(segments: Sequence[SegmentReader]) -> Array:
    """Return the leader of each document's cluster, or -1 for a document without a cluster.

    The result is int32[documents of the index]. The leader is the document with the least key.
    Deleted documents and documents of punctuation only have no cluster. Raises
    ``OverflowError`` for more documents than 31 bits count.
    """
    total = sum(segment.documents for segment in segments)
    if total > MAX_DOCUMENTS:
        raise OverflowError(f"{total:,} documents are more than can be compared")
    shinglers = [Shingler(segment) for segment in segments]
    documents, sketches = _sketches(segments, shinglers)
    cluster = clusters(sketches, lambda rows: _shingles(segments, shinglers, documents[rows]))
    rows = np.flatnonzero(np.bincount(cluster)[cluster] > 1)
    leader = np.full(total, -1, np.int32)
    leader[documents[rows]] = _with_least_key(segments, documents[rows], cluster[rows])
    return leader


def _sketches(
    segments: Sequence[SegmentReader], shinglers: Sequence[Shingler]
) -> tuple[Array, Sketches]:
    """Return the live documents and their sketches."""

    def sketch(block: tuple[Shingler, int, Array]) -> Sketches:
        shingler, _, documents = block
        return Sketches.of(shingler.shingles(documents))

    blocks = list(_blocks(segments, shinglers))
    if not blocks:
        return _EMPTY, Sketches.of(concatenate(()))
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        batches = list(threads.map(sketch, blocks))
    documents = np.concatenate([documents + base for _, base, documents in blocks])
    return documents, Sketches(*map(np.concatenate, zip(*batches, strict=True)))


def _blocks(
    segments: Sequence[SegmentReader], shinglers: Sequence[Shingler]
) -> Iterator[tuple[Shingler, int, Array]]:
    """Yield the live documents of each block, as numbers in their segment."""
    for (segment, base), shingler in zip(_based(segments), shinglers, strict=True):
        live = np.ones(segment.documents, np.bool_)
        live[list(segment.segment.deleted)] = False
        for begin in range(0, segment.documents, BLOCK):
            yield shingler, base, begin + np.flatnonzero(live[begin : begin + BLOCK])


def _based(segments: Sequence[SegmentReader]) -> Iterator[tuple[SegmentReader, int]]:
    """Yield each segment and the number of its first document in the index."""
    base = 0
    for segment in segments:
        yield segment, base
        base += segment.documents


def _shingles(
    segments: Sequence[SegmentReader], shinglers: Sequence[Shingler], documents: Array
) -> Shingles:
    """Return the shingles of ascending documents of the whole index."""

    def of_segments() -> Iterator[Shingles]:
        for (segment, base), shingler in zip(_based(segments), shinglers, strict=True):
            low, high = np.searchsorted(documents, [base, base + segment.documents])
            yield shingler.shingles(documents[low:high] - base)

    return concatenate(of_segments())


def _with_least_key(segments: Sequence[SegmentReader], documents: Array, clusters: Array) -> Array:
    """Return for each document the document with the least key in its cluster."""
    keys: list[bytes] = []
    for segment, base in _based(segments):
        low, high = np.searchsorted(documents, [base, base + segment.documents])
        get = segment.keys[DOCUMENT_KEY].get
        keys += [get(document - base) for document in documents[low:high].tolist()]
    order = np.lexsort((np.array(keys, np.bytes_), clusters))
    _, first, inverse = np.unique(clusters[order], return_index=True, return_inverse=True)
    leader = np.empty(len(documents), np.int64)
    leader[order] = documents[order[first]][inverse]
    return leader
