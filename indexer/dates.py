"""Finds years and days in a text, and spells them in one way.

A number is a year only from ``FIRST_YEAR`` to ``LAST_YEAR``. Of a range (2019—2021年) only the
last year counts; the year of a document number (〔2022〕5号) is none.

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from datetime import date

FIRST_YEAR, LAST_YEAR = 1911, 2049  # other numbers are figures, not years

_ZEROS = "〇○零o"
_DIGITS = {
    **dict.fromkeys(_ZEROS, 0),
    **{word: n for n, word in enumerate("一二三四五六七八九", 1)},
}
_DIGITS |= {"两": 2} | {str(n): n for n in range(10)}
NUMERAL = f"[{''.join(_DIGITS)}十廿卅百]"
_DAY_NUMERAL = f"[{_ZEROS}一二三四五六七八九十廿卅\\d]"
_CHINESE_DAY = re.compile(rf"(?<=\d年)({_DAY_NUMERAL}{{1,3}})月(?:({_DAY_NUMERAL}{{1,4}})日)?")
_CHINESE_YEAR = re.compile(rf"[一二][{_ZEROS}一二三四五六七八九]{{3}}(?=年)")
_SPACED = re.compile(r"([\d年月])\s+(?=[\d年月日])")
DOCUMENT_NUMBER = re.compile(r"[〔\[(【﹝]?(?:19|20)\d\d[〕\])】﹞年]\s*第?\s*\d+\s*号")
RANGE = re.compile(r"(?:19|20)\d\d年?\s*(?:[-—–~至]+|到)\s*((?:19|20)\d\d)年?")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
# 辰溪县2024工作总结, but not 日产2000万个口罩
_TITLE_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)(?!\d{2}|[\d.,%万亿元个人名家余多项条号])")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)")


def plain(text: str) -> str:
    """The text with years in one spelling: ``二〇二二年`` and ``2 0 2 2 年`` become ``2022年``."""
    if "年" not in text:
        return text
    text = _CHINESE_YEAR.sub(lambda match: str(number(match[0])), text)
    text = _SPACED.sub(r"\1", text)
    return _CHINESE_DAY.sub(_month_and_day, text)


def _month_and_day(match: re.Match[str]) -> str:
    day = f"{number(match[2])}日" if match[2] else ""
    return f"{number(match[1])}月{day}"


def number(words: str) -> int:
    """The value of a number below 1,000 in words, or of digits spelled one by one.

    ``二十七`` → 27, ``十`` → 10, ``廿三`` → 23, ``一百零五`` → 105, ``一六`` → 16, ``2十`` → 20.
    """
    words = words.replace("廿", "二十").replace("卅", "三十")
    hundreds, hundred, rest = words.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    return (
        100 * (_digits(hundreds) or 1) * bool(hundred)
        + 10 * (_digits(tens) or 1) * bool(ten)
        + _digits(ones)
    )


def _digits(words: str) -> int:
    """Digits one by one as a number; what is no digit is passed over, so no text is an error."""
    value = 0
    for word in words:
        value = value * 10 + _DIGITS[word] if word in _DIGITS else value
    return value


def years_in(text: str, in_title: bool = False) -> list[int]:
    """The years in a text: of a range the last one, of document numbers none.

    ``in_title``: a year may lack its 年, as in ``辰溪县2024工作总结``.
    """
    text = RANGE.sub(r"\1年", DOCUMENT_NUMBER.sub("", text))
    found = (_TITLE_YEAR if in_title else _YEAR).findall(text)
    return [year for year in map(int, found) if FIRST_YEAR <= year <= LAST_YEAR]


def day_in(text: str) -> str:
    """The first whole date in a text, as an ISO date; "" where it has none that exists."""
    for match in _DAY.finditer(text):
        try:
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        except ValueError:  # a slip of the source, such as 2023年2月30日
            continue
    return ""
