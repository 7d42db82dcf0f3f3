"""Makes the lines of a query: one for each occurrence, with what stands left and right of it.

In the order of the hits only as many paragraphs are read as the lines asked for need. To sort by
the left or right side, all of them are read. ``Query.limit`` says how many may be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from engine.engine import Searcher
from engine.model import Hit, Page, Query
from search_app.present import report_json

CONTEXT = 30  # characters on each side of an occurrence
MAX_PARAGRAPHS = 10_000  # read for one page; they take about a second
MAX_COUNTED = 5_000  # hits whose lines are counted, if only some of the lines are asked for

Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Line:
    """An occurrence ``text[start:end]`` in the paragraph of a hit."""

    hit: Hit
    start: int
    end: int

    @property
    def left(self) -> str:
        return self.hit.paragraph.text[max(0, self.start - CONTEXT) : self.start]

    @property
    def match(self) -> str:
        return self.hit.paragraph.text[self.start : self.end]

    @property
    def right(self) -> str:
        return self.hit.paragraph.text[self.end : self.end + CONTEXT]


@dataclass(frozen=True, slots=True)
class Concordance:
    """Some lines of a query, and how many there are.

    ``page`` is the answer to the search, with its numbers; the lines of its first ``readable``
    entries can be had. ``occurrences`` is the number of all these lines, or None if it was not
    counted. ``more``: lines follow those given.
    """

    lines: tuple[Line, ...]
    page: Page
    readable: int
    occurrences: int | None
    more: bool


def has_lines(query: Query) -> bool:
    """Whether the query searches a text; without, nothing can occur."""
    return bool(query.text or query.inside)


def concordance(
    searcher: Searcher, query: Query, side: Side | None, limit: int, offset: int
) -> Concordance:
    """The lines from ``offset`` on, at most ``limit``; 0 means all.

    They come in the order of the hits, or sorted by one ``side``. ``query.limit`` is the most
    paragraphs to read; 0 means all.
    """
    page = searcher.search(replace(query, limit=1))
    readable = min(page.entries, query.limit or page.entries)
    is_counted = side is not None or not limit or readable <= MAX_COUNTED
    end = offset + limit if limit else None
    found = lines_of(searcher, query)
    taken = list(found if is_counted or end is None else islice(found, end + 1))
    if side:
        taken.sort(key=_BY_SIDE[side])
    more = end is not None and len(taken) > end
    return Concordance(
        lines=tuple(taken[offset:end]),
        page=page,
        readable=readable,
        occurrences=None if more and not is_counted else len(taken),
        more=more,
    )


def lines_of(searcher: Searcher, query: Query) -> Iterator[Line]:
    """The lines of a query in the order of its hits, each read when it is taken."""
    hits = searcher.hits(replace(query, highlight="query")) if has_lines(query) else ()
    for hit in hits:
        for span in hit.spans:
            if span.kind == "query":
                yield Line(hit, span.start, span.end)


_BY_SIDE: Mapping[Side, Callable[[Line], str]] = {
    "left": lambda line: line.left[::-1],  # from the occurrence outwards
    "right": lambda line: line.right,
}


def concordance_json(found: Concordance) -> dict[str, Any]:
    """The answer as ``/api/lines`` and ``yinju lines --json`` give it."""
    return {
        "lines": [line_json(line) for line in found.lines],
        "total": found.page.total,
        "occurrences": found.occurrences,
        "entries": found.page.entries,
        "readable": found.readable,
    }


def line_json(line: Line) -> dict[str, Any]:
    """A line as ``concordance_json`` has it."""
    report = line.hit.report
    return {
        "id": line.hit.paragraph.id,
        "left": line.left,
        "match": line.match,
        "right": line.right,
        "start": line.start,
        "end": line.end,
        "report": report_json(report),
        "region": list(report.region.names),
        "year": report.year,
    }
