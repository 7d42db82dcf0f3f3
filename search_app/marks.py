"""Cuts a text into runs that a template highlights, and chooses the snippet of a long text.

Nothing here is HTML. A text is cut where a span begins or ends; the template puts a mark
around each part and escapes last, so no mark can break the page and none is lost.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from engine.model import Span
from engine.sentences import find_sentences

SNIPPET_WIDTH = 160  # characters of a snippet: about four lines of 40
LONG = 800  # characters from which a paragraph shows each sentence on a line of its own
_MAX_LEAD = 48  # characters of a snippet before its match
_PAUSE = re.compile(r"[。！？；\n]|[，、：](?=.)")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text inside one policy phrase, or outside any (``phrase`` is empty).

    ``parts`` are pieces of the text, each with whether the query matches it.
    """

    phrase: str
    parts: tuple[tuple[str, bool], ...]

    @property
    def in_query(self) -> bool:
        """Whether the query matches all of it."""
        return all(in_query for _, in_query in self.parts)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text in three stretches: folded away before, shown, and folded away after."""

    before: tuple[Run, ...]
    shown: tuple[Run, ...]
    after: tuple[Run, ...]


def runs(
    text: str, spans: Sequence[Span], start: int = 0, end: int | None = None
) -> tuple[Run, ...]:
    """``text[start:end]`` as runs; joined, they give the same text."""
    end = len(text) if end is None else end
    query = _Cover([span for span in spans if span.kind == "query"])
    phrases = _Cover([span for span in spans if span.kind == "phrase"])
    edges = {edge for span in spans for edge in (span.start, span.end)}
    cuts = sorted({start, end} | {edge for edge in edges if start < edge < end})
    pieces = [(phrases.at(a), text[a:b], query.at(a) is not None) for a, b in pairwise(cuts)]
    return tuple(
        Run(
            text[phrase.start : phrase.end] if phrase else "",
            tuple((piece, in_query) for _, piece, in_query in group),
        )
        for phrase, group in groupby(pieces, key=lambda piece: piece[0])
    )


def sentence_runs(text: str, spans: Sequence[Span]) -> list[tuple[Run, ...]]:
    """The runs of each sentence of a text."""
    ranges = find_sentences(text)
    starts = [start for start, _ in ranges]
    spans_of: list[list[Span]] = [[] for _ in ranges]
    for span in spans:
        number = bisect_right(starts, span.start) - 1
        while number < len(ranges) and starts[number] < span.end:
            spans_of[number].append(span)
            number += 1
    return [runs(text, inside, *ends) for inside, ends in zip(spans_of, ranges, strict=True)]


class _Cover:
    """Finds the span that covers a place, for places in ascending order.

    Where spans overlap, the one that begins first wins.
    """

    def __init__(self, spans: Sequence[Span]) -> None:
        self._ends: list[int] = []
        self._spans: list[Span] = []
        for span in sorted(spans):
            if span.end > (self._ends[-1] if self._ends else span.start):
                self._ends.append(span.end)
                self._spans.append(span)
        self._next = 0

    def at(self, place: int) -> Span | None:
        """The span that covers ``place``, which must not be less than in the call before."""
        while self._next < len(self._ends) and self._ends[self._next] <= place:
            self._next += 1
        if self._next < len(self._spans) and self._spans[self._next].start <= place:
            return self._spans[self._next]
        return None


def snippet(text: str, spans: Sequence[Span]) -> Snippet:
    """The text with about ``SNIPPET_WIDTH`` characters shown around its best match."""
    start, end = window(text, [span for span in spans if span.kind == "query"])
    return Snippet(
        runs(text, spans, 0, start) if start else (),
        runs(text, spans, start, end),
        runs(text, spans, end) if end < len(text) else (),
    )


def window(text: str, query: Sequence[Span]) -> tuple[int, int]:
    """The start and end of the stretch to show, where most different query words are close.

    It begins after a pause if one is near, and holds at least one match whole, or as much as fits
    of the beginning of one that is longer. It is the whole text if cutting would save less than a
    line.
    """
    if len(text) <= SNIPPET_WIDTH + 40:
        return 0, len(text)
    match_start, match_end = _densest(text, query)[:2] if query else (0, 0)
    lead = max(0, min(_MAX_LEAD, SNIPPET_WIDTH - (match_end - match_start)))
    start = _after_pause(text, max(0, match_start - lead), match_start)
    if len(text) - start > SNIPPET_WIDTH:
        return start, start + SNIPPET_WIDTH
    last_start = len(text) - SNIPPET_WIDTH
    return _after_pause(text, last_start - _MAX_LEAD, last_start), len(text)


def _densest(text: str, query: Sequence[Span]) -> Span:
    """The match that begins the stretch with most different query words, and then most words."""
    counts: dict[str, int] = {}  # of the words in query[low:after]
    best_score, best, after = (0, 0), query[0], 0
    for low, span in enumerate(query):
        after = max(after, low)
        while after < len(query) and query[after].end <= span.start + SNIPPET_WIDTH - _MAX_LEAD:
            word = _word(text, query[after])
            counts[word] = counts.get(word, 0) + 1
            after += 1
        if (score := (len(counts), after - low)) > best_score:
            best_score, best = score, span
        if after > low:
            word = _word(text, span)
            counts[word] -= 1
            if not counts[word]:
                del counts[word]
    return best


def _word(text: str, span: Span) -> str:
    return text[span.start : span.end].casefold()


def _after_pause(text: str, low: int, high: int) -> int:
    """The end of the last pause in ``text[low:high]``; a strong pause goes before any weak one.

    Without a pause it is ``low``.
    """
    if low <= 0:
        return 0
    pauses = [match.end() for match in _PAUSE.finditer(text, low, high)]
    strong = [at for at in pauses if text[at - 1] in "。！？；\n"]
    return (strong or pauses or [low])[-1]
