"""Gives a request one state of the index, and finds a paragraph by its id."""

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
    """The searcher of this request, which sees the same state of the index each time.

    Raises what opening the index raises; ``failures`` answers it with 503.
    """
    if "searcher" not in g:
        holder: EngineHolder = current_app.extensions["yinju"]
        g.pinned = ExitStack()
        g.searcher = g.pinned.enter_context(holder.engine().searcher())
    pinned: Searcher = g.searcher
    return pinned


def release(_: BaseException | None = None) -> None:
    """Release the state of the index that the request used."""
    g.pop("searcher", None)
    if pinned := g.pop("pinned", None):
        pinned.close()


def find_hit(paragraph_id: str) -> Hit:
    """The paragraph, highlighted for the query in the address.

    Raises ``Gone`` where its report exists without it, ``Unknown`` where neither exists.
    """
    try:
        hit = searcher().hit(paragraph_id, params.page_query(request.args))
    except QueryError:  # show the paragraph even if the query in the address is faulty
        hit = searcher().hit(paragraph_id)
    if hit:
        return hit
    report = searcher().report(paragraph_id.rpartition("-")[0])
    if report:
        raise Gone(report.id, report.title)
    raise Unknown("一段")
