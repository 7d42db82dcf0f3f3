"""Gathers what a file has: the hits of a search in order, each read when it is written.

All come from one searcher, so they are those of one state of the index, however long that takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from engine.engine import Searcher
from engine.model import Page, Query
from search_app import memo
from search_app.memo import Entry
from search_app.navigate import describe
from search_app.params import address
from search_app.passages import Passage

MAX_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Export:
    """The content of a file; ``page`` has the counts, ``url`` leads to the page of results."""

    page: Page
    entries: Iterator[Entry]
    url: str
    made: date

    @property
    def title(self) -> str:
        return describe(self.page.query)

    @property
    def size(self) -> int:
        """The number of ``entries``."""
        return min(self.page.entries, MAX_ROWS)

    @property
    def note(self) -> str:
        """A sentence on the hits that are left out; empty where none is."""
        if self.page.entries <= MAX_ROWS:
            return ""
        return (
            f"共 {self.page.entries:,} 段，文件里是前 {MAX_ROWS:,} 段；"
            "要全部导出，请按年份或地区分几次"
        )


def gather(searcher: Searcher, query: Query, root: str, made: date) -> Export:
    """The hits of a query; ``root`` (``http://host``) makes links absolute.

    Raises what ``Searcher.search`` raises.
    """
    page = searcher.search(replace(query, limit=1, offset=0))
    hits = searcher.hits(replace(page.query, limit=MAX_ROWS))
    entries = (memo.entry(Passage(hit), root, made) for hit in hits)
    return Export(page, entries, root + address(page.query), made)
