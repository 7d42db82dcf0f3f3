"""What a request asks of the engine: the engine itself, and a paragraph by its id."""

from __future__ import annotations

from flask import current_app, request

from engine.engine import Engine
from engine.errors import QueryError
from engine.model import Hit
from search_app import params
from search_app.failures import Gone, Unknown
from search_app.source import Source


def engine() -> Engine:
    """The app's engine; raises what opening it raises, answered with 503."""
    source: Source = current_app.extensions["yinju"]
    return source.engine()


def find_hit(paragraph_id: str) -> Hit:
    """The paragraph, highlighted for ``q`` of the address; 410 if its report lost it, else 404."""
    try:
        found = engine().hit(paragraph_id, params.page_query(request.args))
    except QueryError:  # a paragraph is there whatever was asked before
        found = engine().hit(paragraph_id)
    if found:
        return found
    report = engine().report(paragraph_id.rpartition("-")[0])
    if report:
        raise Gone(report.id, report.title)
    raise Unknown("一段")
