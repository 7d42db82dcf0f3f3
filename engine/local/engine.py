"""The embedded engine: a Whoosh index on disk, asked through the ``Engine`` protocol.

A search looks whether there is a newer generation and opens it, so that a
reader goes on with what it began and the next one sees the commit.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from whoosh import query as wq

from engine import facets
from engine.arrays import Array
from engine.checking import miscounted
from engine.columns.run.collector import ColumnCollector, run_query
from engine.columns.run.queries import DocumentSet
from engine.highlight import highlight
from engine.local.files import checksum
from engine.local.filters import Filters
from engine.local.rescoring import reorder
from engine.local.snapshot import Snapshot, newest_commit, open_snapshot
from engine.local.vocabulary import vocabulary
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
    Vocabulary,
)
from engine.query import plan as matching
from engine.query.names import named_regions, named_years
from engine.query.parser import Leaf, Widened, leaves
from engine.ranking import RESCORED


class LocalEngine:
    """Answers from the newest generation in a folder, any number of searches at a time."""

    def __init__(self, location: str) -> None:
        self._folder = Path(location)
        self._lock = threading.Lock()
        self._snapshot = open_snapshot(self._folder)
        self._reading = threading.Lock()
        self._vocabulary: tuple[tuple[int, int], Vocabulary] | None = None  # and of which commit

    def _fresh(self) -> Snapshot:
        """The newest snapshot; one thread opens it, and whoever comes meanwhile waits."""
        if newest_commit(self._folder) != self._snapshot.commit:
            with self._lock:
                if newest_commit(self._folder) != self._snapshot.commit:
                    self._snapshot = open_snapshot(self._folder, self._snapshot)
        return self._snapshot

    def search(self, query: Query) -> Page:
        began = time.perf_counter()
        page = _search(self._fresh(), query)
        return replace(page, took_ms=(time.perf_counter() - began) * 1000)

    def hit(self, paragraph_id: str, query: Query | None = None) -> Hit | None:
        snapshot = self._fresh()
        terms = tuple(
            leaves(matching.understood(query or Query(), snapshot.analyzer, snapshot.synonyms))
        )
        number = snapshot.document(paragraph_id)
        return None if number is None else _hit(snapshot, number, 0.0, terms)

    def report(self, report_id: str) -> Report | None:
        snapshot = self._fresh()
        number = snapshot.numbers.get(report_id)
        return None if number is None else snapshot.reports[number]

    def paragraphs(self, report_id: str) -> Sequence[Paragraph]:
        snapshot = self._fresh()
        if report_id not in snapshot.numbers:
            return ()
        members = snapshot.members(snapshot.numbers[report_id])
        return tuple(snapshot.paragraph(number)[0] for number in members)

    def overview(self) -> Overview:
        snapshot = self._fresh()
        grid = Counter(
            (report.region.names[0] if report.region.names else UNKNOWN, report.year)
            for report in snapshot.reports
            if report
        )
        return Overview(len(snapshot.numbers), snapshot.manifest.paragraphs, grid)

    def lexicon(self) -> Lexicon:
        return self._fresh().manifest.lexicon

    def vocabulary(self) -> Vocabulary:
        snapshot = self._fresh()
        with self._reading:
            if self._vocabulary is None or self._vocabulary[0] != snapshot.commit:
                self._vocabulary = snapshot.commit, vocabulary(snapshot)
            return self._vocabulary[1]

    def files(self) -> Mapping[str, FileRecord]:
        return self._fresh().manifest.files

    def check(self) -> Iterator[str]:
        """Verify every file and count; yields each fault found, in words."""
        snapshot = self._fresh()
        for name, (_, sum_) in snapshot.manifest.index_files.items():
            path = self._folder / name
            if not path.exists():
                yield f"{name}：文件不见了"
            elif checksum(path) != sum_:
                yield f"{name}：内容与登记的校验和不符"
        reports = {
            report.id: (report.paragraphs, len(snapshot.members(number)))
            for number, report in enumerate(snapshot.reports)
            if report
        }
        yield from miscounted(
            snapshot.manifest.paragraphs,
            snapshot.index.searcher.doc_count(),
            snapshot.manifest.files,
            reports,
        )


def _search(snapshot: Snapshot, query: Query) -> Page:
    query = facets.resolve(query, snapshot.regions, snapshot.themes)
    node = matching.understood(query, snapshot.analyzer, snapshot.synonyms)
    terms = tuple(leaves(node))
    filters = Filters.of(snapshot, query)
    same, best = _same(snapshot, query), partial(_best, snapshot)
    named = partial(_named, snapshot, query.text)
    asked, relaxed, question = matching.meant(node, query.text, snapshot.index, best, named)
    found = _run(snapshot, query, same(asked), filters, RESCORED if question else 0)
    narrowed = query.same or (query.regions and query.years)  # not all that matches was looked at
    if not (found.matched or (narrowed and _anything(snapshot, asked))):
        nearest, relaxed = matching.relaxed(node, snapshot.index, best), 0
        if nearest:
            asked, relaxed, question = *nearest, False
            found = _run(snapshot, query, same(asked), filters)
    asked = same(asked)
    counts = np.concatenate([np.empty(0, np.int32), *found.group_counts])
    labels = np.concatenate([np.empty(0, np.int32), *found.label_counts])
    shown, shown_counts, entries = found, counts, found.total
    if query.fold:
        asked = wq.AndNot(asked, DocumentSet(_copies(snapshot, query, asked, filters)))
        shown = _run(snapshot, query, asked, filters, RESCORED if question else 0)
        shown_counts, entries = np.concatenate([counts[:0], *shown.group_counts]), shown.total
    if query.sort == "relevance":
        items = reorder(snapshot.index, query.text, shown.items) if question else shown.items
        items = items[query.offset : query.offset + query.limit if query.limit else None]
    else:
        items = _by_date(snapshot, query, asked, filters, shown_counts)
    return Page(
        query=query,
        total=found.total,
        entries=entries,
        reports=int(np.count_nonzero(counts[filters.region & filters.year])),
        hits=tuple(_hit(snapshot, number, score, terms) for score, number in items),
        facets=_facets(snapshot, query, filters, counts, labels),
        terms=tuple(dict.fromkeys(term.text for term in terms)),
        widened={term.text: term.others for term in terms if isinstance(term, Widened)},
        relaxed=relaxed,
    )


def _named(snapshot: Snapshot, text: str) -> list[matching.Named]:
    """The regions and years that a question names."""
    group = snapshot.clusters.groups
    regions, years = named_regions(text, snapshot.regions), named_years(text)
    borne = {name: snapshot.region.items_with(paths) for name, paths in regions.items()}
    borne |= {year: snapshot.year.items_with([year]) for year in years}
    return [matching.Named(name, DocumentSet(reports[group])) for name, reports in borne.items()]


def _same(snapshot: Snapshot, query: Query) -> Callable[[wq.Query], wq.Query]:
    """Narrows what is asked to the paragraphs that say nearly the same as the one named."""
    if not query.same:
        return lambda asked: asked
    number = snapshot.document(query.same)
    if number is None:
        raise facets.unknown_paragraph(query.same)
    chosen = DocumentSet(snapshot.clusters.members(number))
    return lambda asked: wq.And([chosen, asked])


def _copies(snapshot: Snapshot, query: Query, asked: wq.Query, filters: Filters) -> Array:
    """What is found that says nearly the same as something before it (bool[documents])."""
    keep = filters.keep(snapshot, labels=snapshot.repeated)
    found = run_query(snapshot.index, asked, snapshot.index.documents, keep)
    numbers = np.array([number for _, number in found.items], np.int64)
    if query.sort != "relevance":
        place = np.argsort(_report_order(snapshot, query))
        numbers = numbers[np.lexsort((numbers, place[snapshot.clusters.groups[numbers]]))]
    _, first = np.unique(snapshot.clusters.leader[numbers], return_index=True)
    copies = np.zeros(snapshot.index.documents, np.bool_)
    copies[np.delete(numbers, first)] = True
    return copies


def _run(
    snapshot: Snapshot, query: Query, asked: wq.Query, filters: Filters, least: int = 0
) -> ColumnCollector:
    """Count what is found; and the best, ``least`` of them or more, where these are wanted."""
    limit = max(query.offset + query.limit, least) if query.limit else snapshot.index.documents
    limit = limit if query.sort == "relevance" else 0
    return run_query(snapshot.index, asked, limit, filters.keep(snapshot))


def _best(snapshot: Snapshot, asked: wq.Query) -> int:
    """The most parts of the query's ``Or`` that one paragraph holds."""
    return run_query(snapshot.index, asked).most_parts


def _anything(snapshot: Snapshot, asked: wq.Query) -> bool:
    """Whether anything is found without filters."""
    return run_query(snapshot.index, asked).matched > 0


def _by_date(
    snapshot: Snapshot, query: Query, asked: wq.Query, filters: Filters, counts: Array
) -> list[tuple[float, int]]:
    """The page of hits by the dates of reports, undated ones last; scores as well.

    Reports are put in order and their counts tell which of them the page is in, so
    that only their paragraphs need to be looked at.
    """
    kept = np.where(filters.region & filters.year, counts, 0)
    order = _report_order(snapshot, query)
    after = np.cumsum(kept[order])
    until = query.offset + query.limit if query.limit else int(after[-1]) if len(after) else 0
    shown = order[(after > query.offset) & (after - kept[order] < until)]
    chosen = np.zeros(len(kept), np.bool_)
    chosen[shown] = True
    keep = filters.keep(snapshot, chosen)
    found = run_query(snapshot.index, asked, snapshot.index.documents, keep)
    scores = {number: score for score, number in found.items}
    numbers = [number for group in shown.tolist() for number in snapshot.members(group)]
    items = [(scores[number], number) for number in numbers if number in scores]
    skip = query.offset - int((after[after <= query.offset])[-1:].sum())
    return items[skip : skip + until - query.offset]


def _report_order(snapshot: Snapshot, query: Query) -> Array:
    """The numbers of reports by their dates, undated ones last."""
    days = -snapshot.days if query.sort == "newest" else snapshot.days
    order: Array = np.lexsort((days, snapshot.days == 0))
    return order


def _facets(
    snapshot: Snapshot, query: Query, filters: Filters, counts: Array, labels: Array
) -> dict[str, tuple[FacetCount, ...]]:
    """Counts drill-sideways: a facet is not lowered by its own selection."""
    years = snapshot.year.add_up(counts, filters.region)
    return {
        "region": facets.tree(snapshot.region.add_up(counts, filters.year), query.regions),
        "year": facets.years(
            {None if year == UNKNOWN else int(year): n for year, n in years.items()}, query.years
        ),
        "theme": facets.tree(snapshot.theme.add_up(labels, filters.wording), query.themes),
        "wording": facets.tree(snapshot.wording.add_up(labels, filters.theme), query.wordings),
    }


def _hit(snapshot: Snapshot, number: int, score: float, terms: Sequence[Leaf]) -> Hit:
    paragraph, report = snapshot.paragraph(number)
    spans = highlight(paragraph.text, terms, snapshot.phrases, snapshot.analyzer.words)
    return Hit(paragraph, report, score, spans, snapshot.cluster(number))
