"""The form in which a quotation and its source are compared: their letters, without marks.

Letters are Han characters, numbers, Latin words and symbols that carry a meaning (``%``, ``+``).
They pass the same normalisation as a search (``engine/analyze.py``), so width, script and case
play no part, and thousands separators neither. Marks and blanks are left out, except where they
are part of a figure: the dash of a range, the minus before a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from engine.analyze import Token, characters
from engine.folding import simplify
from engine.literals import SEPARATOR, WORD, kind_of

# Shut in by these, 8.25 is not found in 98.25, nor dip in dipole.
BEGIN, END = "\x02", "\x03"
_WIDE_GROUPS = re.compile(r"(?<![０-９])[０-９]{1,3}(?:，[０-９]{3})+(?![０-９])")
_RANGE = frozenset("-~—")
_LISTS = {"、": ",", "，": ","}
_IN_FIGURES = frozenset("-~—,:/.")  # signs that mean something between two numbers


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """The letters of ``source`` as one ``text``, and for each the slice that it stands for.

    A number or a Latin word stands in ``text`` between ``BEGIN`` and ``END``; all its characters
    have the slice of the whole. ``written`` has the same letters in the script of the source:
    what 覆 is in simplified script depends on the words around it, and a quotation may cut them.
    """

    source: str
    text: str
    written: str
    slices: tuple[tuple[int, int], ...]

    def slice(self, start: int, end: int) -> tuple[int, int]:
        """The slice of the source for ``text[start:end]``; an empty one lies behind a letter."""
        if start < end:
            return self.slices[start][0], self.slices[end - 1][1]
        at = self.slices[start - 1][1] if start else 0
        return at, at

    def whole(self, start: int, end: int) -> tuple[int, int]:
        """``start`` and ``end`` moved outwards, so that no number or word is cut."""
        while 0 < start < len(self.text) and self.slices[start - 1] == self.slices[start]:
            start -= 1
        while 0 < end < len(self.text) and self.slices[end - 1] == self.slices[end]:
            end += 1
        return start, end

    def touches(self, at: int) -> bool:
        """Whether the letters before and behind ``at`` stand side by side in the source."""
        return 0 < at < len(self.text) and self.slices[at - 1][1] == self.slices[at][0]


def letters(text: str) -> Letters:
    """The letters of a text."""
    grouped = _WIDE_GROUPS.sub(lambda match: match[0].replace("，", ","), text)
    tokens = characters(_simplified(grouped))
    texts: list[str] = []
    written: list[str] = []
    slices: list[tuple[int, int]] = []
    for at, token in enumerate(tokens):
        letter = _letter(tokens, at)
        texts.append(letter)
        written.append(
            text[token.start : token.end] if _is_one_character(letter, token) else letter
        )
        slices += [(token.start, token.end)] * len(letter)
    return Letters(text, "".join(texts), "".join(written), tuple(slices))


def _simplified(text: str) -> str:
    """A traditional text in simplified script, its words read as if no mark stood in them."""
    if simplify(text) == text:
        return text
    places = [at for at, char in enumerate(text) if char.isalnum()]
    chars = list(text)
    for at, char in zip(places, simplify("".join(text[at] for at in places)), strict=True):
        chars[at] = char
    return "".join(chars)


def _is_one_character(letter: str, token: Token) -> bool:
    return len(letter) == 1 == token.end - token.start and letter.isalpha()


def count_letters(text: str) -> int:
    """The number of Han characters, letters and digits of a text."""
    return sum(map(str.isalnum, text))


def _letter(tokens: list[Token], at: int) -> str:
    """What a token is to the comparison; empty for one that plays no part."""
    text = tokens[at].text
    kind = _kind(text)
    if kind == WORD:
        return f"{BEGIN}{text}{END}"
    if kind != SEPARATOR:
        return text
    return _sign(tokens, at)


def _sign(tokens: list[Token], at: int) -> str:
    """The sign of a figure: that between two numbers, or a minus before one."""
    sign = _LISTS.get(tokens[at].text, tokens[at].text)
    if sign not in _IN_FIGURES or not _is_number(tokens, at + 1):
        return ""
    if _is_number(tokens, at - 1):
        return "-" if sign in _RANGE else sign
    is_minus = sign == "-" and at > 0 and _kind(tokens[at - 1].text) != SEPARATOR
    return sign if is_minus else ""


def _is_number(tokens: list[Token], at: int) -> bool:
    return 0 <= at < len(tokens) and tokens[at].text[0].isdecimal()


_kind = lru_cache(maxsize=1 << 14)(kind_of)
