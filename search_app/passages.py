"""A passage is what is quoted: a paragraph, or some of its sentences.

Its id is that of the paragraph, with the sentences behind it: ``k3v9qd-7f2a~2-4`` for the second
to the fourth, ``k3v9qd-7f2a~3`` for one.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.model import Hit, Paragraph, Report
from engine.sentences import find_sentences


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or its sentences ``first`` to ``last``, counted from 1; 0 for all of it."""

    hit: Hit
    first: int = 0
    last: int = 0

    @property
    def paragraph(self) -> Paragraph:
        return self.hit.paragraph

    @property
    def report(self) -> Report:
        return self.hit.report

    @property
    def is_whole(self) -> bool:
        return not self.first

    @property
    def id(self) -> str:
        return passage_id(self.paragraph.id, self.first, self.last)

    @property
    def range(self) -> tuple[int, int]:
        """Where the passage starts and ends in the text of its paragraph, without blanks around."""
        text = self.paragraph.text
        if self.is_whole:
            return 0, len(text)
        sentences = find_sentences(text)
        start, end = sentences[self.first - 1][0], sentences[self.last - 1][1]
        quoted = text[start:end]
        return end - len(quoted.lstrip()), start + len(quoted.rstrip())

    @property
    def text(self) -> str:
        start, end = self.range
        return self.paragraph.text[start:end]

    @property
    def locator(self) -> str:
        """The place in the report: ``第18段``, ``第18段第2—4句``."""
        place = f"第{self.paragraph.ordinal}段"
        if self.is_whole:
            return place
        return place + f"第{_range_text(self.first, self.last, '—')}句"


def passage_id(paragraph_id: str, first: int = 0, last: int = 0) -> str:
    """The id of a passage; without sentences it is that of its paragraph."""
    return f"{paragraph_id}~{_range_text(first, last, '-')}" if first else paragraph_id


def _range_text(first: int, last: int, dash: str) -> str:
    return str(first) if first == last else f"{first}{dash}{last}"
