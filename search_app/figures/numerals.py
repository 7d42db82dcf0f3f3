"""Reads numbers written with Chinese numerals, as exact decimals."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
SCALES = {"万": Decimal(10**4), "亿": Decimal(10**8)}
CHARACTERS = "".join((*_DIGITS, *_SMALL, *SCALES))


def read_numeral(text: str) -> Decimal | None:
    """The number of a numeral: ``两千三百`` → 2300, ``三万亿`` → 3000000000000.

    A digit after a unit counts tenths of it: ``三千五`` → 3500. Digits alone are read as
    a string: ``二〇二五`` → 2025. None for anything else, such as ``三五`` (three to five).
    """
    whole, point, decimals = text.partition("点")
    if point:
        before, after = read_numeral(whole), _string_of_digits(decimals)
        return Decimal(f"{before}.{after}") if before is not None and after else None
    if len(whole) > 1 and (digits := _string_of_digits(whole)):
        return Decimal(digits) if len(digits) > 2 else None
    return _read_units(whole)


def _string_of_digits(text: str) -> str:
    """``二五`` → ``25``; empty if there is anything but digits."""
    digits = [_DIGITS.get(char) for char in text]
    return "" if None in digits else "".join(map(str, digits))


def _read_units(text: str) -> Decimal | None:
    total, section = Decimal(0), Decimal(0)
    digit: int | None = None
    last_unit = Decimal(1)
    zero = False
    for char in text:
        if char in _DIGITS:
            if digit:  # two digits side by side: 两三千
                return None
            digit, zero = _DIGITS[char], zero or _DIGITS[char] == 0
        elif char in _SMALL:
            last_unit = Decimal(_SMALL[char])
            section += (digit if digit else 1) * last_unit
            digit, zero = None, False
        elif char in SCALES:
            last_unit = SCALES[char]
            section += digit or 0
            if char == "亿":
                total, section = (total + section or Decimal(1)) * last_unit, Decimal(0)
            else:
                total, section = total + (section or Decimal(1)) * last_unit, Decimal(0)
            digit, zero = None, False
        else:
            return None
    if digit and last_unit > 10 and not zero:
        section += digit * last_unit / 10
    else:
        section += digit or 0
    return total + section if text else None
