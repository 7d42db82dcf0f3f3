"""Places the points of trends in a picture; the template ``trend.html`` draws it.

Between two years that follow each other there is a line, dashed where fewer than
``FEW_REPORTS`` stand behind one of its ends. A year without reports is a gap: a hole in the
collection is not a silence. Nothing is smoothed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from search_app.report_counts import Count
from search_app.trend.counts import Trend

FEW_REPORTS = 10
WIDTH, HEIGHT = 720, 350
LEFT, RIGHT, TOP, BOTTOM = 14, 44, 12, 80  # around the curves
_BARS = 36  # the height of the tallest bar, which stands for the reports of a year
_BARS_BELOW = 28  # from the bottom of the picture
_SCALES = (0.05, 0.1, 0.2, 0.5, 1.0)  # shares at the top
_GRID_LINES = 4
_MOST_YEAR_LABELS = 12
_APART = 2.5  # between the whiskers of several trends
# A path around the origin; each trend has a marker of its own, so that it prints without colours.
_MARKERS = (
    "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0Z",
    "M-3.2 -3.2H3.2V3.2H-3.2Z",
    "M0 -4.2L4 3.2H-4Z",
    "M0 -4.6L4.6 0L0 4.6L-4.6 0Z",
    "M0 4.2L4 -3.2H-4Z",
)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a curve; ``low`` and ``high`` are the ends of its interval."""

    x: float
    y: float
    low: float
    high: float
    is_few: bool
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A trend as points and two paths of lines; ``number`` tells its style."""

    number: int
    name: str
    marker: str
    points: Sequence[Point]
    solid: str
    dashed: str


@dataclass(frozen=True, slots=True)
class Bar:
    """The number of reports of a year, as the height of a bar at its place."""

    x: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """A label at an axis and its place along it."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture: curves, the reports of each year as bars below, and labels."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    base: int
    curves: Sequence[Curve]
    bars: Sequence[Bar]
    shares: Sequence[Label]
    years: Sequence[Label]
    first_year: int
    last_year: int


def chart(trends: Sequence[Trend]) -> Chart | None:
    """The picture of trends; None where no report has a year."""
    known = [year for year in trends[0].counts.years if year]
    if not known:
        return None
    top = _top(trends)
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    first, last = known[0], known[-1]

    def x(year: int) -> float:
        return LEFT + 12 + (right - LEFT - 24) * (year - first) / ((last - first) or 1)

    def y(share: float) -> float:
        return round(bottom - (bottom - TOP) * min(share, top) / top, 1)

    def point(year: int, count: Count, apart: float) -> Point:
        low, high = count.interval
        few = count.of < FEW_REPORTS
        place = round(x(year) + apart, 1)
        return Point(place, y(count.share), y(low), y(high), few, describe(year, count))

    curves = []
    for number, trend in enumerate(trends):
        apart = (number - (len(trends) - 1) / 2) * _APART
        points = {year: point(year, c, apart) for year, c in trend.counts.years.items() if year}
        curves.append(_curve(number, trend.query.text, points))
    lines = [top * step / _GRID_LINES for step in range(_GRID_LINES + 1)]
    reports = {year: trends[0].counts.years[year].of for year in known}
    bars = [
        Bar(
            round(x(year), 1),
            round(max(1, _BARS * of / max(reports.values())), 1),
            f"{year} 年：{of} 篇",
        )
        for year, of in reports.items()
    ]
    return Chart(
        *(WIDTH, HEIGHT, LEFT, right, bottom, HEIGHT - _BARS_BELOW, curves, bars),
        [Label(y(share), f"{100 * share:.3g}%") for share in lines],
        [Label(round(x(year), 1), str(year)) for year in _labelled(first, last)],
        *(first, last),
    )


def describe(year: int, count: Count) -> str:
    """A point in words: ``2019 年：12/40 篇，30.0%（95% 区间 18.1%—45.4%）``."""
    low, high = count.interval
    interval = f"{percent(low)}—{percent(high)}"
    return (
        f"{year} 年：{count.reports}/{count.of} 篇，{percent(count.share)}（95% 区间 {interval}）"
    )


def percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _top(trends: Sequence[Trend]) -> float:
    """The share at the top: what all points need, and the intervals of those with many reports."""
    needed = max(
        count.share if count.of < FEW_REPORTS else count.interval.high
        for trend in trends
        for year, count in trend.counts.years.items()
        if year
    )
    return next(scale for scale in _SCALES if scale >= needed)


def _labelled(first: int, last: int) -> Iterator[int]:
    """The years with a label: all, or every fifth or tenth."""
    step = next(step for step in (1, 5, 10, 50) if (last - first) / step <= _MOST_YEAR_LABELS)
    return (year for year in range(first, last + 1) if year % step == 0)


def _curve(number: int, name: str, points: dict[int, Point]) -> Curve:
    solid, dashed = "", ""
    for (year, a), (following, b) in pairwise(points.items()):
        if following == year + 1:
            line = f"M{a.x} {a.y}L{b.x} {b.y}"
            if a.is_few or b.is_few:
                dashed += line
            else:
                solid += line
    return Curve(number, name, _MARKERS[number], [*points.values()], solid, dashed)
