"""Whoosh's query classes, as columns take them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from whoosh import query as wq

from engine.columns.layout import Array

Term = tuple[str, bytes]


class UnsupportedQuery(TypeError):
    """A query class that columns do not run; Whoosh's own searcher may."""


class Implied(wq.Phrase):  # type: ignore[misc]
    """A phrase that every document with the term ``by`` holds, so that it need not be sought
    there. Matches and scores as the phrase does."""

    def __init__(
        self, by: wq.Term, fieldname: str, words: Sequence[str], boost: float = 1.0
    ) -> None:
        super().__init__(fieldname, list(words), boost=boost)
        self.by = by

    def children(self) -> Iterator[wq.Query]:
        yield self.by


class Terms(NamedTuple):
    """The numbers that the terms of a query have in one segment (absent ones are missing),
    and their weights in the whole index."""

    numbers: Mapping[Term, int]
    idf: Mapping[Term, float]
    prefixes: Mapping[Term, range]
    prefix_idf: Mapping[Term, Array]  # one for each of a prefix's terms


_LEAVES = (wq.Term, wq.Phrase, wq.Prefix)


def leaves(query: wq.Query) -> Iterator[wq.Query]:
    """The terms, phrases and prefixes of a query."""
    waiting = [query]
    while waiting:
        query = waiting.pop()
        if isinstance(query, _LEAVES):
            yield query
        if not isinstance(query, wq.Term):
            waiting += query.children()


def key(query: wq.Term | wq.Prefix) -> Term:
    """A term's field and bytes."""
    text = query.text
    return query.fieldname, text if isinstance(text, bytes) else text.encode()


def words(phrase: wq.Phrase) -> list[Term]:
    """The terms of a phrase, in their order."""
    return [(phrase.fieldname, word.encode()) for word in phrase.words]
