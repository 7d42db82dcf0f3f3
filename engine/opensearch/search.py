"""A query answered: what to ask, the requests that ask it, a page of hits from the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from whoosh import query as wq

from engine import facets, matching
from engine.highlight import highlight
from engine.model import Hit, Page, Paragraph, Query, Report
from engine.nearest import FIRST
from engine.opensearch.client import Absent, Json
from engine.opensearch.documents import PARAGRAPH, REPORT, document_id, paragraph_of, report_of
from engine.opensearch.dsl import Scoring, most_parts
from engine.opensearch.listing import find, report
from engine.opensearch.nearest import reorder
from engine.opensearch.pages import first_page, hits_after
from engine.opensearch.request import facet_counts, ranked, reports_found, request
from engine.opensearch.state import State
from engine.opensearch.terms import Terms
from engine.query import Leaf, Node, Widened, leaves, parse

_TOGETHER = 500  # reports fetched in one request


def search(state: State, query: Query) -> Page:
    """See ``Engine.search``."""
    query = facets.resolve(query, state.regions, state.themes)
    node = _understood(state, query)
    told_terms = tuple(leaves(node))
    terms, best = Terms(state), partial(_best, state)
    terms.settle(lambda: matching.asked(node, terms))  # what is asked below is known from here
    asked, relaxed, question = matching.meant(node, query.text, terms, best)
    told, hits = _run(state, query, asked, terms, question)
    if not relaxed and not told["aggregations"]["matched"]["doc_count"]:
        nearest = matching.relaxed(node, terms, best)
        if nearest:
            asked, relaxed = nearest
            told, hits = _run(state, query, asked, terms)
    return Page(
        query=query,
        total=told["hits"]["total"]["value"],
        reports=reports_found(told["aggregations"]),
        hits=_shown(state, hits, told_terms),
        facets=facet_counts(query, told["aggregations"]),
        terms=tuple(dict.fromkeys(term.text for term in told_terms)),
        widened={term.text: term.others for term in told_terms if isinstance(term, Widened)},
        relaxed=relaxed,
    )


def hit(state: State, paragraph_id: str, query: Query) -> Hit | None:
    """See ``Engine.hit``."""
    terms = tuple(leaves(_understood(state, query)))
    source = find(state, PARAGRAPH, paragraph_id)
    if source is None:
        return None
    paragraph, of = paragraph_of(source), report(state, source["report"])
    return _marked(state, paragraph, of, 0.0, terms) if of else None


def _understood(state: State, query: Query) -> Node:
    return parse(
        query.text, query.exact, state.analyzer.cut, state.synonyms if query.synonyms else None
    )


def _best(state: State, asked: wq.Query) -> int:
    """The most parts of the query's ``Or`` that one paragraph holds."""
    here: Json = {"bool": {"filter": [state.belonging(PARAGRAPH)], "must": [most_parts(asked)]}}
    body = {"query": here, "size": 1, "_source": False, "track_total_hits": False}
    return round(state.search(body)["hits"]["max_score"] or 0)


def _run(
    state: State, query: Query, asked: wq.Query, terms: Terms, question: bool = False
) -> tuple[Json, list[Json]]:
    """The answer with its counts, and the page of hits.

    The first hits of a question are put in order again, so that they are all needed where
    the page begins among them.
    """
    scoring = Scoring(state, terms)
    scored = terms.settle(lambda: scoring.scored(asked))
    again = question and query.sort == "relevance" and query.offset < FIRST
    offset = 0 if again else query.offset
    limit = query.offset + query.limit - offset if query.limit else 0
    limit = max(limit, FIRST) if again and limit else limit
    told = state.search({**request(state, query, scored), **first_page(offset, limit)})
    hits = list(hits_after(state, ranked(state, query, scored), told, offset, limit))
    if again:
        hits = reorder(state, query.text, hits[:FIRST]) + hits[FIRST:]
        hits = hits[query.offset : query.offset + query.limit if query.limit else None]
    return told, hits


def _shown(state: State, hits: Sequence[Json], terms: Sequence[Leaf]) -> tuple[Hit, ...]:
    sources = [hit["_source"] for hit in hits]
    reports = _reports(state, {(source["report"], source["since"]) for source in sources})
    return tuple(
        _marked(state, paragraph_of(source), reports[source["report"]], hit["_score"] or 0.0, terms)
        for hit, source in zip(hits, sources, strict=True)
    )


def _reports(state: State, keys: Iterable[tuple[str, int]]) -> Mapping[str, Report]:
    """Reports by id, of these ids and generations; raises ``Absent``."""
    wanted = [
        {"_id": document_id(REPORT, key, since), "routing": key, "_source": ["data"]}
        for key, since in sorted(keys)
    ]
    found: dict[str, Report] = {}
    for low in range(0, len(wanted), _TOGETHER):
        body = {"docs": wanted[low : low + _TOGETHER]}
        for told in state.cluster.ask("POST", f"/{state.index}/_mget", body)["docs"]:
            if not told.get("found"):
                raise Absent(told["_id"])
            one = report_of(told["_source"])
            found[one.id] = one
    return found


def _marked(
    state: State, paragraph: Paragraph, of: Report, score: float, terms: Sequence[Leaf]
) -> Hit:
    spans = highlight(paragraph.text, terms, state.phrases, state.analyzer.words)
    return Hit(paragraph, of, score, spans)
