"""A paragraph of a Word file, each character with the element that shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from search_app.check.memo_text import Link


class Span(NamedTuple):
    """The characters ``start`` to ``end`` of a paragraph, and the element that shows them.

    A ``w:t`` shows one character for each of its text; other elements show theirs as a whole.
    """

    start: int
    end: int
    element: Any


class NoteMark(NamedTuple):
    """The mark of a note at an offset: its kind (``footnote``), the note's id, its element."""

    offset: int
    kind: str
    id: str
    element: Any


@dataclass(slots=True)
class Paragraph:
    """A paragraph that is shown. ``anchor`` is None where a comment can stand in it.

    Elsewhere it is the element of the body to comment on: Word has comments in its body only, not
    in notes, text boxes and headers.
    """

    text: str = ""
    place: str = ""
    story: str = ""
    is_quotation: bool = False
    spans: list[Span] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    notes: list[NoteMark] = field(default_factory=list)
    anchor: Any = None

    def show(self, text: str, element: Any, target: str = "") -> None:
        """Append characters that an element shows, linked to a target unless that is ""."""
        if not text:
            return
        start = len(self.text)
        self.text += text
        self.spans.append(Span(start, len(self.text), element))
        if target:
            last = self.links[-1] if self.links else None
            if last and last.end == start and last.target == target:
                start = self.links.pop().start
            self.links.append(Link(start, len(self.text), target))
