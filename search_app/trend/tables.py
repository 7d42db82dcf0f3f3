"""The tables of the page: shares by year, and by region and year, each number with its link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.model import Level, Query
from search_app.navigate import LEVEL_NAMES, UNMARKED, without_level
from search_app.params import address
from search_app.report_counts import DEPTHS, By, Count, of_region, of_year
from search_app.trend.chart import percent
from search_app.trend.counts import Trend, of_all_reports, of_level
from search_app.trend.present import trend_address

BY_NAMES: Mapping[By, str] = {"province": "省", "city": "市", "county": "县"}
MAX_REGIONS = 10  # rows of the table of regions; the others are listed with their totals


@dataclass(frozen=True, slots=True)
class Cell:
    """A share: ``number`` is ``12/40``, ``href`` the search that finds these 12 reports."""

    number: str
    href: str
    share: str
    interval: str
    per_10000: str
    shade: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; a cell is None where there is no report.

    ``number`` is that of all reports of the row, ``all_href`` the search for them.
    """

    name: str
    href: str
    number: str
    all_href: str
    cells: Sequence[Cell | None]


def year_rows(trends: Sequence[Trend]) -> list[Row]:
    """A row for each year, the newest first, then unknown and the total; a cell for each query."""
    first = trends[0]
    years = sorted(first.counts.years, key=lambda year: -(year or 0))
    rows = [
        _row(
            str(year or UNMARKED),
            of_year(first.query, year),
            [(of_year(trend.query, year), trend.counts.years[year]) for trend in trends],
        )
        for year in years
    ]
    return [*rows, _row("合计", first.query, [(t.query, t.counts.total) for t in trends])]


def _row(name: str, query: Query, counts: Sequence[tuple[Query, Count]]) -> Row:
    of = f"{counts[0][1].of:,}"
    return Row(name, "", of, address(of_all_reports(query)), [_cell(*each) for each in counts])


def _cell(query: Query, count: Count) -> Cell:
    low, high = count.interval
    return Cell(
        f"{count.reports:,}/{count.of:,}",
        address(query),
        percent(count.share),
        f"{percent(low)}—{percent(high)}",
        f"{count.per_10000:.1f}",
        -int(-20 * count.share // 1),
    )


def region_columns(trend: Trend) -> list[int | None]:
    """The columns of the table of regions: years, the newest first, unknown last."""
    shown = {year for region in trend.regions[:MAX_REGIONS] for year in region.years}
    return sorted(shown, key=lambda year: -(year or 0))


def region_rows(trend: Trend, others: Sequence[str], columns: Sequence[int | None]) -> list[Row]:
    """A row for each region, the one of most reports first; the name leads to its own trend."""
    rows = []
    for number, region in enumerate(trend.regions):
        query = of_region(trend.query, region.path)
        shown = columns if number < MAX_REGIONS else ()
        cells = [
            _cell(of_year(query, year), region.years[year]) if year in region.years else None
            for year in shown
        ]
        name = region.path.rpartition("/")[2]
        deeper = region.path.count("/") < max(DEPTHS.values()) - 1
        href = trend_address(query, others) if deeper else address(query)
        total = _cell(query, region.total)
        rows.append(Row(name, href, total.number, total.href, cells))
    return rows


@dataclass(frozen=True, slots=True)
class LevelLink:
    """A level with its number of reports, and the trend of these reports alone."""

    name: str
    number: str
    number_href: str
    href: str
    selected: bool


def level_links(
    query: Query, others: Sequence[str], by: By | None, counts: Mapping[Level, Count]
) -> list[LevelLink]:
    """The levels to choose from."""
    links = []
    for level, count in counts.items():
        selected = level in query.levels
        narrow = of_level(query, level)
        there = without_level(query, level) if selected else narrow
        cell = _cell(narrow, count)
        href = trend_address(there, others, by)
        links.append(LevelLink(LEVEL_NAMES[level], cell.number, cell.href, href, selected))
    return links
