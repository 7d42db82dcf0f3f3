"""Selected values that lie below other selected ones: ``湖南省`` and ``湖南省/怀化市``.

The engine takes the values of a facet as alternatives, so the wider one decides.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.model import Query
from search_app.params import select, selected

_NESTED = ("region", "theme")


def narrowed(query: Query) -> Query:
    """The query without selected values that have a selected value below them.

    A person who ticks a city below a ticked province means this city.
    """
    return _without(query, _lies_above)


def without_redundant(query: Query) -> Query:
    """The query without selected values that lie below another one: it finds the same.

    The page of results would take it for a narrower one otherwise, see ``narrowed``.
    """
    return _without(query, lambda path, other: _lies_above(other, path))


def _without(query: Query, is_left_out: Callable[[str, str], bool]) -> Query:
    """The query without the values that are left out beside another one."""
    for facet in _NESTED:
        paths = selected(query, facet)
        kept = tuple(p for p in paths if not any(is_left_out(p, other) for other in paths))
        if kept != paths:
            query = select(query, facet, kept)
    return query


def _lies_above(path: str, other: str) -> bool:
    return other.startswith(path + "/")
