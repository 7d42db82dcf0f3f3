"""Counts reports by year and region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.engine import Searcher
from engine.model import Query, Report
from search_app.report_counts import DEPTHS, By, Count

Years = dict[int, Count]  # ascending; reports of unknown year are left out


@dataclass(slots=True)
class RegionCounts:
    """The counts of a region and of all below it; ``first`` is its earliest report that matches."""

    path: str
    years: Years = field(default_factory=dict)
    first: Report | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """The counts of one query; ``undated`` are those of reports of unknown year."""

    query: Query
    years: Years
    undated: Count
    regions: Sequence[RegionCounts]


def trend(searcher: Searcher, query: Query, by: By) -> Trend:
    """Count the reports that a query finds."""
    depth = DEPTHS[by]
    years: Years = {}
    undated = Count()
    regions: dict[str, RegionCounts] = {}
    for match in searcher.report_matches(query):
        year = match.report.year
        if year is None:
            undated.add(match)
            continue
        years.setdefault(year, Count()).add(match)
        names = match.report.region.names
        if len(names) < depth:
            continue
        path = "/".join(names[:depth])
        region = regions.setdefault(path, RegionCounts(path))
        region.years.setdefault(year, Count()).add(match)
        if match.paragraphs and _is_earlier(match.report, region.first):
            region.first = match.report
    ordered = sorted(regions.values(), key=lambda region: (-_reports(region), region.path))
    for region in ordered:
        region.years = dict(sorted(region.years.items()))
    return Trend(query, dict(sorted(years.items())), undated, ordered)


def _reports(region: RegionCounts) -> int:
    return sum(count.of for count in region.years.values())


def _is_earlier(report: Report, than: Report | None) -> bool:
    return than is None or _date(report) < _date(than)


def _date(report: Report) -> tuple[int, str]:
    """Undated reports of a year come last."""
    return report.year or 9999, report.published or "9999"


def level_below(query: Query) -> By:
    """The level below the regions that are selected; provinces where none is."""
    depth = max((path.count("/") + 1 for path in query.regions), default=0)
    return next((by for by, level in DEPTHS.items() if level > depth), "county")


def coverage(trends: Sequence[Trend]) -> dict[int, int]:
    """The number of all reports of each year, the same for every query."""
    return {year: count.of for year, count in trends[0].years.items()}
