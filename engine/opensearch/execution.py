"""A plan's queries, run on the cluster: requests, and counts, facets and hits from responses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import NamedTuple, TypeVar

from whoosh import query as wq

from engine import facets
from engine.execute import FoundParagraph
from engine.model import FacetCount, Query, ReportMatches, ReportShare
from engine.opensearch.client import Json
from engine.opensearch.documents import PARAGRAPH, paragraph_of
from engine.opensearch.dsl import Scoring, most_parts_query
from engine.opensearch.listing import (
    duplicate_groups,
    find,
    paragraphs_by_report,
    reports_by_id,
    selected_reports,
)
from engine.opensearch.pages import PAGE_SIZE, Slice, first_page, slice_hits
from engine.opensearch.request import (
    entry_count,
    facet_counts,
    ranking_body,
    report_selections,
    search_body,
    year_shares,
)
from engine.opensearch.rescoring import rescore
from engine.opensearch.state import State
from engine.opensearch.terms import ClusterIndex
from engine.query.plan import Attempt, Plan, Rescoring
from engine.ranking import RESCORED

_Made = TypeVar("_Made")


class ClusterExecution:
    """Runs the queries of one plan; see ``execute.Execution``."""

    def __init__(self, state: State, query: Query) -> None:
        """``query`` has its selections as full paths."""
        self.index = ClusterIndex(state)
        self._state = state
        self._query = query
        self._same = _same_filter(state, query)

    def attempts(self, plan: Plan) -> Iterable[Attempt]:
        """All attempts of a plan: one request looks up what they ask of the index."""
        return self.settle(lambda: list(plan.attempts(self.index)))

    def settle(self, make: Callable[[], _Made]) -> _Made:
        """Call ``make`` until every count that it asks the index for is known."""
        return self.index.settle(make)

    def most_parts(self, index_query: wq.Query) -> int:
        """The most parts of the query's ``Or`` that one paragraph holds."""
        live = [self._state.live(PARAGRAPH)]
        query: Json = {"bool": {"filter": live, "must": [most_parts_query(index_query)]}}
        body = {"query": query, "size": 1, "_source": False, "track_total_hits": False}
        return round(self._state.search(body)["hits"]["max_score"] or 0)

    def count(self, index_query: wq.Query) -> int:
        """The number of paragraphs that a query finds under the selections."""
        body = ranking_body(self._state, self._query, self._scoring(index_query), self._same)
        counting = {**body, "size": 0, "track_total_hits": True, "track_scores": False}
        total: int = self._state.search(counting)["hits"]["total"]["value"]
        return total

    def run(self, index_query: wq.Query, rescoring: Rescoring | None) -> ClusterFound:
        """Run a query under the selections."""
        state, query, scoring = self._state, self._query, self._scoring(index_query)
        is_rescored = query.sort == "relevance" and query.offset < RESCORED
        rescoring = rescoring if is_rescored else None
        fetched = _fetched(query, rescoring is not None)
        body = search_body(state, query, scoring, self._same)
        response = state.search({**body, **first_page(fetched)})
        paging = _Paging(ranking_body(state, query, scoring, self._same), fetched, rescoring)
        return ClusterFound(state, query, response, paging)

    def _scoring(self, index_query: wq.Query) -> Json:
        scoring = Scoring(self._state, self.index)
        return self.index.settle(lambda: scoring.scoring_query(index_query))


def _same_filter(state: State, query: Query) -> Json | None:
    """The filter for the near-duplicates of the paragraph that the query names, if it does."""
    if not query.same:
        return None
    source = find(state, PARAGRAPH, query.same)
    if source is None:
        raise facets.unknown_paragraph(query.same)
    return {"term": {"cluster": source["cluster"]}}


def _fetched(query: Query, is_rescored: bool) -> Slice:
    """The hits to fetch: the page, or all from the first one on where they are rescored."""
    if not is_rescored:
        return Slice(query.offset, query.limit, query.fold)
    limit = max(query.offset + query.limit, RESCORED) if query.limit else 0
    return Slice(0, limit, query.fold)


class _Paging(NamedTuple):
    """How to fetch the page of hits: the body for further requests, and what to fetch."""

    body: Json
    fetched: Slice
    rescoring: Rescoring | None


class ClusterFound:
    """What a query finds on the cluster; see ``execute.Found``."""

    def __init__(self, state: State, query: Query, response: Json, paging: _Paging) -> None:
        self._state = state
        self._query = query
        self._response = response
        self._paging = paging

    @property
    def _aggregations(self) -> Json:
        aggregations: Json = self._response["aggregations"]
        return aggregations

    @property
    def matched(self) -> int:
        """The number of paragraphs that match, whatever is selected."""
        return int(self._aggregations["matched"]["doc_count"])

    @property
    def total(self) -> int:
        return int(self._response["hits"]["total"]["value"])

    @cached_property
    def entries(self) -> int:
        return entry_count(self._query, self._aggregations)

    def years(self) -> Mapping[str, ReportShare]:
        return year_shares(self._state, self._query, self._aggregations)

    def facets(self) -> Mapping[str, tuple[FacetCount, ...]]:
        return facet_counts(self._query, self._aggregations)

    def by_report(self) -> Sequence[ReportMatches]:
        """The reports that the selections keep, with the numbers of paragraphs found."""
        body = self._paging.body
        found: Json = {"bool": {"filter": [body["query"], body["post_filter"]]}}
        counts = paragraphs_by_report(self._state, found)
        reports = selected_reports(self._state, report_selections(self._query))
        return [ReportMatches(report, counts[report.id]) for report in reports]

    def hits(self) -> Iterator[FoundParagraph]:
        """The page of hits; a response at a time is read when its first hit is taken."""
        query, (body, fetched, rescoring) = self._query, self._paging
        hits = slice_hits(self._state, body, self._response, fetched, self.entries)
        if rescoring:
            first = rescore(self._state, rescoring, list(islice(hits, RESCORED)))
            end = query.offset + query.limit if query.limit else None
            hits = islice(chain(first, hits), query.offset, end)
        while some := list(islice(hits, PAGE_SIZE)):
            yield from found_paragraphs(self._state, some)


def found_paragraphs(state: State, hits: Sequence[Json]) -> list[FoundParagraph]:
    """Hits with their reports and duplicate groups."""
    sources = [hit["_source"] for hit in hits]
    reports = reports_by_id(state, {(source["of"], source["report"]) for source in sources})
    groups = duplicate_groups(state, {source["cluster"] for source in sources})
    return [
        FoundParagraph(
            paragraph_of(source),
            reports[source["report"]],
            hit["_score"] or 0.0,
            groups.get(source["cluster"]),
        )
        for hit, source in zip(hits, sources, strict=True)
    ]
