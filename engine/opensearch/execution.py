"""A plan's queries, run on the cluster: requests, and what their responses say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar

from whoosh import query as wq

from engine import facets
from engine.execute import FoundParagraph
from engine.model import FacetCount, Query
from engine.opensearch.client import Json
from engine.opensearch.documents import PARAGRAPH, paragraph_of
from engine.opensearch.dsl import Scoring, most_parts
from engine.opensearch.listing import clusters_of, find, reports_of
from engine.opensearch.pages import Wanted, first_page, hits_after
from engine.opensearch.request import (
    entries_found,
    facet_counts,
    ranked,
    reports_found,
    request,
)
from engine.opensearch.rescoring import rescore
from engine.opensearch.state import State
from engine.opensearch.terms import Terms
from engine.query.plan import Rescoring
from engine.ranking import RESCORED

_Made = TypeVar("_Made")


class ClusterExecution:
    """Runs the queries of one plan; see ``execute.Execution``."""

    def __init__(self, state: State, query: Query) -> None:
        """``query`` has its selections as full paths."""
        self.index = Terms(state)
        self._state = state
        self._query = query
        self._same = _near_duplicates(state, query)

    def settle(self, make: Callable[[], _Made]) -> _Made:
        """What ``make`` makes, once what it asks of the index has been looked up."""
        return self.index.settle(make)

    def most_parts(self, asked: wq.Query) -> int:
        """The most parts of the query's ``Or`` that one paragraph holds."""
        here = [self._state.belonging(PARAGRAPH)]
        query: Json = {"bool": {"filter": here, "must": [most_parts(asked)]}}
        body = {"query": query, "size": 1, "_source": False, "track_total_hits": False}
        return round(self._state.search(body)["hits"]["max_score"] or 0)

    def count(self, asked: wq.Query) -> int:
        """The number of paragraphs that a query finds under the selections."""
        body = ranked(self._state, self._query, self._scored(asked), self._same)
        counted = {**body, "size": 0, "track_total_hits": True, "track_scores": False}
        total: int = self._state.search(counted)["hits"]["total"]["value"]
        return total

    def run(self, asked: wq.Query, rescoring: Rescoring | None) -> ClusterFound:
        """Run a query under the selections."""
        query, scored = self._query, self._scored(asked)
        again = query.sort == "relevance" and query.offset < RESCORED
        by = rescoring if again else None
        wanted = _wanted(query, by is not None)
        response = self._state.search(
            {**request(self._state, query, scored, self._same), **first_page(wanted)}
        )
        body = ranked(self._state, query, scored, self._same)
        return ClusterFound(self._state, query, response, _Paging(body, wanted, by))

    def _scored(self, asked: wq.Query) -> Json:
        scoring = Scoring(self._state, self.index)
        return self.index.settle(lambda: scoring.scored(asked))


def _near_duplicates(state: State, query: Query) -> Json | None:
    """The filter for the paragraphs that say nearly the same as the one named, if one is."""
    if not query.same:
        return None
    source = find(state, PARAGRAPH, query.same)
    if source is None:
        raise facets.unknown_paragraph(query.same)
    return {"term": {"cluster": source["cluster"]}}


def _wanted(query: Query, rescored: bool) -> Wanted:
    """The hits to ask for: from the first one on where they are put in order again."""
    offset = 0 if rescored else query.offset
    limit = query.offset + query.limit - offset if query.limit else 0
    return Wanted(offset, max(limit, RESCORED) if rescored and limit else limit, query.fold)


class _Paging(NamedTuple):
    """How to get at the hits: the request for more, what is wanted, how to rescore."""

    body: Json
    wanted: Wanted
    rescoring: Rescoring | None


class ClusterFound:
    """What a query finds on the cluster; see ``execute.Found``."""

    def __init__(self, state: State, query: Query, response: Json, paging: _Paging) -> None:
        self._state = state
        self._query = query
        self._response = response
        self._paging = paging

    @property
    def matched(self) -> int:
        """The number of paragraphs that match, whatever is selected."""
        return int(self._response["aggregations"]["matched"]["doc_count"])

    @property
    def total(self) -> int:
        return int(self._response["hits"]["total"]["value"])

    @cached_property
    def entries(self) -> int:
        return entries_found(self._query, self._response["aggregations"])

    @property
    def reports(self) -> int:
        return reports_found(self._response["aggregations"])

    def facets(self) -> Mapping[str, tuple[FacetCount, ...]]:
        return facet_counts(self._query, self._response["aggregations"])

    def hits(self) -> Sequence[FoundParagraph]:
        """The page of hits."""
        query, (body, wanted, rescoring) = self._query, self._paging
        hits = list(hits_after(self._state, body, self._response, wanted, self.entries))
        if rescoring:
            hits = rescore(self._state, rescoring, hits[:RESCORED]) + hits[RESCORED:]
            hits = hits[query.offset : query.offset + query.limit if query.limit else None]
        return found_paragraphs(self._state, hits)


def found_paragraphs(state: State, hits: Sequence[Json]) -> list[FoundParagraph]:
    """Hits with their reports and near-duplicates."""
    sources = [hit["_source"] for hit in hits]
    reports = reports_of(state, {(source["of"], source["report"]) for source in sources})
    alike = clusters_of(state, {source["cluster"] for source in sources})
    return [
        FoundParagraph(
            paragraph_of(hit["_source"]),
            reports[hit["_source"]["report"]],
            hit["_score"] or 0.0,
            alike.get(hit["_source"]["cluster"]),
        )
        for hit in hits
    ]
