"""Highlights for a template: from offsets to runs of text, and what to show of a long one.

Nothing here is HTML. A text is cut where a span begins or ends; a template puts
a mark around each part and escapes last, so no mark can break and none is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    query = _Cover([span for span in spans if span.kind == "query"])
    phrases = _Cover([span for span in spans if span.kind == "phrase"])
    edges = {edge for span in spans for edge in (span.start, span.end)}
    cuts = sorted({start, end} | {edge for edge in edges if start < edge < end})
    pieces = [(phrases.at(a), text[a:b], query.at(a) is not None) for a, b in pairwise(cuts)]
    return tuple(
        Run(
            text[phrase.start : phrase.end] if phrase else "",
            tuple((piece, asked) for _, piece, asked in group),
        )
        for phrase, group in groupby(pieces, key=lambda piece: piece[0])
    )


class _Cover:
    """Which span lies over a place, asked from left to right; of several, the first."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._ends: list[int] = []
        self._spans: list[Span] = []
        for span in sorted(spans):
            if span.end > (self._ends[-1] if self._ends else span.start):
                self._ends.append(span.end)
                self._spans.append(span)
        self._next = 0

    def at(self, place: int) -> Span | None:
        """The span over a place that is not left of the one asked for before."""
        while self._next < len(self._ends) and self._ends[self._next] <= place:
            self._next += 1
        if self._next < len(self._spans) and self._spans[self._next].start <= place:
            return self._spans[self._next]
        return None


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
    first = _densest(text, query) if query else 0
    start = _after_pause(text, max(0, first - _LEAD), first)
    if len(text) - start > WIDTH:
        return start, start + WIDTH
    return _after_pause(text, len(text) - WIDTH - _LEAD, len(text) - WIDTH), len(text)


def _densest(text: str, query: Sequence[Span]) -> int:
    """Where the stretch begins that holds most different query words, then most of them."""
    counts: dict[str, int] = {}  # of the words from span ``low`` up to ``after``
    best, first, after = (0, 0), query[0].start, 0
    for low, span in enumerate(query):
        after = max(after, low)
        while after < len(query) and query[after].end <= span.start + WIDTH - _LEAD:
            word = _word(text, query[after])
            counts[word] = counts.get(word, 0) + 1
            after += 1
        if (worth := (len(counts), after - low)) > best:
            best, first = worth, span.start
        if after > low:
            word = _word(text, span)
            counts[word] -= 1
            if not counts[word]:
                del counts[word]
    return first


def _word(text: str, span: Span) -> str:
    return text[span.start : span.end].casefold()


def _after_pause(text: str, low: int, high: int) -> int:
    """The end of the last strong pause in ``text[low:high]``, of the last weak one, or ``low``."""
    if low <= 0:
        return 0
    pauses = [match.end() for match in _PAUSE.finditer(text, low, high)]
    strong = [at for at in pauses if text[at - 1] in "。！？；\n"]
    return (strong or pauses or [low])[-1]
