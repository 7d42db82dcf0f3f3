"""Gives a request one state of the index, and finds a passage by its id."""

from __future__ import annotations

from contextlib import ExitStack
from urllib.parse import urlencode

from flask import current_app, g, redirect, request
from werkzeug.wrappers import Response

from engine.engine import Searcher
from engine.errors import QueryError
from engine.ids import read_id
from search_app import params
from search_app.holder import EngineHolder
from search_app.passages import Passage
from search_app.permalinks import find_passage


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


def requested_passage(passage_id: str) -> Passage:
    """The passage of an id, its paragraph highlighted for the query in the address.

    Raises what ``permalinks.find_passage`` raises.
    """
    try:
        query = params.page_query(request.args)
        return find_passage(searcher(), passage_id, query)
    except QueryError:  # show the paragraph even if the query in the address is faulty
        return find_passage(searcher(), passage_id)


def redirect_keeping(path: str, code: int = 302) -> Response:
    """A redirect that keeps the parameters of the request."""
    parameters = [*request.args.items(multi=True)]
    return redirect(f"{path}?{urlencode(parameters)}" if parameters else path, code)


def redirect_quoted() -> Response | None:
    """Redirect an address copied from running text, such as ``/p/A1-B2。``, to that of its id."""
    for start in ("/p/", "/r/", "/api/paragraphs/"):
        text = request.path.removeprefix(start)
        if text != request.path and (found := read_id(text)) != text:
            return redirect_keeping(start + found, 308)
    return None
