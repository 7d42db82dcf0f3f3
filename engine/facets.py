"""Facets: which reports and paragraphs a selection keeps, and counts as trees.

The counts are drill-sideways: a facet's own selection does not lower its
counts, so that a person sees what choosing one more value would add. Values
inside one facet are alternatives, facets together all apply.

Every engine counts *labels* in its own way and hands the counts over here, so
that all of them show the same tree in the same order.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import pairwise

import numpy as np

from engine.arrays import Array
from engine.errors import QueryError
from engine.model import UNKNOWN, FacetCount, Query, Report

Path = tuple[str, ...]


def prefixes(path: Path) -> list[str]:
    """A label's values at each level: ``(湖南省, 怀化市)`` → ``湖南省``, ``湖南省/怀化市``."""
    return ["/".join(path[: depth + 1]) for depth in range(len(path))] or [UNKNOWN]


def theme_values(names: Sequence[str]) -> list[str]:
    """The values of a paragraph with these themes: of every level, each once."""
    return list(dict.fromkeys(value for name in names for value in _levels(name))) or [UNKNOWN]


@lru_cache(maxsize=1024)
def _levels(name: str) -> list[str]:
    return prefixes(tuple(name.split("/")))


def in_years(year: int | None, selected: Sequence[tuple[int, int] | None]) -> bool:
    """Whether a year lies in one of the selected ranges (always, if none is selected)."""
    return not selected or any(
        year is None if span is None else year is not None and span[0] <= year <= span[1]
        for span in selected
    )


class FacetTree:
    """The values that may be counted, laid out once so that counting them is quick.

    ``values`` are paths of every level (``湖南省``, ``湖南省/怀化市``), in any order.
    """

    def __init__(self, values: Sequence[str]) -> None:
        self.values = list(values)
        self._numbers = {value: number for number, value in enumerate(self.values)}
        self._names = [value.rpartition("/")[2] for value in self.values]
        above = (self._numbers.get(value.rpartition("/")[0], -1) for value in self.values)
        self._parents = np.fromiter(above, np.int64, len(self.values))
        self._depths = np.array([value.count("/") for value in self.values], np.int64)
        by_name = sorted(range(len(self.values)), key=self.values.__getitem__)
        self._places = np.empty(len(self.values), np.int64)
        self._places[by_name] = np.arange(len(self.values))
        self._unknown = self._numbers.get(UNKNOWN, -1)

    def counted(self, sums: Array, selected: Collection[str]) -> tuple[FacetCount, ...]:
        """The tree of values whose sums are above 0, the greatest first, then by name; unknown
        last. A selected value is kept at 0, with what is above it.

        ``sums`` (int64) are those of the first values; the others count 0.
        """
        sums = np.concatenate([sums, np.zeros(len(self.values) - len(sums), np.int64)])
        shown = sums > 0
        chosen = [self._numbers[value] for value in selected]
        for number in chosen:
            while number >= 0:
                shown[number] = True
                number = int(self._parents[number])
        numbers = np.flatnonzero(shown)
        parents, depths, greatest = self._parents[numbers], self._depths[numbers], -sums[numbers]
        greatest[numbers == self._unknown] = 1
        # The deepest first, so that what is below a value is there before it is.
        order = np.lexsort((self._places[numbers], greatest, parents, -depths))
        numbers, parents = numbers[order], parents[order]
        bounds = [*np.flatnonzero(np.diff(parents, prepend=-2)).tolist(), len(numbers)]
        counts, listed = sums[numbers].tolist(), numbers.tolist()
        below: dict[int, tuple[FacetCount, ...]] = {}
        for low, high in pairwise(bounds):
            some = listed[low:high]
            rows = zip(
                map(self._names.__getitem__, some),
                map(self.values.__getitem__, some),
                counts[low:high],
                map(chosen.__contains__, some),
                [below.get(number, ()) for number in some],
                strict=True,
            )
            below[int(parents[low])] = tuple(map(_facet_count, rows))
        return below.get(-1, ())


_facet_count = partial(tuple.__new__, FacetCount)  # a row's, without a call of Python code


def tree(counts: Mapping[str, int], selected: Collection[str]) -> tuple[FacetCount, ...]:
    """Counts by value as the tree of a ``FacetTree``."""
    levels = (v for value in (*counts, *selected) for v in prefixes(tuple(value.split("/"))))
    values = list(dict.fromkeys(levels))
    sums = np.array([counts.get(value, 0) for value in values], np.int64)
    return FacetTree(values).counted(sums, selected)


def years(
    counts: Mapping[int | None, int], selected: Sequence[tuple[int, int] | None]
) -> tuple[FacetCount, ...]:
    """Counts by year, the newest first, unknown last; selected single years are kept at 0."""
    single = {span[0] if span else None for span in selected if not span or span[0] == span[1]}
    shown = dict(counts) | {year: 0 for year in single if year not in counts}
    names = {year: UNKNOWN if year is None else str(year) for year in shown}
    return tuple(
        FacetCount(
            names[year], names[year], shown[year], bool(selected) and in_years(year, selected)
        )
        for year in sorted(shown, key=lambda year: (year is None, -(year or 0)))
    )


def day(report: Report) -> int:
    """A report's place in time as yyyymmdd, by publication, else by its year; 0 if undated."""
    if report.published:
        return int(report.published.replace("-", "")[:8].ljust(8, "0"))
    return (report.year or 0) * 10000


def resolve(query: Query, regions: Collection[str], themes: Collection[str]) -> Query:
    """The query with every selected region and theme as its full path.

    ``怀化市`` stands for ``湖南省/怀化市`` where only one path ends so. Raises
    ``QueryError`` for a value that no paragraph bears, or that may be several.
    """
    return replace(
        query,
        regions=tuple(_resolve(value, regions, "地区") for value in query.regions),
        themes=tuple(_resolve(value, themes, "主题") for value in query.themes),
    )


def unknown_paragraph(paragraph_id: str) -> QueryError:
    """What to say where the near-duplicates of a paragraph are asked for that is not there."""
    return QueryError(f"索引里没有段落 {paragraph_id[:40]}", "去掉“同文”这个条件")


def _resolve(value: str, known: Collection[str], facet: str) -> str:
    if value == UNKNOWN or value in known:
        return value
    ends = sorted(path for path in known if value and path.endswith(f"/{value}"))
    if len(ends) == 1:
        return ends[0]
    if ends:
        raise QueryError(f"{facet}“{value}”不止一处", f"请写全：{'、'.join(ends[:5])}")
    raise QueryError(f"索引里没有{facet}“{value[:40]}”", _nearest(value, known))


def _nearest(value: str, known: Collection[str]) -> str:
    name = value.rpartition("/")[2][:40]
    close = [path for path in known if name and name in path.rpartition("/")[2]]
    close = close or difflib.get_close_matches(value[:40], known, n=3, cutoff=0.5)
    if not close:
        return "请从筛选栏里选，或去掉这个条件"
    return "是不是 " + "、".join(sorted(close, key=len)[:3]) + "？"
