"""Counts reports by year and region, and says how certain a share is.

All numbers are numbers of what one search finds: the search behind ``url`` shows the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Literal, NamedTuple

from engine.engine import Searcher
from engine.model import Query, Report, ReportMatches

By = Literal["province", "city", "county"]
DEPTHS: dict[By, int] = {"province": 1, "city": 2, "county": 3}  # names of a region's path
_Z = 1.959964  # the quantile of the normal distribution for an interval of 95 %


class Interval(NamedTuple):
    low: float
    high: float


def wilson(found: int, of: int) -> Interval:
    """Wilson's score interval of 95 % for a share; (0, 1) where there is nothing to count.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    if not of:
        return Interval(0.0, 1.0)
    share, z2 = found / of, _Z * _Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


@dataclass(slots=True)
class Count:
    """Reports that hold a phrase, of how many, and the same for paragraphs."""

    reports: int = 0
    of: int = 0
    paragraphs: int = 0
    of_paragraphs: int = 0

    def add(self, match: ReportMatches) -> None:
        self.reports += match.paragraphs > 0
        self.of += 1
        self.paragraphs += match.paragraphs
        self.of_paragraphs += match.report.paragraphs

    @property
    def share(self) -> float:
        return self.reports / self.of if self.of else 0.0

    @property
    def interval(self) -> Interval:
        return wilson(self.reports, self.of)

    @property
    def per_10000(self) -> float:
        """Paragraphs that hold the phrase, of 10,000."""
        return 10_000 * self.paragraphs / self.of_paragraphs if self.of_paragraphs else 0.0


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


def of_year(query: Query, year: int) -> Query:
    """The search whose ``reports`` are those of a year."""
    return replace(query, years=((year, year),), offset=0)


def of_region(query: Query, path: str) -> Query:
    """The search whose ``reports`` are those of a region, as far as it is selected."""
    below = tuple(each for each in query.regions if each.startswith(path + "/"))
    return replace(query, regions=below or (path,), offset=0)


def level_below(query: Query) -> By:
    """The level below the regions that are selected; provinces where none is."""
    depth = max((path.count("/") + 1 for path in query.regions), default=0)
    return next((by for by, level in DEPTHS.items() if level > depth), "county")


def coverage(trends: Sequence[Trend]) -> dict[int, int]:
    """The number of all reports of each year, the same for every query."""
    return {year: count.of for year, count in trends[0].years.items()}
