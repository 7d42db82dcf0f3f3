"""Counts the reports of a query by year and region.

All numbers are numbers of what one search finds: the search behind ``url`` shows the same ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args

from engine.engine import Searcher
from engine.errors import QueryError
from engine.model import Level, Page, Query, Report, ReportMatches
from search_app.nesting import without_redundant
from search_app.report_counts import DEPTHS, By, Count

MAX_QUERIES = 5  # that can be told apart in one chart
_Path = tuple[str, ...]  # the names of a region


@dataclass(slots=True)
class Counts:
    """The counts of reports: of all, and by year, ascending, with unknown (None) last."""

    total: Count = field(default_factory=Count)
    years: dict[int | None, Count] = field(default_factory=dict)

    def merge(self, year: int | None, count: Count) -> None:
        """Add the counts of some reports of a year; years have to come in ascending order."""
        self.total.merge(count)
        self.years.setdefault(year, Count()).merge(count)


@dataclass(slots=True)
class RegionCounts(Counts):
    """The counts of a region and of all below it; ``first`` is its earliest report that matches."""

    path: str = ""
    first: Report | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """The counts of one query, and of the regions at one depth, the one of most reports first.

    ``page`` is the query's page of results; ``query`` has its selections as full paths.
    """

    page: Page
    query: Query
    counts: Counts
    regions: Sequence[RegionCounts]


def queries(query: Query, others: Sequence[str]) -> list[Query]:
    """The queries to compare: the one given, and the same with other texts."""
    texts = list(dict.fromkeys(text for text in map(str.strip, (query.text, *others)) if text))
    if not texts and not query.inside:
        raise QueryError("没有写检索词", "写要看趋势的词语；要比较几个，每个另写一个 vs")
    if len(texts) > MAX_QUERIES:
        raise QueryError(f"一次至多比较 {MAX_QUERIES} 个词语", "去掉几个 vs")
    return [replace(query, text=text, limit=1, offset=0) for text in texts or [""]]


def parse_by(text: str) -> By | None:
    """The level of the regions to count; None where it is left open."""
    if text and text not in DEPTHS:
        hint = "可用 province（省）、city（市）、county（县）"
        raise QueryError(f"参数 by 的值“{text[:30]}”看不懂", hint)
    return next((by for by in DEPTHS if by == text), None)


def trend(searcher: Searcher, query: Query, by: By | None = None) -> Trend:
    """Count the reports that a query finds; by the level below what it selects, unless told."""
    page = searcher.search(replace(query, limit=1, offset=0))
    query = without_redundant(page.query)
    depth = DEPTHS[by or level_below(query)]
    cells = _by_year_and_region(searcher.report_matches(query), depth)
    counts = Counts()
    regions: dict[_Path, RegionCounts] = {}
    for (year, names), matches in sorted(cells.items(), key=lambda item: item[0][0] or 9999):
        count = Count.of_reports(matches)
        counts.merge(year, count)
        if len(names) == depth:
            region = regions.setdefault(names, RegionCounts(path="/".join(names)))
            region.merge(year, count)
            if year and count.reports and not region.first:
                region.first = min((r for r, found in matches if found), key=date_of)
    ordered = sorted(regions.values(), key=lambda region: (-region.total.of, region.path))
    return Trend(page, query, counts, ordered)


def _by_year_and_region(
    matches: Iterable[ReportMatches], depth: int
) -> dict[tuple[int | None, _Path], list[ReportMatches]]:
    """The reports of each year and region, whose path is cut to ``depth`` names."""
    cells = defaultdict[tuple[int | None, _Path], list[ReportMatches]](list)
    for match in matches:
        report = match[0]
        cells[report.year, report.region.names[:depth]].append(match)
    return cells


def date_of(report: Report) -> tuple[int, str]:
    """For sorting: the year, then the day of publication; what has none comes last."""
    return report.year or 9999, report.published or "9999"


def first_regions(trend: Trend) -> list[tuple[RegionCounts, Report]]:
    """The regions in which the phrase stands with their earliest reports, the earliest first."""
    said = [(region, region.first) for region in trend.regions if region.first]
    return sorted(said, key=lambda pair: (*date_of(pair[1]), pair[0].path))


def count_levels(searcher: Searcher, query: Query) -> dict[Level, Count]:
    """The counts of each level that has reports, whatever level is selected."""
    levels = defaultdict[Level, list[ReportMatches]](list)
    for match in searcher.report_matches(replace(query, levels=())):
        levels[match.report.region.level].append(match)
    return {each: Count.of_reports(levels[each]) for each in get_args(Level) if each in levels}


def of_level(query: Query, level: Level) -> Query:
    """The search whose ``reports`` are those of a level."""
    return replace(query, levels=(level,), offset=0)


def of_all_reports(query: Query) -> Query:
    """The search that finds all reports among which the query's are counted."""
    return Query(regions=query.regions, years=query.years, kinds=query.kinds, levels=query.levels)


def level_below(query: Query) -> By:
    """The level below the regions that are selected; provinces where none is."""
    depth = max((path.count("/") + 1 for path in query.regions), default=0)
    return next((by for by, level in DEPTHS.items() if level > depth), "county")
