"""The page of a whole report, where a person reads, searches in it and takes passages out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import QueryError
from engine.model import Hit, Paragraph, Query, Report, Span
from search_app import marks, memo, params, site
from search_app.lookup import redirect_keeping, searcher
from search_app.marks import Run
from search_app.memo import Entry
from search_app.passages import Passage
from search_app.permalinks import find_report
from search_app.related import related

pages = Blueprint("report", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph as the page shows it; ``count`` is the number of its marks."""

    entry: Entry
    sentences: list[tuple[Run, ...]]
    count: int

    @property
    def paragraph(self) -> Paragraph:
        return self.entry.hit.paragraph


@dataclass(frozen=True, slots=True)
class Section:
    """A line of the contents; ``count`` is the number of marks up to the next line."""

    id: str
    title: str
    level: int
    count: int


@pages.get("/r/<report_id>")
def report(report_id: str) -> AnyResponse | str:
    found = find_report(searcher(), report_id)
    if found.id != report_id:  # a former id
        return redirect_keeping(f"/r/{found.id}")
    query = params.readable_query(request.args)
    wanted, fault = _wanted(query)
    paragraphs = searcher().paragraphs(report_id)
    rows = _rows(found, paragraphs, _spans(paragraphs, wanted))
    return render_template(
        "report.html",
        report=found,
        rows=rows,
        contents=list(_contents(rows)),
        marked=[row for row in rows if row.count],
        related=related(searcher(), found),
        query=query,
        wanted=wanted,
        fault=fault,
        plain=Query(),
        url=f"{site.root()}/r/{found.id}",
    )


def _wanted(query: Query) -> tuple[Query, QueryError | None]:
    """The query whose words are marked: what is to be found in this report, or else ``query``.

    What is to be found is taken as typed. Empty, with the fault, where it cannot be read.
    """
    text = request.args.get("find", "").strip()
    wanted = Query(text, exact=True, synonyms=False) if text else query
    try:
        searcher().spans((), wanted)
    except QueryError as error:
        return Query(), error
    return wanted, None


def _spans(paragraphs: Sequence[Paragraph], query: Query) -> Sequence[Sequence[Span]]:
    """The marks of each paragraph; policy phrases are not marked in so long a text."""
    if not (query.text or query.inside):
        return [()] * len(paragraphs)
    spans = searcher().spans([paragraph.text for paragraph in paragraphs], query)
    return [[span for span in each if span.kind == "query"] for each in spans]


def _rows(
    report: Report, paragraphs: Sequence[Paragraph], spans: Sequence[Sequence[Span]]
) -> list[Row]:
    root, today = site.root(), site.today()
    return [
        Row(
            memo.entry(Passage(Hit(paragraph, report)), root, today),
            marks.sentence_runs(paragraph.text, inside),
            len(inside),
        )
        for paragraph, inside in zip(paragraphs, spans, strict=True)
    ]


def _contents(rows: Sequence[Row]) -> Iterator[Section]:
    """The headings; the title of the report, which stands above, is none of them."""
    starts = [
        at
        for at, row in enumerate(rows)
        if row.paragraph.kind == "heading"
        and (at or row.paragraph.text != row.entry.hit.report.title)
    ]
    for start, end in pairwise([*starts, len(rows)]):
        paragraph = rows[start].paragraph
        count = sum(row.count for row in rows[start:end])
        yield Section(paragraph.id, paragraph.text, min(len(paragraph.heading), 3), count)
