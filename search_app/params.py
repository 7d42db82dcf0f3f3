"""Turns a web address into a query, and a query into an address.

Pages and API read the same parameters: ``q exact synonyms within in region year theme kind
wording level since same sort fold`` and then ``page`` (pages) or ``limit`` and ``offset`` (API);
the form of the results page also sends ``from`` and ``to``, the two ends of a range of years. A
value that cannot be read raises a ``QueryError`` that names it; nothing is silently replaced.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast, get_args
from urllib.parse import urlencode

from engine.errors import QueryError
from engine.model import UNKNOWN, Level, Query, Sort, Wording
from engine.query.parser import parse_year
from search_app.since import parse_since, utc

if TYPE_CHECKING:  # the command line uses this module too, and should not load Werkzeug
    from werkzeug.datastructures import MultiDict

    Args = MultiDict[str, str]

PAGE_SIZE = 10
MAX_API_HITS = 1000  # of one answer; ``limit=0`` means this many
MAX_OFFSET = 1_000_000
MAX_VALUES = 100  # of one parameter
FACETS = ("region", "year", "theme", "kind", "wording")

MAX_NAME_PART = 100  # characters
YEAR_FIELDS = ("from", "to")

SEARCH_PARAMETERS = ("q", "exact", "synonyms", "within", "in")  # the texts and how they are read
FILTER_PARAMETERS = (*FACETS, "level", "since", "same", "sort", "fold")


def refuse_unknown(args: Args, *known: str) -> None:
    """Raise ``QueryError`` for a parameter that is not ``known``."""
    for name in args:
        if name not in known:
            raise unknown_name(name, known)


def unknown_name(name: str, known: Sequence[str]) -> QueryError:
    """The error for a parameter that is none of ``known``; it suggests a similar one."""
    close_names = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    candidates = close_names or [other for other in known if name[:1] == other[:1]]
    guess = f"是不是 {candidates[0]}？" if candidates else ""
    hint = f"{guess}这里可用 {'、'.join(known)}" if known else "这里不用参数"
    return QueryError(f"没有“{name[:30]}”这个参数", hint)


def page_query(args: Args) -> Query:
    """The query of a results page; ``page`` counts from 1."""
    page = number(args, "page", 1, 1, MAX_OFFSET // PAGE_SIZE)
    return replace(_query(args), limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)


def readable_query(args: Args) -> Query:
    """The query of a results page, without the values that cannot be read.

    For pages that show something else and only lead back to the results.
    """
    kept = []
    for pair in args.items(multi=True):
        try:
            page_query(type(args)([pair]))
        except QueryError:
            continue
        kept.append(pair)
    return page_query(type(args)(kept[:MAX_VALUES]))


def api_query(args: Args) -> Query:
    """The query of an API call; at most ``MAX_API_HITS`` hits a call."""
    refuse_unknown(args, *SEARCH_PARAMETERS, *FILTER_PARAMETERS, "limit", "offset")
    limit = number(args, "limit", PAGE_SIZE, 0, MAX_API_HITS)
    offset = number(args, "offset", 0, 0, MAX_OFFSET)
    return replace(_query(args), limit=limit or MAX_API_HITS, offset=offset)


def view_query(args: Args, *others: str) -> Query:
    """The query of a view, which takes the parameters of a search and ``others``; all hits."""
    refuse_unknown(args, *SEARCH_PARAMETERS, *FILTER_PARAMETERS, *others)
    return replace(_query(args), limit=0)


def facet_query(args: Args) -> tuple[str, str, Query]:
    """The facet that an API call asks for, the text its values must contain, and the query."""
    refuse_unknown(args, "facet", "contains", *SEARCH_PARAMETERS, *FILTER_PARAMETERS)
    facet = args.get("facet", "")
    if facet not in FACETS:
        raise QueryError(f"没有“{facet[:30]}”这一栏", f"facet 可用 {'、'.join(FACETS)}")
    return facet, name_part(args), _query(args)


def name_part(args: Args) -> str:
    """The text that the names of a facet's values must contain."""
    text = args.get("contains", "").strip()
    if len(text) > MAX_NAME_PART:
        raise QueryError("要查找的名称太长", f"至多 {MAX_NAME_PART} 个字")
    return text


def has_year_fields(args: Args) -> bool:
    """Whether one of the fields ``from`` and ``to`` is filled in."""
    return any(args.get(name, "").strip() for name in YEAR_FIELDS)


def with_year_fields(query: Query, args: Args, known: Collection[int]) -> Query:
    """The query with the range of years that the fields ``from`` and ``to`` name.

    An empty field stands for the first or the last of the ``known`` years.
    """
    first, last = (args.get(name, "").strip() for name in YEAR_FIELDS)
    # Digits of equal number compare like the numbers; parse_year refuses everything else.
    first = first or min([*map(str, known), last])
    last = last or max([*map(str, known), first])
    years = parse_year(f"{first}..{last}")
    return replace(query, years=tuple(dict.fromkeys((*query.years, years))), offset=0)


def is_search(query: Query) -> bool:
    """Whether the query has a text or a filter, or asks for what came in last.

    Without, the start page is shown.
    """
    filters = (*(selected(query, facet) for facet in FACETS), query.levels, query.since, query.same)
    return bool(query.text or query.inside or any(filters) or query.sort == "arrived")


def pairs(query: Query) -> list[tuple[str, str]]:
    """The parameters of ``query``, without those that have their default value."""
    parameters = _search_pairs(query)
    parameters += [("region", path) for path in query.regions]
    parameters += [("year", year_text(years)) for years in query.years]
    parameters += [("theme", path) for path in query.themes]
    parameters += [("kind", kind) for kind in query.kinds]
    parameters += [("wording", wording) for wording in query.wordings]
    parameters += [("level", level) for level in query.levels]
    parameters += [("since", utc(query.since)), ("same", query.same)]
    parameters += [("sort", "" if query.sort == "relevance" else query.sort)]
    parameters += [("fold", "1" if query.fold else "")]
    return [(name, value) for name, value in parameters if value]


def _search_pairs(query: Query) -> list[tuple[str, str]]:
    """The values of ``SEARCH_PARAMETERS``; empty for a default value."""
    return [
        ("q", query.text),
        ("exact", "1" if query.exact else ""),
        ("synonyms", "" if query.synonyms else "0"),
        ("within", "sentence" if query.one_sentence else ""),
        *(("in", text) for text in query.inside),
    ]


def page_number(query: Query) -> int:
    """The number of the results page that ``query`` asks for, from 1."""
    return query.offset // PAGE_SIZE + 1


def back_pairs(query: Query) -> list[tuple[str, str]]:
    """The parameters of ``way_back``."""
    return _page_pairs(query, page_number(query))


def way_back(query: Query) -> str:
    """What the address of a paragraph or report needs to mark the query and to lead back.

    These are the parameters of the results page where one was, with a ``?`` before them; empty
    for the start page. Permalinks and citations never have them.
    """
    return address(query, page_number(query)).removeprefix("/")


def address(query: Query, page: int = 1, path: str = "/") -> str:
    """The address of a results page; for an empty query it is the start page.

    ``path`` is that of another view of the same query.
    """
    parameters = _page_pairs(query, page)
    return f"{path}?{urlencode(parameters, safe='/')}" if parameters else path


def feed_address(query: Query) -> str:
    """The address of the feed of a query, which has an order of its own."""
    return address(replace(query, sort="relevance"), path="/feed")


def _page_pairs(query: Query, page: int) -> list[tuple[str, str]]:
    return pairs(query) + ([("page", str(page))] if page > 1 else [])


def hidden_pairs(query: Query, *shown: str) -> list[tuple[str, str]]:
    """The parameters that the form around the box has to keep.

    It has controls for ``q``, ``exact`` and ``within``; ``shown`` names those for which the page
    has another control.
    """
    return [pair for pair in pairs(query) if pair[0] not in ("q", "exact", "within", *shown)]


def year_text(years: tuple[int, int] | None) -> str:
    """``(2024, 2024)`` → ``2024``; ``(2019, 2022)`` → ``2019..2022``; None → ``unknown``."""
    if years is None:
        return UNKNOWN
    first, last = years
    return str(first) if first == last else f"{first}..{last}"


def selected(query: Query, facet: str) -> tuple[str, ...]:
    """The paths that are selected in one facet."""
    match facet:
        case "year":
            return tuple(map(year_text, query.years))
        case "region":
            return query.regions
        case "theme":
            return query.themes
        case "kind":
            return query.kinds
    return query.wordings


def select(query: Query, facet: str, paths: tuple[str, ...]) -> Query:
    """The query with these paths selected in one facet, starting at its first hit."""
    match facet:
        case "year":
            return replace(query, years=tuple(map(parse_year, paths)), offset=0)
        case "region":
            return replace(query, regions=paths, offset=0)
        case "theme":
            return replace(query, themes=paths, offset=0)
        case "kind":
            return replace(query, kinds=paths, offset=0)
    return replace(query, wordings=tuple(map(_wording, paths)), offset=0)


def _query(args: Args) -> Query:
    return Query(
        text=args.get("q", "").strip(),
        exact=_flag(args, "exact", False, "写 1（精确）或 0（模糊）"),
        synonyms=_flag(args, "synonyms", True, "写 1（同时查找同义词）或 0（只查原词）"),
        one_sentence=_within(args.get("within", "")),
        inside=_values(args, "in"),
        regions=_values(args, "region"),
        years=tuple(map(parse_year, _values(args, "year"))),
        themes=_values(args, "theme"),
        kinds=_values(args, "kind"),
        wordings=tuple(map(_wording, _values(args, "wording"))),
        levels=tuple(map(_level, _values(args, "level"))),
        since=parse_since(args.get("since", "")),
        same=args.get("same", "").strip(),
        sort=_sort(args.get("sort", "") or "relevance"),
        fold=_flag(args, "fold", False, "写 1（合并同文）或 0（逐段列出）"),
    )


def _values(args: Args, name: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(v.strip() for v in args.getlist(name) if v.strip()))
    if len(values) > MAX_VALUES:  # each is in the link of every other one
        raise QueryError(f"参数 {name} 有 {len(values)} 个值", f"至多 {MAX_VALUES} 个")
    return values


def _flag(args: Args, name: str, default: bool, hint: str) -> bool:
    value = args.get(name, "")
    if value not in ("", "0", "1"):
        raise QueryError(f"参数 {name} 的值“{value[:30]}”看不懂", hint)
    return value == "1" if value else default


def _within(value: str) -> bool:
    if value not in ("", "paragraph", "sentence"):
        hint = "写 sentence（词语在同一句里）或 paragraph（在同一段里）"
        raise QueryError(f"参数 within 的值“{value[:30]}”看不懂", hint)
    return value == "sentence"


def _sort(value: str) -> Sort:
    if value not in get_args(Sort):
        hint = "可用 relevance（相关）、newest（由新到旧）、oldest（由旧到新）、arrived（最近收录）"
        raise QueryError(f"没有“{value[:30]}”这种排序", hint)
    return cast(Sort, value)


def _wording(value: str) -> Wording:
    if value not in get_args(Wording):
        hint = "可用 formulaic（通用表述）、particular（特有表述）"
        raise QueryError(f"没有“{value[:30]}”这种表述", hint)
    return cast(Wording, value)


def _level(value: str) -> Level:
    if value not in get_args(Level):
        hint = "可用 national（全国）、province（省）、city（市）、county（县）、unknown（未标明）"
        raise QueryError(f"没有“{value[:30]}”这个层级", hint)
    return cast(Level, value)


def number(args: Args, name: str, default: int, minimum: int, maximum: int) -> int:
    """The whole number of a parameter; raises ``QueryError`` if it is none, or out of range."""
    value = args.get(name, "") or str(default)
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise QueryError(
            f"参数 {name} 的值“{value[:30]}”不是整数", f"写 {minimum} 到 {maximum} 的整数"
        )
    if not minimum <= int(value) <= maximum:
        raise QueryError(f"参数 {name} 的值 {value} 超出范围", f"写 {minimum} 到 {maximum} 的整数")
    return int(value)
