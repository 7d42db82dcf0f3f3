"""Arranges values by region and year, for one unit, measure and kind.

Nothing is added up or chosen among: a cell has all of its values. Those whose year is not sure
stand in a column of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from search_app.figures.collecting import Value, is_dated

LEVEL = "level"
ANY_NAME = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a table shows: one unit, levels or one kind of change, results or targets.

    ``unit`` is empty for numbers without one; ``measure`` is ``level`` or a direction;
    ``name`` is empty for all names.
    """

    unit: str
    measure: str
    outcome: str
    name: str = ANY_NAME

    def holds(self, value: Value) -> bool:
        """Whether the table shows the value."""
        return (self.unit, self.measure, self.outcome) == choice_of(value) and (
            self.name in (ANY_NAME, value.name)
        )


def choice_of(value: Value) -> tuple[str, str, str]:
    """The unit, measure and kind of a value."""
    return value.unit or "", value.direction or LEVEL, value.kind


def frequent(values: Iterable[Value]) -> list[tuple[tuple[str, str, str], int]]:
    """The choices that there are, each with its number of values, the most frequent first."""
    counts = Counter(map(choice_of, values))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def frequent_names(values: Iterable[Value]) -> list[tuple[str, int]]:
    """The names of the values, each with its number, the most frequent first."""
    counts = Counter(value.name for value in values if value.name)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def by_sentence(values: Iterable[Value]) -> list[list[Value]]:
    """The values of each sentence together, in their order."""
    key = lambda value: (value.hit.paragraph.id, value.sentence)  # noqa: E731
    return [list(group) for _, group in groupby(values, key=key)]


@dataclass(frozen=True, slots=True)
class Row:
    """The values of one region; ``cells`` has those of each year, ``unsure`` the others."""

    region: tuple[str, ...]
    cells: tuple[tuple[Value, ...], ...]
    unsure: tuple[Value, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Table:
    """Regions by years, the newest first; the region with most dated values comes first."""

    years: tuple[int, ...]
    rows: tuple[Row, ...]
    has_unsure: bool


def tabulate(values: Sequence[Value]) -> Table:
    """The table of values that belong together."""
    years = tuple(sorted({value.year for value in values if value.year and is_dated(value)}))[::-1]
    regions: dict[tuple[str, ...], list[Value]] = {}
    for value in values:
        regions.setdefault(value.hit.report.region.names, []).append(value)
    rows = [_row(region, found, years) for region, found in regions.items()]
    rows.sort(key=lambda row: (not row.region, len(row.unsure) - row.count, -row.count, row.region))
    return Table(years, tuple(rows), any(row.unsure for row in rows))


def _row(region: tuple[str, ...], values: Sequence[Value], years: Sequence[int]) -> Row:
    in_order = sorted(values, key=lambda value: (value.number, value.hit.paragraph.id, value.start))
    dated = [value for value in in_order if is_dated(value)]
    cells = tuple(tuple(value for value in dated if value.year == year) for year in years)
    unsure = tuple(value for value in in_order if not is_dated(value))
    return Row(region, cells, unsure, len(values))
