"""Answers a query with the values of its paragraphs, as data and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from engine.engine import Searcher
from engine.model import Page, Query
from search_app.present import report_json
from search_app.values.collecting import Value, indicators, values_of

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
    return Answer(
        page, tuple(value for hit in page.hits for value in values_of(hit, wanted, any_of))
    )


def answer_json(found: Answer) -> dict[str, Any]:
    """The answer as ``/api/values`` and ``yinju values --json`` give it."""
    return {"values": [value_json(value) for value in found.values], "total": found.page.total}


def value_json(value: Value) -> dict[str, Any]:
    """A value as ``answer_json`` has it."""
    report = value.hit.report
    change = {"base": value.base, "direction": value.direction} if value.direction else None
    return {
        "id": value.hit.paragraph.id,
        "start": value.start,
        "end": value.end,
        "text": value.text,
        "number": decimal_text(value.number),
        "to": None if value.to is None else decimal_text(value.to),
        "unit": value.unit,
        "bound": value.bound,
        "name": value.name,
        "change": change,
        "year": value.year,
        "year_from": value.year_from,
        "kind": value.kind,
        "report": report_json(report),
        "region": list(report.region.names),
    }


def decimal_text(number: Decimal) -> str:
    """A number in full, without an exponent or needless zeros: ``1.20E+4`` → ``12000``."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
