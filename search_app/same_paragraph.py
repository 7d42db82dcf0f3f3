"""Offers the search of paragraphs, where no sentence has all that was typed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.engine import Searcher
from engine.model import Page, Query


@dataclass(frozen=True, slots=True)
class SameParagraph:
    """The query without ``one_sentence``, and its ``total``.

    ``has_all``: each of its paragraphs has all terms; otherwise some may have been relaxed away.
    """

    query: Query
    total: int
    has_all: bool

    @property
    def text(self) -> str:
        """What it finds, for a person; the number follows."""
        return "不在同一句、但在同一段的有" if self.has_all else "没有一句符合；改查同段，有"


def same_paragraph(searcher: Searcher, page: Page) -> SameParagraph | None:
    """The offer for a page of results; None where sentences were found or it finds nothing."""
    if not page.query.one_sentence or page.total:
        return None
    query = replace(page.query, one_sentence=False, offset=0)
    total = searcher.count(query)
    if not total:
        return None
    understood = searcher.search(replace(query, limit=1)).understood
    is_relaxed = understood.relaxed or understood.pieces or query.inside
    return SameParagraph(query, total, not is_relaxed)
