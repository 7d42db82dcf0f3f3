"""Whoosh's query classes as the compiler of programs reads them."""

from __future__ import annotations

from whoosh import query as wq

from engine.arrays import Array

Term = tuple[str, bytes]  # the name of a field, and the bytes of a term
Key = tuple[int, bytes]  # the number of a field, and the bytes of a term, as ``terms.find`` takes


class UnsupportedQuery(TypeError):
    """A query class that columns do not run. Whoosh's own searcher may run it."""


class DocumentSet(wq.Query):  # type: ignore[misc]
    """Matches a set of documents (bool[documents of the index]); it scores nothing."""

    def __init__(self, documents: Array) -> None:
        self.documents = documents


def key(query: wq.Term | wq.Prefix) -> Term:
    """Return the field and the bytes of a term."""
    text = query.text
    return query.fieldname, text if isinstance(text, bytes) else text.encode()


def words(phrase: wq.Phrase) -> list[Term]:
    """Return the terms of a phrase, in their order."""
    return [(phrase.fieldname, word.encode()) for word in phrase.words]


def prefix_keys(field: int, text: bytes) -> list[Key]:
    """Return the half-open range of the terms that begin with ``text``.

    The insertion point of the first key is that of the first such term, the insertion point of
    the second key that of the first term after them.
    """
    return [(field, text), (field, text + _AFTER)]


_AFTER = b"\xff"  # comes after any byte of UTF-8
