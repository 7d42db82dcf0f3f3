"""Paragraphs that say nearly the same: which ones, and what follows from it.

Reports repeat each other: opening sentences, explanations of terms, whole duties carried
over to the next year. Paragraphs with ``SIMILAR`` of all their shingles in common share a
*cluster*. Those that stand so in ``FORMULAIC`` reports or more are formulaic.

Clusters are found anew at every commit, over all paragraphs, and kept in a file beside the
manifest. Shingles come from the index itself, MinHash digests of them from rensa.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import rensa

from engine.columns.clustering import ROWS, chains, folded, join
from engine.columns.layout import BLOCK, Array
from engine.columns.opened import DOCUMENT_KEY, Columns
from engine.columns.shingles import Shingler, Shingles

SIMILAR = 0.7  # Jaccard's coefficient
FORMULAIC = 3  # reports
UNIQUE, REPEATED, OFTEN = range(3)  # alone; in a cluster; in one of many reports

BANDS = 8  # of so many, 89 in 100 pairs that are just similar share one, 99 at 0.83
_SEED = 1
_COMPARED = 50_000  # paragraphs whose shingles are held at a time
_NONE = np.empty(0, np.int64)


class Sketches(NamedTuple):
    """What is known of paragraphs without their texts, a row for each.

    Those with the same ``keys`` are the same; those with one of their ``bands`` in common
    are worth a comparison. ``full`` says which ones hold more than signs.
    """

    keys: Array  # uint64[paragraphs]
    bands: Array  # uint64[paragraphs, bands]
    full: Array  # bool[paragraphs]

    @classmethod
    def of(cls, sets: Shingles) -> Sketches:
        """By the MinHash digests of their shingles."""
        made = rensa.RMinHash.digest_matrix_from_flat_token_hashes(*sets, BANDS * ROWS, _SEED)
        digests = np.array(made.to_rows(), np.uint32).reshape(-1, BANDS * ROWS)
        keys = folded(digests, digests.shape[1])[:, 0]
        return cls(keys, folded(digests, ROWS), np.diff(sets.at) > 0)


def clusters(sketches: Sketches, shingles: Callable[[Array], Shingles]) -> Array:
    """The cluster of each paragraph (int64), a number that all in it share.

    ``shingles`` gives those of some rows, in ascending order, to be compared; never of very
    many at a time. The order of paragraphs makes no difference to what is in a cluster.
    """
    keys, first, which = np.unique(sketches.keys, return_index=True, return_inverse=True)
    bands, wanted = sketches.bands[first], sketches.full[first]
    full, found = np.flatnonzero(wanted), np.arange(len(first))
    for bit in chains(bands[full], _COMPARED):
        alike = full[bit]
        alike = alike[np.argsort(first[alike])]
        found[alike] = alike[join(keys[alike], bands[alike], shingles(first[alike]), SIMILAR)]
    each: Array = np.where(sketches.full, found[which], len(first) + np.arange(len(which)))
    return each


def leaders(segments: Sequence[Columns]) -> Array:
    """For each document of an index, the one its cluster is called by; -1 where it is alone.

    int32[documents], in the order of the segments. It is the document of the least key in
    the cluster. Documents taken out are alone, as are those that hold nothing but signs.
    """
    shinglers = [Shingler(segment) for segment in segments]
    documents, sketches = _sketches(segments, shinglers)
    which = clusters(sketches, lambda rows: _shingles(segments, shinglers, documents[rows]))
    several = np.flatnonzero(np.bincount(which)[which] > 1)
    found = np.full(sum(segment.documents for segment in segments), -1, np.int32)
    found[documents[several]] = _least(segments, documents[several], which[several])
    return found


def _sketches(segments: Sequence[Columns], shinglers: Sequence[Shingler]) -> tuple[Array, Sketches]:
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
    segments: Sequence[Columns], shinglers: Sequence[Shingler]
) -> Iterator[tuple[Shingler, int, Array]]:
    """Documents that are not taken out, some at a time, numbered in their segment."""
    for (segment, base), shingler in zip(_based(segments), shinglers, strict=True):
        live = np.ones(segment.documents, np.bool_)
        live[list(segment.segment.deleted)] = False
        for begin in range(0, segment.documents, BLOCK):
            yield shingler, base, begin + np.flatnonzero(live[begin : begin + BLOCK])


def _based(segments: Sequence[Columns]) -> Iterator[tuple[Columns, int]]:
    """Segments, and the number of each one's first document in the index."""
    base = 0
    for segment in segments:
        yield segment, base
        base += segment.documents


def _shingles(
    segments: Sequence[Columns], shinglers: Sequence[Shingler], documents: Array
) -> Shingles:
    """The shingles of documents of the whole index, in ascending order."""

    def made() -> Iterator[Shingles]:
        for (segment, base), shingler in zip(_based(segments), shinglers, strict=True):
            low, high = np.searchsorted(documents, [base, base + segment.documents])
            yield shingler.shingles(documents[low:high] - base)

    return together(made())


def together(some: Iterable[Shingles]) -> Shingles:
    """Shingles of documents in bits, as one."""
    hashes, sizes = [np.empty(0, np.uint64)], [np.zeros(1, np.uint64)]
    for bit in some:
        hashes.append(bit.hashes)
        sizes.append(np.diff(bit.at))
    return Shingles(np.concatenate(hashes), np.cumsum(np.concatenate(sizes)))


def _least(segments: Sequence[Columns], documents: Array, clusters: Array) -> Array:
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
    def of(cls, leader: Array, segments: Sequence[Columns]) -> Clusters:
        """From ``leaders`` of these segments."""
        groups = _groups(segments)
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


def reports_of(clusters: Array, groups: Array, many: int) -> Array:
    """In how many groups each of so many clusters stands (int32[many]).

    ``clusters`` and ``groups`` are those of some paragraphs.
    """
    size = int(groups.max(initial=0)) + 1
    pairs = np.sort(clusters.astype(np.int64) * size + groups)
    each = pairs[np.diff(pairs, prepend=-1) != 0]  # faster than numpy.unique
    counts: Array = np.bincount(each // size, minlength=many).astype(np.int32)
    return counts


def _groups(segments: Sequence[Columns]) -> Array:
    """The number in the index of each document's group."""
    members = [np.diff(segment.first) for segment in segments]
    sizes = np.concatenate([_NONE, *members])
    groups: Array = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    return groups


def save(path: Path, leader: Array) -> None:
    """Keep ``leaders`` in a new file."""
    with path.open("wb") as stream:
        np.save(stream, leader, allow_pickle=False)


def load(path: Path) -> Array:
    """What ``save`` kept."""
    leader: Array = np.load(path, allow_pickle=False)
    return leader
