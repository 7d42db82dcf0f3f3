"""A value as JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from search_app.figures.collecting import Value
from search_app.present import report_json


def value_json(value: Value) -> dict[str, Any]:
    """A value as ``/api/values`` and ``/api/compare`` give it."""
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
