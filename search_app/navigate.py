"""Makes the links of a results page: chips to remove, facet values to tick, pages to turn.

Every link is made from the query, so it works without JavaScript, and its address
describes the results completely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.model import UNKNOWN, FacetCount, Hit, Overview, Page, Query, Report
from search_app.params import FACETS, PAGE_SIZE, address, page_number, select, selected

LABELS = {"region": "地区", "year": "年份", "theme": "主题", "kind": "文种", "wording": "表述"}
UNMARKED = "未标明"
DISPLAY_NAMES = {UNKNOWN: UNMARKED, "formulaic": "通用表述", "particular": "特有表述"}
MAX_SHOWN_VALUES = 8  # of a facet; the others are folded away
MAX_EXCERPT_LENGTH = 16  # characters of a paragraph in its chip
MIN_GRID_SCALE = 4  # reports; so a small index has no dark cells for a few reports


@dataclass(frozen=True, slots=True)
class Chip:
    """A selected value and the address without it."""

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
    """One chip for ``query.same``, and one for each selected value, in the order of facets.

    ``same`` is the text of the paragraph ``query.same``.
    """
    excerpt = same if len(same) <= MAX_EXCERPT_LENGTH else f"{same[:MAX_EXCERPT_LENGTH]}……"
    same_chip = [Chip("同文", excerpt, address(replace(query, same="")))] if same else []
    return same_chip + [
        Chip(LABELS[facet], name_of(path), address(without(query, facet, path)))
        for facet in FACETS
        for path in selected(query, facet)
    ]


def name_of(path: str) -> str:
    """The name of a path for a person: ``湖南省/怀化市`` → ``怀化市``; ``unknown`` → ``未标明``."""
    return DISPLAY_NAMES.get(path) or path.rpartition("/")[2].replace("..", "—")


def describe(query: Query) -> str:
    """A results page in a line: ``新质生产力 · 湖南省、2024 · 第 3 页``; without the text 浏览."""
    names = "、".join(name_of(path) for facet in FACETS for path in selected(query, facet))
    number = page_number(query)
    parts = (
        query.text or "浏览",
        "同文" if query.same else "",
        names,
        f"第 {number} 页" if number > 1 else "",
    )
    return " · ".join(filter(None, parts))


def without(query: Query, facet: str, path: str) -> Query:
    """The query without one selected value of a facet."""
    return select(query, facet, tuple(p for p in selected(query, facet) if p != path))


def unfiltered(query: Query) -> Query:
    """The query without any filter."""
    query = replace(query, same="")
    for facet in FACETS:
        query = select(query, facet, ())
    return query


def filtered_by(query: Query, facet: str, path: str) -> str:
    """The address of the results with only this value selected in its facet."""
    return address(select(query, facet, (path,)))


def same_as(hit: Hit) -> str:
    """The address of the near-duplicates of a hit, the oldest first."""
    return address(Query(same=hit.paragraph.id, sort="oldest"))


def is_open(value: FacetCount) -> bool:
    """Whether the children of a value are shown: it, or a value below it, is selected."""
    return bool(value.children) and (value.selected or _any_selected(value.children))


def _any_selected(values: Sequence[FacetCount]) -> bool:
    return any(value.selected or _any_selected(value.children) for value in values)


def fold(values: Sequence[FacetCount]) -> tuple[list[FacetCount], list[FacetCount]]:
    """The values to show and those to fold away; a selected value is always shown."""
    if len(values) <= MAX_SHOWN_VALUES + 1:
        return list(values), []
    is_shown = [i < MAX_SHOWN_VALUES or v.selected or is_open(v) for i, v in enumerate(values)]
    shown = [value for value, keep in zip(values, is_shown, strict=True) if keep]
    return shown, [value for value, keep in zip(values, is_shown, strict=True) if not keep]


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


def boxes(values: Sequence[FacetCount]) -> Boxes:
    """The check boxes of a facet; made here, because a template takes longer."""
    shown, folded = fold(values)
    return Boxes([_box(value) for value in shown], [_box(value) for value in folded])


def _box(value: FacetCount) -> Box:
    below = boxes(value.children) if is_open(value) else None
    deeper = bool(value.children) and below is None
    return Box(value.path, name_of(value.path), f"{value.count:,}", value.selected, deeper, below)


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


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the overview: number of reports, their address, darkness (see ``step``)."""

    count: int
    href: str
    step: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The overview as a table: one column per year, one row per province, 未标明 last."""

    years: list[str]
    rows: list[tuple[str, str, list[Cell]]]


def grid(overview: Overview) -> Grid:
    """The overview of an index; the province with most reports comes first."""
    years = sorted({year for _, year in overview.grid}, key=lambda year: (year is None, year))
    max_count = max([MIN_GRID_SCALE, *overview.grid.values()])

    def cells(region: str) -> Iterator[Cell]:
        for year in years:
            count = overview.grid.get((region, year), 0)
            path = str(year or UNKNOWN)
            query = select(select(Query(), "region", (region,)), "year", (path,))
            yield Cell(count, address(query), step(count, max_count))

    rows = [
        (name_of(region), filtered_by(Query(), "region", region), list(cells(region)))
        for region in {region for region, _ in overview.grid}
    ]
    unmarked_last = lambda row: (row[0] == UNMARKED, -sum(c.count for c in row[2]), row[0])  # noqa: E731
    return Grid([name_of(str(year or UNKNOWN)) for year in years], sorted(rows, key=unmarked_last))
