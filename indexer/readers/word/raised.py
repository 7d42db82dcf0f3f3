"""Puts raised and lowered characters into plain text: ``10⁸`` is not 108, ``5.2[1]`` not 5.21.

Raised digits are a power or the mark of a note. Which one, the text before tells: a unit
or ``×10`` takes a power, a figure or a Chinese word takes the mark of a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

_RAISED = str.maketrans("0123456789+-−–＋－n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁺⁻ⁿ")
_POWER = re.compile(r"[+\-−–＋－]?[0-9]{1,3}")
_MARKS = re.compile(r"[0-9]{1,3}(?:\s*[,，、\-–~]\s*[0-9]{1,3})*")
# A unit or a variable, but no abbreviation such as GDP, behind which a note has its mark.
_AFTER_UNIT = re.compile(
    r"(?<![A-Za-z])(?:[A-Z]|[A-Za-z]*[a-z]|[KkCcDdHhMm]M)$|[Α-Ωα-ωμ℃′″]$|[A-Za-z0-9]\)$|米$"
)
_SHORT_LETTERS = re.compile(r"[A-Za-z0-9+\-−]{1,3}")
_TEN = re.compile(r"(?P<times>[×xX*·✕⋅]\s*)?(?<![0-9.,，])10$")
_MIN_POWER_OF_TEN = 3  # that nothing else tells from the mark of a note
_MAX_BEFORE = 20  # characters that tell what raised digits are
_ORDINALS = ("st", "nd", "rd", "th")


def plain(parts: Iterable[tuple[str, str]]) -> str:
    """The text of parts, each with how it stands: ``superscript``, ``subscript`` or ""."""
    pieces: list[str] = []
    before = ""
    for position, group in groupby(parts, key=lambda part: part[1]):
        piece = "".join(part[0] for part in group)
        if position == "superscript":
            piece = raised(before, piece)
        elif position == "subscript" and before[-1:].isdecimal() and piece[:1].isdecimal():
            piece = f"_{piece}"
        pieces.append(piece)
        before = (before + piece)[-_MAX_BEFORE:]
    return "".join(pieces)


def raised(before: str, text: str) -> str:
    """Raised text as it is written behind ``before``.

    ``raised("3.2×10", "8")`` → ``⁸``; ``raised("m", "2")`` → ``²``; ``raised("5.2", "1")`` →
    ``[1]``; ``raised("x", "k")`` → ``^k``.
    """
    sign = text.strip()
    if _POWER.fullmatch(sign) and _takes_power(before, sign):
        return sign.translate(_RAISED)
    if _MARKS.fullmatch(sign):
        return f"[{sign}]"
    if sign.lower() in _ORDINALS or not _SHORT_LETTERS.fullmatch(sign) or not before.strip():
        return text
    return "ⁿ" if sign == "n" else f"^{sign}"


def _takes_power(before: str, sign: str) -> bool:
    """Whether raised digits behind ``before`` are a power."""
    if not sign[0].isdecimal():
        return bool(before)
    ten = _TEN.search(before)
    if ten:
        return bool(ten["times"]) or int(sign) >= _MIN_POWER_OF_TEN
    match = _AFTER_UNIT.search(before)
    return match is not None and sign != "1" and (match[0] != "米" or sign in ("2", "3"))
