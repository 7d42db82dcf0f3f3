"""Whoosh's query classes, as columns take them."""

from __future__ import annotations

from whoosh import query as wq

from engine.arrays import Array

Term = tuple[str, bytes]  # a field's name, and what stands there
Key = tuple[int, bytes]  # the same with the field's number, as ``tokens.find`` takes it


class UnsupportedQuery(TypeError):
    """A query class that columns do not run; Whoosh's own searcher may."""


class Chosen(wq.Query):  # type: ignore[misc]
    """Documents found beforehand (bool[documents of the index]); scores nothing."""

    def __init__(self, documents: Array) -> None:
        self.documents = documents


def key(query: wq.Term | wq.Prefix) -> Term:
    """A term's field and bytes."""
    text = query.text
    return query.fieldname, text if isinstance(text, bytes) else text.encode()


def words(phrase: wq.Phrase) -> list[Term]:
    """The terms of a phrase, in their order."""
    return [(phrase.fieldname, word.encode()) for word in phrase.words]


def prefix_keys(field: int, text: bytes) -> list[Key]:
    """What the terms that begin so are not before, and what they all are before."""
    return [(field, text), (field, text + _AFTER)]


_AFTER = b"\xff"  # comes after whatever UTF-8 may follow a prefix with
