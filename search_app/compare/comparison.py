"""Compares two reports, and lists the reports that a report may be compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.engine import Searcher
from engine.model import Hit, Paragraph, Query, Report
from search_app.compare.alignment import (
    MIN_LIKENESS,
    MIN_LIKENESS_ELSEWHERE,
    Alignment,
    Sentence,
    align,
    sentences_of,
)
from search_app.compare.changes import Changes, phrase_changes, theme_changes
from search_app.compare.values import Indicator, indicators


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports: what is new, kept and gone from a to b, common indicators, alike sentences."""

    a: Report
    b: Report
    phrases: Changes[Sentence]
    themes: Changes[Paragraph]
    indicators: Sequence[Indicator]
    sentences: Alignment

    @property
    def in_time(self) -> bool:
        """Whether b continues a: a later report of the same place."""
        years = self.a.year, self.b.year
        return same_place(self.a, self.b) and None not in years and years[0] < years[1]  # type: ignore[operator]


def compare(searcher: Searcher, a: Report, b: Report) -> Comparison:
    """Compare two reports of an index."""
    paragraphs_a, paragraphs_b = searcher.paragraphs(a.id), searcher.paragraphs(b.id)
    in_a, in_b = sentences_of(paragraphs_a), sentences_of(paragraphs_b)
    return Comparison(
        a,
        b,
        phrase_changes(searcher.lexicon(), in_a, in_b),
        theme_changes(paragraphs_a, paragraphs_b),
        indicators([Hit(p, a) for p in paragraphs_a], [Hit(p, b) for p in paragraphs_b]),
        align(in_a, in_b, MIN_LIKENESS if same_place(a, b) else MIN_LIKENESS_ELSEWHERE),
    )


def same_place(a: Report, b: Report) -> bool:
    """Whether two reports are of one region, which must be known."""
    return bool(a.region.names) and a.region.names == b.region.names


@dataclass(frozen=True, slots=True)
class Partners:
    """What a report may be compared with: the same place's reports, and the same year's."""

    same_place: Sequence[Report]
    same_year: Sequence[Report]


def partners(searcher: Searcher, report: Report) -> Partners:
    """Reports of the same kind: of the same place, the newest first, or of the places beside it."""
    names = report.region.names
    if not names:
        return Partners([], [])
    kinds = (report.kind,) if report.kind else ()
    above = ("/".join(names[:-1]),) if names[:-1] else ()
    of_place = _matching(searcher, Query(regions=("/".join(names),), kinds=kinds), report)
    years = ((report.year, report.year),) if report.year else ()
    beside = _matching(searcher, Query(regions=above, years=years, kinds=kinds), report)
    return Partners(
        sorted(
            (other for other in of_place if same_place(other, report)),
            key=lambda other: -(other.year or 0),
        ),
        [other for other in beside if years and not same_place(other, report)],
    )


def _matching(searcher: Searcher, query: Query, report: Report) -> list[Report]:
    """The other reports of a query whose regions are of the same level."""
    depth = len(report.region.names)
    found = (match.report for match in searcher.report_matches(query))
    return [other for other in found if len(other.region.names) == depth and other != report]
