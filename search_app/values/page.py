"""The page of values at ``/values``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from engine.model import Query, Vocabulary
from search_app import navigate, nesting, params
from search_app.figures import words
from search_app.figures.collecting import Value
from search_app.lookup import searcher
from search_app.values import curve, table
from search_app.values.answer import MAX_PARAGRAPHS, Answer, answer
from search_app.values.table import Choice

pages = Blueprint("values", __name__)

PATH = "/values"
ROWS = 15  # regions of a table on one page
LISTED = 20  # sentences of the list on one page
MAX_CURVES = 5
_MAX_CHOICES, _MAX_NAMES = 10, 8
_MEASURES = {"level": "水平", "up": "增幅", "down": "降幅", "to": "倍数"}
_EXAMPLES = ("参保率", "地区生产总值", "城镇新增就业", "森林覆盖率")


@pages.get(PATH)
def values_page() -> str:
    query = nesting.narrowed(replace(params.page_query(request.args), limit=0, offset=0))
    if not query.text:
        return render_template("values.html", query=query, found=None, examples=_examples(query))
    found = _answer(searcher().vocabulary(), query)
    choice = _choice(found.values)
    shown = [value for value in found.values if choice and choice.holds(value)]
    return render_template("values.html", **_shape(query, found, choice, shown))


@lru_cache(maxsize=2)  # each holds some 40 MB
def _answer(_: Vocabulary, query: Query) -> Answer:
    """The values of a query, kept for the next choices that a reader makes on its page.

    The vocabulary is another object for each state of the index.
    """
    return answer(searcher(), query)


def _examples(query: Query) -> list[tuple[str, str]]:
    """Indicators to try, each with the address of its values."""
    return [(text, params.address(replace(query, text=text), path=PATH)) for text in _EXAMPLES]


def _choice(values: Sequence[Value]) -> Choice | None:
    """What the address asks for; what it leaves open is the most frequent that fits."""
    asked = [request.args.get(name) for name in ("unit", "measure", "outcome")]
    fitting = [
        choice
        for choice, _ in table.frequent(values)
        if all(want is None or want == is_ for want, is_ in zip(asked, choice, strict=True))
    ]
    return Choice(*fitting[0], request.args.get("name", "")) if fitting else None


def _shape(
    query: Query, found: Answer, choice: Choice | None, shown: Sequence[Value]
) -> dict[str, object]:
    """What the template shows."""
    tabled = table.tabulate(shown)
    said = table.by_sentence(shown)
    row_page, list_page = (
        _number("rows", len(tabled.rows), ROWS),
        _number("list", len(said), LISTED),
    )
    rows = tabled.rows[(row_page - 1) * ROWS : row_page * ROWS]
    places = request.args.getlist("place") or ["/".join(row.region) for row in tabled.rows[:1]]
    drawn = [row for row in tabled.rows if "/".join(row.region) in places][:MAX_CURVES]
    link = _links(query, choice)
    return {
        "query": query,
        "examples": _examples(query),
        "first": (list_page - 1) * LISTED + 1,
        "found": found,
        "choice": choice,
        "shown": shown,
        "table": tabled,
        "rows": rows,
        "said": len(said),
        "listed": said[(list_page - 1) * LISTED : list_page * LISTED],
        "row_pages": _pager(len(tabled.rows), ROWS, row_page, lambda n: link(rows=n, place=places)),
        "list_pages": _pager(len(said), LISTED, list_page, lambda n: link(list=n, place=places)),
        "drawings": curve.draw(tabled, drawn),
        "places": places,
        "toggled": lambda region: link(rows=row_page, place=_toggled(places, "/".join(region))),
        "choices": _choices(query, found.values, choice),
        "names": _names(query, found.values, choice),
        "filters": [
            f"{label} {navigate.name_of(path)}"
            for facet, label in navigate.LABELS.items()
            for path in params.selected(query, facet)
        ],
        "max_paragraphs": MAX_PARAGRAPHS,
        "words": words,
        "size": (curve.WIDTH, curve.HEIGHT),
    }


def _links(query: Query, choice: Choice | None) -> Callable[..., str]:
    """A function that makes addresses of this page for one choice."""
    chosen = (
        {"unit": choice.unit, "measure": choice.measure, "outcome": choice.outcome}
        | ({"name": choice.name} if choice.name else {})
        if choice
        else {}
    )

    def link(**more: object) -> str:
        pairs = [*params.pairs(query), *chosen.items(), *more.items()]
        return f"{PATH}?{urlencode(pairs, doseq=True, safe='/')}"

    return link


def _choices(
    query: Query, values: Sequence[Value], choice: Choice | None
) -> list[tuple[str, int, str, bool]]:
    """Text, number of values, address, and whether it is shown, of each choice."""
    shown = (choice.unit, choice.measure, choice.outcome) if choice else None
    return [
        (
            " · ".join((unit or "无单位", _MEASURES[measure], words.KINDS[outcome])),
            count,
            _links(query, Choice(unit, measure, outcome))(),
            shown == (unit, measure, outcome),
        )
        for (unit, measure, outcome), count in table.frequent(values)[:_MAX_CHOICES]
    ]


def _names(
    query: Query, values: Sequence[Value], choice: Choice | None
) -> list[tuple[str, int, str, bool]]:
    """The same of each name that narrows the choice, after all names together."""
    if choice is None:
        return []
    whole = Choice(choice.unit, choice.measure, choice.outcome)
    fitting = [value for value in values if whole.holds(value)]
    names = [("", len(fitting)), *table.frequent_names(fitting)[:_MAX_NAMES]]
    if choice.name and choice.name not in dict(names):
        names.append((choice.name, sum(value.name == choice.name for value in fitting)))
    return [
        (
            name or "不分",
            count,
            _links(query, Choice(whole.unit, whole.measure, whole.outcome, name))(),
            name == choice.name,
        )
        for name, count in names
    ]


def _toggled(places: Sequence[str], place: str) -> list[str]:
    return [p for p in places if p != place] if place in places else [*places, place][-MAX_CURVES:]


def _number(name: str, entries: int, size: int) -> int:
    """The page that the address asks for, no further than the last."""
    asked = params.number(request.args, name, 1, 1, MAX_PARAGRAPHS)
    return max(1, min(asked, -(-entries // size)))


def _pager(entries: int, size: int, here: int, link: Callable[[int], str]) -> list[navigate.Turn]:
    return navigate.turns(here, -(-entries // size), link)
