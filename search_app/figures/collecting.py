"""Collects the values that the hits of a query give for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from engine.analyze import normalise
from engine.model import Hit
from engine.sentences import find_sentences
from engine.understanding import Term, Understanding
from search_app.figures import dating
from search_app.figures.attaching import Mention, Span, attach
from search_app.figures.figures import figures
from search_app.figures.units import spell

_LOOSE = r"[^，。；、\d]{0,4}?"  # between the words of an indicator that do not stand together

_AROUND = 160  # characters before and after an indicator that may hold its figures
_heading = lru_cache(maxsize=4096)(normalise)  # many paragraphs stand below one heading


@dataclass(frozen=True, slots=True)
class Value:
    """A figure that a paragraph gives, as ``/api/values`` shows it.

    ``start`` and ``end`` are offsets in the paragraph's text; ``sentence`` is the number of its
    sentence, from 1. ``direction`` is None for a level, else ``up``, ``down``, or ``to`` for a
    multiple of the base.
    """

    hit: Hit
    start: int
    end: int
    sentence: int
    number: Decimal
    to: Decimal | None
    unit: str | None
    bound: str | None
    name: str | None
    direction: str | None
    base: str | None
    year: int | None
    year_from: dating.YearFrom | None
    kind: dating.Kind

    @property
    def text(self) -> str:
        """The figure as printed."""
        return self.hit.paragraph.text[self.start : self.end]


def is_dated(value: Value) -> bool:
    """Whether the text says of which year a value is."""
    return value.year is not None and value.year_from != "report"


def indicators(understood: Understanding) -> list[re.Pattern[str]]:
    """What to look for: words typed side by side are one indicator, with its synonyms."""
    groups: list[list[Term]] = []
    for term in understood.terms:
        if term.kind == "title":
            continue
        if groups and groups[-1][-1].end == term.start:
            groups[-1].append(term)
        else:
            groups.append([term])
    return [_pattern(group) for group in groups]


def _pattern(group: Sequence[Term]) -> re.Pattern[str]:
    words = [
        "|".join(re.escape(normalise(text)) for text in (term.text.rstrip("*"), *term.synonyms))
        for term in group
    ]
    return re.compile(_LOOSE.join(f"(?:{word})" for word in words), re.IGNORECASE)


def values_of(hit: Hit, wanted: Sequence[re.Pattern[str]], any_of: bool) -> Iterator[Value]:
    """The values of one paragraph; all ``wanted`` must stand in a sentence, or ``any_of`` them."""
    text = normalise(hit.paragraph.text)
    present = [pattern for pattern in wanted if pattern.search(text)]
    if not present or (len(present) < len(wanted) and not any_of):
        return
    headings = [_heading(heading) for heading in hit.paragraph.heading]
    topic = None
    earlier: list[str] = []  # sentences that ``topic`` does not know yet
    for number, (start, end) in enumerate(find_sentences(text), 1):
        sentence = text[start:end]
        is_garbled = text[end : end + 1].isdigit() and sentence[-2:-1].isdigit()  # ``18。3万人``
        found = [[m.span() for m in pattern.finditer(sentence)] for pattern in present]
        if not is_garbled and (any if any_of else all)(found):
            if mentions := _mentions(sentence, sorted({s for spans in found for s in spans})):
                time = dating.topic_time(earlier, hit.report)
                topic = topic if time is None else time
                earlier.clear()
            for mention in mentions:
                before = sentence[: mention.figure.start]
                context = dating.Context(before, mention.gap, headings, topic)
                yield _value(hit, mention, number, start, context)
        earlier.append(sentence)


def _mentions(sentence: str, spans: Sequence[Span]) -> list[Mention]:
    """The mentions of all places of the indicators; a figure counts once, for the nearest."""
    known = list(figures(sentence, max(0, spans[0][0] - _AROUND), spans[-1][1] + _AROUND))
    taken: dict[int, Mention] = {}
    for span in spans:
        for mention in attach(sentence, known, span):
            taken[mention.figure.start] = mention
    return [taken[start] for start in sorted(taken)]


def _value(
    hit: Hit, mention: Mention, sentence: int, offset: int, context: dating.Context
) -> Value:
    figure = mention.figure
    year, source = dating.year_of(context, hit.report)
    return Value(
        hit,
        offset + figure.start,
        offset + figure.end,
        sentence,
        figure.number,
        figure.to,
        spell(figure.unit),
        figure.bound,
        mention.name,
        mention.direction,
        mention.base,
        year,
        source,
        dating.kind_of(context, year, source, hit.report),
    )
