"""A query answered: what to ask, the requests that ask it, a page of hits from the answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from whoosh import query as wq

from engine import facets
from engine.highlight import highlight
from engine.model import Hit, Page, Query
from engine.opensearch.client import Json
from engine.opensearch.documents import PARAGRAPH, paragraph_of
from engine.opensearch.dsl import Filed, Scoring, most_parts
from engine.opensearch.listing import clusters_of, find, reports_of
from engine.opensearch.nearest import reorder
from engine.opensearch.pages import Wanted, first_page, hits_after
from engine.opensearch.request import entries_found, facet_counts, ranked, reports_found, request
from engine.opensearch.state import State
from engine.opensearch.terms import Terms
from engine.query import plan as matching
from engine.query.names import named_regions, named_years
from engine.query.parser import Leaf, Widened, leaves
from engine.query.questions import is_question
from engine.ranking import RESCORED


def search(state: State, query: Query) -> Page:
    """See ``Engine.search``."""
    query = facets.resolve(query, state.regions, state.themes)
    node = matching.understood(query, state.analyzer, state.synonyms)
    told_terms = tuple(leaves(node))
    terms, best = Terms(state), partial(_best, state)
    named = _named(state, query.text) if is_question(node, query.text) else []
    # What is asked below is known from here.
    terms.settle(lambda: (matching.asked(node, terms), [matching.saying(n, terms) for n in named]))
    asked, relaxed, question = matching.meant(node, query.text, terms, best, lambda: named)
    run = partial(_run, state, query, _same(state, query), terms)
    told, hits = run(asked, question)
    if not told["aggregations"]["matched"]["doc_count"]:
        nearest, relaxed = matching.relaxed(node, terms, best), 0
        if nearest:
            asked, relaxed = nearest
            told, hits = run(asked)
    return Page(
        query=query,
        total=told["hits"]["total"]["value"],
        entries=entries_found(query, told["aggregations"]),
        reports=reports_found(told["aggregations"]),
        hits=_shown(state, hits, told_terms),
        facets=facet_counts(query, told["aggregations"]),
        terms=tuple(dict.fromkeys(term.text for term in told_terms)),
        widened={term.text: term.others for term in told_terms if isinstance(term, Widened)},
        relaxed=relaxed,
    )


def hit(state: State, paragraph_id: str, query: Query) -> Hit | None:
    """See ``Engine.hit``."""
    terms = tuple(leaves(matching.understood(query, state.analyzer, state.synonyms)))
    source = find(state, PARAGRAPH, paragraph_id)
    if source is None:
        return None
    (found,) = _shown(state, [{"_source": source, "_score": 0.0}], terms)
    return found


def _named(state: State, text: str) -> list[matching.Named]:
    """The regions and years that a question names."""
    filed = {n: Filed("region", paths) for n, paths in named_regions(text, state.regions).items()}
    filed |= {year: Filed("year", [int(year)]) for year in named_years(text)}
    return [matching.Named(name, reports) for name, reports in filed.items()]


def _same(state: State, query: Query) -> Json | None:
    """The filter for the paragraphs that say nearly the same as the one named."""
    if not query.same:
        return None
    source = find(state, PARAGRAPH, query.same)
    if source is None:
        raise facets.unknown_paragraph(query.same)
    return {"term": {"cluster": source["cluster"]}}


def _best(state: State, asked: wq.Query) -> int:
    """The most parts of the query's ``Or`` that one paragraph holds."""
    here: Json = {"bool": {"filter": [state.belonging(PARAGRAPH)], "must": [most_parts(asked)]}}
    body = {"query": here, "size": 1, "_source": False, "track_total_hits": False}
    return round(state.search(body)["hits"]["max_score"] or 0)


def _run(
    state: State,
    query: Query,
    same: Json | None,
    terms: Terms,
    asked: wq.Query,
    question: bool = False,
) -> tuple[Json, list[Json]]:
    """The answer with its counts, and the page of hits.

    The first hits of a question are put in order again, so that they are all needed where
    the page begins among them.
    """
    scoring = Scoring(state, terms)
    scored = terms.settle(lambda: scoring.scored(asked))
    again = question and query.sort == "relevance" and query.offset < RESCORED
    offset = 0 if again else query.offset
    limit = query.offset + query.limit - offset if query.limit else 0
    limit = max(limit, RESCORED) if again and limit else limit
    wanted = Wanted(offset, limit, query.fold)
    told = state.search({**request(state, query, scored, same), **first_page(wanted)})
    entries = entries_found(query, told["aggregations"])
    hits = list(hits_after(state, ranked(state, query, scored, same), told, wanted, entries))
    if again:
        hits = reorder(state, query.text, hits[:RESCORED]) + hits[RESCORED:]
        hits = hits[query.offset : query.offset + query.limit if query.limit else None]
    return told, hits


def _shown(state: State, hits: Sequence[Json], terms: Sequence[Leaf]) -> tuple[Hit, ...]:
    sources = [hit["_source"] for hit in hits]
    reports = reports_of(state, {(source["of"], source["report"]) for source in sources})
    alike = clusters_of(state, {source["cluster"] for source in sources})

    def shown(score: float, source: Json) -> Hit:
        paragraph = paragraph_of(source)
        spans = highlight(paragraph.text, terms, state.phrases, state.analyzer.words)
        cluster = alike.get(source["cluster"])
        return Hit(paragraph, reports[source["report"]], score, spans, cluster)

    return tuple(shown(hit["_score"] or 0.0, hit["_source"]) for hit in hits)
