"""A snapshot, asked through the ``Searcher`` protocol."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from engine import facets
from engine.checking import miscounted
from engine.execute import (
    count,
    highlighting,
    hits,
    report_matches,
    search,
    without_hits,
)
from engine.fields import WORDS
from engine.highlight import Highlighter
from engine.local.execution import LocalExecution
from engine.local.files import checksum
from engine.local.snapshot import Commit, Snapshot, contents_paths, identity
from engine.local.vocabulary import vocabulary
from engine.model import (
    FileRecord,
    Hit,
    Lexicon,
    Overview,
    Page,
    Paragraph,
    Query,
    Report,
    ReportMatches,
    Span,
    Vocabulary,
)
from engine.query.plan import planner, plans_of


class LocalSearcher:
    """Answers from one generation of a folder; safe to share between threads."""

    def __init__(self, folder: Path, snapshot: Snapshot) -> None:
        self._folder = folder
        self._snapshot = snapshot
        self._plan = planner(snapshot.analyzer, snapshot.synonyms)
        is_word = partial(snapshot.index.has, WORDS)
        self._highlighter = Highlighter(snapshot.phrases, snapshot.analyzer.words, is_word)
        self._vocabulary: Vocabulary | None = None
        self._reading = threading.Lock()
        self._contents, self._following = contents_paths(folder, snapshot.commit.generation)

    @property
    def commit(self) -> Commit:
        """Tells generations apart; see ``snapshot.newest_commit``."""
        return self._snapshot.commit

    def is_newest(self) -> bool:
        """Whether no other commit took the place of this generation.

        Two files tell it sooner than a list of the folder: a commit writes the table of contents
        of the following generation, then removes that of the one before.
        """
        try:
            return identity(self._contents) == self.commit.contents and not self._following.exists()
        except OSError:
            return False

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    def _resolved(self, query: Query) -> Query:
        of = self._snapshot
        return facets.resolve(query, of.region_tree.known, of.theme_tree.known, of.kind_tree.known)

    def search(self, query: Query) -> Page:
        began = time.perf_counter()
        query = self._resolved(query)
        execution = LocalExecution(self._snapshot, query)
        return search(self._plan, query, execution, self._highlighter, began)

    def hits(self, query: Query) -> Iterator[Hit]:
        query = self._resolved(query)
        execution = LocalExecution(self._snapshot, query)
        return hits(self._plan, query, execution, self._highlighter)

    def count(self, query: Query) -> int:
        query = self._resolved(query)
        return count(self._plan, query, LocalExecution(self._snapshot, query))

    def report_matches(self, query: Query) -> Sequence[ReportMatches]:
        query = without_hits(self._resolved(query))
        return report_matches(self._plan, query, LocalExecution(self._snapshot, query))

    def hit(self, paragraph_id: str, query: Query | None = None) -> Hit | None:
        mark = highlighting(plans_of(self._plan, query or Query()), self._highlighter)
        number = self._snapshot.document(paragraph_id)
        if number is None:
            return None
        paragraph, report = self._snapshot.paragraph(number)
        return Hit(paragraph, report, 0.0, mark(paragraph.text), self._snapshot.cluster(number))

    def spans(self, texts: Iterable[str], query: Query) -> Sequence[tuple[Span, ...]]:
        return tuple(map(highlighting(plans_of(self._plan, query), self._highlighter), texts))

    def report(self, report_id: str) -> Report | None:
        number = self._snapshot.numbers.get(report_id)
        return None if number is None else self._snapshot.reports[number]

    def reports_of(self, region: Sequence[str]) -> Sequence[Report]:
        names = tuple(region)
        reports = [r for r in self._snapshot.reports if r and r.region.names == names]
        return tuple(sorted(reports, key=facets.day, reverse=True))

    def reports_once_called(self, former_id: str) -> Sequence[Report]:
        return tuple(r for r in self._snapshot.reports if r and former_id in r.former_ids)

    def paragraphs(self, report_id: str) -> Sequence[Paragraph]:
        snapshot = self._snapshot
        if report_id not in snapshot.numbers:
            return ()
        members = snapshot.members(snapshot.numbers[report_id])
        return tuple(snapshot.paragraph(number)[0] for number in members)

    def overview(self) -> Overview:
        grid = Counter(
            (region, report.year)
            for report in self._snapshot.reports
            if report
            for region in facets.prefixes(report.region.names)
        )
        manifest = self._snapshot.manifest
        times = manifest.arrivals.values()
        return Overview(
            len(self._snapshot.numbers),
            manifest.paragraphs,
            grid,
            min(times, default=0),
            max(times, default=0),
        )

    def lexicon(self) -> Lexicon:
        return self._snapshot.manifest.lexicon

    def vocabulary(self) -> Vocabulary:
        with self._reading:
            if self._vocabulary is None:
                self._vocabulary = vocabulary(self._snapshot)
            return self._vocabulary

    def files(self) -> Mapping[str, FileRecord]:
        return self._snapshot.manifest.files

    def check(self) -> Iterator[str]:
        """Verify every file and count; yields each fault found, in words."""
        snapshot = self._snapshot
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
            (snapshot.manifest.reports, snapshot.manifest.paragraphs),
            snapshot.index.searcher.doc_count(),
            snapshot.manifest.files,
            reports,
        )
