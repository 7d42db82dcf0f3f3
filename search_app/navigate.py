"""Makes the links of a results page: chips to remove, values to filter by, pages to turn.

Every link is made from the query, so it works without JavaScript, and its address
describes the results completely.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from engine.model import UNKNOWN, Hit, Level, Page, Query, Report
from engine.query.plan import MAX_EARLIER
from search_app.params import FACETS, PAGE_SIZE, address, page_number, pairs, select, selected
from search_app.since import in_china

LABELS = {"region": "地区", "year": "年份", "theme": "主题", "kind": "文种", "wording": "表述"}
UNMARKED = "未标明"
DISPLAY_NAMES = {UNKNOWN: UNMARKED, "formulaic": "通用表述", "particular": "特有表述"}
LEVEL_NAMES: Mapping[Level, str] = {
    "national": "全国",
    "province": "省级",
    "city": "市级",
    "county": "县级",
    "unknown": UNMARKED,
}
MAX_EXCERPT_LENGTH = 16  # characters of a paragraph or an earlier query in its chip


@dataclass(frozen=True, slots=True)
class Chip:
    """A selected value, or an earlier query, and the address without it."""

    facet: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A link of the pager; ``page`` is 0 for a gap, ``href`` is empty for the current page."""

    text: str
    page: int = 0
    href: str = ""


def chips(query: Query, same: str = "") -> list[Chip]:
    """One chip for each earlier query, for ``query.same``, each selected value, each level, and
    ``query.since``.

    ``same`` is the text of the paragraph ``query.same``.
    """
    earlier = [
        Chip("先前检索", _excerpt(text), address(_without_earlier(query, text)))
        for text in query.inside
    ]
    same_chip = [Chip("同文", _excerpt(same), address(replace(query, same="")))] if same else []
    levels = [
        Chip("层级", LEVEL_NAMES[level], address(without_level(query, level)))
        for level in query.levels
    ]
    values = [
        Chip(LABELS[facet], name_of(path), address(without(query, facet, path)))
        for facet in FACETS
        for path in _in_order(query, facet)
    ]
    return [*earlier, *same_chip, *values, *levels, *_since_chip(query)]


def _since_chip(query: Query) -> list[Chip]:
    href = address(replace(query, since=0, offset=0))
    return [Chip("收录", f"{in_china(query.since)} 以后", href)] if query.since else []


def without_level(query: Query, level: Level) -> Query:
    """The query without one of the selected levels."""
    return replace(query, levels=tuple(each for each in query.levels if each != level), offset=0)


def _excerpt(text: str) -> str:
    return text if len(text) <= MAX_EXCERPT_LENGTH else f"{text[:MAX_EXCERPT_LENGTH]}……"


def _without_earlier(query: Query, text: str) -> Query:
    return replace(query, inside=tuple(other for other in query.inside if other != text))


def _in_order(query: Query, facet: str) -> tuple[str, ...]:
    """The selected paths of a facet; years in the order of their list, not of their ticks."""
    if facet == "year":
        newest_first = lambda years: (years is None, [-year for year in reversed(years or ())])  # noqa: E731
        query = replace(query, years=tuple(sorted(query.years, key=newest_first)))
    return selected(query, facet)


def name_of(path: str) -> str:
    """The name of a path for a person: ``湖南省/怀化市`` → ``怀化市``; ``unknown`` → ``未标明``."""
    return DISPLAY_NAMES.get(path) or path.rpartition("/")[2].replace("..", "—")


def describe(query: Query) -> str:
    """A results page in a line: ``新质生产力 · 精确 · 湖南省、2024 · 第 3 页``; 浏览 if no text."""
    values = [name_of(path) for facet in FACETS for path in selected(query, facet)]
    names = "、".join([*values, *(LEVEL_NAMES[level] for level in query.levels)])
    number = page_number(query)
    parts = (
        query.text or "浏览",
        f"先前：{'、'.join(query.inside)}" if query.inside else "",
        "精确" if query.exact else "",
        "同句" if query.one_sentence else "",
        "同文" if query.same else "",
        names,
        f"{in_china(query.since)} 以后收录" if query.since else "",
        f"第 {number} 页" if number > 1 else "",
    )
    return " · ".join(filter(None, parts))


def names_of(path: str) -> tuple[str, ...]:
    """The names of a path at each level: ``湖南省/怀化市`` → ``(湖南省, 怀化市)``."""
    return tuple(map(name_of, path.split("/")))


def without(query: Query, facet: str, path: str) -> Query:
    """The query without one selected value of a facet."""
    return select(query, facet, tuple(p for p in selected(query, facet) if p != path))


def unfiltered(query: Query) -> Query:
    """The query without any filter, and without earlier queries."""
    query = replace(query, same="", inside=(), levels=(), since=0)
    for facet in FACETS:
        query = select(query, facet, ())
    return query


def inside_results(query: Query) -> list[tuple[str, str]]:
    """The parameters of a form that searches within the results of ``query``, but for its box.

    Empty where there is no text to search within, or where there are too many earlier queries.
    """
    earlier = (*query.inside, query.text)
    if not query.text or len(set(earlier)) > MAX_EARLIER:
        return []
    return pairs(replace(query, text="", inside=tuple(dict.fromkeys(earlier))))


def filtered_by(query: Query, facet: str, path: str) -> str:
    """The address of the results with only this value selected in its facet."""
    return address(select(query, facet, (path,)))


def same_as(hit: Hit) -> str:
    """The address of the near-duplicates of a hit, the oldest first."""
    return address(Query(same=hit.paragraph.id, sort="oldest"))


def step(count: float, max_count: float) -> int:
    """A count on the scale of the style sheet, 1 to 20; 0 only for a count of 0."""
    return max(1, round(20 * count / max_count)) if count else 0


def pager(page: Page) -> list[Turn]:
    """Links to the first and the last page, and to the pages around the current one."""
    here = page_number(page.query)
    return turns(here, last_page(page), lambda number: address(page.query, number))


def turns(here: int, last: int, href_of: Callable[[int], str]) -> list[Turn]:
    """A pager of ``last`` pages, whose addresses ``href_of`` makes; ``here`` is the current one."""
    near = sorted({1, last, *range(max(1, here - 2), min(last, here + 2) + 1)})
    links = [] if here == 1 else [Turn("上一页", here - 1, href_of(here - 1))]
    for before, number in zip([0, *near], near, strict=False):
        if number - before > 1:
            links.append(Turn("…"))
        links.append(Turn(str(number), number, "" if number == here else href_of(number)))
    if here < last:
        links.append(Turn("下一页", here + 1, href_of(here + 1)))
    return links


def last_page(page: Page) -> int:
    """The number of the last page that has hits, at least 1."""
    return max(1, -(-page.entries // PAGE_SIZE))


def full_title(report: Report) -> str:
    """The title of a report, with its place and year where the title does not say them.

    Hundreds of reports share the title ``政府工作报告``: ``政府工作报告（怀化市 · 2024）``.
    """
    names, year, title = report.region.names, str(report.year or ""), report.title
    said = any(name in title or name[:-1] in title for name in names[-1:])
    missing = ("" if said else "".join(names), "" if year in title else year)
    return f"{title}（{' · '.join(filter(None, missing))}）" if any(missing) else title


def place(report: Report) -> str:
    """The region and year of a report in a line: ``湖南省怀化市 · 2024``."""
    region = "".join(report.region.names) or f"地区{UNMARKED}"
    return f"{region} · {report.year or f'年份{UNMARKED}'}"
