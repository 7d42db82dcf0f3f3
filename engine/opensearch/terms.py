"""The number of paragraphs that hold a term, looked up on the cluster and kept by the state.

How to ask an index depends on what it holds: a word that the tokenizer never made there is
looked for by its characters. On a disk such a look-up costs a microsecond, here a round trip.
So a query is *made* as if every count were 0, the counts it wanted are looked up in
one request, and it is made again, until it wants no other; as a rule, that is twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from whoosh import query as wq

from engine.fields import EXACT, WORDS
from engine.opensearch.client import Json
from engine.opensearch.documents import PARAGRAPH
from engine.opensearch.mapping import BEGIN, END, joined
from engine.opensearch.state import State, bucket_counts, counting_body
from engine.query.index_query import MAX_EXPANSION
from engine.whoosh_queries import OneSentence

_Made = TypeVar("_Made")
_Key = tuple[str, str]  # a field and a term or phrase of it; or _PREFIX and a prefix

_PREFIX = "prefix"
_MAX_KNOWN = 100_000
_SEARCHES_PER_REQUEST = 500
_MAX_PATTERN = 100  # characters of a prefix by which words are listed


def term_query(field: str, text: str) -> Json:
    """The query for one term."""
    return {"term": {field: joined([text])}}


def phrase_query(field: str, tokens: Sequence[str]) -> Json:
    """The query for terms one after the other."""
    return {"match_phrase": {field: joined(tokens)}}


def prefix_query(prefix: str) -> Json:
    """The query for words that start with ``prefix``."""
    return {"prefix": {WORDS: prefix}}


def one_sentence_query(query: OneSentence) -> Json:
    """The query for terms with no end of a sentence between them.

    A sentence that has all terms has a shortest stretch with all of them. A stretch of one token,
    which is a spelling of all terms, is asked for by itself: ``not_containing`` also rejects what
    ends where the mark does.
    """
    terms = [_any_of([_in_a_row(tokens) for tokens in spellings]) for spellings in query.terms]
    together = {"intervals": terms, "filter": {"not_containing": _in_a_row([END, BEGIN])}}
    of_all = frozenset.intersection(*map(frozenset, query.terms))
    alone = [_in_a_row(tokens) for tokens in sorted(of_all) if len(tokens) == 1]
    return {"intervals": {EXACT: _any_of([{"all_of": together}, *alone])}}


def _any_of(intervals: Sequence[Json]) -> Json:
    return {"any_of": {"intervals": list(intervals)}} if len(intervals) > 1 else intervals[0]


def _in_a_row(tokens: Sequence[str]) -> Json:
    return {"match": {"query": joined(tokens), "ordered": True, "max_gaps": 0}}


class FacetQuery(wq.Query):  # type: ignore[misc]
    """Paragraphs whose reports bear one of these values of a facet; scores nothing."""

    def __init__(self, facet: str, values: Sequence[str | int]) -> None:
        self.facet, self.values = facet, values


class ClusterIndex:
    """What planning asks of the index; see ``index_query.Index``. For one thread."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._unknown: dict[_Key, Json] = {}  # the searches that will tell, by key

    def settle(self, make: Callable[[], _Made]) -> _Made:
        """Call ``make`` until every count that it asks for here is known."""
        while True:
            made = make()
            if not self._unknown:
                return made
            self._look_up()

    @property
    def documents(self) -> int:
        return self._state.statistics.paragraphs

    @property
    def regions(self) -> Collection[str]:
        return self._state.regions

    def filed(self, facet: str, values: Sequence[str]) -> wq.Query:
        """The query for paragraphs whose reports bear one of these values of a facet."""
        return FacetQuery(facet, [int(value) for value in values] if facet == "year" else values)

    def has(self, field: str, text: str) -> bool:
        return self.counts([(field, text)])[0] > 0

    def expansion(self, field: str, prefix: str) -> int:
        return len(self.words_with_prefix(prefix))

    def counts(self, terms: Sequence[tuple[str, str]]) -> Sequence[int]:
        return [self._count(field, (text,)) for field, text in terms]

    def phrase_count(self, field: str, tokens: Sequence[str]) -> int:
        """The number of paragraphs that hold the tokens one after the other."""
        return self._count(field, tokens)

    def words_with_prefix(self, prefix: str) -> Mapping[str, int]:
        """The words that start with ``prefix``, with the number of paragraphs that hold each.

        The most frequent come first.
        """
        words: Mapping[str, int] = self._known((_PREFIX, prefix), lambda: _prefix_body(prefix), {})
        return words

    def _count(self, field: str, tokens: Sequence[str]) -> int:
        def body() -> Json:
            return {"query": _tokens_query(field, tokens)}

        count: int = self._known((field, joined(tokens)), body, 0)
        return count

    def _known(self, key: _Key, body: Callable[[], Json], default: Any) -> Any:
        """What is known for a key; ``default`` where it has to be looked up first."""
        known = self._state.known.get(key)  # one access, for another thread may clear the dict
        if known is None:
            self._unknown[key] = body()
            return default
        return known

    def _look_up(self) -> None:
        state, unknown = self._state, list(self._unknown.items())
        if len(state.known) > _MAX_KNOWN:
            state.known.clear()
        self._unknown.clear()
        live = state.live(PARAGRAPH)
        for low in range(0, len(unknown), _SEARCHES_PER_REQUEST):
            batch = unknown[low : low + _SEARCHES_PER_REQUEST]
            bodies = [
                counting_body({"bool": {"filter": [live, body["query"]]}}, body.get("aggs"))
                for _, body in batch
            ]
            responses = state.connection.searches(state.index, bodies)
            for (key, _), response in zip(batch, responses, strict=True):
                state.known[key] = _result(key, response)


def _tokens_query(field: str, tokens: Sequence[str]) -> Json:
    return term_query(field, tokens[0]) if len(tokens) == 1 else phrase_query(field, tokens)


def _prefix_body(prefix: str) -> Json:
    start = prefix[:_MAX_PATTERN]
    pattern = "".join(char if char.isalnum() else f"\\{char}" for char in start)
    words = {"field": "terms", "include": f"{pattern}.*", "size": MAX_EXPANSION + 1}
    return {"query": prefix_query(prefix), "aggs": {"words": {"terms": words}}}


def _result(key: _Key, response: Json) -> object:
    kind, text = key
    if kind != _PREFIX:
        return response["hits"]["total"]["value"]
    counts = bucket_counts(response["aggregations"]["words"])
    return {word: count for word, count in counts.items() if word.startswith(text)}
