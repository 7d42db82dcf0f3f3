"""Facets: checks selections of values, and turns counts into trees.

The counts are drill-sideways: a facet's own selection does not lower its counts, so
that a person sees what one more value would add. Values inside one facet are
alternatives; paragraphs must match all facets.

Every engine counts labels in its own way. This module makes the trees from the
counts, so that all engines show the same tree in the same order.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from engine.errors import QueryError
from engine.model import UNKNOWN, FacetCount, Query, Report, ReportShare

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


def selected_years(
    values: Iterable[str], selected: Sequence[tuple[int, int] | None]
) -> Iterable[str]:
    """The values of the year facet that lie in one of the selected ranges; all if none is."""
    return [v for v in values if in_years(_year(v), selected)] if selected else values


class FacetTree:
    """The values that may be counted, laid out once so that counting them is quick.

    ``values`` are paths of every level (``湖南省``, ``湖南省/怀化市``): groups of siblings by name,
    the deepest first. Unknown is last, in a group of its own. ``known`` is their set.
    """

    def __init__(self, values: Iterable[str]) -> None:
        groups: dict[str, list[str]] = {}
        for value in sorted({*values} - {UNKNOWN}):
            groups.setdefault(value.rpartition("/")[0], []).append(value)
        deepest = sorted(groups, key=lambda parent: (parent == "", -parent.count("/")))
        layout = [(parent, groups[parent]) for parent in deepest] + [("", [UNKNOWN])]
        self.values = [value for _, group in layout for value in group]
        self.known = frozenset(self.values)
        self._numbers = {value: number for number, value in enumerate(self.values)}
        self._names = [value.rpartition("/")[2] for value in self.values]
        self._groups: list[tuple[int, int]] = []  # of each value its parent and its group's end
        for parent, group in layout:
            end = len(self._groups) + len(group)
            self._groups += [(self._numbers.get(parent, _ROOT), end)] * len(group)

    def counted(self, counts: Sequence[int], selected: Collection[str]) -> tuple[FacetCount, ...]:
        """The tree of values that count above 0, the greatest first, then by name; unknown last.

        ``counts`` are those of ``values``. A selected value is kept at 0, with what is above it.
        """
        shown = [number for number, count in enumerate(counts) if count]
        chosen = {self._numbers[value] for value in selected}
        if selected:
            kept = (self._numbers[level] for value in selected for level in _levels(value))
            shown = sorted({*shown, *kept})
        names, values = self._names, self.values
        below: list[tuple[FacetCount, ...]] = [()] * (len(values) + 1)  # the root's is last
        at = 0
        while at < len(shown):
            parent, after = self._groups[shown[at]]
            end = bisect_left(shown, after, at)
            siblings, at = shown[at:end], end
            siblings.sort(key=counts.__getitem__, reverse=True)  # equals stay in order of name
            below[parent] += tuple(
                [
                    _facet_count((names[n], values[n], counts[n], n in chosen, below[n]))
                    for n in siblings
                ]
            )
        return below[_ROOT]


_ROOT = -1
# Made of a tuple, without a call of Python code.
_facet_count = partial(tuple.__new__, FacetCount)
_report_share = partial(tuple.__new__, ReportShare)


def tree(counts: Mapping[str, int], selected: Collection[str]) -> tuple[FacetCount, ...]:
    """The tree of these counts by value; see ``FacetTree.counted``."""
    levels = (v for value in (*counts, *selected) for v in prefixes(tuple(value.split("/"))))
    facet = FacetTree(levels)
    return facet.counted([counts.get(value, 0) for value in facet.values], selected)


class YearList:
    """The years that may be counted, laid out once: ``values``, the newest first, unknown last."""

    def __init__(self, values: Iterable[str]) -> None:
        self._known = sorted(map(int, {*values} - {UNKNOWN}), reverse=True)
        self.values = [*map(str, self._known), UNKNOWN]

    def within(self, selected: Iterable[tuple[int, int] | None]) -> list[str]:
        """The values that lie in one of the ranges; None stands for unknown."""
        within: list[str] = []
        for span in selected:
            if span is None:
                within.append(UNKNOWN)
            else:
                within += [str(year) for year in self._known if span[0] <= year <= span[1]]
        return within

    def shares(self, found: Sequence[int], reports: Sequence[int]) -> dict[str, ReportShare]:
        """See ``execute.Found.years``; both arguments have a number for each of ``values``."""
        numbers = zip(self.values, found, reports, strict=True)
        return {value: _report_share(pair) for value, *pair in numbers if pair[1]}

    def counted(
        self, counts: Sequence[int], selected: Sequence[tuple[int, int] | None]
    ) -> tuple[FacetCount, ...]:
        """The years that count above 0; see ``years``. ``counts`` are those of ``values``."""
        shown = [(value, count) for value, count in zip(self.values, counts, strict=True) if count]
        if selected:
            return years({_year(value): count for value, count in shown}, selected)
        return tuple([_facet_count((value, value, count, False, ())) for value, count in shown])


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


def year_shares(found: Mapping[str, int], reports: Mapping[str, int]) -> dict[str, ReportShare]:
    """See ``execute.Found.years``, from the numbers of reports found and of all reports by year."""
    known = YearList(reports)
    of_found, of_all = ([counts.get(v, 0) for v in known.values] for counts in (found, reports))
    return known.shares(of_found, of_all)


def _year(value: str) -> int | None:
    return None if value == UNKNOWN else int(value)


def day(report: Report) -> int:
    """The date of a report as the number yyyymmdd, for sorting; 0 if undated.

    It is the day of publication; without one, the year with month and day 00.
    """
    if report.published:
        return int(report.published.replace("-", "")[:8].ljust(8, "0"))
    return (report.year or 0) * 10000


def resolve(
    query: Query, regions: Collection[str], themes: Collection[str], kinds: Collection[str]
) -> Query:
    """The query with every selected region, theme and kind as its full path.

    ``怀化市`` stands for ``湖南省/怀化市`` if no other path ends like this. Raises
    ``QueryError`` for a value that no paragraph has, or that is ambiguous.
    """
    if not (query.regions or query.themes or query.kinds):
        return query
    return replace(
        query,
        regions=tuple(_resolve(value, regions, "地区") for value in query.regions),
        themes=tuple(_resolve(value, themes, "主题") for value in query.themes),
        kinds=tuple(_resolve(value, kinds, "文种") for value in query.kinds),
    )


def unknown_paragraph(paragraph_id: str) -> QueryError:
    """The error for a query for the near-duplicates of a paragraph that does not exist."""
    return QueryError(f"索引里没有段落 {paragraph_id[:40]}", "去掉“同文”这个条件")


def _resolve(value: str, known: Collection[str], facet: str) -> str:
    if value == UNKNOWN or value in known:
        return value
    matches = sorted(path for path in known if path.endswith(f"/{value}"))
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
