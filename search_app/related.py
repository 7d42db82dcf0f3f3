"""Finds the reports to read beside a report: of the same place, and of the level above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.engine import Searcher
from engine.model import Report

COUNTRY = ("全国",)  # the region above a province


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The reports of one place, the newest first, by kind (empty for unknown)."""

    title: str
    kinds: dict[str, list[Report]]

    def name(self, report: Report) -> str:
        """The year of a report; with its title where another one has the same year."""
        year = str(report.year or "年份未标明")
        alike = [each for each in self.kinds[report.kind] if each.year == report.year]
        return f"{year}（{report.title}）" if len(alike) > 1 else year


def related(searcher: Searcher, report: Report) -> list[Neighbours]:
    """The other reports of the place, and those of the level above; a place without is left out.

    Its own place shows ``report`` too, so that it can be seen where it stands.
    """
    names = report.region.names
    if not names:
        return []
    own = searcher.reports_of(names)
    found = [_neighbours("本地其他报告", own, report)] if len(own) > 1 else []
    above = () if names == COUNTRY else searcher.reports_of(names[:-1] or COUNTRY)
    if above:
        found.append(_neighbours(f"上一级：{''.join(above[0].region.names)}", above, report))
    return found


def _neighbours(title: str, reports: Sequence[Report], report: Report) -> Neighbours:
    kinds: dict[str, list[Report]] = {report.kind: []}  # its own kind comes first
    for each in reports:
        kinds.setdefault(each.kind, []).append(each)
    return Neighbours(title, {kind: each for kind, each in kinds.items() if each})
