"""Whoosh query classes that both engines run beside Whoosh's own."""

from __future__ import annotations

from collections.abc import Sequence

from whoosh import query as wq


class Implied(wq.Phrase):  # type: ignore[misc]
    """A phrase that every document with the term ``by`` holds, so that it need not be sought
    there. Matches and scores as the phrase does."""

    def __init__(
        self, by: wq.Term, fieldname: str, words: Sequence[str], boost: float = 1.0
    ) -> None:
        super().__init__(fieldname, list(words), boost=boost)
        self.by = by


class OneSentence(wq.Query):  # type: ignore[misc]
    """Documents of which one sentence holds all terms; it scores nothing.

    ``terms`` has, for each term, its spellings: each the tokens of the exact field in a row.
    """

    boost = 0.0

    def __init__(self, terms: Sequence[Sequence[Sequence[str]]]) -> None:
        self.terms = tuple(tuple(map(tuple, spellings)) for spellings in terms)

    def is_leaf(self) -> bool:
        return True
