"""What the index holds as a table: a row a region, a column a year or several.

Recent years have a column each, the newest first; earlier years share a column by decade, so
that the table fits a page. A decade can be opened into its years, and a region into the
regions below it, each by an address; the table itself needs no JavaScript. Every number is a
link to the results that it counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from engine.model import UNKNOWN, Overview
from search_app.navigate import name_of, step
from search_app.params import year_text

RECENT_YEARS = 10  # with a column each
MAX_SINGLE_YEARS = 14  # an index of no more years has no decades
MIN_SCALE = 4  # reports; so a small index has no dark cells for a few reports

Span = tuple[int, int] | None  # of years; None: unknown
Grid = Mapping[tuple[str, int | None], int]


@dataclass(frozen=True, slots=True)
class Column:
    """Years of a column; ``href`` opens a decade into its years, or folds it again."""

    span: Span
    name: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of reports, the address of their paragraphs, and its darkness (see ``step``).

    The darkness is that of the reports a year, so that a decade does not outshine a year.
    """

    count: int
    href: str
    step: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A region: ``toggle`` shows or hides the regions below it, where there are any."""

    path: str
    name: str
    depth: int
    total: Cell
    cells: list[Cell]
    toggle: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Holdings:
    """The table: all reports first, then the regions; ``gaps`` are years without any report."""

    columns: list[Column]
    all_reports: Row
    rows: list[Row]
    gaps: str
    years: str


@dataclass(frozen=True, slots=True)
class View:
    """What is open: a region with those above it, and the decade that starts with a year."""

    region: str = ""
    decade: int = 0

    def address(self) -> str:
        """The address of the start page that shows this."""
        pairs = (("open", self.region), ("decade", self.decade))
        parameters = [(name, value) for name, value in pairs if value]
        return f"/?{urlencode(parameters, safe='/')}#held" if parameters else "/#held"


def holdings(overview: Overview, view: View) -> Holdings:
    """The table of an overview; among siblings the region with most reports comes first."""
    known = sorted({year for _, year in overview.grid if year is not None})
    columns = list(_columns(overview.grid, known, view))
    totals = Counter[str]()
    below: dict[str, list[str]] = {}
    for (path, _), count in overview.grid.items():
        totals[path] += count
    for path in sorted(totals, key=lambda path: (path == UNKNOWN, -totals[path], path)):
        below.setdefault(path.rpartition("/")[0], []).append(path)
    make = _RowMaker(overview.grid, columns, totals, below, view)
    return Holdings(
        columns,
        make.sum_of(below.get("", [])),
        list(make.rows("")),
        _ranges(year for year in range(known[0], known[-1]) if year not in known) if known else "",
        year_text((known[0], known[-1])).replace("..", "—") if known else "",
    )


def _columns(grid: Grid, known: Sequence[int], view: View) -> Iterator[Column]:
    first, last = (known[0], known[-1]) if known else (0, -1)
    single = first if last - first < MAX_SINGLE_YEARS else last - RECENT_YEARS + 1
    year = last
    while year >= first:
        start = year if year >= single else max(first, year // 10 * 10)
        decade = year // 10 * 10
        if start < year and decade == view.decade:
            for each in range(year, start - 1, -1):
                yield Column((each, each), str(each), View(view.region).address())
        elif any(start <= held <= year for held in known):
            href = "" if year >= single else View(view.region, decade).address()
            yield Column((start, year), year_text((start, year)).replace("..", "—"), href)
        year = start - 1
    if any(year is None for _, year in grid):
        yield Column(None, name_of(UNKNOWN))


@dataclass(frozen=True, slots=True)
class _RowMaker:
    grid: Grid
    columns: Sequence[Column]
    totals: Mapping[str, int]
    below: Mapping[str, Sequence[str]]
    view: View

    def rows(self, parent: str) -> Iterator[Row]:
        """Yield a row for each region below ``parent``, and rows below those that are open."""
        paths = self.below.get(parent, ())
        scale = max([MIN_SCALE, *(self._yearly(p, c.span) for p in paths for c in self.columns)])
        for path in paths:
            is_open = f"{self.view.region}/".startswith(f"{path}/")
            cells = [self._cell(path, column.span, scale) for column in self.columns]
            toggle = ""
            if path in self.below:
                toggle = View(parent if is_open else path, self.view.decade).address()
            total = Cell(self.totals[path], _results(path))
            depth = path.count("/")
            yield Row(path, name_of(path), depth, total, cells, toggle, is_open)
            if is_open:
                yield from self.rows(path)

    def sum_of(self, paths: Sequence[str]) -> Row:
        """The row of all reports, without shades: its numbers are of another order."""
        cells = [
            Cell(sum(self._count(path, column.span) for path in paths), _results("", column.span))
            for column in self.columns
        ]
        every = _results("", *(column.span for column in self.columns))
        return Row("", "全部", 0, Cell(sum(self.totals[path] for path in paths), every), cells)

    def _cell(self, path: str, span: Span, scale: int) -> Cell:
        shade = step(self._yearly(path, span), scale)
        return Cell(self._count(path, span), _results(path, span), shade)

    def _yearly(self, path: str, span: Span) -> int:
        """The reports a year, rounded up."""
        return -(-self._count(path, span) // (span[1] - span[0] + 1 if span else 1))

    def _count(self, path: str, span: Span) -> int:
        years = range(span[0], span[1] + 1) if span else (None,)
        return sum(self.grid.get((path, year), 0) for year in years)


def _results(path: str, *spans: Span) -> str:
    """The address of the paragraphs of a region and years; Chinese unescaped, for brevity."""
    escaped = re.sub(r"[^\w/]", lambda sign: quote(sign[0]), path)
    pairs = [f"region={escaped}"] if path else []
    return "/?" + "&".join(pairs + [f"year={year_text(span)}" for span in spans])


def _ranges(years: Iterable[int]) -> str:
    """``1955, 1957, 1958, 1959`` → ``1955、1957—1959``."""
    ranges: list[tuple[int, int]] = []
    for year in years:
        if ranges and ranges[-1][1] == year - 1:
            ranges[-1] = (ranges[-1][0], year)
        else:
            ranges.append((year, year))
    return "、".join(year_text(span).replace("..", "—") for span in ranges)
