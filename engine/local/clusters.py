"""The clusters of near-duplicates of a generation, stored in one file beside its manifest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.damage import damaged
from engine.columns.read.segment_reader import SegmentReader
from engine.duplicates.marks import (
    FORMULAIC,
    MIN_FORMULAIC_REPORTS,
    REPEATED,
    UNIQUE,
    count_reports,
)
from engine.local.files import new_file

_EMPTY = np.empty(0, np.int64)


class Clusters(NamedTuple):
    """The clusters of an index.

    ``leader[d]`` is the leader of the cluster of document ``d``, or -1. ``paragraphs`` and
    ``reports`` have the sizes of a cluster at the place of its leader. ``marks`` say whether a
    document is unique, repeated or formulaic, ``groups`` to which report it belongs.
    """

    leader: Array  # int32[documents]
    paragraphs: Array  # int32[documents]
    reports: Array  # int32[documents]
    marks: Array  # uint8[documents]
    groups: Array  # int32[documents]

    @classmethod
    def of(cls, leader: Array, segments: Sequence[SegmentReader]) -> Clusters:
        """Derive clusters from ``leaders``; raises ``ValueError`` where they do not fit."""
        groups = _groups(segments)
        if len(leader) != len(groups) or not ((leader >= -1) & (leader < len(leader))).all():
            raise ValueError("clusters of other documents")
        members = np.flatnonzero(leader >= 0)
        paragraphs = np.bincount(leader[members], minlength=len(leader)).astype(np.int32)
        reports = count_reports(leader[members], groups[members], len(leader))
        marks = np.full(len(leader), UNIQUE, np.uint8)
        marks[members] = np.where(
            reports[leader[members]] < MIN_FORMULAIC_REPORTS, REPEATED, FORMULAIC
        )
        return cls(leader, paragraphs, reports, marks, groups)

    def members(self, document: int) -> Array:
        """Return the documents of a document's cluster, or the document alone (bool[documents])."""
        same: Array = self.leader == self.leader[document]
        if self.leader[document] < 0:
            same[:] = False
            same[document] = True
        return same


def _groups(segments: Sequence[SegmentReader]) -> Array:
    """Return the number of each document's group in the index."""
    sizes = np.concatenate([_EMPTY, *(np.diff(segment.first) for segment in segments)])
    groups: Array = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    return groups


def save(path: Path, leader: Array) -> None:
    """Write ``leaders`` to a new file."""
    with new_file(path) as stream:
        np.save(stream, leader, allow_pickle=False)


def load(path: Path) -> Array:
    """Read ``leaders`` from a file; raises ``IndexCorrupt``."""
    try:
        leader: Array = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, MemoryError) as error:
        raise damaged(path, "npy") from error
    if not isinstance(leader, np.ndarray) or leader.dtype != np.int32 or leader.ndim != 1:
        raise damaged(path, "int32")
    return leader
