"""Faults planted into sentences of reports, for ``benchmarks.quotations``.

A planter gets a passage and returns the quotation as a bad memo would have it, or None where the
passage has nothing to spoil. A fault is put at any place, also at the first and the last letter.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

import opencc

Planter = Callable[[str, random.Random], str | None]

_DIGIT = re.compile(r"[0-9]")
_NEGATION = re.compile("[不未无非没](?=[\u4e00-\u9fff])")
_UNITS: Mapping[str, str] = {
    "亿元": "万元",
    "万元": "亿元",
    "个百分点": "%",
    "万人": "人",
    "万户": "户",
    "万亩": "亩",
    "公里": "米",
    "公顷": "亩",
    "平方米": "平方公里",
    "%": "个百分点",
}
_UNIT = re.compile(rf"(?<=[0-9])(?:{'|'.join(_UNITS)})")
_INSIDE = re.compile("[0-9.,%A-Za-z一二三四五六七八九十百千万亿两零]{2}|[不未无非没勿莫否].")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_TO_TRADITIONAL = opencc.OpenCC("s2t")


def digit(text: str, luck: random.Random) -> str | None:
    """One digit is another one."""
    return _at_one(_DIGIT, text, luck, lambda old: luck.choice("0123456789".replace(old, "")))


def negation(text: str, luck: random.Random) -> str | None:
    """One 不, 未, 无, 非 or 没 is left out; every other time the quotation begins with it."""
    match = _one(_NEGATION, text, luck)
    if match is None:
        return None
    behind = text[match.end() :]
    if luck.random() < 0.3 and len(behind) >= 20:
        return behind
    return text[: match.start()] + behind


def unit(text: str, luck: random.Random) -> str | None:
    """One unit is another one; often the quotation ends with it."""
    match = _one(_UNIT, text, luck)
    if match is None:
        return None
    end = match.end() if luck.random() < 0.3 and match.start() >= 20 else len(text)
    return text[: match.start()] + _UNITS[match[0]] + text[match.end() : end]


def county_planter(names: Sequence[str]) -> Planter:
    """The planter that puts another of ``names`` in the place of one."""
    pattern = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))

    def county(text: str, luck: random.Random) -> str | None:
        return _at_one(
            pattern, text, luck, lambda old: luck.choice([name for name in names if name != old])
        )

    return county


def cut(text: str, luck: random.Random) -> str | None:
    """A clause in the middle is left out without a sign."""
    clauses = re.split("(?<=[，；。、])", text)
    if len(clauses) < 4:
        return None
    at = luck.randrange(1, len(clauses) - 2)
    if len(clauses[at]) < 4:
        return None
    return "".join(clauses[:at] + clauses[at + 1 :])


def ellipsis(text: str, luck: random.Random) -> str | None:
    """A stretch in the middle is left out, with ``……`` in its place; that is no fault."""
    if len(text) < 40:
        return None
    start = luck.randrange(10, len(text) - 25)
    end = start + luck.randrange(5, 12)
    if any(_INSIDE.fullmatch(text[at - 1 : at + 1]) for at in (start, end)):
        return None
    return f"{text[:start]}……{text[end:]}"


def traditional(text: str, luck: random.Random) -> str | None:
    """All of it in traditional script; that is no fault."""
    return str(_TO_TRADITIONAL.convert(text))


def full_width(text: str, luck: random.Random) -> str | None:
    """Digits, letters and signs in their full width; that is no fault."""
    return text.translate(_WIDE) if _DIGIT.search(text) else None


def untouched(text: str, luck: random.Random) -> str | None:
    """The words as they are."""
    return text


def _one(pattern: re.Pattern[str], text: str, luck: random.Random) -> re.Match[str] | None:
    matches = list(pattern.finditer(text))
    return luck.choice(matches) if matches else None


def _at_one(
    pattern: re.Pattern[str], text: str, luck: random.Random, change: Callable[[str], str]
) -> str | None:
    """The text with one match of a pattern changed."""
    match = _one(pattern, text, luck)
    return match and text[: match.start()] + change(match[0]) + text[match.end() :]
