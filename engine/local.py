"""The embedded engine: a Whoosh index on disk, asked through the ``Engine`` protocol.

A search looks whether there is a newer generation and opens it, so that a
reader goes on with what it began and the next one sees the commit.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from engine import facets, matching
from engine.files import digest
from engine.highlight import highlight
from engine.model import (
    UNKNOWN,
    FacetCount,
    FileRecord,
    Hit,
    Lexicon,
    Overview,
    Page,
    Paragraph,
    Query,
    Report,
)
from engine.query import Leaf, leaves, parse
from engine.snapshot import Snapshot, newest_commit, open_snapshot


class LocalEngine:
    """Answers from the newest generation in a folder. One search at a time:
    Whoosh's readers share file positions between threads."""

    def __init__(self, location: str) -> None:
        self._folder = Path(location)
        self._lock = threading.Lock()
        self._snapshot = open_snapshot(self._folder)

    def _fresh(self) -> Snapshot:
        if newest_commit(self._folder) != self._snapshot.commit:
            self._snapshot = open_snapshot(self._folder)
        return self._snapshot

    def search(self, query: Query) -> Page:
        began = time.perf_counter()
        with self._reading() as snapshot:
            page = _search(snapshot, query)
        return replace(page, took_ms=(time.perf_counter() - began) * 1000)

    def hit(self, paragraph_id: str, text: str = "", exact: bool = False) -> Hit | None:
        with self._reading() as snapshot:
            terms = tuple(leaves(parse(text, exact, snapshot.analyzer.cut)))
            number = snapshot.searcher.document_number(id=paragraph_id)
            return None if number is None else _hit(snapshot, number, 0.0, terms)

    def report(self, report_id: str) -> Report | None:
        snapshot = self._snapshot_now()
        number = snapshot.numbers.get(report_id)
        return None if number is None else snapshot.reports[number]

    def paragraphs(self, report_id: str) -> Sequence[Paragraph]:
        with self._reading() as snapshot:
            numbers = snapshot.searcher.document_numbers(report=report_id)
            return tuple(
                snapshot.paragraph(number)
                for number in sorted(numbers)
                if snapshot.owner[number] >= 0
            )

    def overview(self) -> Overview:
        snapshot = self._snapshot_now()
        grid = Counter(
            (report.region.names[0] if report.region.names else UNKNOWN, report.year)
            for report in snapshot.reports
        )
        return Overview(len(snapshot.reports), snapshot.manifest.paragraphs, grid)

    def lexicon(self) -> Lexicon:
        return self._snapshot_now().manifest.lexicon

    def files(self) -> Mapping[str, FileRecord]:
        return self._snapshot_now().manifest.files

    def check(self) -> Iterator[str]:
        """Verify every file and count; yields each fault found, in words."""
        snapshot = self._snapshot_now()
        for name, (_, checksum) in snapshot.manifest.parts.items():
            path = self._folder / name
            if not path.exists():
                yield f"{name}：文件不见了"
            elif digest(path) != checksum:
                yield f"{name}：内容与登记的校验和不符"
        counted = sum(owner >= 0 for owner in snapshot.owner)
        if counted != snapshot.manifest.paragraphs:
            yield f"登记了{snapshot.manifest.paragraphs}段，实有{counted}段"
        listed = {r for record in snapshot.manifest.files.values() for r in record.reports}
        for report_id in sorted(listed - set(snapshot.numbers)):
            yield f"报告 {report_id} 登记在册，索引里却没有"
        per_report = Counter(owner for owner in snapshot.owner if owner >= 0)
        for number, report in enumerate(snapshot.reports):
            if per_report[number] != report.paragraphs:
                yield f"报告 {report.id} 应有{report.paragraphs}段，实有{per_report[number]}段"

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        """The newest snapshot, for one thread at a time."""
        with self._lock:
            yield self._fresh()

    def _snapshot_now(self) -> Snapshot:
        with self._reading() as snapshot:
            return snapshot


def _search(snapshot: Snapshot, query: Query) -> Page:
    query = facets.resolve(query, snapshot.regions, snapshot.themes)
    node = parse(query.text, query.exact, snapshot.analyzer.cut)
    terms = tuple(leaves(node))
    scores, relaxed = matching.matches(node, snapshot.searcher), 0
    if not scores:
        scores, relaxed = matching.relax(node, snapshot.searcher)
    scores = {number: score * snapshot.worth[number] for number, score in scores.items()}
    kept, counts = _select(snapshot, query, scores)
    kept.sort(key=_order(snapshot, query, scores))
    shown = kept[query.offset : query.offset + query.limit if query.limit else None]
    return Page(
        query=query,
        total=len(kept),
        reports=len({snapshot.owner[number] for number in kept}),
        hits=tuple(_hit(snapshot, number, scores[number], terms) for number in shown),
        facets=counts,
        terms=tuple(dict.fromkeys(term.text for term in terms)),
        relaxed=relaxed,
    )


def _select(
    snapshot: Snapshot, query: Query, scores: Mapping[int, float]
) -> tuple[list[int], dict[str, tuple[FacetCount, ...]]]:
    """What the selection keeps, and counts drill-sideways: a paragraph that fails
    one facet only still counts in that facet."""
    in_region = [facets.under(r.region.names, query.regions) for r in snapshot.reports]
    in_years = [facets.in_years(r.year, query.years) for r in snapshot.reports]
    in_theme = {
        label: not query.themes or not values.isdisjoint(query.themes)
        for label, values in snapshot.values.items()
    }
    kept: list[int] = []
    by_region: Counter[int] = Counter()
    by_year: Counter[int] = Counter()
    by_theme: Counter[tuple[str, ...]] = Counter()
    for number in scores:
        owner, label = snapshot.owner[number], snapshot.labels[number]
        if owner < 0:
            continue
        region, year, theme = in_region[owner], in_years[owner], in_theme[label]
        if region and year and theme:
            kept.append(number)
        by_region[owner] += year and theme
        by_year[owner] += region and theme
        by_theme[label] += region and year
    region_counts: Counter[str] = Counter()
    year_counts: Counter[int | None] = Counter()
    theme_counts: Counter[str] = Counter()
    for owner, count in by_region.items():
        for value in facets.prefixes(snapshot.reports[owner].region.names):
            region_counts[value] += count
    for owner, count in by_year.items():
        year_counts[snapshot.reports[owner].year] += count
    for label, count in by_theme.items():
        for value in snapshot.values[label]:
            theme_counts[value] += count
    return kept, {
        "region": facets.tree(+region_counts, query.regions),
        "year": facets.years(+year_counts, query.years),
        "theme": facets.tree(+theme_counts, query.themes),
    }


def _order(
    snapshot: Snapshot, query: Query, scores: Mapping[int, float]
) -> Callable[[int], tuple[float, ...]]:
    """Sort key: relevance, or the report's date with undated ones last; then the report's order."""
    if query.sort == "relevance":
        return lambda number: (-scores[number], number)
    sign = -1 if query.sort == "newest" else 1
    days = [facets.day(report) for report in snapshot.reports]
    return lambda number: (
        (sign * day, number) if (day := days[snapshot.owner[number]]) else (float("inf"), number)
    )


def _hit(snapshot: Snapshot, number: int, score: float, terms: Sequence[Leaf]) -> Hit:
    paragraph = snapshot.paragraph(number)
    spans = highlight(paragraph.text, terms, snapshot.phrases, snapshot.analyzer.words)
    return Hit(paragraph, snapshot.reports[snapshot.owner[number]], score, spans)
