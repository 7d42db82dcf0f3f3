"""The facets of a results page, as its template shows them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model import Page
from search_app.facet_boxes import MAX_SHOWN_VALUES, Boxes, boxes, every, values_address
from search_app.navigate import LABELS
from search_app.params import selected
from search_app.year_bars import year_boxes


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet of a results page.

    ``size`` is its number of values at all levels. ``href`` leads to the page of all of them;
    it is empty if the boxes are few, or years.
    """

    name: str
    label: str
    boxes: Boxes
    size: int
    href: str


def facets(page: Page) -> list[Facet]:
    """The facets of a results page; made here, as a template takes longer.

    Those without a value are left out, unless a range of years has to stay selected.
    """
    shown = [name for name in LABELS if page.facets.get(name) or selected(page.query, name)]
    return [_facet(page, name) for name in shown]


def _facet(page: Page, name: str) -> Facet:
    values = page.facets.get(name, ())
    size = sum(1 for _ in every(values))
    is_long = size > MAX_SHOWN_VALUES + 1 and name != "year"
    href = values_address(page.query, name) if is_long else ""
    made = year_boxes(page) if name == "year" else boxes(values)
    return Facet(name, LABELS[name], made, size, href)
