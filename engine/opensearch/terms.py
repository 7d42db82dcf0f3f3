"""How many paragraphs hold a term, asked of the cluster and kept for a generation.

What is to be asked of an index depends on what it holds (a word that the tokenizer never made
there is looked for by its characters). On a disk such a look costs a microsecond, here a
journey. So a query is *made* as if nothing were known, what it wanted to know is looked up in
one request, and it is made again, until it wants nothing more; twice, as a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from whoosh import query as wq

from engine.fields import WORDS
from engine.opensearch.client import Json
from engine.opensearch.documents import PARAGRAPH
from engine.opensearch.mapping import ready
from engine.opensearch.state import State, buckets, counted
from engine.query.index_query import MAX_EXPANSION

_Made = TypeVar("_Made")
_Key = tuple[str, str]  # a field and a term, or tokens in a row; or _PREFIX and a beginning

_PREFIX = "prefix"
_MOST_KNOWN = 100_000
_TOGETHER = 500  # searches in one request
_PATTERN = 100  # characters of a beginning by which terms are listed


def term(field: str, text: str) -> Json:
    """The query for one term."""
    return {"term": {field: ready([text])}}


def in_a_row(field: str, tokens: Sequence[str]) -> Json:
    """The query for terms one behind the other."""
    return {"match_phrase": {field: ready(tokens)}}


def beginning(text: str) -> Json:
    """The query for words that begin so."""
    return {"prefix": {WORDS: text}}


class Filed(wq.Query):  # type: ignore[misc]
    """Paragraphs whose reports bear one of these values of a facet."""

    def __init__(self, facet: str, values: Sequence[str | int]) -> None:
        self.facet, self.values = facet, values


class Terms:
    """What a query being made knows of the index; see ``index_query.Index``. For one thread."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._wanted: dict[_Key, Json] = {}

    def settle(self, make: Callable[[], _Made]) -> _Made:
        """What ``make`` makes once all is known that it asks here."""
        while True:
            made = make()
            if not self._wanted:
                return made
            self._look_up()

    @property
    def documents(self) -> int:
        return self._state.facts.documents

    @property
    def regions(self) -> Collection[str]:
        return self._state.regions

    def filed(self, facet: str, values: Sequence[str]) -> wq.Query:
        """The query for paragraphs whose reports bear one of these values of a facet."""
        return Filed(facet, [int(value) for value in values] if facet == "year" else values)

    def has(self, field: str, text: str) -> bool:
        return self.counts([(field, text)])[0] > 0

    def expansion(self, field: str, prefix: str) -> int:
        return len(self.beginning_so(prefix))

    def counts(self, terms: Sequence[tuple[str, str]]) -> Sequence[int]:
        return [self._count(field, (text,)) for field, text in terms]

    def count_in_a_row(self, field: str, tokens: Sequence[str]) -> int:
        """How many documents hold tokens one behind the other."""
        return self._count(field, tokens)

    def beginning_so(self, prefix: str) -> Mapping[str, int]:
        """The words that begin so, with how many documents hold each, the most frequent first."""
        found: Mapping[str, int] = self._known((_PREFIX, prefix), lambda: _listed(prefix), {})
        return found

    def _count(self, field: str, tokens: Sequence[str]) -> int:
        def query() -> Json:
            return term(field, tokens[0]) if len(tokens) == 1 else in_a_row(field, tokens)

        count: int = self._known((field, ready(tokens)), lambda: {"query": query()}, 0)
        return count

    def _known(self, key: _Key, ask: Callable[[], Json], until_then: Any) -> Any:
        known = self._state.known.get(key)  # once: another thread may clear what is known
        if known is None:
            self._wanted[key] = ask()
            return until_then
        return known

    def _look_up(self) -> None:
        state, wanted = self._state, list(self._wanted.items())
        if len(state.known) > _MOST_KNOWN:
            state.known.clear()
        self._wanted.clear()
        here = state.belonging(PARAGRAPH)
        for low in range(0, len(wanted), _TOGETHER):
            some = wanted[low : low + _TOGETHER]
            asked = [
                counted({"bool": {"filter": [here, one["query"]]}}, one.get("aggs"))
                for _, one in some
            ]
            answers = state.cluster.searches(state.index, asked)
            for (key, _), answer in zip(some, answers, strict=True):
                state.known[key] = _found(key, answer)


def _listed(prefix: str) -> Json:
    pattern = "".join(f"\\{char}" if not char.isalnum() else char for char in prefix[:_PATTERN])
    words = {"field": "terms", "include": f"{pattern}.*", "size": MAX_EXPANSION + 1}
    return {"query": beginning(prefix), "aggs": {"words": {"terms": words}}}


def _found(key: _Key, answer: Json) -> object:
    if key[0] != _PREFIX:
        return answer["hits"]["total"]["value"]
    listed = buckets(answer["aggregations"]["words"])
    return {word: count for word, count in listed.items() if word.startswith(key[1])}
