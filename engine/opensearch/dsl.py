"""Whoosh's query classes, of which ``index_query`` makes a query, in OpenSearch's language.

Scores are those of the columns: a term has a weight and stands so often in a field of such a
length, and ``engine.columns.run.scoring`` says what that gives.
Lucene's own BM25 has another idf, rounds lengths in another way and scores a phrase by how often
it stands there, not by its terms; none of that can be set. So Lucene is asked for ``n`` alone,
a script has the formula, and the weight comes with the query: shards then agree on it, too.
What scores nothing is a filter, which costs no script.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from math import log

from whoosh import query as wq

from engine.opensearch.client import Json
from engine.opensearch.state import State
from engine.opensearch.terms import Filed, Terms, beginning, in_a_row, term
from engine.ranking import K1, B

ALONE = 500  # words of all prefixes that score one by one; OpenSearch takes 1,024 clauses

_BM25F = "double n = _score; return params.w * n / (n + params.c + params.d * doc[params.l].value)"

_EACH_ONCE = """
    double weight = 0;
    for (word in doc['terms']) { weight += params.w.getOrDefault(word, 0.0) }
    return weight / (1 + params.c + params.d * doc[params.l].value)"""


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
            return _any(query, [matched(part) for part in query.subqueries])
        case wq.AndNot(a=kept, b=dropped):
            return {"bool": {"filter": [matched(kept)], "must_not": [matched(dropped)]}}
        case wq.AndMaybe(a=needed):
            return matched(needed)
    raise TypeError(repr(query))


def _any(query: wq.Or, parts: Sequence[Json]) -> Json:
    if not parts:  # which to OpenSearch would mean everything
        return {"match_none": {}}
    return {"bool": {"should": list(parts), "minimum_should_match": query.minmatch or 1}}


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
        self._alone = ALONE

    def scored(self, query: wq.Query) -> Json:
        """The query, with its scores."""
        prefixes = sum(isinstance(leaf, wq.Prefix) for leaf in query.leaves())
        self._alone = ALONE // max(1, prefixes)
        return self._scored(query)

    def _scored(self, query: wq.Query, boost: float = 1.0) -> Json:
        boost *= getattr(query, "boost", 1.0)
        if not boost or isinstance(query, Filed):
            return {"constant_score": {"filter": matched(query), "boost": 0.0}}
        scored = partial(self._scored, boost=boost)
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
                return _any(query, [scored(part) for part in query.subqueries])
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
        """Scores by its words; of the rarer ones among very many as if each stood there once."""
        field, words = query.fieldname, [*self._terms.beginning_so(query.text).items()]
        scoring = [
            self._script(_BM25F, term(field, word), field, {"w": self._weight(count, boost)})
            for word, count in words[: self._alone]
        ]
        if rare := {word: self._weight(count, boost) for word, count in words[self._alone :]}:
            among = {"constant_score": {"filter": {"terms": {field: list(rare)}}}}
            scoring.append(self._script(_EACH_ONCE, among, field, {"w": rare}))
        return {"bool": {"filter": [beginning(query.text)], "should": scoring}}

    def _term(self, field: str, text: str, boost: float) -> Json:
        (count,) = self._terms.counts([(field, text)])
        weight = self._weight(count, boost)
        return self._script(_BM25F, term(field, text), field, {"w": weight})

    def _weight(self, count: int, boost: float) -> float:
        """What a term that so many documents hold weighs, by the idf that Whoosh gives it."""
        return boost * (log(max(1, self._facts.documents) / (count + 1)) + 1) * (K1 + 1)

    def _script(self, source: str, query: Json, field: str, params: Json) -> Json:
        params |= {
            "c": K1 * (1 - B),
            "d": K1 * B / self._facts.lengths[field],
            "l": f"{field}_length",
        }
        return {"script_score": {"query": query, "script": {"source": source, "params": params}}}
