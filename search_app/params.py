"""A query as a web address, both ways.

Pages and API read the same parameters: ``q exact synonyms region year theme wording
same sort fold`` and then ``page`` (pages) or ``limit`` and ``offset`` (API). What cannot be read is
a ``QueryError`` that names the value; nothing is silently replaced.
"""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import cast, get_args
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from engine.errors import QueryError
from engine.model import UNKNOWN, Query, Sort, Wording
from engine.query.parser import parse_year

PAGE_SIZE = 10
MOST_HITS = 1000  # of one API answer; ``limit=0`` asks for as many
DEEPEST = 1_000_000
FACETS = ("region", "year", "theme", "wording")

Args = MultiDict[str, str]


SEARCHED = ("q", "exact", "synonyms")  # what is looked for
NARROWED = (*FACETS, "same", "sort", "fold")


def known_only(args: Args, *known: str) -> None:
    """Raises ``QueryError`` for a parameter that means nothing here, with the nearest that does."""
    for name in args:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            close = near or [other for other in known if name[:1] == other[:1]]
            guess = f"是不是 {close[0]}？" if close else ""
            hint = f"{guess}这里可用 {'、'.join(known)}" if known else "这里不用参数"
            raise QueryError(f"没有“{name[:30]}”这个参数", hint)


def page_query(args: Args) -> Query:
    """The query of a results page; ``page`` counts from 1."""
    page = _number(args, "page", 1, 1, DEEPEST // PAGE_SIZE)
    return replace(_query(args), limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)


def api_query(args: Args) -> Query:
    """The query of an API call; at most ``MOST_HITS`` hits a call."""
    known_only(args, *SEARCHED, *NARROWED, "limit", "offset")
    limit = _number(args, "limit", PAGE_SIZE, 0, MOST_HITS)
    offset = _number(args, "offset", 0, 0, DEEPEST)
    return replace(_query(args), limit=limit or MOST_HITS, offset=offset)


def asks(query: Query) -> bool:
    """Whether anything is looked for or narrowed to; else there is the start page."""
    return bool(query.text or query.same or any(selected(query, facet) for facet in FACETS))


def pairs(query: Query) -> list[tuple[str, str]]:
    """The parameters that ask for ``query``, without what is the default anyway."""
    found = _searched(query)
    found += [("region", path) for path in query.regions]
    found += [("year", year_text(years)) for years in query.years]
    found += [("theme", path) for path in query.themes]
    found += [("wording", wording) for wording in query.wordings]
    found += [("same", query.same), ("sort", "" if query.sort == "relevance" else query.sort)]
    found += [("fold", "1" if query.fold else "")]
    return [(name, value) for name, value in found if value]


def _searched(query: Query) -> list[tuple[str, str]]:
    """The parameters that say what is looked for, whatever it is narrowed to."""
    exact, synonyms = "1" if query.exact else "", "" if query.synonyms else "0"
    return [("q", query.text), ("exact", exact), ("synonyms", synonyms)]


def marking(query: Query) -> str:
    """What follows the address of a paragraph, to mark there what was looked for."""
    found = [(name, value) for name, value in _searched(query) if value]
    return "?" + urlencode(found) if query.text else ""


def address(query: Query, page: int = 1) -> str:
    """The address of a results page; that of asking for nothing is the start page."""
    found = pairs(query) + ([("page", str(page))] if page > 1 else [])
    return "/?" + urlencode(found, safe="/") if found else "/"


def year_text(years: tuple[int, int] | None) -> str:
    """``(2024, 2024)`` → ``2024``; ``(2019, 2022)`` → ``2019..2022``; None → ``unknown``."""
    if years is None:
        return UNKNOWN
    first, last = years
    return str(first) if first == last else f"{first}..{last}"


def selected(query: Query, facet: str) -> tuple[str, ...]:
    """The paths selected in one facet."""
    match facet:
        case "year":
            return tuple(map(year_text, query.years))
        case "region":
            return query.regions
        case "theme":
            return query.themes
    return query.wordings


def select(query: Query, facet: str, paths: tuple[str, ...]) -> Query:
    """The query with these paths selected in one facet, from its first hit."""
    match facet:
        case "year":
            return replace(query, years=tuple(map(parse_year, paths)), offset=0)
        case "region":
            return replace(query, regions=paths, offset=0)
        case "theme":
            return replace(query, themes=paths, offset=0)
    return replace(query, wordings=tuple(map(_wording, paths)), offset=0)


def narrowed(query: Query) -> Query:
    """The query without values that have a narrower one below them selected.

    To a person who ticks a city below a ticked province it means "this city";
    the engine, which takes values as alternatives, would answer the province.
    """
    for facet in ("region", "theme"):
        paths = selected(query, facet)
        kept = tuple(p for p in paths if not any(q.startswith(p + "/") for q in paths))
        if kept != paths:
            query = select(query, facet, kept)
    return query


def _query(args: Args) -> Query:
    return Query(
        text=args.get("q", "").strip(),
        exact=_flag(args, "exact", False, "写 1（精确）或 0（模糊）"),
        synonyms=_flag(args, "synonyms", True, "写 1（同时查找同义词）或 0（只查原词）"),
        regions=_values(args, "region"),
        years=tuple(map(parse_year, _values(args, "year"))),
        themes=_values(args, "theme"),
        wordings=tuple(map(_wording, _values(args, "wording"))),
        same=args.get("same", "").strip(),
        sort=_sort(args.get("sort", "") or "relevance"),
        fold=_flag(args, "fold", False, "写 1（合并同文）或 0（逐段列出）"),
    )


def _values(args: Args, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v.strip() for v in args.getlist(name) if v.strip()))


def _flag(args: Args, name: str, default: bool, hint: str) -> bool:
    value = args.get(name, "")
    if value not in ("", "0", "1"):
        raise QueryError(f"参数 {name} 的值“{value[:30]}”看不懂", hint)
    return value == "1" if value else default


def _sort(value: str) -> Sort:
    if value not in get_args(Sort):
        hint = "可用 relevance（相关）、newest（由新到旧）、oldest（由旧到新）"
        raise QueryError(f"没有“{value[:30]}”这种排序", hint)
    return cast(Sort, value)


def _wording(value: str) -> Wording:
    if value not in get_args(Wording):
        hint = "可用 formulaic（通用表述）、particular（特有表述）"
        raise QueryError(f"没有“{value[:30]}”这种表述", hint)
    return cast(Wording, value)


def _number(args: Args, name: str, default: int, least: int, most: int) -> int:
    value = args.get(name, "") or str(default)
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise QueryError(f"参数 {name} 的值“{value[:30]}”不是整数", f"写 {least} 到 {most} 的整数")
    if not least <= int(value) <= most:
        raise QueryError(f"参数 {name} 的值 {value} 超出范围", f"写 {least} 到 {most} 的整数")
    return int(value)
