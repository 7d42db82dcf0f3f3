"""The texts that quotations are compared with: paragraphs, alone or with their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from engine.analyze import normalise
from engine.engine import Searcher
from engine.model import Paragraph, Report
from search_app.check.letters import Letters, letters


@dataclass(frozen=True, slots=True)
class Place:
    """The stretch ``start`` to ``end`` of a paragraph's text, in code points."""

    id: str
    start: int
    end: int


class Source:
    """Consecutive paragraphs of a report as one text, joined by line ends."""

    def __init__(self, report: Report, paragraphs: Sequence[Paragraph]) -> None:
        self.report = report
        self.paragraphs = paragraphs
        self.text = "\n".join(paragraph.text for paragraph in paragraphs)

    @cached_property
    def letters(self) -> Letters:
        return letters(self.text)

    @cached_property
    def plain(self) -> str:
        """The text normalised, to count what it shares with another one."""
        return normalise(self.text)

    def places(self, start: int, end: int) -> list[Place]:
        """The stretches of paragraphs that a stretch of the text covers."""
        lengths = [len(paragraph.text) + 1 for paragraph in self.paragraphs]
        found = []
        for paragraph, begin in zip(self.paragraphs, accumulate(lengths, initial=0), strict=False):
            low, high = max(start - begin, 0), min(end - begin, len(paragraph.text))
            if low < high:
                found.append(Place(paragraph.id, low, high))
        return found

    def paragraph_at(self, start: int) -> Paragraph:
        """The paragraph that has a place of the text."""
        for paragraph in self.paragraphs:
            if start <= len(paragraph.text):
                return paragraph
            start -= len(paragraph.text) + 1
        return self.paragraphs[-1]


class _Joined(Source):
    """Paragraphs whose letters are known already."""

    def __init__(self, sources: Sequence[Source]) -> None:
        super().__init__(sources[0].report, [source.paragraphs[0] for source in sources])
        self._sources = sources

    @cached_property
    def letters(self) -> Letters:
        slices: list[tuple[int, int]] = []
        begin = 0
        for source in self._sources:
            slices += [(start + begin, end + begin) for start, end in source.letters.slices]
            begin += len(source.text) + 1
        text = "".join(source.letters.text for source in self._sources)
        written = "".join(source.letters.written for source in self._sources)
        return Letters(self.text, text, written, tuple(slices))


class Sources:
    """Reads the paragraphs of one state of an index, each once."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self._alone: dict[str, Source] = {}
        self._reports: dict[str, Sequence[Paragraph]] = {}

    def alone(self, report: Report, paragraph: Paragraph) -> Source:
        """One paragraph."""
        if paragraph.id not in self._alone:
            self._alone[paragraph.id] = Source(report, [paragraph])
        return self._alone[paragraph.id]

    def around(self, source: Source, reach: int) -> Source:
        """The paragraph of a source, with up to ``reach`` paragraphs before and behind it."""
        paragraphs = self.report(source.report)
        at = next(n for n, one in enumerate(paragraphs) if one.id == source.paragraphs[0].id)
        near = paragraphs[max(0, at - reach) : at + reach + 1]
        return _Joined([self.alone(source.report, paragraph) for paragraph in near])

    def report(self, report: Report) -> Sequence[Paragraph]:
        """All paragraphs of a report."""
        if report.id not in self._reports:
            self._reports[report.id] = self.searcher.paragraphs(report.id)
        return self._reports[report.id]
