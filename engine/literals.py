"""Which tokens of a query belong together, so that it must ask for them side by side.

In ``增长5%`` the percent sign says what kind of 5, in ``5G`` the letter does, and ``C++`` is not C.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from unicodedata import category

from engine.folding import HAN, LATIN

HAN_WORD, WORD, LETTER, SYMBOL, SEPARATOR = "han", "word", "letter", "symbol", "separator"

_HAN = re.compile(f"[{HAN}]")
_WORD = re.compile(f"[0-9{LATIN}]")
_MEANT = frozenset("%‰‱&@#§")  # punctuation to Unicode, yet part of what is asked for
_SEPARATES = re.compile("[PZ].|Sk|C[cf]")  # categories of what only separates
# Arrows, boxes, geometric shapes, stars and ticks, which head the items of a list.
_BULLETS = re.compile("[\u2190-\u21ff\u2500-\u27bf\u2b00-\u2bff]")


def kind_of(token: str) -> str:
    """What a token is to a query.

    ``HAN_WORD``; ``WORD``, a number or a run of Latin letters; ``LETTER``, one of another
    script, which is in no word; ``SYMBOL``; ``SEPARATOR``, punctuation or a blank.
    """
    if _HAN.match(token):
        return HAN_WORD
    if _WORD.match(token):
        return WORD
    if _BULLETS.match(token):
        return SEPARATOR
    kind = category(token[0])
    if token == "~" or (token not in _MEANT and _SEPARATES.match(kind)):  # 2019～2022年
        return SEPARATOR
    return LETTER if kind[0] in "LM" else SYMBOL


def literal_ranges(kinds: Sequence[str]) -> list[tuple[int, int]]:
    """The half-open ranges of tokens that belong together.

    Those are words, letters and symbols side by side, more than one word alone. Symbols by
    themselves take in the Han words that they touch: ``互联网+医疗``.
    """
    ranges: list[tuple[int, int]] = []
    high = 0
    for tied, group in groupby(kinds, lambda kind: kind in (WORD, LETTER, SYMBOL)):
        among = list(group)
        low, high = high, high + len(among)
        if not tied or among == [WORD]:
            continue
        first, last = low, high
        if set(among) == {SYMBOL}:
            first -= kinds[low - 1 : low] == [HAN_WORD]
            last += kinds[high : high + 1] == [HAN_WORD]
        if ranges and first < ranges[-1][1]:
            first = ranges.pop()[0]
        ranges.append((first, last))
    return ranges
