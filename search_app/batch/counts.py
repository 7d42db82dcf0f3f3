"""Counts what each query of a file finds, by region or year.

Every number is that of a search: ``Cell.query`` is the one that shows it. A region's number is
that of the region and all below it; reports that belong to a higher level only, as a province's
among cities, are in none but the total.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from engine.engine import Searcher
from engine.errors import QueryError
from engine.model import UNKNOWN, Query, Report, ReportMatches
from search_app import params
from search_app.report_counts import DEPTHS, By, Count, of_region

Group = By | Literal["year"]


class Cell(NamedTuple):
    """A count, and the query that shows it."""

    found: Count
    query: Query


@dataclass(frozen=True, slots=True)
class Counted:
    """A line of the file, with its counts: of all reports, and by name of a year or region."""

    line: int
    text: str
    total: Cell
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Faulty:
    """A line of the file that is no query."""

    line: int
    text: str
    error: QueryError


def read_queries(content: bytes) -> Iterator[tuple[int, str]]:
    """The queries of a file, with the numbers of their lines; a comment begins with ``#``.

    Raises ``UnicodeDecodeError`` for what is neither UTF-8 nor GB 18030.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    for number, line in enumerate(re.split(r"\r\n?|\n", text), 1):
        if (query := line.strip()) and not query.startswith("#"):
            yield number, query


def count_all(
    searcher: Searcher, lines: Iterable[tuple[int, str]], filters: Query, by: Group
) -> Iterator[Counted | Faulty]:
    """Count each query under the same filters; raises ``QueryError`` for a faulty filter."""
    filters = searcher.search(replace(filters, limit=1)).query  # with full paths
    for line, text in lines:
        try:
            yield _count(searcher, line, replace(filters, text=text), by)
        except QueryError as error:
            yield Faulty(line, text, error)


def _count(searcher: Searcher, line: int, query: Query, by: Group) -> Counted:
    matches = searcher.report_matches(query)
    groups: dict[tuple[str, str], list[ReportMatches]] = {}
    for match in matches:
        for group in _groups(match.report, by):
            groups.setdefault(group, []).append(match)
    cells = {
        name: Cell(Count.of_reports(groups[place, name]), _narrowed(query, by, name))
        for place, name in sorted(groups)
    }
    return Counted(line, query.text, Cell(Count.of_reports(matches), query), cells)


def _groups(report: Report, by: Group) -> Iterator[tuple[str, str]]:
    """The year or region that a report counts for, if any: what it is sorted by, and its name.

    ``unknown`` comes last, because letters come after digits.
    """
    if by == "year":
        year = str(report.year or UNKNOWN)
        yield year, year
        return
    names, codes, depth = report.region.names, report.region.adcodes, DEPTHS[by]
    if len(names) >= depth:
        yield codes[depth - 1], "/".join(names[:depth])
    elif not names:
        yield UNKNOWN, UNKNOWN


def _narrowed(query: Query, by: Group, name: str) -> Query:
    return params.select(query, "year", (name,)) if by == "year" else of_region(query, name)
