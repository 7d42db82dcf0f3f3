"""Where the lines of each column begin and end: the margins that indents are measured from.

A column with few lines, or without a full one, has the margins of the columns at its place on
other pages.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from indexer.readers.pdf.fragments import NEVER_FIRST, Fragment
from indexer.readers.pdf.tables import TableRow

_SAME_SIZE = 0.07  # share by which sizes in a paragraph differ at most
_EDGE = 1.05  # sizes; full lines end within so much of each other
_JUSTIFIED_SHARE = 0.6  # of the full lines, that end exactly at the edge
_MIN_LINES = 4  # that show the margins of a column by themselves
_SAME_PLACE = 0.6  # of what two columns take together, that both take, if they are at one place


class Flow(NamedTuple):
    """The lines and table rows of one column of a page, from top to bottom."""

    page: int
    items: list[Fragment | TableRow]

    @property
    def lines(self) -> list[Fragment]:
        return [item for item in self.items if isinstance(item, Fragment)]


class Frame(NamedTuple):
    """Where the lines of a flow begin and end, in points."""

    left: float
    right: float


def is_near(size: float, other: float) -> bool:
    """Whether two sizes may be those of one paragraph."""
    return abs(size - other) <= _SAME_SIZE * max(size, other)


def frames_of(flows: Sequence[Flow], size: float) -> list[Frame]:
    """The frame of each flow. ``size`` is that of running text, in points."""
    own = [[line for line in flow.lines if is_near(line.size, size)] for flow in flows]
    places: list[tuple[Frame, list[Fragment]]] = []
    place_of: dict[int, list[Fragment]] = {}
    for number in sorted(range(len(flows)), key=lambda each: -len(own[each])):
        lines = own[number] or flows[number].lines
        if not lines:
            continue
        extent = Frame(min(line.left for line in lines), max(line.right for line in lines))
        pool = _pool(extent, places, len(lines) >= _MIN_LINES, size)
        if pool is None:
            pool = []
            places.append((extent, pool))
        pool.extend(own[number])
        place_of[number] = pool
    return [
        _frame(own[number] or flow.lines, place_of.get(number, []), size)
        for number, flow in enumerate(flows)
    ]


def _pool(
    extent: Frame, places: Sequence[tuple[Frame, list[Fragment]]], sure: bool, size: float
) -> list[Fragment] | None:
    """The lines at the place of a column; None for a new place. A column that is not ``sure``
    belongs to any place that it lies in."""
    best: tuple[float, list[Fragment]] | None = None
    for place, lines in places:
        shared = min(extent.right, place.right) - max(extent.left, place.left)
        together = max(extent.right, place.right) - min(extent.left, place.left)
        inside = extent.left >= place.left - size and extent.right <= place.right + size
        if shared >= _SAME_PLACE * together or (inside and not sure):
            distance = abs(extent.left - place.left)
            if best is None or distance < best[0]:
                best = distance, lines
    return best[1] if best else None


def _frame(lines: Sequence[Fragment], pool: Sequence[Fragment], size: float) -> Frame:
    if not lines:
        return Frame(0.0, 0.0)
    left, right = _left(lines), _right(lines, size)
    furthest = max(line.right for line in lines)
    few = len(lines) < _MIN_LINES
    if few or right is None or furthest > right + _EDGE * size:
        right = _right(pool, size) or furthest
    if few or left is None:
        left = _left(pool)
        first = min(line.left for line in lines)
        left = first if left is None else min(left, first)
    return Frame(left, right)


def _left(lines: Sequence[Fragment]) -> float | None:
    """The leftmost place at which several lines begin."""
    lefts = sorted(line.left for line in lines)
    enough = max(2, 0.05 * len(lefts))
    return next(
        (x for x in lefts if bisect_right(lefts, x + 2) - bisect_left(lefts, x) >= enough), None
    )


def _right(lines: Sequence[Fragment], size: float) -> float | None:
    """The rightmost place at which several lines end, within the width of a character."""
    # A mark may hang over the edge.
    plain = [line for line in lines if line.text[-1] not in NEVER_FIRST]
    rights = sorted(line.right for line in (plain if len(plain) >= _MIN_LINES else lines))
    enough = max(2, 0.1 * len(rights))
    for right in reversed(rights):
        first, end = bisect_left(rights, right - _EDGE * size), bisect_right(rights, right)
        if end - first >= enough:
            place, count = Counter(round(each) for each in rights[first:end]).most_common(1)[0]
            return float(place) if count >= _JUSTIFIED_SHARE * (end - first) else right
    return None
