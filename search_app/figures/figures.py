"""Finds figures in a text: numbers with their unit and bound.

The text must be normalised (``engine.analyze.normalise``), so that width and script do not
matter. Years, dates, ordinals and numbers of clauses are no figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from search_app.figures.numerals import CHARACTERS, SCALES, read_numeral
from search_app.figures.units import UNIT

PERCENT = "%"
TIMES = "倍"

# The lengths are bounded so that no text, however odd, takes long.
_ARABIC = r"(?<![\d.A-Za-z])(?:\d{1,3}(?:,\d{3}){1,6}(?![\d,])|\d{1,18})(?:\.\d{1,9})?(?!\d|\.\d)"
_HAN = rf"[{CHARACTERS}]{{1,24}}(?:点[零〇一二三四五六七八九]{{1,9}})?"
_AMOUNT = rf"(?:{_ARABIC}|{_HAN})"
_LOW, _HIGH = (
    rf"(?P<{name}>{_AMOUNT})(?P<{name}_more>[多余几]?)(?P<{name}_scale>[十百千]?[万亿]*)"
    rf"(?P<{name}_after>[多余]?)"
    for name in ("low", "high")
)
_DASH = r"(?:—+|–|-+|~|至|到)"
_FIGURE = re.compile(
    rf"(?=[\d{CHARACTERS}翻])(?<!第)(?<!\d[。·])(?<![百千万]分之)(?:"
    rf"(?P<fraction>[百千万])分之(?P<parts>{_AMOUNT})(?:{_DASH}(?:[百千万]分之)?(?P<parts_to>{_AMOUNT}))?"
    rf"|翻(?:了|上)?(?P<fold>[一两二三四])(?:番|翻)"
    rf"|(?<![{CHARACTERS}\d])(?P<tenths>[一二两三四五六七八九](?:成[一二三四五六七八九半]?))(?![为立功就员果本绩都长效熟人品套份])"
    rf"|(?:{_LOW}(?P<low_unit>{UNIT})?{_DASH})?{_HIGH}(?P<unit>{UNIT})?"
    rf")"
)
_DATES = re.compile(r"\s*(?:年(?!均)|月|日|时(?!间)|点钟|届|次会议|号|期|世纪|周年)")
_ENDS = re.compile(r"[,，;；。、!)\"](?!\d)|\s|$")  # may follow a number without a unit
_AFTER = re.compile(
    r"\s*(?:及|或)?(?:(?P<least>以上|之上)|(?P<most>以内|以下|之内|之下)|(?P<about>左右|上下|前后))"
)
_BEFORE = re.compile(
    r"(?:(?P<most>不超过?|不高于|不大于|不突破|不多于|(?<!不)(?:低于|少于|小于)|至多|最多)"
    r"|(?P<least>不低于|不少于|不小于|不下于?|至少|最少|(?<!不)(?:超过?|突破|高于|大于|多于)|逾|"
    r"跨越|跨过|跃过)|(?P<about>接近|临近|将近|大约|大致|大体|约为?|近|约合))了?$"
)
_SIGNS = {"least": ">=", "most": "<=", "about": "~"}
_VAGUE = re.compile(r"(?<![人户家总天个件])[数几好]$")  # 数百家, but not 人数三百人
_COUNTS_ONE = re.compile(r"一[个家户批项名条座处种位件次台套所只张]")
_BARE_SCALE = re.compile(r"[十百千万亿]+$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of ``text[start:end]`` with its unit; ``to`` is the upper end of a range.

    ``stop`` is the end of the words that bound it. ``bound`` is ``>=``, ``<=``, ``~`` or None.
    万 and 亿 are part of the number: ``1.2万人`` is 12000 人.
    """

    start: int
    end: int
    stop: int
    number: Decimal
    to: Decimal | None
    unit: str | None
    bound: str | None


def figures(text: str, start: int = 0, end: int | None = None) -> Iterator[Figure]:
    """Yield the figures that begin in ``text[start:end]``, in order; they do not overlap.

    The text must be normalised.
    """
    for match in _FIGURE.finditer(text, start):
        if end is not None and match.start() >= end:
            return
        if (found := _read(text, match)) is not None:
            yield found


def _read(text: str, match: re.Match[str]) -> Figure | None:
    if match["fraction"]:
        return _fraction(text, match)
    if match["fold"]:
        power = read_numeral(match["fold"])
        return _figure(text, match, Decimal(2) ** int(power or 0), None, TIMES)
    if match["tenths"]:
        tens, _, ones = match["tenths"].partition("成")
        value = (read_numeral(tens) or 0) * 10 + (5 if ones == "半" else read_numeral(ones) or 0)
        return _figure(text, match, Decimal(value), None, PERCENT)
    return _amount(text, match)


def _fraction(text: str, match: re.Match[str]) -> Figure | None:
    """``百分之五`` → 5 %, ``千分之三`` → 3 ‰, ``万分之二`` → 2 ‱."""
    unit = {"百": PERCENT, "千": "‰", "万": "‱"}[match["fraction"]]
    value = _value(match["parts"])
    to = _value(match["parts_to"]) if match["parts_to"] else None
    return None if value is None else _figure(text, match, value, to, unit)


def _amount(text: str, match: re.Match[str]) -> Figure | None:
    unit = match["unit"]
    if not _counts(text, match):
        return None
    high = _scaled(match, "high")
    if high is None:
        return None
    if not match["low"]:
        return _figure(text, match, high, None, unit)
    if not match["low_scale"] and not match["low_unit"]:  # 20—30万吨: what follows counts for both
        low = _value(match["low"])
        low = low and low * _scale(match["high_scale"])
    else:
        low = _scaled(match, "low")
    if low is None or low > high:
        return None
    return _figure(text, match, low, high, unit or match["low_unit"])


def _counts(text: str, match: re.Match[str]) -> bool:
    """Whether a number is an amount: no year, date, ordinal, idiom, or part of a word."""
    after, amount = match.end(), match["high"]
    if amount[0] in CHARACTERS:
        if _VAGUE.search(text, max(0, match.start() - 2), match.start()):
            return False
        bare = _BARE_SCALE.match(amount)
        before = text[max(0, match.start() - 4) : match.start()]
        if bare and not (re.search(r"[超破逾近过越]$|达到?$|[迈登]上$", before)):
            return False
        if not match["unit"] and not (bare and amount[-1] in SCALES):
            return False
        return not _COUNTS_ONE.match(text, match.start())
    if match["unit"] or match["high_scale"]:
        return True
    return _DATES.match(text, after) is None and _ENDS.match(text, after) is not None


def _scaled(match: re.Match[str], name: str) -> Decimal | None:
    value = _value(match[name])
    return None if value is None else value * _scale(match[f"{name}_scale"])


def _scale(scale: str) -> Decimal:
    """``万亿`` → 1000000000000, ``千万`` → 10000000; 1 without a scale."""
    value = Decimal(1)
    for char in scale:
        value *= SCALES.get(char) or Decimal({"十": 10, "百": 100, "千": 1000}[char])
    return value


def _value(amount: str) -> Decimal | None:
    if amount[0].isdigit() and amount[0].isascii():
        return Decimal(amount.replace(",", ""))
    return read_numeral(amount)


def _figure(
    text: str, match: re.Match[str], number: Decimal, to: Decimal | None, unit: str | None
) -> Figure:
    stop, bound = match.end(), None
    if after := _AFTER.match(text, stop):
        stop, bound = after.end(), _SIGNS[after.lastgroup or ""]
    elif before := _BEFORE.search(text, max(0, match.start() - 6), match.start()):
        bound = _SIGNS[before.lastgroup or ""]
    elif any(match.group("low_more", "low_after", "high_more", "high_after")):
        bound = ">="
    return Figure(match.start(), match.end(), stop, number, to, unit, bound)
