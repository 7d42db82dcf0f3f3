"""Whoosh's query classes, in which ``engine.query`` writes a query, as OpenSearch's queries.

Scores are those of the embedded engine, whose formula ``engine.columns.run.scoring`` has.
Lucene's own BM25 has another idf, rounds lengths in another way and scores a phrase by its
own frequency, not by its terms; none of that can be set. So Lucene gives term frequencies
alone (see ``mapping``), a script has the formula, and the weight of a term comes with the
query, so that all shards use the same one. What scores nothing is a filter, which runs no
script.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from whoosh import query as wq

from engine.opensearch.client import Json
from engine.opensearch.state import State
from engine.opensearch.terms import (
    ClusterIndex,
    FacetQuery,
    one_sentence_query,
    phrase_query,
    prefix_query,
    term_query,
)
from engine.query.index_query import idf
from engine.ranking import K1, B
from engine.whoosh_queries import OneSentence

# The words of all prefixes of a query that get a script each: OpenSearch takes 1,024 clauses.
MAX_SCRIPTED_WORDS = 500

# The score of the inner query is the term's frequency ``n``. ``w`` is idf * (K1 + 1).
_BM25F = "double n = _score; return params.w * n / (n + params.c + params.d * doc[params.l].value)"

# The same for all words of ``w``, as if each stood once in the document.
_BM25F_ONCE_EACH = """
    double weight = 0;
    for (word in doc['terms']) { weight += params.w.getOrDefault(word, 0.0) }
    return weight / (1 + params.c + params.d * doc[params.l].value)"""


def filter_query(query: wq.Query) -> Json:
    """The query without scores."""
    match query:
        case wq.And():
            return {"bool": {"filter": [filter_query(part) for part in query.subqueries]}}
        case wq.Or():
            return _any_of(query, [filter_query(part) for part in query.subqueries])
        case wq.AndNot(a=kept, b=dropped):
            return {"bool": {"filter": [filter_query(kept)], "must_not": [filter_query(dropped)]}}
        case wq.AndMaybe(a=needed):
            return filter_query(needed)
    return _leaf_filter(query)


def _leaf_filter(query: wq.Query) -> Json:
    match query:
        case FacetQuery(facet=facet, values=values):
            return {"terms": {facet: list(values)}}
        case OneSentence():
            return one_sentence_query(query)
        case wq.Every():
            return {"match_all": {}}
        case wq.Term():
            return term_query(query.fieldname, query.text)
        case wq.Phrase():
            return phrase_query(query.fieldname, query.words)
        case wq.Prefix():
            return prefix_query(query.text)
    raise TypeError(repr(query))


def _any_of(query: wq.Or, parts: Sequence[Json]) -> Json:
    if not parts:  # an empty ``bool`` would match every document
        return {"match_none": {}}
    return {"bool": {"should": list(parts), "minimum_should_match": query.minmatch or 1}}


def most_parts_query(query: wq.And) -> Json:
    """A query whose greatest score is the most parts of its ``Or`` that one document matches."""
    *others, either = query.subqueries
    parts = [{"constant_score": {"filter": filter_query(part)}} for part in either.subqueries]
    return {"bool": {"filter": [filter_query(other) for other in others], "should": parts}}


class Scoring:
    """Translates a query that scores, with the weights of one generation."""

    def __init__(self, state: State, index: ClusterIndex) -> None:
        self._statistics = state.statistics
        self._index = index
        self._words_per_prefix = MAX_SCRIPTED_WORDS

    def scoring_query(self, query: wq.Query) -> Json:
        """The query with its scores."""
        prefixes = sum(isinstance(leaf, wq.Prefix) for leaf in query.leaves())
        self._words_per_prefix = MAX_SCRIPTED_WORDS // max(1, prefixes)
        return self._translated(query)

    def _translated(self, query: wq.Query, boost: float = 1.0) -> Json:
        boost *= getattr(query, "boost", 1.0)
        if not boost or isinstance(query, FacetQuery | OneSentence):
            return {"constant_score": {"filter": filter_query(query), "boost": 0.0}}
        translated = partial(self._translated, boost=boost)
        match query:
            case wq.Every():
                return {"constant_score": {"filter": filter_query(query), "boost": boost}}
            case wq.Term():
                return self._term(query.fieldname, query.text, boost)
            case wq.Phrase():
                return self._phrase(query.fieldname, query.words, boost)
            case wq.Prefix():
                return self._prefix(query, boost)
            case wq.And():
                return {"bool": {"must": [translated(part) for part in query.subqueries]}}
            case wq.Or():
                return _any_of(query, [translated(part) for part in query.subqueries])
            case wq.AndNot(a=kept, b=dropped):
                return {"bool": {"must": [translated(kept)], "must_not": [filter_query(dropped)]}}
            case wq.AndMaybe(a=needed, b=more):
                return {"bool": {"must": [translated(needed)], "should": [translated(more)]}}
        raise TypeError(repr(query))

    def _phrase(self, field: str, tokens: Sequence[str], boost: float) -> Json:
        """A phrase scores by its terms; a term counts as often as the phrase repeats it."""
        terms = [self._term(field, token, boost * n) for token, n in Counter(tokens).items()]
        return {"bool": {"filter": [phrase_query(field, tokens)], "should": terms}}

    def _prefix(self, query: wq.Prefix, boost: float) -> Json:
        """A prefix scores by its words; of very many, the rarer ones as if each stood once."""
        field, words = query.fieldname, [*self._index.words_with_prefix(query.text).items()]
        scored = [
            self._script(_BM25F, term_query(field, word), field, {"w": self._weight(count, boost)})
            for word, count in words[: self._words_per_prefix]
        ]
        rarer = words[self._words_per_prefix :]
        if weights := {word: self._weight(count, boost) for word, count in rarer}:
            inner = {"constant_score": {"filter": {"terms": {field: list(weights)}}}}
            scored.append(self._script(_BM25F_ONCE_EACH, inner, field, {"w": weights}))
        return {"bool": {"filter": [prefix_query(query.text)], "should": scored}}

    def _term(self, field: str, text: str, boost: float) -> Json:
        (count,) = self._index.counts([(field, text)])
        weight = self._weight(count, boost)
        return self._script(_BM25F, term_query(field, text), field, {"w": weight})

    def _weight(self, count: int, boost: float) -> float:
        """The weight of a term that ``count`` documents hold."""
        return boost * idf(self._statistics.paragraphs, count) * (K1 + 1)

    def _script(self, source: str, query: Json, field: str, params: Json) -> Json:
        params |= {
            "c": K1 * (1 - B),
            "d": K1 * B / self._statistics.average_lengths[field],
            "l": f"{field}_length",
        }
        return {"script_score": {"query": query, "script": {"source": source, "params": params}}}
