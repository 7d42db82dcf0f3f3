"""A Whoosh collector that runs a query over columns and counts while it finds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from whoosh import query as wq
from whoosh.collectors import Collector

from engine.columns import kernels as k
from engine.columns.index import Opened, Part
from engine.columns.layout import BLOCK, Array, bitsets
from engine.columns.opened import Columns
from engine.columns.program import Compiler
from engine.columns.queries import Terms
from engine.columns.slots import TERM

_PROCESSORS = os.cpu_count() or 1
_SHARED_BLOCKS = 4  # of so many blocks, and
_SHARED_WORK = 500_000  # so many postings, a search is worth more than one thread


class ColumnCollector(Collector):  # type: ignore[misc]
    """Total, the best and the counts of one query.

    ``keep`` has the filters, part by part. Afterwards ``items`` holds up to ``limit``
    pairs of score and document, the best first and equals in the order of documents;
    ``total`` counts what matches and is kept, ``matched`` what matches; ``groups`` and
    ``labels`` are the counts of ``kernels.Found``, part by part; ``best`` is the
    greatest number of an ``Or``'s parts that one document held, where it has a
    ``minmatch``.
    """

    def __init__(self, opened: Opened, limit: int, keep: Sequence[k.Keep] = ()) -> None:
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
        for at, (part, terms) in enumerate(
            zip(self._opened.parts, self._opened.terms(self.q), strict=True)
        ):
            titles = _TitleSearch(part, terms)
            compiler = Compiler(part.columns, len(part.segment.live), terms, titles)
            program = compiler.compile(self.q)
            keep = self._keep[at] if self._keep else _KEEP_ALL
            groups: list[Array] = []
            labels: list[Array] = []
            for found in _run(part.columns, part.segment, program, keep, self._limit):
                total, matched, best, kept = found.counts.tolist()
                places = (found.documents[:kept] + part.documents).tolist()
                items += zip((-found.best[:kept]).tolist(), places, strict=True)
                self.total += total
                self.matched += matched
                self.best = max(self.best, best)
                groups.append(found.groups)
                labels.append(found.labels)
            self.groups.append(sum(groups[1:], groups[0]))
            self.labels.append(sum(labels[1:], labels[0]))
        items.sort()
        self.items = [(-score, place) for score, place in items[: self._limit]]

    def count(self) -> int:
        return self.total

    def results(self) -> Any:
        return self._results(self.items)


_KEEP_ALL = k.Keep(False, np.empty(0, np.uint8), False, np.empty(0, np.bool_))


def _run(
    columns: Columns, segment: k.Segment, program: k.Program, keep: k.Keep, limit: int
) -> list[k.Found]:
    """Run a program over a segment; what there is much to do of, in several threads."""
    blocks = len(segment.live)
    if blocks < _SHARED_BLOCKS or _work(columns, program) < _SHARED_WORK:
        return [_run_blocks(columns, segment, program, keep, limit, 0, blocks)]
    bounds = [blocks * part // _PROCESSORS for part in range(_PROCESSORS + 1)]
    others = [
        _threads().submit(_run_blocks, columns, segment, program, keep, limit, low, high)
        for low, high in pairwise(bounds[1:])
    ]
    mine = _run_blocks(columns, segment, program, keep, limit, *bounds[:2])
    return [mine, *(other.result() for other in others)]


def _work(columns: Columns, program: k.Program) -> int:
    """Roughly, how many postings a program looks at."""
    at, terms = columns.postings.freqs_at, program.slots[:, TERM]
    return int(at[terms + 1].sum(dtype=np.int64) - at[terms].sum(dtype=np.int64))


def _run_blocks(
    columns: Columns,
    segment: k.Segment,
    program: k.Program,
    keep: k.Keep,
    limit: int,
    begin: int,
    end: int,
) -> k.Found:
    limit = min(limit, len(segment.labels))
    try:
        scores = _scores.pop()
    except IndexError:
        scores = np.zeros(BLOCK, np.float32)
    found = k.Found(
        np.zeros(len(segment.first) - 1, np.int32),
        np.zeros(len(segment.worth), np.int32),
        np.zeros(4, np.int64),
        np.empty(limit, np.float32),
        np.empty(limit, np.int64),
        scores,
    )
    k.search(columns.postings, columns.pairs, segment, program, keep, found, begin, end)
    _scores.append(scores)
    return found


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_PROCESSORS, "search")


# Room for the scores of a block, left all 0 by whoever used it before; getting it
# from the system afresh would take as long as a search for a rare word.
_scores: list[Array] = []


class _TitleSearch:
    """Answers a part of a query about titles: which documents, and the score of each group."""

    def __init__(self, part: Part, terms: Terms) -> None:
        self._part = part
        self._terms = terms

    def __call__(self, query: wq.Query) -> tuple[Array, Array]:
        part = self._part
        columns, titles = part.columns, part.titles
        compiler = Compiler(columns, len(titles.live), self._terms)
        program = compiler.compile(query)
        blocks = len(titles.live)
        found = _run_blocks(columns, titles, program, _KEEP_ALL, columns.groups, 0, blocks)
        kept = int(found.counts[k.KEPT])
        scores = np.zeros(columns.groups, np.float32)
        scores[found.documents[:kept]] = found.best[:kept]
        inside = np.zeros(columns.groups, np.bool_)
        inside[found.documents[:kept]] = True
        return bitsets(np.repeat(inside, np.diff(columns.first))), scores
