"""Offers to filter by the regions and years that a query names.

``湖南 DRG`` looks for paragraphs that say 湖南, which a report of 湖南 seldom does. So the
words that name a region or years of the index are offered as filters, with the number of
paragraphs; the query is never changed by itself. Quotations, exclusions, titles, and what an
OR may join are left alone, as are names in the middle of a run of text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, product
from typing import NamedTuple

from engine.analyze import normalise
from engine.engine import Searcher
from engine.errors import QueryError
from engine.model import Page, Query
from engine.query.lexer import Lexeme, lex
from search_app.params import select, selected, year_text
from search_app.place_names import place_names

MAX_OFFERS = 3
_MAX_LENGTH = 100  # characters; a longer text is a passage, not a query
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = r"(?:19|20)\d\d"
_YEARS = re.compile(rf"({_YEAR})(?:年?(?:[-—–~～至到]|\.\.)({_YEAR}))?(年(?:度)?)?")
_HAN_YEAR = re.compile("(?:一九|二[〇○零])[〇○零一二三四五六七八九]{2}(?=年|$)")
_NO_YEAR_BEHIND = re.compile("[0-9.,%‰万亿千百元个人名户家项件次亩吨米公平·]")


@dataclass(frozen=True, slots=True)
class Offer:
    """A query with filters instead of names, its ``total``, and the names of its filters."""

    query: Query
    text: str
    total: int


class _Name(NamedTuple):
    """A stretch of the query that names years, or regions of the same name."""

    start: int
    end: int
    paths: Sequence[str] = ()
    years: tuple[int, int] | None = None


def offers(searcher: Searcher, page: Page) -> list[Offer]:
    """At most ``MAX_OFFERS`` offers for a page of results; none finds nothing."""
    query = page.query
    if not query.text or len(query.text) > _MAX_LENGTH:
        return []
    edges = {edge for term in page.understood.terms for edge in (term.start, term.end)}
    names = list(_find(query, place_names(searcher.vocabulary()), edges))
    found: list[Offer] = []
    for candidate in dict.fromkeys(_candidates(query, names)):
        if len(found) < MAX_OFFERS and (total := _total(searcher, candidate)):
            found.append(Offer(candidate, _text(query, candidate), total))
    return found


def _total(searcher: Searcher, query: Query) -> int:
    """The number of paragraphs; 0 where what is left is no query: ``-`` of ``湖南 -``."""
    try:
        return searcher.count(query)
    except QueryError:
        return 0


def _candidates(query: Query, names: Sequence[_Name]) -> Iterator[Query]:
    """Yield the queries with everything filtered that is named, then with one facet alone."""
    places = [name for name in names if name.paths]
    years = [name for name in names if name.years]
    for chosen in (names, places, years):
        paths = [name.paths for name in _narrowest(chosen) if name.paths]
        spans = tuple(dict.fromkeys(year_text(name.years) for name in chosen if name.years))
        for regions in list(product(*paths))[:MAX_OFFERS]:
            filtered = replace(query, text=_without(query.text, chosen), offset=0)
            if chosen and (not regions or query.regions in ((), regions)):
                filtered = select(filtered, "region", regions or query.regions)
                if not spans or selected(query, "year") in ((), spans):
                    yield select(filtered, "year", spans or selected(query, "year"))


def _narrowest(names: Sequence[_Name]) -> Iterator[_Name]:
    """The names with a region and then one inside it taken together: 湖南省湘潭市."""
    last: _Name | None = None
    for name in names:
        inside = [
            path
            for path in name.paths
            if last and any(path.startswith(f"{above}/") for above in last.paths)
        ]
        if last and not inside:
            yield last
        last = name._replace(paths=inside) if inside else name
    if last:
        yield last


def _text(old: Query, new: Query) -> str:
    """The filters that are new, for a person: ``湖南省湘潭市、2022年``."""
    regions = [path.replace("/", "") for path in new.regions if path not in old.regions]
    years = [year_text(span).replace("..", "—") + "年" for span in new.years]
    return "、".join(regions + (years if new.years != old.years else []))


def _find(query: Query, places: Mapping[str, list[str]], edges: set[int]) -> Iterator[_Name]:
    """Yield the names in runs that every paragraph has to match, in their order."""
    lexemes = list(lex(query.text, query.exact))
    depths = list(accumulate({"(": 1, ")": -1}.get(lexeme.kind, 0) for lexeme in lexemes))
    if any(
        lexeme.kind == "or" and not depth for lexeme, depth in zip(lexemes, depths, strict=True)
    ):
        return
    for at, (lexeme, depth) in enumerate(zip(lexemes, depths, strict=True)):
        before = lexemes[at - 1].kind if at else ""
        after = lexemes[at + 1].kind if at + 1 < len(lexemes) else ""
        is_required = not depth and before not in ("minus", "not", "title", "bar")
        if lexeme.kind == "run" and is_required and after != "bar":
            yield from _in_run(query.text, lexeme, places, edges)


def _in_run(
    text: str, run: Lexeme, places: Mapping[str, list[str]], edges: set[int]
) -> Iterator[_Name]:
    """Yield the names at the beginning of a run, then those at its end."""
    plain = normalise(text)
    found = _all_names(plain, run, places)
    starts = {name.start for name in found} | edges | {run.end}
    ends = {name.end for name in found} | edges | {run.start}
    whole = [name for name in found if name.start in ends and name.end in starts]
    leading: list[_Name] = []
    trailing: list[_Name] = []
    at = run.start
    while name := max((n for n in whole if n.start == at), key=lambda n: n.end, default=None):
        leading.append(name)
        at = name.end
    first, at = at, run.end
    while name := min(
        (n for n in whole if n.end == at and n.start >= first), key=lambda n: n.start, default=None
    ):
        trailing.insert(0, name)
        at = name.start
    if first >= at or _is_word(text[first:at]):
        yield from leading + trailing


def _is_word(text: str) -> bool:
    """Whether what is left of a run stays one: ``-学生`` of ``湖南-学生`` would exclude."""
    try:
        return [lexeme.kind for lexeme in lex(text, exact=False)] == ["run"]
    except QueryError:
        return False


def _all_names(plain: str, run: Lexeme, places: Mapping[str, list[str]]) -> list[_Name]:
    """Every stretch of a run that could be a name, wherever it stands."""
    stretch = plain[run.start : run.end]
    digits = _HAN_YEAR.sub(lambda year: year[0].translate(_DIGITS), stretch)
    found = []
    for match in _YEARS.finditer(digits):
        first, last = int(match[1]), int(match[2] or match[1])
        start, end = run.start + match.start(), run.start + match.end()
        is_number = not match[3] and _NO_YEAR_BEHIND.match(digits, match.end())
        is_part = match.start() and re.match("[0-9.,a-z]", digits[match.start() - 1])
        if first <= last and not is_number and not is_part:
            found.append(_Name(start, end, years=(first, last)))
    longest = max(map(len, places), default=0)
    for start in range(run.start, run.end):
        for end in range(start + 2, min(run.end, start + longest) + 1):
            if paths := places.get(plain[start:end]):
                found.append(_Name(start, end, tuple(paths)))
    return found


def _without(text: str, names: Sequence[_Name]) -> str:
    """The query without names, nor an AND or 的 that would be left over."""
    for name in reversed(names):
        before, after = text[: name.start].rstrip(), text[name.end :].lstrip()
        after = after[1:] if after.startswith("的") else after
        if after.startswith("AND "):
            after = after[4:]
        elif before.endswith(" AND"):
            before = before[:-4]
        text = f"{before} {after}".strip()
    return text.removeprefix("AND ").removesuffix(" AND").strip()
