"""Fonts whose text is not what they show.

A font without a usable character map prints the right shapes, but the characters behind them
are others. Such text reads like no Chinese (see ``decode.py``), or has narrow letters where the
page has shapes as wide as Han characters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from unicodedata import category

from indexer.readers.decode import is_common
from indexer.readers.pdf.glyphs import Glyph

_MIN_GLYPHS = 8  # of a font; fewer are not judged
_MIN_COMMON = 0.7  # of its characters; a font with fewer common ones is garbled
_MIN_WIDTH = 0.93  # of the size; a letter or figure is narrower, if it is one
_WIDE_LATIN = frozenset("mwMWQ@%&_-—…")


class FontCensus:
    """Counts the characters of each font, to find those that are garbled."""

    def __init__(self) -> None:
        self._glyphs: Counter[str] = Counter()
        self._common: Counter[str] = Counter()

    def add(self, glyphs: Iterable[Glyph]) -> None:
        """Count the glyphs of a page."""
        for glyph in glyphs:
            if glyph.text != " ":
                self._glyphs[glyph.style.font] += 1
                self._common[glyph.style.font] += _is_plausible(glyph)

    def garbled(self) -> frozenset[str]:
        """The names of the fonts that are garbled."""
        return frozenset(
            font
            for font, count in self._glyphs.items()
            if count >= _MIN_GLYPHS and self._common[font] < _MIN_COMMON * count
        )


def _is_plausible(glyph: Glyph) -> bool:
    if glyph.text.isascii() and glyph.text not in _WIDE_LATIN:
        return glyph.right - glyph.left < _MIN_WIDTH * glyph.style.size and glyph.text > " "
    return _is_readable(glyph.text)


@cache
def _is_readable(character: str) -> bool:
    """Whether a character is an everyday one, or a sign or a bullet that says nothing."""
    return is_common(character) or category(character) in ("So", "Sm", "Po", "Pd", "No", "Zs")
