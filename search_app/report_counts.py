"""Counts reports that hold a phrase, and says how certain their share is.

All numbers are numbers of what one search finds: ``of_year`` and ``of_region`` make the search that
shows the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal, NamedTuple

from engine.model import Query, ReportMatches

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

    @classmethod
    def of_reports(cls, matches: Sequence[ReportMatches]) -> Count:
        """The counts of these reports."""
        found = [paragraphs for _, paragraphs in matches if paragraphs]
        of_paragraphs = sum([report.paragraphs for report, _ in matches])
        return cls(len(found), len(matches), sum(found), of_paragraphs)

    def merge(self, other: Count) -> None:
        self.reports += other.reports
        self.of += other.of
        self.paragraphs += other.paragraphs
        self.of_paragraphs += other.of_paragraphs

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


def of_year(query: Query, year: int | None) -> Query:
    """The search whose ``reports`` are those of a year; None is unknown."""
    return replace(query, years=(None if year is None else (year, year),), offset=0)


def of_region(query: Query, path: str) -> Query:
    """The search whose ``reports`` are those of a region, as far as it is selected.

    The query has its selections as full paths.
    """
    is_selected = any(f"{path}/".startswith(f"{each}/") for each in query.regions)
    below = tuple(each for each in query.regions if each.startswith(f"{path}/"))
    return replace(query, regions=(path,) if is_selected else below or (path,), offset=0)
