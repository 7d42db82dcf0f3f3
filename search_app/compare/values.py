"""Puts the figures of the same indicator in two reports side by side, year by year.

Of two years of one place, the target of the earlier report so stands beside the result that the
later one gives for the same year. Nothing is chosen among: all values of an indicator are shown.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.analyze import normalise
from engine.model import Hit
from search_app.figures.collecting import Value, is_dated, values_of
from search_app.figures.indicators import indicators_in

Measure = Literal["level", "change", "multiple"]
_MEASURES: Mapping[str | None, Measure] = {
    None: "level",
    "up": "change",
    "down": "change",
    "to": "multiple",
}


_AREAS = {"城镇": "农村", "农村": "城镇"}  # each with the one that may be listed beside it


@dataclass(frozen=True, slots=True)
class OneYear:
    """The values of each report for one year; of year None where the text names none."""

    year: int | None
    a: Sequence[Value]
    b: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of both reports in one unit: its level, its change, or a multiple of it."""

    name: str
    unit: str | None
    measure: Measure
    years: Sequence[OneYear]

    @property
    def meets(self) -> bool:
        """Whether both reports have a value for one year."""
        return any(each.year and each.a and each.b for each in self.years)


_Key = tuple[str, str | None, Measure]  # name, unit, measure


def indicators(a: Sequence[Hit], b: Sequence[Hit]) -> list[Indicator]:
    """The indicators of both reports, those with values for the same year first."""
    names = _names(a) & _names(b)
    in_a, in_b = _values(a, names), _values(b, names)
    found = [
        Indicator(*key, _by_year(in_a[key], values)) for key, values in in_b.items() if key in in_a
    ]
    return sorted(found, key=lambda indicator: not indicator.meets)


def _names(hits: Iterable[Hit]) -> set[str]:
    """The names of the indicators; of 城镇、农村居民收入 the text has only one in full."""
    names = {name for hit in hits for name in indicators_in(hit.paragraph.text)}
    beside = {
        _AREAS[area] + name.removeprefix(area)
        for name in names
        for area in _AREAS
        if name.startswith(area)
    }
    return names | beside


def _values(hits: Iterable[Hit], names: Iterable[str]) -> Mapping[_Key, list[Value]]:
    """The values of each indicator, in the order of the report.

    A figure counts once, for the longest name: 城镇居民收入, not 居民收入.
    """
    patterns = {name: re.compile(re.escape(name)) for name in sorted(names, key=len)}
    values: defaultdict[_Key, list[Value]] = defaultdict(list)
    for hit in hits:
        plain = normalise(hit.paragraph.text)
        of_place: dict[int, tuple[str, Value]] = {}
        for name, pattern in patterns.items():
            if name in plain:
                for value in values_of(hit, [pattern], any_of=True):
                    of_place[value.start] = _full_name(name, value.name), value
        for _, (name, value) in sorted(of_place.items()):
            values[name, value.unit, _MEASURES[value.direction]].append(value)
    return values


def _full_name(indicator: str, narrowing: str | None) -> str:
    """The indicator with what narrows it: 城镇 and 农村居民收入, as in 城镇、农村居民收入."""
    if narrowing in _AREAS:
        indicator = indicator.removeprefix(_AREAS[narrowing])
    return f"{narrowing or ''}{indicator}"


def _by_year(a: Sequence[Value], b: Sequence[Value]) -> list[OneYear]:
    """The values by year, the earliest first, those of no certain year last."""
    years = sorted({_year(value) for value in (*a, *b)}, key=lambda year: year or 9999)
    return [
        OneYear(year, *([v for v in side if _year(v) == year] for side in (a, b))) for year in years
    ]


def _year(value: Value) -> int | None:
    return value.year if is_dated(value) else None
