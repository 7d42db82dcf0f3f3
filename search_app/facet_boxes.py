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
from engine.model import UNKNOWN, FacetCount, Query
from search_app.navigate import name_of, names_of
from search_app.params import pairs

MAX_SHOWN_VALUES = 8  # of one level; the others are folded away


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar beside a value: its width (see ``step``), its number, and both in words."""

    width: int
    number: str
    words: str


@dataclass(frozen=True, slots=True)
class Box:
    """A value with a check box.

    ``below`` has its children if they are shown; ``deeper`` says that it has children which are
    not shown. A year has a ``bar``.
    """

    path: str
    name: str
    count: str
    selected: bool
    deeper: bool
    below: Boxes | None
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Boxes:
    """The check boxes of a facet, or below one of its values: shown ones and folded ones.

    ``legend`` says what their bars show.
    """

    shown: list[Box]
    folded: list[Box]
    legend: str = ""


def values_address(query: Query, facet: str) -> str:
    """The address of the page of all values of a facet."""
    return f"/facet/{facet}?{urlencode(pairs(query), safe='/')}"


def boxes(values: Sequence[FacetCount]) -> Boxes:
    """The check boxes of a facet, or below one of its values."""
    return fold([_box(value) for value in values])


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


def _box(value: FacetCount) -> Box:
    below = boxes(value.children) if _is_open(value) else None
    return Box(
        path=value.path,
        name=name_of(value.path),
        count=f"{value.count:,}",
        selected=value.selected,
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
