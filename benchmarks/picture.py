"""A chart of time against size as SVG; both axes are logarithmic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from math import ceil, floor, log10

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 400, 64, 150, 24, 48
_COLOURS = (
    *("#2f6fb0", "#b5542a", "#3c8a4e", "#7a5aa8"),
    *("#c02040", "#8a7a20", "#555555", "#1f9e9e"),
)

Points = Mapping[str, Mapping[int, float]]


def draw(points: Points) -> str:
    """An SVG chart of milliseconds by engine and number of paragraphs."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
            ' font-family="sans-serif" font-size="12">',
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
            *_Plot(points).lines(),
            "</svg>\n",
        ]
    )


class _Plot:
    def __init__(self, points: Points) -> None:
        self.points = points
        sizes = [size for line in points.values() for size in line]
        times = [ms for line in points.values() for ms in line.values()]
        self.x = _span(sizes)
        self.y = _span(times)

    def at(self, size: float, ms: float) -> tuple[float, float]:
        """The x and y of a point of the chart."""
        across = (log10(size) - self.x[0]) / (self.x[1] - self.x[0])
        up = (log10(ms) - self.y[0]) / (self.y[1] - self.y[0])
        return (
            round(_LEFT + across * (_WIDTH - _LEFT - _RIGHT), 1),
            round(_HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM), 1),
        )

    def lines(self) -> Iterator[str]:
        yield from self.grid()
        ends = sorted(
            (self.at(max(line), line[max(line)])[1], name) for name, line in self.points.items()
        )
        heights = dict(zip((name for _, name in ends), _apart(y for y, _ in ends), strict=True))
        for (name, line), colour in zip(self.points.items(), _COLOURS, strict=False):
            path = [self.at(size, ms) for size, ms in sorted(line.items())]
            joined = " ".join(f"{x},{y}" for x, y in path)
            yield f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>'
            for x, y in path:
                yield f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>'
            x = path[-1][0] + 9
            yield f'<text x="{x}" y="{heights[name] + 4}" fill="{colour}">{escape(name)}</text>'

    def grid(self) -> Iterator[str]:
        right, low = self.at(10 ** self.x[1], 10 ** self.y[0])
        left, high = self.at(10 ** self.x[0], 10 ** self.y[1])
        for power in range(ceil(self.y[0]), floor(self.y[1]) + 1):
            y = self.at(10 ** self.x[0], 10**power)[1]
            yield f'<path d="M{left} {y}H{right}" stroke="#ddd"/>'
            yield f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{10.0**power:g} ms</text>'
        for size in sorted({size for line in self.points.values() for size in line}):
            x = self.at(size, 10 ** self.y[0])[0]
            yield f'<path d="M{x} {high}V{low}" stroke="#eee"/>'
            yield f'<text x="{x}" y="{low + 18}" text-anchor="middle">{size:,}</text>'
        middle = (left + right) / 2
        yield f'<text x="{middle}" y="{low + 38}" text-anchor="middle">paragraphs</text>'


def _span(values: Iterable[float]) -> tuple[int, int]:
    """The exponents of the powers of ten below and above all values."""
    logs = [log10(value) for value in values]
    low = floor(min(logs))
    return low, max(ceil(max(logs)), low + 1)


def _apart(heights: Iterable[float], least: float = 14) -> Iterator[float]:
    """The heights, sorted, moved down where labels would overlap."""
    last = -least
    for height in heights:
        last = max(height, last + least)
        yield last
