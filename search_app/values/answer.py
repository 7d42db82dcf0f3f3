"""Answers a query with the values of its paragraphs, as data and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from engine.budget import check_budget
from engine.engine import Searcher
from engine.model import Page, Query
from search_app.figures.collecting import Value, indicators, values_of
from search_app.figures.present import value_json

MAX_PARAGRAPHS = 10_000  # that are read for one answer; they take about two seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """The values of a query; ``page`` has its hits, at most ``MAX_PARAGRAPHS``."""

    page: Page
    values: tuple[Value, ...]

    @property
    def read(self) -> int:
        """The number of paragraphs that were read for values."""
        return len(self.page.hits)


def answer(searcher: Searcher, query: Query) -> Answer:
    """The values of the first ``MAX_PARAGRAPHS`` hits, in the order of the hits."""
    page = searcher.search(replace(query, limit=MAX_PARAGRAPHS, offset=0, highlight="none"))
    wanted = indicators(page.understood)
    any_of = page.understood.alternatives or page.understood.relaxed is not None
    values: list[Value] = []
    for hit in page.hits:
        check_budget()
        values += values_of(hit, wanted, any_of)
    return Answer(page, tuple(values))


def answer_json(found: Answer) -> dict[str, Any]:
    """The answer as ``/api/values`` and ``yinju values --json`` give it."""
    return {"values": [value_json(value) for value in found.values], "total": found.page.total}
