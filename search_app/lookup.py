"""What a request asks of the engine: one state of the index, and a paragraph by its id."""

from __future__ import annotations

from contextlib import ExitStack

from flask import current_app, g, request

from engine.engine import Searcher
from engine.errors import QueryError
from engine.model import Hit
from search_app import params
from search_app.failures import Gone, Unknown
from search_app.holder import EngineHolder


def searcher() -> Searcher:
    """The state of the index that this request sees, however often it asks.

    Raises what opening the index raises, answered with 503.
    """
    if "searcher" not in g:
        holder: EngineHolder = current_app.extensions["yinju"]
        g.pinned = ExitStack()
        g.searcher = g.pinned.enter_context(holder.engine().searcher())
    pinned: Searcher = g.searcher
    return pinned


def release(_: BaseException | None = None) -> None:
    """Let go of the state that the request saw."""
    g.pop("searcher", None)
    if pinned := g.pop("pinned", None):
        pinned.close()


def find_hit(paragraph_id: str) -> Hit:
    """The paragraph, highlighted for ``q`` of the address; 410 if its report lost it, else 404."""
    try:
        found = searcher().hit(paragraph_id, params.page_query(request.args))
    except QueryError:  # a paragraph is there whatever was asked before
        found = searcher().hit(paragraph_id)
    if found:
        return found
    report = searcher().report(paragraph_id.rpartition("-")[0])
    if report:
        raise Gone(report.id, report.title)
    raise Unknown("一段")
