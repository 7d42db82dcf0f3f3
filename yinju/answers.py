"""The answers of an ``Index``: what the pages show, as typed objects and as tables.

An answer is made of the objects of the page's own answer (``engine.model`` and the views of
``search_app``), so its numbers are the page's. Each can be taken as a table of plain rows,
whose columns have the names that the API uses.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from html import escape
from typing import TYPE_CHECKING, Any

from engine import model

if TYPE_CHECKING:
    import pandas

    from engine.model import Level, Page, Report
    from search_app.check.check import Checked, CheckedQuotation
    from search_app.figures.collecting import Value
    from search_app.lines.concordance import Concordance, Line
    from search_app.report_counts import Count
    from search_app.trend.counts import Trend

Row = dict[str, Any]

_MAX_SHOWN = 20  # rows of a table that a notebook shows
_MAX_CELL = 120  # characters of one of its cells


class Table(ABC):
    """An answer that can be taken as a table."""

    @abstractmethod
    def rows(self) -> list[Row]:
        """The rows, all with the same keys in the same order."""

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a data frame; raises ``ImportError`` where pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise ImportError(
                "没有安装 pandas，请运行：pip install pandas (pandas is not installed)"
            ) from error
        return pandas.DataFrame(self.rows())

    def _repr_html_(self) -> str:
        """The first rows, as a notebook shows them."""
        rows = self.rows()
        header = "".join(f"<th>{escape(name)}</th>" for name in (rows[0] if rows else ()))
        lines = "".join(f"<tr>{''.join(map(_cell, row.items()))}</tr>" for row in rows[:_MAX_SHOWN])
        more = f"<p>… {len(rows):,} 行</p>" if len(rows) > _MAX_SHOWN else ""
        return f"<table><tr>{header}</tr>{lines}</table>{more}"


def _cell(item: tuple[str, object]) -> str:
    name, value = item
    text = "" if value is None else str(value)
    shown = escape(text if len(text) <= _MAX_CELL else f"{text[:_MAX_CELL]}…")
    if name == "url":
        shown = f'<a href="{escape(text)}">{shown}</a>'
    return f"<td>{shown}</td>"


def link(root: str, passage_id: str) -> str:
    """The permalink of a paragraph or passage; ``root`` (``http://host``) makes it absolute."""
    from search_app.present import permalink

    return root + permalink(passage_id)


@dataclass(frozen=True, slots=True)
class Hit(model.Hit):
    """A paragraph that was found; ``url`` is its permalink."""

    url: str = ""

    @property
    def id(self) -> str:
        return self.paragraph.id

    @property
    def text(self) -> str:
        return self.paragraph.text


def linked(hit: model.Hit, root: str) -> Hit:
    """A hit with its permalink."""
    values = {field.name: getattr(hit, field.name) for field in fields(model.Hit)}
    return Hit(**values, url=link(root, hit.paragraph.id))


@dataclass(frozen=True)
class SearchResults(Table):
    """The hits of a search, in order; ``total`` and ``reports`` count all that there are.

    ``url`` leads to the page that shows the same; ``page`` has facets, years, and how the query
    was understood.
    """

    page: Page
    hits: tuple[Hit, ...]
    url: str

    @property
    def total(self) -> int:
        """The number of paragraphs that match."""
        return self.page.total

    @property
    def reports(self) -> int:
        """The number of their reports."""
        return self.page.reports

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __getitem__(self, at: int) -> Hit:
        return self.hits[at]

    def rows(self) -> list[Row]:
        return [
            {
                "id": hit.id,
                "text": hit.text,
                "heading": " › ".join(hit.paragraph.heading),
                "ordinal": hit.paragraph.ordinal,
                **_report_columns(hit.report),
                "year": hit.report.year,
                "kind": hit.report.kind,
                "themes": [theme.name for theme in hit.paragraph.themes],
                "score": hit.score,
                "url": hit.url,
            }
            for hit in self.hits
        ]


@dataclass(frozen=True)
class Lines(Table):
    """Occurrences of what was searched; ``concordance`` has how many there are."""

    concordance: Concordance
    root: str

    @property
    def total(self) -> int:
        """The number of paragraphs that match."""
        return self.concordance.page.total

    @property
    def occurrences(self) -> int | None:
        """The number of all occurrences, or None where they were not counted."""
        return self.concordance.occurrences

    def __len__(self) -> int:
        return len(self.concordance.lines)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.concordance.lines)

    def rows(self) -> list[Row]:
        return [
            {
                "id": line.hit.paragraph.id,
                "left": line.left,
                "match": line.match,
                "right": line.right,
                "start": line.start,
                "end": line.end,
                **_report_columns(line.hit.report),
                "year": line.hit.report.year,
                "url": link(self.root, line.hit.paragraph.id),
            }
            for line in self
        ]


@dataclass(frozen=True)
class Trends(Table):
    """The shares of reports that queries find, by year and region, one ``Trend`` a query.

    ``levels`` has the counts of the first query by the level of the reports' regions.
    """

    trends: tuple[Trend, ...]
    levels: Mapping[Level, Count]
    root: str

    def __len__(self) -> int:
        return len(self.trends)

    def __iter__(self) -> Iterator[Trend]:
        return iter(self.trends)

    def rows(self) -> list[Row]:
        """A row for each share: of all reports (``region`` is None), in all (``year`` is None)."""
        from search_app.trend.present import shares_json

        return [row | {"url": self.root + row["url"]} for row in shares_json(self.trends)]


@dataclass(frozen=True)
class Values(Table):
    """The figures that paragraphs give for what was searched.

    ``total`` is the number of paragraphs that match, ``read`` of those that were read.
    """

    values: tuple[Value, ...]
    total: int
    read: int
    root: str

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Value]:
        return iter(self.values)

    def __getitem__(self, at: int) -> Value:
        return self.values[at]

    def rows(self) -> list[Row]:
        """``year`` is that of the figure; ``number`` and ``to`` are floats."""
        return [
            {
                "id": value.hit.paragraph.id,
                "start": value.start,
                "end": value.end,
                "text": value.text,
                "number": float(value.number),
                "to": None if value.to is None else float(value.to),
                "unit": value.unit,
                "bound": value.bound,
                "name": value.name,
                "direction": value.direction,
                "base": value.base,
                "year": value.year,
                "year_from": value.year_from,
                "kind": value.kind,
                **_report_columns(value.hit.report),
                "url": link(self.root, f"{value.hit.paragraph.id}~{value.sentence}"),
            }
            for value in self
        ]


@dataclass(frozen=True)
class Checks(Table):
    """The quotations of a memo, each with its verdict; ``unreadable`` was not checked."""

    checked: Checked
    root: str

    @property
    def unreadable(self) -> tuple[str, ...]:
        """What was not checked, in words."""
        return self.checked.unreadable

    def __len__(self) -> int:
        return len(self.checked.quotations)

    def __iter__(self) -> Iterator[CheckedQuotation]:
        return iter(self.checked.quotations)

    def __getitem__(self, at: int) -> CheckedQuotation:
        return self.checked.quotations[at]

    def rows(self) -> list[Row]:
        """A row for each quotation, as the API gives it; ``report`` is a title."""
        from search_app.check.present import quotation_json

        rows = list(map(quotation_json, self))
        for row in rows:
            row["report"] = row["report"] and row["report"]["title"]
            row["url"] = row["url"] and self.root + row["url"]
        return rows


def _report_columns(report: Report) -> Row:
    return {
        "report": report.id,
        "title": report.title,
        "issuer": report.issuer,
        "published": report.published,
        "region": "/".join(report.region.names),
    }
