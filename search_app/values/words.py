"""What a value says of itself in words, for the page and the terminal."""

from __future__ import annotations

from engine.sentences import sentences
from search_app.values.collecting import Value

KINDS = {"result": "结果", "target": "目标", "unknown": "未定"}
BOUNDS = {">=": "以上", "<=": "以内", "~": "左右"}
_DIRECTIONS = {"up": "增", "down": "降", "to": "倍数"}


def year_words(value: Value) -> str:
    """``2023``; ``2024（未定）`` if only the report's year is known; ``未定``."""
    if value.year is None:
        return "年份未定"
    return f"{value.year}（未定）" if value.year_from == "report" else str(value.year)


def measure_words(value: Value) -> str:
    """Whether a value is a level or a change, and against what: ``较上年增``."""
    if not value.direction:
        return ""
    base = value.base or ""
    if base and base not in ("同比", "环比", "年均", "年平均", "同口径", "按可比口径"):
        base = f"较{base}"
    return base + _DIRECTIONS[value.direction]


def sentence_of(value: Value) -> tuple[str, str, str]:
    """The sentence of a value: the text before it, the figure, the text after it."""
    text = value.hit.paragraph.text
    start, end = next(
        ((a, b) for a, b in sentences(text) if a <= value.start < b), (value.start, value.end)
    )
    return text[start : value.start], value.text, text[value.end : max(end, value.end)]
