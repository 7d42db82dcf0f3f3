"""A Whoosh collector that runs a query over columns, and counts in the same pass."""

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
from engine.columns.native import Handle, Kernel
from engine.columns.read.terms import DOCUMENT_COUNT
from engine.columns.run import ops
from engine.columns.run.program import Compiler
from engine.columns.run.queries import DocumentSet
from engine.columns.run.searcher import ColumnSearcher, SearchTarget

_search = Kernel(
    *("engine.columns.run.kernels", "search"),
    *(Handle[ops.SegmentView], ops.SegmentQuery, ops.SegmentFilter, ops.SegmentResult, int, int),
)

_PROCESSORS = os.cpu_count() or 1
_MIN_SHARED_BLOCKS = 4  # of a segment, and
_MIN_SHARED_POSTINGS = 500_000  # of a query, from which on several threads pay


class ColumnCollector(Collector):  # type: ignore[misc]
    """Collects the total, the best hits and the counts of one query.

    ``filters`` has the filter of each segment. Afterwards these attributes are set:

    - ``items``: up to ``limit`` pairs of score and document, the best first, equal scores in
      the order of documents;
    - ``total`` and ``matched``: the number of matches that pass all filters, and of all matches
      whose group fails one filter at most;
    - ``group_counts`` and ``label_counts``: those of ``ops.SegmentResult``, segment by segment;
    - ``most_parts``: the most parts of an ``Or`` with a ``minmatch`` that one document has.
    """

    def __init__(
        self, searcher: ColumnSearcher, limit: int, filters: Sequence[ops.SegmentFilter] = ()
    ) -> None:
        super().__init__()
        self._searcher = searcher
        self._limit = min(limit, searcher.documents)
        self._filters = filters
        self.total = self.matched = self.most_parts = 0
        self.group_counts: list[Array] = []
        self.label_counts: list[Array] = []
        self.items: list[tuple[float, int]] = []

    def run(self) -> None:
        items: list[tuple[float, int]] = []
        segments = self._searcher.segments
        filters = self._filters or [_NO_FILTER] * len(segments)
        queries = _segment_queries(self._searcher, self.q)
        for segment, query, filter_ in zip(segments, queries, filters, strict=True):
            result, *others = _run(segment.texts, query, filter_, self._limit)
            items += self._add(result, segment.first_document)
            for other in others:
                items += self._add(other, segment.first_document)
                np.add(result.group_counts, other.group_counts, out=result.group_counts)
                np.add(result.label_counts, other.label_counts, out=result.label_counts)
            self.group_counts.append(result.group_counts)
            self.label_counts.append(result.label_counts)
        items.sort()
        self.items = [(-score, document) for score, document in items[: self._limit]]

    def _add(self, result: ops.SegmentResult, base: int) -> Iterator[tuple[float, int]]:
        """Add up totals; return the best hits with negative scores, so that they can be sorted."""
        total, matched, most_parts, size = result.totals.tolist()
        self.total += total
        self.matched += matched
        self.most_parts = max(self.most_parts, most_parts)
        documents = result.top_documents[:size] + base
        return zip((-result.top_scores[:size]).tolist(), documents.tolist(), strict=True)

    def count(self) -> int:
        return self.total

    def results(self) -> Any:
        return self._results(self.items)


def run_query(
    searcher: ColumnSearcher,
    query: wq.Query,
    limit: int = 0,
    filters: Sequence[ops.SegmentFilter] = (),
) -> ColumnCollector:
    """Run a query and return its collector; by default it only counts."""
    collector = ColumnCollector(searcher, limit, filters)
    collector.prepare(searcher.searcher, query, None)  # as Whoosh's searcher does
    collector.run()
    return collector


def _segment_queries(
    searcher: ColumnSearcher, query: wq.Query, by_title: bool = False
) -> list[ops.SegmentQuery]:
    """Compile a query for each segment; raises ``UnsupportedQuery``."""
    compiled = Compiler(by_title).compile(query)
    terms = searcher.find(compiled.keys, by_title)
    counts = searcher.prefix_counts(compiled.scored_prefixes, terms)
    masks = [list(_masks(searcher, *mask)) for mask in compiled.masks]
    return [
        ops.SegmentQuery(
            *(compiled.numbers, compiled.floats, terms_of_segment, counts_of_segment),
            *_stack([mask[segment] for mask in masks]),
        )
        for segment, (terms_of_segment, counts_of_segment) in enumerate(
            zip(terms, counts, strict=True)
        )
    ]


def _masks(
    searcher: ColumnSearcher, query: wq.Query, boost: float
) -> Iterator[tuple[Array, Array]]:
    """Find the documents of a mask in each segment (bitsets), and the scores of groups."""
    if isinstance(query, DocumentSet):
        for segment in searcher.segments:
            end = segment.first_document + segment.reader.documents
            chosen = query.documents[segment.first_document : end]
            yield bitsets(chosen), np.zeros(segment.reader.groups, np.float32)
        return
    queries = _segment_queries(searcher, query, by_title=True)
    for segment, title_query in zip(searcher.segments, queries, strict=True):
        groups = segment.reader.groups
        blocks = len(segment.titles.columns.live)
        result = _run_blocks(segment.titles, title_query, _NO_FILTER, groups, 0, blocks)
        found = result.top_documents[: result.totals[ops.HEAP_SIZE]]
        scores, inside = np.zeros(groups, np.float32), np.zeros(groups, np.bool_)
        scores[found] = result.top_scores[: len(found)] * boost
        inside[found] = True
        yield bitsets(np.repeat(inside, np.diff(segment.reader.first))), scores


def _stack(masks: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    if not masks:
        return _NO_MASKS
    return np.array([bits for bits, _ in masks]), np.array([scores for _, scores in masks])


_NO_FILTER = ops.SegmentFilter(False, np.empty(0, np.uint8), False, np.empty(0, np.bool_))
_NO_MASKS = np.empty((0, 0, WORDS_PER_BLOCK), np.uint64), np.empty((0, 0), np.float32)


def _run(
    target: SearchTarget, query: ops.SegmentQuery, filter_: ops.SegmentFilter, limit: int
) -> list[ops.SegmentResult]:
    """Search a segment; in several threads, where there is much to do."""
    blocks = len(target.columns.live)
    if blocks < _MIN_SHARED_BLOCKS or query.terms[:, DOCUMENT_COUNT].sum() < _MIN_SHARED_POSTINGS:
        return [_run_blocks(target, query, filter_, limit, 0, blocks)]
    bounds = [blocks * number // _PROCESSORS for number in range(_PROCESSORS + 1)]
    others = [
        _threads().submit(_run_blocks, target, query, filter_, limit, low, high)
        for low, high in pairwise(bounds[1:])
    ]
    first = _run_blocks(target, query, filter_, limit, *bounds[:2])
    return [first, *(other.result() for other in others)]


def _run_blocks(
    target: SearchTarget,
    query: ops.SegmentQuery,
    filter_: ops.SegmentFilter,
    limit: int,
    begin: int,
    end: int,
) -> ops.SegmentResult:
    columns = target.columns
    limit = min(limit, len(columns.labels))
    try:
        scores, scratch = _scratch.pop()
    except IndexError:
        scores, scratch = np.zeros(BLOCK, np.float32), np.empty((3, BLOCK), np.uint16)
    result = ops.SegmentResult(
        np.zeros(len(columns.first) - 1, np.int32),
        np.zeros(len(columns.worth), np.int32),
        np.zeros(4, np.int64),
        np.empty(limit, np.float32),
        np.empty(limit, np.int64),
        scores,
        scratch,
    )
    _search(target.handle, query, filter_, result, begin, end)
    _scratch.append((scores, scratch))
    return result


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_PROCESSORS, "search")


# Working space; all scores are 0. To get it from the system each time would take as long as a
# search for a rare word.
_scratch: list[tuple[Array, Array]] = []
