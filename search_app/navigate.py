"""Ways on from a results page: chips to take away, facets to tick, pages to turn.

Everything is a link made from the query, so that it works without JavaScript
and an address says all there is to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.model import UNKNOWN, FacetCount, Hit, Overview, Page, Query, Report
from search_app.params import FACETS, PAGE_SIZE, address, select, selected

LABELS = {"region": "地区", "year": "年份", "theme": "主题", "wording": "表述"}
UNMARKED = "未标明"
NAMES = {UNKNOWN: UNMARKED, "formulaic": "通用表述", "particular": "特有表述"}
SHOWN = 8  # values of a facet before the rest is folded
NAMED = 16  # characters of a paragraph that stand for it
LIGHT = 4  # reports of a cell that still look few, however small the index


@dataclass(frozen=True, slots=True)
class Chip:
    """A selected value and the address without it."""

    facet: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A link of the pager; ``page`` 0 is a gap, an empty ``href`` the present page."""

    text: str
    page: int = 0
    href: str = ""


def chips(query: Query, same: str = "") -> list[Chip]:
    """One for the text of ``query.same``, one for each selected value in the order of facets."""
    text = same if len(same) <= NAMED else f"{same[:NAMED]}……"
    alike = [Chip("同文", text, address(replace(query, same="")))] if same else []
    return alike + [
        Chip(LABELS[facet], name_of(path), address(without(query, facet, path)))
        for facet in FACETS
        for path in selected(query, facet)
    ]


def name_of(path: str) -> str:
    """What a person reads for a path: ``湖南省/怀化市`` → ``怀化市``; ``unknown`` → ``未标明``."""
    return NAMES.get(path) or path.rpartition("/")[2].replace("..", "—")


def without(query: Query, facet: str, path: str) -> Query:
    """The query with one value of a facet no longer selected."""
    return select(query, facet, tuple(p for p in selected(query, facet) if p != path))


def unfiltered(query: Query) -> Query:
    """The query narrowed to nothing."""
    query = replace(query, same="")
    for facet in FACETS:
        query = select(query, facet, ())
    return query


def filtered_by(query: Query, facet: str, path: str) -> str:
    """The address with this value alone selected in its facet."""
    return address(select(query, facet, (path,)))


def same_as(hit: Hit) -> str:
    """The address of the paragraphs that say nearly the same as a hit, the oldest first."""
    return address(Query(same=hit.paragraph.id, sort="oldest"))


def is_open(value: FacetCount) -> bool:
    """Whether a value's children are listed: it, or something below it, is selected."""
    return bool(value.children) and (value.selected or _any_selected(value.children))


def _any_selected(values: Sequence[FacetCount]) -> bool:
    return any(value.selected or _any_selected(value.children) for value in values)


def fold(values: Sequence[FacetCount]) -> tuple[list[FacetCount], list[FacetCount]]:
    """Values to show and values to fold away; nothing selected is ever folded."""
    if len(values) <= SHOWN + 1:
        return list(values), []
    kept = [i < SHOWN or v.selected or is_open(v) for i, v in enumerate(values)]
    shown = [value for value, keep in zip(values, kept, strict=True) if keep]
    return shown, [value for value, keep in zip(values, kept, strict=True) if not keep]


@dataclass(frozen=True, slots=True)
class Box:
    """A value to tick. ``width`` is that of its bar (see ``step``); ``below`` are the
    values under it, where these are listed; it is ``deeper`` where they are not."""

    path: str
    name: str
    count: str
    selected: bool
    width: int
    deeper: bool
    below: Boxes | None


@dataclass(frozen=True, slots=True)
class Boxes:
    """The values of a facet, or under one of them: those to show and those to fold away."""

    shown: list[Box]
    folded: list[Box]


def boxes(values: Sequence[FacetCount]) -> Boxes:
    """What a facet looks like; made here, since a template takes longer for it."""
    most = max((value.count for value in values), default=0)
    shown, folded = fold(values)
    return Boxes([_box(value, most) for value in shown], [_box(value, most) for value in folded])


def _box(value: FacetCount, most: int) -> Box:
    below = boxes(value.children) if is_open(value) else None
    name, count, width = name_of(value.path), f"{value.count:,}", step(value.count, most)
    deeper = bool(value.children) and below is None
    return Box(value.path, name, count, value.selected, width, deeper, below)


def step(count: int, most: int) -> int:
    """A count as a step of the style sheet's scale, 0 to 20; only nothing is 0."""
    return max(1, round(20 * count / most)) if count else 0


def pager(page: Page) -> list[Turn]:
    """Links to the pages around this one, the first and the last."""
    here = page.query.offset // PAGE_SIZE + 1
    last = last_page(page)
    near = sorted({1, last, *range(max(1, here - 2), min(last, here + 2) + 1)})
    turns = [] if here == 1 else [Turn("上一页", here - 1, address(page.query, here - 1))]
    for before, number in zip([0, *near], near, strict=False):
        if number - before > 1:
            turns.append(Turn("…"))
        href = "" if number == here else address(page.query, number)
        turns.append(Turn(str(number), number, href))
    if here < last:
        turns.append(Turn("下一页", here + 1, address(page.query, here + 1)))
    return turns


def last_page(page: Page) -> int:
    """The number of the last page that has hits, at least 1."""
    return max(1, -(-page.entries // PAGE_SIZE))


def place(report: Report) -> str:
    """Where and when, in a line: ``湖南省怀化市 · 2024``."""
    region = "".join(report.region.names) or f"地区{UNMARKED}"
    return f"{region} · {report.year or f'年份{UNMARKED}'}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the overview: how many reports, where they are found, how dark it is."""

    count: int
    href: str
    step: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The overview as a table: a column a year, a row a province, both ending in 未标明."""

    years: list[str]
    rows: list[tuple[str, str, list[Cell]]]


def grid(overview: Overview) -> Grid:
    """What the index holds, richest province first."""
    years = sorted({year for _, year in overview.grid}, key=lambda year: (year is None, year))
    most = max([LIGHT, *overview.grid.values()])

    def cells(region: str) -> Iterator[Cell]:
        for year in years:
            count = overview.grid.get((region, year), 0)
            path = str(year or UNKNOWN)
            query = select(select(Query(), "region", (region,)), "year", (path,))
            yield Cell(count, address(query), step(count, most))

    rows = [
        (name_of(region), filtered_by(Query(), "region", region), list(cells(region)))
        for region in {region for region, _ in overview.grid}
    ]
    unmarked_last = lambda row: (row[0] == UNMARKED, -sum(c.count for c in row[2]), row[0])  # noqa: E731
    return Grid([name_of(str(year or UNKNOWN)) for year in years], sorted(rows, key=unmarked_last))
