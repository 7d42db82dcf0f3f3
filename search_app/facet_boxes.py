"""Shapes the values of a facet for a person: as check boxes, and as a list of what matches.

A page of results has only the values that stand in the first rows, and those below a
selected value; ``matching`` looks through all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from engine.analyze import normalise
from engine.engine import Searcher
from engine.model import UNKNOWN, FacetCount, Page, Query
from search_app.navigate import LABELS, name_of, names_of, step
from search_app.params import pairs, selected, year_text

MAX_SHOWN_VALUES = 8  # of one level; the others are folded away


@dataclass(frozen=True, slots=True)
class Box:
    """A value with a check box.

    ``width`` is the width of its bar (see ``step``). ``below`` has its children if they are
    shown; ``deeper`` says that it has children which are not shown.
    """

    path: str
    name: str
    count: str
    selected: bool
    width: int
    deeper: bool
    below: Boxes | None


@dataclass(frozen=True, slots=True)
class Boxes:
    """The check boxes of a facet, or below one of its values: shown ones and folded ones."""

    shown: list[Box]
    folded: list[Box]


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet of a results page.

    ``size`` is its number of values at all levels. ``href`` leads to the page of all of them;
    it is empty if the boxes are few, or years.
    """

    name: str
    label: str
    boxes: Boxes
    size: int
    href: str


def facets(page: Page) -> list[Facet]:
    """The facets of a results page; made here, as a template takes longer.

    Those without a value are left out, unless a range of years has to stay selected.
    """
    shown = [name for name in LABELS if page.facets.get(name) or selected(page.query, name)]
    return [_facet(page, name) for name in shown]


def _facet(page: Page, name: str) -> Facet:
    values = page.facets.get(name, ())
    size = sum(1 for _ in every(values))
    is_long = size > MAX_SHOWN_VALUES + 1 and name != "year"
    href = values_address(page.query, name) if is_long else ""
    made = year_boxes(page) if name == "year" else boxes(values)
    return Facet(name, LABELS[name], made, size, href)


def values_address(query: Query, facet: str) -> str:
    """The address of the page of all values of a facet."""
    return f"/facet/{facet}?{urlencode(pairs(query), safe='/')}"


def boxes(values: Sequence[FacetCount]) -> Boxes:
    """The check boxes of a facet, or below one of its values."""
    max_count = max((value.count for value in values), default=0)
    return fold([_box(value, max_count) for value in values])


def year_boxes(page: Page) -> Boxes:
    """The check boxes of years; each selected range has one of its own, before the years."""
    years, ranges = page.facets.get("year", ()), [span for span in page.query.years if span]
    ticked = selected(page.query, "year")
    made = boxes([value._replace(selected=value.path in ticked) for value in years])
    max_count = max((value.count for value in years), default=0)
    whole = [_range(span, years) for span in ranges if span[0] < span[1]]
    return Boxes([_box(value, max_count) for value in whole] + made.shown, made.folded)


def _range(span: tuple[int, int], years: Sequence[FacetCount]) -> FacetCount:
    known = [value for value in years if value.path != UNKNOWN]
    count = sum(value.count for value in known if span[0] <= int(value.path) <= span[1])
    return FacetCount(year_text(span), year_text(span), count, selected=True)


def fold(made: Sequence[Box]) -> Boxes:
    """The boxes to show and those to fold away, in their order."""
    if len(made) <= MAX_SHOWN_VALUES + 1:
        return Boxes(list(made), [])
    kept = [
        at < MAX_SHOWN_VALUES or box.selected or box.below is not None
        for at, box in enumerate(made)
    ]
    return Boxes(
        [box for box, keep in zip(made, kept, strict=True) if keep],
        [box for box, keep in zip(made, kept, strict=True) if not keep],
    )


def _box(value: FacetCount, max_count: int) -> Box:
    below = boxes(value.children) if _is_open(value) else None
    return Box(
        path=value.path,
        name=name_of(value.path),
        count=f"{value.count:,}",
        selected=value.selected,
        width=step(min(value.count, max_count), max_count),
        deeper=bool(value.children) and below is None,
        below=below,
    )


def _is_open(value: FacetCount) -> bool:
    """Whether the children of a value are shown: it, or a value below it, is selected."""
    return bool(value.children) and any(each.selected for each in every((value,)))


def every(values: Sequence[FacetCount]) -> Iterator[FacetCount]:
    """The values of all levels, each before those below it."""
    for value in values:
        yield value
        yield from every(value.children)


def count(searcher: Searcher, query: Query) -> Mapping[str, tuple[FacetCount, ...]]:
    """The facets of a query, without its page of hits."""
    return searcher.search(replace(query, limit=1, offset=0)).facets


def matching(values: Sequence[FacetCount], contains: str) -> list[FacetCount]:
    """The values of any level whose name contains a text, the greatest count first, unknown last.

    Words before the last one may stand in the names above: ``湖南 怀化`` finds 湖南省/怀化市. The
    last one may start there (``南省怀化``), but must not end there.
    """
    *before, last = normalise(re.sub("[›/]", " ", contains)).split() or [""]
    found = [value for value in every(values) if _contains(value.path, before, last)]
    return sorted(found, key=lambda value: (value.path == UNKNOWN, -value.count))


def _contains(path: str, before: Sequence[str], last: str) -> bool:
    names = normalise("/".join(names_of(path))).split("/")
    whole = "".join(names)
    first = len(whole) - len(names[-1]) - len(last) + 1  # a place before ends before the own name
    return whole.find(last, max(0, first)) >= 0 and all(word in whole for word in before)
