"""What a value says of itself in words, for the page and the terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from engine.sentences import find_sentences
from search_app.figures.collecting import Value

KINDS = {"result": "结果", "target": "目标", "unknown": "未定"}
_BOUNDS = {">=": "以上", "<=": "以内", "~": "左右"}
_DIRECTIONS = {"up": "增", "down": "降", "to": "倍数"}


def bound_words(value: Value) -> str:
    """The bound of a value as one writes it after a figure: ``以上``; empty without one.

    ``700多万人`` says it already.
    """
    return _BOUNDS[value.bound] if value.bound and not re.search("[多余]", value.text) else ""


def year_words(value: Value) -> str:
    """``2023``; ``2024（未定）`` if only the report's year is known; ``未定``."""
    if value.year is None:
        return "未定"
    return f"{value.year}（未定）" if value.year_from == "report" else str(value.year)


def measure_words(value: Value) -> str:
    """Whether a value is a level or a change, and against what: ``较上年增``."""
    if not value.direction:
        return ""
    base = value.base or ""
    if base and base not in ("同比", "环比", "年均", "年平均", "同口径", "按可比口径"):
        base = f"较{base}"
    return base + _DIRECTIONS[value.direction]


def each(words: Callable[[Value], str], values: Sequence[Value]) -> list[str]:
    """What ``words`` says of the values, each answer once."""
    return list(dict.fromkeys(filter(None, map(words, values))))


def pieces(values: Sequence[Value]) -> list[tuple[str, bool]]:
    """The sentence of values that share one, in pieces, each with whether it is a value."""
    text = values[0].hit.paragraph.text
    at, end = sentence_of(values[0])
    found = []
    for value in values:
        found += [(text[at : value.start], False), (value.text, True)]
        at = value.end
    return [*found, (text[at:end], False)]


def sentence_of(value: Value) -> tuple[int, int]:
    """The start and end of the sentence of a value, in the text of its paragraph."""
    return find_sentences(value.hit.paragraph.text)[value.sentence - 1]
