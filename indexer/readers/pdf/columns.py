"""Cuts a page into columns, and puts their rows in the order of reading.

A gutter is a place that a run of rows leaves free, with lines on either side that fill their
column. The last is what tells columns of text from columns of a table, whose cells are short.
Rows above and below the run, such as a title over both columns, stay as wide as the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from indexer.readers.pdf.fragments import Fragment

Row = Sequence[Fragment]

_MIN_ROWS = 3  # on either side of a gutter
_MIN_WIDTH = 7.0  # characters; a column of text is not narrower
_MIN_FILL = 0.6  # of the column's width, that half of its rows take
_MIN_GUTTER = 0.7  # characters
_SAME_PLACE = 3.0  # points, between the gutters of two pages


def in_columns(rows: Sequence[Row], gutters: list[float]) -> list[list[Row]]:
    """The rows of a page as groups of one column each, in the order of reading.

    ``gutters`` are those of the pages before; new ones are added. At a place known from there,
    one line on either side is enough.
    """
    best: tuple[int, int, float] | None = None
    for place in _candidates(rows, gutters):
        known = any(abs(place - gutter) <= _SAME_PLACE for gutter in gutters)
        for start, end in _free_runs(rows, place):
            if best and end - start <= best[1] - best[0]:
                continue
            if _is_gutter(rows[start:end], place, 1 if known else _MIN_ROWS):
                best = start, end, place
    if best is None:
        return [list(rows)] if rows else []
    start, end, place = best
    gutters.append(place)
    left, right = _sides(rows[start:end], place)
    parts = (rows[:start], left, right, rows[end:])
    return [group for part in parts for group in in_columns(part, gutters)]


def _candidates(rows: Sequence[Row], gutters: Sequence[float]) -> list[float]:
    """Places just left of where several fragments begin."""
    lefts = Counter(round(fragment.left) for row in rows for fragment in row)
    if not lefts:
        return []
    leftmost = min(lefts)
    size = median(fragment.size for row in rows for fragment in row)
    common = [left for left, count in lefts.items() if count >= 2 and left > leftmost + 3 * size]
    return [left - 1.5 for left in sorted(common)] + list(gutters)


def _free_runs(rows: Sequence[Row], place: float) -> list[tuple[int, int]]:
    """The longest runs of rows that leave a place free, as half-open ranges."""
    runs, start = [], 0
    for index, row in enumerate([*rows, None]):
        if row is None or any(f.left < place < f.right for f in row):
            if index > start:
                runs.append((start, index))
            start = index + 1
    return runs


def _is_gutter(rows: Sequence[Row], place: float, min_rows: int) -> bool:
    """Whether text stands in columns on both sides of a place that all these rows leave free."""
    left, right = _sides(rows, place)
    if min(len(left), len(right)) < min_rows:
        return False
    size = median(fragment.size for row in left for fragment in row)
    gutter = min(row[0].left for row in right) - max(row[-1].right for row in left)
    if gutter < _MIN_GUTTER * size:
        return False
    sides = [side for side in (left, right) if len(side) >= _MIN_ROWS]
    return bool(sides) and all(_is_filled(side, size) for side in sides)


def _sides(rows: Sequence[Row], place: float) -> tuple[list[list[Fragment]], list[list[Fragment]]]:
    """What stands left and right of a place, row by row; rows without any are left out."""
    left = [side for row in rows if (side := [f for f in row if f.left < place])]
    right = [side for row in rows if (side := [f for f in row if f.left >= place])]
    return left, right


def _is_filled(side: Sequence[Row], size: float) -> bool:
    """Whether half of the rows fill a column, which may be cut into columns again."""
    width = max(row[-1].right for row in side) - min(row[0].left for row in side)
    if width < _MIN_WIDTH * size:
        return False
    return median(sum(f.right - f.left for f in row) for row in side) >= _MIN_FILL * width
