"""The export of a search: its hits in order, each read when it is written.

All come from one searcher, so they are those of one state of the index, however long that takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from engine.engine import Searcher
from engine.model import Page, Query
from search_app import memo
from search_app.cite import escape_markdown
from search_app.memo import Entry
from search_app.memo_markdown import quotation_block
from search_app.navigate import describe
from search_app.params import address
from search_app.passages import Passage
from search_app.present import Json, hit_json
from search_app.quotation import quotation
from search_app.references.record import Reference, notice, reference_of
from search_app.table import PARAGRAPH_COLUMNS, Row, paragraph_row

MAX_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class HitExport:
    """The hits of a search; ``page`` has the counts, ``url`` leads to the page of results."""

    page: Page
    entries: Iterator[Entry]
    url: str
    made: date

    sheet = "检索结果"
    columns = ("序号", *PARAGRAPH_COLUMNS, "文件")

    @property
    def title(self) -> str:
        return describe(self.page.query)

    @property
    def note(self) -> str:
        """A sentence on the hits that are left out; empty where none is."""
        if self.page.entries <= MAX_ROWS:
            return ""
        return (
            f"共 {self.page.entries:,} 段，文件里是前 {MAX_ROWS:,} 段；"
            "要全部导出，请按年份或地区分几次"
        )

    def rows(self) -> Iterator[Row]:
        for number, entry in enumerate(self.entries, 1):
            yield {"序号": number, **paragraph_row(entry)}
        if self.note:
            yield {"备注": self.note}

    def objects(self) -> Iterator[Json]:
        """Each hit as ``/api/search`` gives it, with its reference and its whole address."""
        for entry in self.entries:
            yield hit_json(entry.hit) | {"url": entry.url, "reference": entry.reference}
        if self.note:
            yield {"note": self.note, "entries": self.page.entries}

    def markdown(self) -> Iterator[str]:
        """Quotations with their sources, as a memo has them."""
        found = f"{self.page.total:,} 段，出自 {self.page.reports:,} 篇报告"
        yield f"# {escape_markdown(self.title)}\n\n{found}：<{self.url}>\n"
        if self.note:
            yield f"\n{self.note}。\n"
        for number, entry in enumerate(self.entries, 1):
            yield f"\n{quotation_block(number, quotation(entry))}"

    def references(self) -> Iterator[Reference]:
        for entry in self.entries:
            yield reference_of(entry.passage, entry.url, self.made)
        if self.note:
            yield notice(self.note, self.url, self.made)


def hit_export(searcher: Searcher, query: Query, root: str, made: date) -> HitExport:
    """The hits of a query; ``root`` (``http://host``) makes links absolute.

    Raises what ``Searcher.search`` raises.
    """
    page = searcher.search(replace(query, limit=1, offset=0))
    hits = searcher.hits(replace(page.query, limit=MAX_ROWS))
    entries = (memo.entry(Passage(hit), root, made) for hit in hits)
    return HitExport(page, entries, root + address(page.query), made)
