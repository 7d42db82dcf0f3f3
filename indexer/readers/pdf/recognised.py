"""Pages whose text was recognised in a picture: lines with their places, made fragments.

A line is ``[text, left, top, right, bottom]``, in points from the page's left upper corner.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from indexer.readers.pdf.fragments import NEVER_FIRST, Fragment, is_wide
from indexer.readers.pdf.objects import Box
from indexer.readers.pdf.pages import Page

Line = tuple[str, float, float, float, float]

_MIN_CHARACTERS = 8  # of a line whose width tells the size of its characters
_SAME_SIZE = 0.2  # share; sizes read from a picture differ by so much by chance
_WORD = re.compile(r"[\x21-\x7e]+|.")


def recognised_page(lines: Sequence[Line], size: tuple[float, float]) -> Page:
    """A page of recognised lines; ``size`` is its width and height in points."""
    pitches = [(right - left) / _width(text) for text, left, _, right, _ in lines if _is_long(text)]
    heights = [bottom - top for text, _, top, _, bottom in lines if _is_long(text)]
    # A line is higher than its characters; by how much, the long lines tell.
    ratio = median(pitches) / median(heights) if pitches else 0.85
    usual = median(pitches) if pitches else ratio * median(line[4] - line[2] for line in lines)
    rows = [[_fragment(line, usual, ratio)] for line in lines if line[0].strip()]
    rows.sort(key=lambda row: row[0].base)
    box = Box(0.0, 0.0, *size)
    return Page(box, rows, [], [], [], [], Counter(), False, [])


def _is_long(text: str) -> bool:
    return len(text) >= _MIN_CHARACTERS


def _width(text: str) -> float:
    """The width of a text in sizes."""
    return sum(1.0 if is_wide(char) else 0.5 for char in text)


def _fragment(line: Line, usual: float, ratio: float) -> Fragment:
    text, left, top, right, bottom = line
    size = (bottom - top) * ratio
    if abs(size - usual) <= _SAME_SIZE * usual:
        size = usual
    text = text.strip()
    first = _WORD.match(text)
    opening = first.group() if first else text
    marks = len(text) - len(text[len(opening) :].lstrip("".join(NEVER_FIRST)))
    return Fragment(
        text,
        left,
        right,
        bottom - 0.15 * size,
        size,
        _width(text[: max(len(opening), marks)]) * size,
        font="",
        pale=False,
        red=False,
        recognised=True,
        spread=None,
    )
