"""A Whoosh collector that runs a query over columns and counts while it finds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from whoosh import query as wq
from whoosh.collectors import Collector

from engine.arrays import Array
from engine.columns.layout import BLOCK, WORDS_PER_BLOCK, bitsets
from engine.columns.read.terms import COUNT
from engine.columns.run import ops
from engine.columns.run.kernels import search
from engine.columns.run.program import Compiler
from engine.columns.run.queries import Chosen
from engine.columns.run.searcher import ColumnSearcher, SearchTarget

_PROCESSORS = os.cpu_count() or 1
_SHARED_BLOCKS = 4  # of so many blocks, and
_SHARED_WORK = 500_000  # so many postings, a search is worth more than one thread


class ColumnCollector(Collector):  # type: ignore[misc]
    """Total, the best and the counts of one query.

    ``keep`` has the filters, part by part. Afterwards ``items`` holds up to ``limit``
    pairs of score and document, the best first and equals in the order of documents;
    ``total`` counts what matches and is kept, ``matched`` what matches; ``groups`` and
    ``labels`` are the counts of ``steps.Found``, part by part; ``best`` is the
    greatest number of an ``Or``'s parts that one document held, where it has a
    ``minmatch``.
    """

    def __init__(self, opened: ColumnSearcher, limit: int, keep: Sequence[ops.Keep] = ()) -> None:
        super().__init__()
        self._opened = opened
        self._limit = min(limit, opened.documents)
        self._keep = keep
        self.total = self.matched = self.best = 0
        self.groups: list[Array] = []
        self.labels: list[Array] = []
        self.items: list[tuple[float, int]] = []

    def run(self) -> None:
        items: list[tuple[float, int]] = []
        parts, keep = self._opened.parts, self._keep or [_KEEP_ALL] * len(self._opened.parts)
        for part, asked, kept in zip(parts, _ask(self._opened, self.q), keep, strict=True):
            found, *others = _run(part.texts, asked, kept, self._limit)
            items += self._note(found, part.documents)
            for other in others:
                items += self._note(other, part.documents)
                np.add(found.groups, other.groups, out=found.groups)
                np.add(found.labels, other.labels, out=found.labels)
            self.groups.append(found.groups)
            self.labels.append(found.labels)
        items.sort()
        self.items = [(-score, place) for score, place in items[: self._limit]]

    def _note(self, found: ops.Found, documents: int) -> Iterator[tuple[float, int]]:
        """Add up what was found; its best, with scores below 0, so that they can be sorted."""
        total, matched, best, kept = found.counts.tolist()
        self.total += total
        self.matched += matched
        self.best = max(self.best, best)
        places = found.documents[:kept] + documents
        return zip((-found.best[:kept]).tolist(), places.tolist(), strict=True)

    def count(self) -> int:
        return self.total

    def results(self) -> Any:
        return self._results(self.items)


def run_query(
    opened: ColumnSearcher, query: wq.Query, limit: int = 0, keep: Sequence[ops.Keep] = ()
) -> ColumnCollector:
    """What is found of a query, by default counts alone; see ``ColumnCollector``."""
    found = ColumnCollector(opened, limit, keep)
    opened.searcher.search_with_collector(query, found)
    return found


def _ask(opened: ColumnSearcher, query: wq.Query, by_title: bool = False) -> list[ops.Asked]:
    """What to ask of each part; raises ``UnsupportedQuery``."""
    compiled = Compiler(by_title).compile(query)
    found = opened.find(compiled.keys, by_title)
    expanded = opened.expanded(compiled.prefixes, found)
    masks = [list(_mask(opened, *mask)) for mask in compiled.masks]
    return [
        ops.Asked(compiled.numbers, compiled.floats, terms, counts, *_masks([m[at] for m in masks]))
        for at, (terms, counts) in enumerate(zip(found, expanded, strict=True))
    ]


def _mask(opened: ColumnSearcher, query: wq.Query, boost: float) -> Iterator[tuple[Array, Array]]:
    """Part by part, the documents that answer (bitsets), and the scores of groups."""
    if isinstance(query, Chosen):
        for part in opened.parts:
            chosen = query.documents[part.documents : part.documents + part.columns.documents]
            yield bitsets(chosen), np.zeros(part.columns.groups, np.float32)
        return
    for part, asked in zip(opened.parts, _ask(opened, query, by_title=True), strict=True):
        groups = part.columns.groups
        blocks = len(part.titles.segment.live)
        found = _run_blocks(part.titles, asked, _KEEP_ALL, groups, 0, blocks)
        chosen = found.documents[: found.counts[ops.KEPT]]
        scores, inside = np.zeros(groups, np.float32), np.zeros(groups, np.bool_)
        scores[chosen] = found.best[: len(chosen)] * boost
        inside[chosen] = True
        yield bitsets(np.repeat(inside, np.diff(part.columns.first))), scores


def _masks(masks: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    if not masks:
        return _NO_MASKS
    return np.array([bits for bits, _ in masks]), np.array([scores for _, scores in masks])


_KEEP_ALL = ops.Keep(False, np.empty(0, np.uint8), False, np.empty(0, np.bool_))
_NO_MASKS = np.empty((0, 0, WORDS_PER_BLOCK), np.uint64), np.empty((0, 0), np.float32)


def _run(searched: SearchTarget, asked: ops.Asked, keep: ops.Keep, limit: int) -> list[ops.Found]:
    """Search a segment; where there is much to do, in several threads."""
    blocks = len(searched.segment.live)
    if blocks < _SHARED_BLOCKS or asked.terms[:, COUNT].sum() < _SHARED_WORK:
        return [_run_blocks(searched, asked, keep, limit, 0, blocks)]
    bounds = [blocks * part // _PROCESSORS for part in range(_PROCESSORS + 1)]
    others = [
        _threads().submit(_run_blocks, searched, asked, keep, limit, low, high)
        for low, high in pairwise(bounds[1:])
    ]
    mine = _run_blocks(searched, asked, keep, limit, *bounds[:2])
    return [mine, *(other.result() for other in others)]


def _run_blocks(
    searched: SearchTarget, asked: ops.Asked, keep: ops.Keep, limit: int, begin: int, end: int
) -> ops.Found:
    segment = searched.segment
    limit = min(limit, len(segment.labels))
    try:
        scores, room = _rooms.pop()
    except IndexError:
        scores, room = np.zeros(BLOCK, np.float32), np.empty((3, BLOCK), np.uint16)
    found = ops.Found(
        np.zeros(len(segment.first) - 1, np.int32),
        np.zeros(len(segment.worth), np.int32),
        np.zeros(4, np.int64),
        np.empty(limit, np.float32),
        np.empty(limit, np.int64),
        scores,
        room,
    )
    search(searched.handle, asked, keep, found, begin, end)
    _rooms.append((scores, room))
    return found


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_PROCESSORS, "search")


# Room to work in, scores left all 0 by whoever used it before; getting it from the
# system afresh would take as long as a search for a rare word.
_rooms: list[tuple[Array, Array]] = []
