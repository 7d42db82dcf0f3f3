"""Whoosh's query classes, of which ``matching`` makes a query, in OpenSearch's language.

Scores are those of the columns: a term has a weight and stands so often in a field of such a
length, and ``engine.columns.scoring`` says what that gives.
Lucene's own BM25 has another idf, rounds lengths in another way and scores a phrase by how often
it stands there, not by its terms; none of that can be set. So Lucene is asked for ``n`` alone,
a script has the formula, and the weight comes with the query: shards then agree on it, too.
What scores nothing is a filter, which costs no script.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import islice
from math import log

from whoosh import query as wq

from engine.columns.scoring import K1, B
from engine.opensearch.client import Json
from engine.opensearch.state import State
from engine.opensearch.terms import Terms, beginning, in_a_row, term

MOST_SCORING = (
    800  # words of a prefix that score, the most frequent; OpenSearch takes 1,024 clauses
)

_BM25F = "double n = _score; return params.w * n / (n + params.c + params.d * doc[params.l].value)"


class Filed(wq.Query):  # type: ignore[misc]
    """Paragraphs whose reports bear one of these values of a facet."""

    def __init__(self, facet: str, values: Sequence[str | int]) -> None:
        self.facet, self.values = facet, values


def matched(query: wq.Query) -> Json:
    """The query as a filter."""
    match query:
        case Filed(facet=facet, values=values):
            return {"terms": {facet: list(values)}}
        case wq.Every():
            return {"match_all": {}}
        case wq.Term():
            return term(query.fieldname, query.text)
        case wq.Phrase():
            return in_a_row(query.fieldname, query.words)
        case wq.Prefix():
            return beginning(query.text)
        case wq.And():
            return {"bool": {"filter": [matched(part) for part in query.subqueries]}}
        case wq.Or():
            parts = [matched(part) for part in query.subqueries]
            return {"bool": {"should": parts, "minimum_should_match": query.minmatch or 1}}
        case wq.AndNot(a=kept, b=dropped):
            return {"bool": {"filter": [matched(kept)], "must_not": [matched(dropped)]}}
        case wq.AndMaybe(a=needed):
            return matched(needed)
    raise TypeError(repr(query))


def most_parts(query: wq.And) -> Json:
    """A query whose greatest score is the most parts of its ``Or`` that one document holds."""
    *others, either = query.subqueries
    parts = [{"constant_score": {"filter": matched(part)}} for part in either.subqueries]
    return {"bool": {"filter": [matched(other) for other in others], "should": parts}}


class Scoring:
    """Queries that score, by the weights of one generation."""

    def __init__(self, state: State, terms: Terms) -> None:
        self._facts = state.facts
        self._terms = terms

    def scored(self, query: wq.Query, boost: float = 1.0) -> Json:
        """The query, with its scores."""
        boost *= getattr(query, "boost", 1.0)
        if not boost or isinstance(query, Filed):
            return {"constant_score": {"filter": matched(query), "boost": 0.0}}
        scored = partial(self.scored, boost=boost)
        match query:
            case wq.Every():
                return {"constant_score": {"filter": matched(query), "boost": boost}}
            case wq.Term():
                return self._term(query.fieldname, query.text, boost)
            case wq.Phrase():
                return self._phrase(query.fieldname, query.words, boost)
            case wq.Prefix():
                return self._prefix(query, boost)
            case wq.And():
                return {"bool": {"must": [scored(part) for part in query.subqueries]}}
            case wq.Or():
                parts = [scored(part) for part in query.subqueries]
                return {"bool": {"should": parts, "minimum_should_match": query.minmatch or 1}}
            case wq.AndNot(a=kept, b=dropped):
                return {"bool": {"must": [scored(kept)], "must_not": [matched(dropped)]}}
            case wq.AndMaybe(a=needed, b=more):
                return {"bool": {"must": [scored(needed)], "should": [scored(more)]}}
        raise TypeError(repr(query))

    def _phrase(self, field: str, tokens: Sequence[str], boost: float) -> Json:
        """Scores by its terms, each as often as it stands in the phrase."""
        many = Counter(tokens).items()
        terms = [self._term(field, token, boost * count) for token, count in many]
        return {"bool": {"filter": [in_a_row(field, tokens)], "should": terms}}

    def _prefix(self, query: wq.Prefix, boost: float) -> Json:
        words = islice(self._terms.beginning_so(query.text).items(), MOST_SCORING)
        scoring = [self._weighed(query.fieldname, word, count, boost) for word, count in words]
        return {"bool": {"filter": [beginning(query.text)], "should": scoring}}

    def _term(self, field: str, text: str, boost: float) -> Json:
        (count,) = self._terms.counts([(field, text)])
        return self._weighed(field, text, count, boost)

    def _weighed(self, field: str, text: str, count: int, boost: float) -> Json:
        """A term that so many documents hold, with the idf that Whoosh gives it."""
        idf = log(max(1, self._facts.documents) / (count + 1)) + 1
        params = {
            "w": boost * idf * (K1 + 1),
            "c": K1 * (1 - B),
            "d": K1 * B / self._facts.lengths[field],
            "l": f"{field}_length",
        }
        script = {"source": _BM25F, "params": params}
        return {"script_score": {"query": term(field, text), "script": script}}
