"""A plan's queries, run over a snapshot: counts, facets and hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import TypeVar

import numpy as np
from whoosh import query as wq

from engine import facets
from engine.arrays import Array
from engine.columns.run.collector import ColumnCollector, run_query
from engine.columns.run.queries import DocumentSet
from engine.execute import FoundParagraph
from engine.local.filters import Filters
from engine.local.rescoring import rescore
from engine.local.snapshot import Snapshot
from engine.model import FacetCount, Query, ReportMatches, ReportShare
from engine.query.plan import HANDFUL, Attempt, Plan, Rescoring
from engine.ranking import RESCORED

_Made = TypeVar("_Made")
_Item = tuple[float, int]  # score and document
_NO_COUNTS = np.empty(0, np.int32)


class SnapshotIndex:
    """What planning asks of a snapshot; see ``index_query.Index``."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.documents = snapshot.index.documents
        self.regions = snapshot.region_tree.known
        self.has = cache(snapshot.index.has)
        self.expansion = snapshot.index.expansion
        self.counts = snapshot.index.counts

    def filed(self, facet: str, values: Sequence[str]) -> wq.Query:
        """The query for paragraphs whose reports bear one of these values of a facet."""
        tally = {"region": self._snapshot.region, "year": self._snapshot.year}[facet]
        return DocumentSet(tally.items_with(values)[self._snapshot.clusters.groups])


class LocalExecution:
    """Runs the queries of one plan; see ``execute.Execution``."""

    def __init__(self, snapshot: Snapshot, query: Query) -> None:
        """``query`` has its selections as full paths."""
        self.index = SnapshotIndex(snapshot)
        self._snapshot = snapshot
        self._query = query
        self._filters = Filters.of(snapshot, query)
        self._same = _near_duplicates(snapshot, query)

    def attempts(self, plan: Plan) -> Iterable[Attempt]:
        """The attempts of a plan, made as they are needed."""
        return plan.attempts(self.index)

    def settle(self, make: Callable[[], _Made]) -> _Made:
        """All is known of an index on disk."""
        return make()

    def most_parts(self, asked: wq.Query) -> int:
        """The most parts of the query's ``Or`` that one paragraph holds."""
        return run_query(self._snapshot.index, asked).most_parts

    def run(self, asked: wq.Query, rescoring: Rescoring | None) -> LocalFound:
        """Run a query under the selections."""
        narrowed = self._among_duplicates(asked)
        return LocalFound(self._snapshot, self._query, self._filters, asked, narrowed, rescoring)

    def count(self, asked: wq.Query) -> int:
        """The number of paragraphs that a query finds under the selections."""
        keep = self._filters.keep(self._snapshot)
        return run_query(self._snapshot.index, self._among_duplicates(asked), 0, keep).total

    def _among_duplicates(self, asked: wq.Query) -> wq.Query:
        """The query, among near-duplicates if only these are wanted."""
        return wq.And([self._same, asked]) if self._same else asked


def _near_duplicates(snapshot: Snapshot, query: Query) -> DocumentSet | None:
    """The paragraphs that say nearly the same as the one named, where one is."""
    if not query.same:
        return None
    number = snapshot.document(query.same)
    if number is None:
        raise facets.unknown_paragraph(query.same)
    return DocumentSet(snapshot.clusters.members(number))


def _joined(counts: Sequence[Array]) -> Array:
    """The counts of all segments; mostly there is one."""
    return counts[0] if len(counts) == 1 else np.concatenate([_NO_COUNTS, *counts])


class LocalFound:
    """What a query finds in a snapshot; see ``execute.Found``.

    ``asked`` is the query itself, ``narrowed`` the same among near-duplicates, if only
    these are wanted.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        query: Query,
        filters: Filters,
        asked: wq.Query,
        narrowed: wq.Query,
        rescoring: Rescoring | None,
    ) -> None:
        self._snapshot = snapshot
        self._query = query
        self._filters = filters
        self._asked = asked
        self._narrowed = narrowed
        self._rescoring = rescoring if query.sort == "relevance" else None
        self._counted = self._run(narrowed)

    def _run(self, asked: wq.Query) -> ColumnCollector:
        """Count what is found, and take the best hits where these are wanted."""
        query, index = self._query, self._snapshot.index
        limit = query.offset + query.limit if query.limit else index.documents
        if self._rescoring:
            limit = max(limit, RESCORED)
        limit = limit if query.sort == "relevance" else 0
        return run_query(index, asked, limit, self._filters.keep(self._snapshot))

    @cached_property
    def matched(self) -> int:
        """The number of paragraphs that match, whatever is selected.

        Several selections leave paragraphs unseen that fail two of them; a level or a time, all
        that it excludes.
        """
        query = self._query
        selections = sum(map(bool, (query.regions, query.years, query.kinds)))
        unseen = query.same or query.levels or query.since or selections > 1
        if unseen and self._counted.matched <= HANDFUL:
            return run_query(self._snapshot.index, self._asked).matched
        return self._counted.matched

    @property
    def total(self) -> int:
        return self._counted.total

    @property
    def entries(self) -> int:
        return self._shown.total

    @cached_property
    def _by_report(self) -> Array:
        """The paragraphs found of each report, whatever is selected in one facet."""
        return _joined(self._counted.group_counts)

    def facets(self) -> Mapping[str, tuple[FacetCount, ...]]:
        """Counts drill-sideways: a facet is not lowered by its own selection."""
        snapshot, query, filters = self._snapshot, self._query, self._filters
        reports = self._by_report
        labels = _joined(self._counted.label_counts)
        admitted = filters.admitted
        years = snapshot.year.sums(reports, admitted & filters.region & filters.kind)
        regions = snapshot.region.sums(reports, admitted & filters.year & filters.kind)
        kinds = snapshot.kind.sums(reports, admitted & filters.region & filters.year)
        themes = snapshot.theme.sums(labels, filters.wording)
        wordings = snapshot.wording.sums(labels, filters.theme)
        return {
            "region": snapshot.region_tree.counted(regions.tolist(), query.regions),
            "year": snapshot.year_list.counted(years.tolist(), query.years),
            "theme": snapshot.theme_tree.counted(themes.tolist(), query.themes),
            "kind": snapshot.kind_tree.counted(kinds.tolist(), query.kinds),
            "wording": snapshot.wording_tree.counted(wordings.tolist(), query.wordings),
        }

    def years(self) -> Mapping[str, ReportShare]:
        """The share of the reports of each year; see ``execute.Found``."""
        snapshot, filters = self._snapshot, self._filters
        kept, paragraphs = filters.admitted & filters.region & filters.kind, self._by_report
        found = snapshot.year.sums(np.minimum(paragraphs, 1), kept)
        reports = snapshot.year.sums(np.ones_like(paragraphs), kept)
        return snapshot.year_list.shares(found.tolist(), reports.tolist())

    def by_report(self) -> Sequence[ReportMatches]:
        """The reports that the selections keep, with the numbers of paragraphs found."""
        kept = self._filters.reports.tolist()
        reports = zip(self._snapshot.reports, self._by_report.tolist(), kept, strict=True)
        return [ReportMatches(report, count) for report, count, keep in reports if report and keep]

    def hits(self) -> Iterator[FoundParagraph]:
        """The page of hits, each read when it is taken."""
        items = self._by_relevance() if self._query.sort == "relevance" else self._by_date()
        snapshot = self._snapshot
        return (
            FoundParagraph(*snapshot.paragraph(number), score, snapshot.cluster(number))
            for score, number in items
        )

    def _by_relevance(self) -> list[_Item]:
        query, items = self._query, self._shown.items
        if self._rescoring and items:
            items = rescore(self._snapshot.index, self._rescoring, items)
        return items[query.offset : query.offset + query.limit if query.limit else None]

    # --- folding

    @cached_property
    def _shown(self) -> ColumnCollector:
        """What is paged through: all that is found, or the first of near-duplicates."""
        return self._run(self._folded) if self._query.fold else self._counted

    @cached_property
    def _folded(self) -> wq.Query:
        """The query, without what says nearly the same as something before it."""
        if not self._query.fold:
            return self._narrowed
        snapshot, query = self._snapshot, self._query
        keep = self._filters.keep(snapshot, labels=snapshot.repeated)
        found = run_query(snapshot.index, self._narrowed, snapshot.index.documents, keep)
        numbers = np.array([number for _, number in found.items], np.int64)
        if query.sort != "relevance":
            place = np.argsort(self._report_order)
            numbers = numbers[np.lexsort((numbers, place[snapshot.clusters.groups[numbers]]))]
        _, first = np.unique(snapshot.clusters.leader[numbers], return_index=True)
        copies = np.zeros(snapshot.index.documents, np.bool_)
        copies[np.delete(numbers, first)] = True
        return wq.AndNot(self._narrowed, DocumentSet(copies))

    # --- by date

    def _by_date(self) -> list[_Item]:
        """The page of hits by the dates of reports, undated ones last; scores as well.

        Reports are put in order and their counts tell which of them the page is in, so
        that only their paragraphs need to be looked at.
        """
        snapshot, query, filters = self._snapshot, self._query, self._filters
        counts = _joined(self._shown.group_counts)
        kept = np.where(filters.reports, counts, 0)
        order = self._report_order
        after = np.cumsum(kept[order])
        until = query.offset + query.limit if query.limit else int(after[-1]) if len(after) else 0
        shown = order[(after > query.offset) & (after - kept[order] < until)]
        chosen = np.zeros(len(kept), np.bool_)
        chosen[shown] = True
        keep = filters.keep(snapshot, chosen)
        found = run_query(snapshot.index, self._folded, snapshot.index.documents, keep)
        scores = {number: score for score, number in found.items}
        numbers = [number for group in shown.tolist() for number in snapshot.members(group)]
        items = [(scores[number], number) for number in numbers if number in scores]
        skip = query.offset - int((after[after <= query.offset])[-1:].sum())
        return items[skip : skip + until - query.offset]

    @cached_property
    def _report_order(self) -> Array:
        """The numbers of reports by their dates, undated ones last; or by when they came in,
        and then by their dates."""
        snapshot, sort = self._snapshot, self._query.sort
        days = snapshot.days if sort == "oldest" else -snapshot.days
        keys = (days, snapshot.days == 0)
        order: Array = np.lexsort((*keys, -snapshot.arrived) if sort == "arrived" else keys)
        return order
