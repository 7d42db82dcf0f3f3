"""Numbers of headings and paragraphs: ``第三章``, ``一、``, ``（二）``, ``4.``, ``第五条``.

A text shows by its number alone in which series it stands, and at which place. Patterns are
matched against the normalised text (simplified, half-width), so traditional reports need no
patterns of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from engine.analyze import normalise

MAX_HEADING_LENGTH = 45  # characters; a longer line is a sentence, whatever its ending


class Scheme(IntEnum):
    """The ways to number, in the usual order: the first stands above all others."""

    ANNEX = 0  # 附件2
    NOTES = 1  # 名词解释
    PART = 2  # 第一编, 第一篇, 第一部分
    SUBPART = 3  # 第一分编
    CHAPTER = 4  # 第一章
    SECTION = 5  # 第一节
    COUNT = 6  # 一、
    ARTICLE = 7  # 第一条
    BRACKET = 8  # （一）
    ORDINAL = 9  # 第一，
    DIGIT = 10  # 1.
    DECIMAL = 11  # 1.1
    SUBDECIMAL = 12  # 1.1.1
    DIGIT_BRACKET = 13  # （1）


class Number(NamedTuple):
    """The number that opens a text; ``value`` is its place in the series, 0 if it has none."""

    scheme: Scheme
    value: int


_NUMERAL = "[一二三四五六七八九十百]{1,3}"
_LONG_NUMERAL = "[一二三四五六七八九十百千零〇0-9]{1,7}"
_NOTES = (
    r"(?:(?:附|有关|相关)?(?:名[ ]?词|用[ ]?语|术[ ]?语)?(?:解[ ]?释|注[ ]?释|注[ ]?解|说[ ]?明)"
    r"|附[ ]?注)"
)
_NOTES_HEADING = rf"{_NOTES}(?:[和及与].{{2,10}})?:?$"
_ANNEX = r"附(?:[ ]?[件录表][ ]?[0-9一二三四五六七八九十]{0,2}(?:-[0-9]{1,2})?)?(?:$|:)"
_NUMBER = re.compile(
    rf"""
     (?P<ANNEX>{_ANNEX}) | (?P<NOTES>{_NOTES_HEADING})
    |第(?P<place>{_LONG_NUMERAL})(?P<unit>部分|分编|[编篇章节条])
    |第(?P<ORDINAL>{_NUMERAL})[，、,](?!{_NUMERAL}|[0-9])
    |(?P<COUNT>{_NUMERAL})(?:、|\.(?![0-9])|$)
    |\(?(?P<BRACKET>{_NUMERAL})\) | (?P<BRACKETED>[㈠-㈩])
    |(?P<DIGIT>[0-9]{{1,2}})(?:[、．]|\.(?![0-9])|\.(?=(?:19|20)[0-9]{{2}}年))
    |\(?(?P<DIGIT_BRACKET>[0-9]{{1,2}})\) | (?P<DIGIT_BRACKETED>[⑴-⒇])
    """,
    re.VERBOSE,
)
_UNITS = {
    "部分": Scheme.PART,
    "编": Scheme.PART,
    "篇": Scheme.PART,
    "分编": Scheme.SUBPART,
    "章": Scheme.CHAPTER,
    "节": Scheme.SECTION,
    "条": Scheme.ARTICLE,
}
_PREFIX_LENGTH = 30  # characters: enough for a number, or for the whole heading of notes
_FIRST_CHARACTERS = frozenset(
    "第附有相名用术解注说(一二三四五六七八九十百0123456789㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
) | {chr(code) for code in range(ord("⑴"), ord("⒇") + 1)}
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}
_WHOLE_ANNEX = re.compile(rf"(?:{_ANNEX}|{_NOTES_HEADING}).{{0,30}}")
_LEAD_END = re.compile(r"[。：:](?=.)")


def number_of(text: str) -> Number | None:
    """The number that opens a text: ``（二）守好基金`` → ``Number(Scheme.BRACKET, 2)``."""
    if not _may_open(text[:1]):
        return None
    match = _NUMBER.match(normalise(text[:_PREFIX_LENGTH]))
    if match is None:
        return None
    if unit := match["unit"]:
        return Number(_UNITS[unit], _value(match["place"]))
    group = match.lastgroup or ""
    if group == "BRACKETED":
        return Number(Scheme.BRACKET, ord(match[group]) - ord("㈠") + 1)
    if group == "DIGIT_BRACKETED":
        return Number(Scheme.DIGIT_BRACKET, ord(match[group]) - ord("⑴") + 1)
    scheme = Scheme[group]
    return Number(scheme, 0 if scheme <= Scheme.NOTES else _value(match[group]))


@lru_cache(maxsize=8192)  # characters
def _may_open(char: str) -> bool:
    """Whether a number may begin with a character: most texts need no further look."""
    return normalise(char) in _FIRST_CHARACTERS


def numbers_of(texts: Sequence[str]) -> list[Number | None]:
    """The numbers that open the texts of a document.

    Where ``1.1``, ``1.2``, ``1.3`` follow each other, these are numbers too, and so is the
    digit of ``1 总则``. Elsewhere they are quantities, or a number and a quantity (``2.2家企业``).
    """
    numbers = [number_of(text) for text in texts]
    decimals = {
        at: match
        for at, text in enumerate(texts)
        if text[:1].isdigit() and (match := _DECIMAL.match(normalise(text[:_PREFIX_LENGTH])))
    }
    if not _are_numbers(decimals.values()):
        return numbers
    for at, match in decimals.items():
        if match["third"]:
            numbers[at] = Number(Scheme.SUBDECIMAL, int(match["third"]))
        elif match["second"]:
            numbers[at] = Number(Scheme.DECIMAL, int(match["second"]))
        elif numbers[at] is None and len(texts[at]) <= MAX_HEADING_LENGTH:
            numbers[at] = Number(Scheme.DIGIT, int(match["first"]))
    return numbers


def _are_numbers(decimals: Iterable[re.Match[str]]) -> bool:
    """Whether most decimals begin a series or follow another one, and several do."""
    pairs = [(int(m["first"]), int(m["second"])) for m in decimals if m["second"]]
    known = set(pairs)
    in_series = sum(part == 1 or (whole, part - 1) in known for whole, part in pairs)
    return in_series >= _MIN_DECIMALS and 2 * in_series > len(pairs)


_DECIMAL = re.compile(
    r"(?P<first>[0-9]{1,2})(?:\.(?P<second>[0-9]{1,2}))?(?:\.(?P<third>[0-9]{1,2}))?"
    r" ?(?=[^\W0-9a-z_])(?![万亿千百个元吨亩公米倍件户人次年月日平立时小岁度])"
)
_MIN_DECIMALS = 3


def _value(numeral: str) -> int:
    """``三十二`` → 32, ``12`` → 12."""
    if numeral.isascii():
        return int(numeral)
    total = digit = 0
    for char in numeral:
        if char in _TENS:
            total, digit = total + (digit or 1) * _TENS[char], 0
        else:
            digit = _DIGITS[char] if char in _DIGITS else int(char)
    return total + digit


def is_whole_annex(plain: str) -> bool:
    """Whether a normalised text is no more than the heading of an annex or of notes."""
    return _WHOLE_ANNEX.fullmatch(plain) is not None


def run_in_heading(text: str) -> str:
    """The numbered heading that opens a paragraph; "" if a longer sentence opens it.

    ``（一）守好基金。全年检查…`` → ``（一）守好基金``
    """
    end = _LEAD_END.search(text, 0, MAX_HEADING_LENGTH + 1)
    return text[: end.start()] if end else ""
