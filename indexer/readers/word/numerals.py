"""Writes a number in the numerals of Word's lists: ``甲``, ``第一百零一``, ``⑴``, ``iv``.

The names are those of ``w:numFmt`` (ECMA-376 Part 1, 17.18.59). A number that a system of
signs does not reach is in Arabic digits, as Word has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

_DIGITS = "〇一二三四五六七八九"
_FORMAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_TRADITIONAL_DIGITS = "零壹貳參肆伍陸柒捌玖"
_KOREAN_DIGITS = "영일이삼사오육칠팔구"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_SIGNS = {
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "ideographTraditional": _STEMS,
    "ideographZodiac": _BRANCHES,
    "russianUpper": "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ",
    "russianLower": "абвгдежзиклмнопрстуфхцчшщыэюя",
    "ganada": "가나다라마바사아자차카타파하",
    "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "aiueo": "アイウエオカキクケコサシスセソタチツテトナニヌネノ"
    "ハヒフヘホマミムメモヤユヨラリルレロワヲン",
    "iroha": "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰ"
    "ノオクヤマケフコエテアサキユメミシヱヒモセス",
}
_SIGNS["decimalEnclosedCircleChinese"] = _SIGNS["decimalEnclosedCircle"]
_SIGNS["aiueoFullWidth"], _SIGNS["irohaFullWidth"] = _SIGNS["aiueo"], _SIGNS["iroha"]


def numeral(number: int, style: str) -> str:
    """A number of 0 or more in a style: ``numeral(4, "upperRoman")`` → ``IV``."""
    signs = _SIGNS.get(style, "")
    if 0 < number <= len(signs):
        return signs[number - 1]
    written = _WRITTEN.get(style)
    return written(number) if written and number > 0 else str(number)


def counted(number: int, digits: str = _DIGITS, units: str = "十百千", zero: str = "零") -> str:
    """A number as it is said: ``十二``, ``一百零一``, ``一百一十``, ``二千零二十``.

    ``digits`` and ``units`` are the characters; numbers below 20 begin with ``十`` where
    the digits are the everyday ones. From 10,000 on, ``万`` is a unit too.
    """
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        gap = zero if 0 < low < 1_000 else ""
        ten_thousand = "萬" if digits == _TRADITIONAL_DIGITS else "万"
        rest = _counted(low, digits, units, zero) if low else ""
        return counted(high, digits, units, zero) + ten_thousand + gap + rest
    said = _counted(number, digits, units, zero)
    return said[1:] if 10 <= number < 20 and digits == _DIGITS else said


def _counted(number: int, digits: str, units: str, zero: str) -> str:
    """A number below 10,000, the one before ``十`` included: ``一十二``."""
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            said += (zero if gap else "") + digits[digit] + (units[place - 1] if place else "")
        gap = not digit and bool(said)
    return said


def _by_digits(digits: str) -> Callable[[int], str]:
    """Each decimal digit by a character: ``一〇`` for 10."""
    return lambda number: "".join(digits[int(digit)] for digit in str(number))


def _roman(number: int) -> str:
    """``iv``; from 4,000 on in Arabic digits."""
    if number >= 4_000:
        return str(number)
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _letters(number: int) -> str:
    """``a`` to ``z``, then ``aa``, ``bb``, as Word counts."""
    repeats, letter = divmod(number - 1, 26)
    return chr(ord("a") + letter) * (repeats + 1) if repeats < 30 else str(number)


def _ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``11th``."""
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _formal(number: int) -> str:
    return counted(number, _FORMAL_DIGITS, "拾佰仟")


def _formal_traditional(number: int) -> str:
    return counted(number, _TRADITIONAL_DIGITS, "拾佰仟")


_WRITTEN: Mapping[str, Callable[[int], str]] = {
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "ordinal": _ordinal,
    "hex": lambda number: f"{number:X}",
    "decimalZero": lambda number: f"{number:02}",
    "numberInDash": lambda number: f"- {number} -",
    "decimalFullWidth": _by_digits("０１２３４５６７８９"),
    "decimalFullWidth2": _by_digits("０１２３４５６７８９"),
    "ideographZodiacTraditional": lambda number: (
        _STEMS[(number - 1) % 10] + _BRANCHES[(number - 1) % 12]
    ),
    **dict.fromkeys(
        ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanDigital2"),
        _by_digits(_DIGITS),
    ),
    **dict.fromkeys(
        (
            "chineseCounting",
            "chineseCountingThousand",
            "taiwaneseCounting",
            "taiwaneseCountingThousand",
            "japaneseCounting",
        ),
        counted,
    ),
    "chineseLegalSimplified": _formal,
    "ideographLegalTraditional": _formal_traditional,
    "japaneseLegal": _formal_traditional,
    "koreanDigital": _by_digits(_KOREAN_DIGITS),
}
SYSTEMS = (*_WRITTEN, *_SIGNS)  # the names of all but decimal
