"""A Whoosh query class that both engines run beside Whoosh's own."""

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
