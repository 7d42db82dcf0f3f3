"""Restores automatic numbers of Word: ``一、`` is shown on the page, but not in the text.

A paragraph only refers to a list and a depth in it. The list defines how a number of
that depth is written (``%1、`` with Chinese numerals). People quote the number with the
text, so this module counts the lists as Word does.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = f"{_W}val"
_ABSTRACT_ID = f"{_W}abstractNumId"
_DIGITS = "〇一二三四五六七八九"


class _DepthFormat(NamedTuple):
    """The format of one depth of a list: style of numeral, pattern, first number."""

    numeral: str
    pattern: str
    start: int


class Numbers:
    """Counts the lists of one document, paragraph after paragraph.

    ``root`` is the root element of its ``word/numbering.xml``; None where it has none.
    """

    def __init__(self, root: Any) -> None:
        lists = root.findall(f"{_W}num") if root is not None else []
        self._list = {
            entry.get(f"{_W}numId"): _value(entry, "abstractNumId", "") for entry in lists
        }
        self._restarts = {entry.get(f"{_W}numId"): _restarts(entry) for entry in lists}
        patterns = root.findall(f"{_W}abstractNum") if root is not None else []
        self._depths = {entry.get(_ABSTRACT_ID): _depths(entry) for entry in patterns}
        self._counts: dict[str, dict[int, int]] = {}

    def label(self, number: str, depth: int) -> str:
        """Advance list ``number``, and return its next label, such as ``（二）``; "" for none."""
        name = self._list.get(number, "")
        depths = self._depths.get(name, {})
        if depth not in depths:
            return ""
        counts = self._counts.setdefault(name, {})
        for restarted, start in self._restarts.pop(number, {}).items():
            counts[restarted] = start - 1
        counts[depth] = counts.get(depth, depths[depth].start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]

        def numeral(match: re.Match[str]) -> str:
            above = depths.get(int(match[1]) - 1, depths[depth])
            return _numeral(counts.get(int(match[1]) - 1, above.start), above.numeral)

        if depths[depth].numeral in ("bullet", "none"):
            return ""
        return re.sub(r"%([1-9])", numeral, depths[depth].pattern)


def _depths(pattern: Any) -> dict[int, _DepthFormat]:
    """The formats of a list, by depth from 0."""
    return {
        int(level.get(f"{_W}ilvl", "0")): _DepthFormat(
            _value(level, "numFmt", "decimal"),
            _value(level, "lvlText", ""),
            int(_value(level, "start", "1")),
        )
        for level in pattern.findall(f"{_W}lvl")
    }


def _restarts(number: Any) -> dict[int, int]:
    """The depths at which a list restarts, each with its first number."""
    starts = {}
    for override in number.findall(f"{_W}lvlOverride"):
        if override.find(f"{_W}startOverride") is not None:
            start = int(_value(override, "startOverride", "1"))
            starts[int(override.get(f"{_W}ilvl", "0"))] = start
    return starts


def _value(parent: Any, name: str, default: str) -> str:
    """The value of a child such as ``<w:start w:val="1"/>``."""
    child = parent.find(f"{_W}{name}")
    return default if child is None else child.get(_VAL, default)


def _numeral(number: int, style: str) -> str:
    """A number in one of Word's styles; in Arabic digits for the rarer styles."""
    if "Counting" in style and 0 < number < 100:
        return _chinese(number)
    if style.startswith("decimalEnclosedCircle") and 0 < number <= 20:
        return chr(ord("①") + number - 1)
    if style in ("upperLetter", "lowerLetter") and 0 < number <= 26:
        return chr(ord("A" if style == "upperLetter" else "a") + number - 1)
    return str(number)


def _chinese(number: int) -> str:
    """1 to 99: ``九``, ``十``, ``十二``, ``二十``, ``二十一``."""
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return ten + (_DIGITS[ones] if ones else "")
