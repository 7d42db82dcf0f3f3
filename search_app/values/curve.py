"""The values of regions over the years, as the points and lines of a drawing.

Each region has a drawing of its own; all share one scale, so that they compare. A line joins
two years only if each has exactly one value, and is straight: nothing is smoothed or averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from search_app.figures.collecting import Value
from search_app.figures.present import decimal_text
from search_app.values.table import Row, Table

WIDTH, HEIGHT = 640, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 24, 12, 26
_SCALES = ((Decimal(10**8), "亿"), (Decimal(10**4), "万"))
_MAX_LABELS = 8  # of years below a drawing


@dataclass(frozen=True, slots=True)
class Point:
    """A value at its place; ``top`` is above ``y`` for a range; ``open`` for a bound."""

    x: float
    y: float
    top: float
    open: bool
    value: Value


@dataclass(frozen=True, slots=True)
class Drawing:
    """The points of one region, lines between them, and labels of both axes."""

    region: tuple[str, ...]
    points: tuple[Point, ...]
    lines: tuple[tuple[Point, Point], ...]
    years: tuple[tuple[float, int], ...]
    heights: tuple[tuple[float, str], ...]


def draw(table: Table, rows: Sequence[Row]) -> list[Drawing]:
    """A drawing for each of the rows, on the scale of all of them."""
    shown = [value for row in rows for cell in row.cells for value in cell]
    if not shown:
        return []
    years = sorted({value.year for value in shown if value.year})
    low = min(value.number for value in shown)
    high = max(value.number if value.to is None else value.to for value in shown)
    scale = _Scale(years[0], years[-1], low, high)
    return [_drawing(table, row, scale) for row in rows if any(row.cells)]


@dataclass(frozen=True, slots=True)
class _Scale:
    first: int
    last: int
    low: Decimal
    high: Decimal

    def x(self, year: int) -> float:
        span = self.last - self.first
        share = (year - self.first) / span if span else 0.5
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, number: Decimal) -> float:
        span = self.high - self.low
        share = float((number - self.low) / span) if span else 0.5
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)


def _drawing(table: Table, row: Row, scale: _Scale) -> Drawing:
    cells = [
        [_point(value, year, scale) for value in cell]
        for year, cell in reversed([*zip(table.years, row.cells, strict=True)])
        if cell
    ]
    lines = [
        (before[0], after[0]) for before, after in pairwise(cells) if len(before) == len(after) == 1
    ]
    step = -(-(scale.last - scale.first + 1) // _MAX_LABELS)
    years = tuple((scale.x(year), year) for year in range(scale.first, scale.last + 1, step))
    ends = dict.fromkeys((scale.high, scale.low))
    heights = tuple((scale.y(number), short(number)) for number in ends)
    return Drawing(
        row.region, tuple(p for cell in cells for p in cell), tuple(lines), years, heights
    )


def _point(value: Value, year: int, scale: _Scale) -> Point:
    top = value.number if value.to is None else value.to
    return Point(scale.x(year), scale.y(value.number), scale.y(top), value.bound is not None, value)


def short(number: Decimal) -> str:
    """A number for a label: ``1936700000000`` → ``19367亿``."""
    for size, name in _SCALES:
        if abs(number) >= size:
            return decimal_text(number / size) + name
    return decimal_text(number)
