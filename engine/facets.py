"""Facets: checks selections of values, and turns counts into trees.

The counts are drill-sideways: a facet's own selection does not lower its counts, so
that a person sees what one more value would add. Values inside one facet are
alternatives; paragraphs must match all facets.

Every engine counts labels in its own way. This module makes the trees from the
counts, so that all engines show the same tree in the same order.
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
    """The values of a label at each level: ``(湖南省, 怀化市)`` → ``湖南省``, ``湖南省/怀化市``."""
    return ["/".join(path[: depth + 1]) for depth in range(len(path))] or [UNKNOWN]


def theme_values(names: Sequence[str]) -> list[str]:
    """The values of a paragraph with these themes, at every level, each once."""
    return list(dict.fromkeys(value for name in names for value in _levels(name))) or [UNKNOWN]


@lru_cache(maxsize=1024)
def _levels(name: str) -> list[str]:
    return prefixes(tuple(name.split("/")))


def in_years(year: int | None, selected: Sequence[tuple[int, int] | None]) -> bool:
    """Whether a year lies in one of the selected ranges; True if none is selected."""
    return not selected or any(
        year is None if span is None else year is not None and span[0] <= year <= span[1]
        for span in selected
    )


class FacetTree:
    """Makes trees of counts; it prepares the possible values once, so that each tree is quick.

    ``values`` are paths of every level (``湖南省``, ``湖南省/怀化市``), in any order.
    """

    def __init__(self, values: Sequence[str]) -> None:
        self.values = list(values)
        self._numbers = {value: number for number, value in enumerate(self.values)}
        self._names = [value.rpartition("/")[2] for value in self.values]
        above = (self._numbers.get(value.rpartition("/")[0], -1) for value in self.values)
        self._parents = np.fromiter(above, np.int64, len(self.values))
        self._depths = np.array([value.count("/") for value in self.values], np.int64)
        in_order = sorted(range(len(self.values)), key=self.values.__getitem__)
        self._places = np.empty(len(self.values), np.int64)
        self._places[in_order] = np.arange(len(self.values))
        self._unknown = self._numbers.get(UNKNOWN, -1)

    def counted(self, sums: Array, selected: Collection[str]) -> tuple[FacetCount, ...]:
        """The tree of the values with a sum above 0.

        Siblings are sorted by descending sum, then by name, with unknown last. A selected value
        is in the tree even with a sum of 0, and so are the values above it. ``sums`` (int64) has
        the sums of the first values; the remaining values have 0.
        """
        sums = np.concatenate([sums, np.zeros(len(self.values) - len(sums), np.int64)])
        shown = sums > 0
        chosen = [self._numbers[value] for value in selected]
        for number in chosen:
            while number >= 0:
                shown[number] = True
                number = int(self._parents[number])
        numbers = np.flatnonzero(shown)
        parents, depths, sort_keys = self._parents[numbers], self._depths[numbers], -sums[numbers]
        sort_keys[numbers == self._unknown] = 1
        # The deepest first, so that the children of a value are made before the value.
        order = np.lexsort((self._places[numbers], sort_keys, parents, -depths))
        numbers, parents = numbers[order], parents[order]
        bounds = [*np.flatnonzero(np.diff(parents, prepend=-2)).tolist(), len(numbers)]
        counts, listed = sums[numbers].tolist(), numbers.tolist()
        children_of: dict[int, tuple[FacetCount, ...]] = {}
        for low, high in pairwise(bounds):
            siblings = listed[low:high]
            rows = zip(
                map(self._names.__getitem__, siblings),
                map(self.values.__getitem__, siblings),
                counts[low:high],
                map(chosen.__contains__, siblings),
                [children_of.get(number, ()) for number in siblings],
                strict=True,
            )
            children_of[int(parents[low])] = tuple(map(_facet_count, rows))
        return children_of.get(-1, ())


_facet_count = partial(tuple.__new__, FacetCount)  # from one row, without a call of Python code


def tree(counts: Mapping[str, int], selected: Collection[str]) -> tuple[FacetCount, ...]:
    """The tree of these counts by value; see ``FacetTree.counted``."""
    levels = (v for value in (*counts, *selected) for v in prefixes(tuple(value.split("/"))))
    values = list(dict.fromkeys(levels))
    sums = np.array([counts.get(value, 0) for value in values], np.int64)
    return FacetTree(values).counted(sums, selected)


def years(
    counts: Mapping[int | None, int], selected: Sequence[tuple[int, int] | None]
) -> tuple[FacetCount, ...]:
    """Counts by year, the newest first, unknown last.

    A selected single year is in the list even with a count of 0.
    """
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
    """The date of a report as the number yyyymmdd, for sorting; 0 if undated.

    It is the day of publication; without one, the year with month and day 00.
    """
    if report.published:
        return int(report.published.replace("-", "")[:8].ljust(8, "0"))
    return (report.year or 0) * 10000


def resolve(query: Query, regions: Collection[str], themes: Collection[str]) -> Query:
    """The query with every selected region and theme as its full path.

    ``怀化市`` stands for ``湖南省/怀化市`` if no other path ends like this. Raises
    ``QueryError`` for a value that no paragraph has, or that is ambiguous.
    """
    return replace(
        query,
        regions=tuple(_resolve(value, regions, "地区") for value in query.regions),
        themes=tuple(_resolve(value, themes, "主题") for value in query.themes),
    )


def unknown_paragraph(paragraph_id: str) -> QueryError:
    """The error for a query for the near-duplicates of a paragraph that does not exist."""
    return QueryError(f"索引里没有段落 {paragraph_id[:40]}", "去掉“同文”这个条件")


def _resolve(value: str, known: Collection[str], facet: str) -> str:
    if value == UNKNOWN or value in known:
        return value
    matches = sorted(path for path in known if value and path.endswith(f"/{value}"))
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise QueryError(f"{facet}“{value}”不止一处", f"请写全：{'、'.join(matches[:5])}")
    raise QueryError(f"索引里没有{facet}“{value[:40]}”", _nearest(value, known))


def _nearest(value: str, known: Collection[str]) -> str:
    name = value.rpartition("/")[2][:40]
    close = [path for path in known if name and name in path.rpartition("/")[2]]
    close = close or difflib.get_close_matches(value[:40], known, n=3, cutoff=0.5)
    if not close:
        return "请从筛选栏里选，或去掉这个条件"
    return "是不是 " + "、".join(sorted(close, key=len)[:3]) + "？"
