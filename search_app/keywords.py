"""Turns keyword arguments into a query: the parameters of an address, by their names.

``yinju`` from Python and the tools for assistants take these. A value goes the same way as one of
an address, so it means the same and is refused with the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.model import Query
from search_app import params

_OTHER_NAMES = {"inside": "in"}  # ``in`` is a word of the language


def query_of(text: str, filters: Mapping[str, object], limit: int = 0, offset: int = 0) -> Query:
    """The query of a text and of parameters, each with a value or with several.

    None leaves a parameter out; ``limit`` 0 means all hits. Raises ``QueryError``.
    """
    from werkzeug.datastructures import MultiDict

    args = MultiDict([("q", text)])
    for name, value in filters.items():
        args.setlist(_OTHER_NAMES.get(name, name), [_text(each) for each in _several(value)])
    query = params.view_query(args)
    numbers = MultiDict({"limit": _text(limit), "offset": _text(offset)})
    return replace(
        query,
        limit=params.number(numbers, "limit", 0, 0, params.MAX_OFFSET),
        offset=params.number(numbers, "offset", 0, 0, params.MAX_OFFSET),
    )


def _several(value: object) -> Iterable[object]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) or not isinstance(value, Iterable) else value


def _text(value: object) -> str:
    """A value as an address has it: ``True`` → ``1``."""
    return str(int(value)) if isinstance(value, bool) else str(value)
