"""Highlights for a template: from offsets to runs of text, and what to show of a long one.

Nothing here is HTML. A text is cut where a span begins or ends; a template puts
a mark around each part and escapes last, so no mark can break and none is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from engine.model import Span

WIDTH = 160  # characters of a snippet: about four lines of 40
_LEAD = 48  # how far a snippet may begin before its match
_PAUSE = re.compile(r"[。！？；\n]|[，、：](?=.)")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text inside one policy phrase, or (``phrase`` empty) in none.

    ``parts`` are pieces with whether the query asked for them.
    """

    phrase: str
    parts: tuple[tuple[str, bool], ...]

    @property
    def asked(self) -> bool:
        """Whether the query asked for all of it."""
        return all(asked for _, asked in self.parts)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text in three stretches: what is folded away before, what is shown, what after."""

    before: tuple[Run, ...]
    shown: tuple[Run, ...]
    after: tuple[Run, ...]


def runs(
    text: str, spans: Sequence[Span], start: int = 0, end: int | None = None
) -> tuple[Run, ...]:
    """``text[start:end]`` as runs; joined again they give that very text."""
    end = len(text) if end is None else end
    query = [span for span in spans if span.kind == "query"]
    phrases = [span for span in spans if span.kind == "phrase"]
    edges = {edge for span in spans for edge in (span.start, span.end)}
    cuts = sorted({start, end} | {edge for edge in edges if start < edge < end})
    pieces = [
        (_covering(phrases, a), text[a:b], _covering(query, a) is not None)
        for a, b in pairwise(cuts)
    ]
    return tuple(
        Run(
            text[phrase.start : phrase.end] if phrase else "",
            tuple((piece, asked) for _, piece, asked in group),
        )
        for phrase, group in groupby(pieces, key=lambda piece: piece[0])
    )


def _covering(spans: Iterable[Span], at: int) -> Span | None:
    return next((span for span in spans if span.start <= at < span.end), None)


def snippet(text: str, spans: Sequence[Span]) -> Snippet:
    """The text with about ``WIDTH`` characters shown around its best match."""
    start, end = window(text, [span for span in spans if span.kind == "query"])
    return Snippet(
        runs(text, spans, 0, start) if start else (),
        runs(text, spans, start, end),
        runs(text, spans, end) if end < len(text) else (),
    )


def window(text: str, query: Sequence[Span]) -> tuple[int, int]:
    """The stretch to show: where most different query words stand together.

    It begins after a pause where one is near, and takes the whole text when
    cutting would save less than a line.
    """
    if len(text) <= WIDTH + 40:
        return 0, len(text)

    def worth(span: Span) -> tuple[int, int, int]:
        near = [s for s in query if span.start <= s.start and s.end <= span.start + WIDTH - _LEAD]
        words = {text[s.start : s.end].casefold() for s in near}
        return len(words), len(near), -span.start

    first = max(query, key=worth).start if query else 0
    start = _after_pause(text, max(0, first - _LEAD), first)
    if len(text) - start <= WIDTH:
        start = _after_pause(text, len(text) - WIDTH - _LEAD, len(text) - WIDTH)
    return start, min(len(text), start + WIDTH)


def _after_pause(text: str, low: int, high: int) -> int:
    """The end of the last strong pause in ``text[low:high]``, of the last weak one, or ``low``."""
    if low <= 0:
        return 0
    pauses = [match.end() for match in _PAUSE.finditer(text, low, high)]
    strong = [at for at in pauses if text[at - 1] in "。！？；\n"]
    return (strong or pauses or [low])[-1]
