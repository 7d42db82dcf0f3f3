"""A comment to write beside a quotation of a Word file."""

from __future__ import annotations

from dataclasses import dataclass

from search_app.check.memo_text import Piece


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a stretch of a memo, by ``引据``.

    ``pieces`` are consecutive; ``paragraphs`` are the texts of the comment, ``url`` is a permalink
    that the last one links, or empty.
    """

    pieces: tuple[Piece, ...]
    paragraphs: tuple[str, ...]
    url: str = ""
