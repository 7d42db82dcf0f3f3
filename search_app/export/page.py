"""The addresses of exports, which are sent while they are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import chain

from flask import Blueprint, Response, request

from search_app import params, site
from search_app.attachment import SHEET, attachment
from search_app.export.formats import FORMATS, Pieces
from search_app.export.gather import gather
from search_app.lookup import pinned_searcher

pages = Blueprint("export", __name__)

_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": SHEET,
    "jsonl": "application/jsonl; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
_MIN_SENT_BYTES = 1 << 16  # at once


@pages.get("/export.csv", defaults={"suffix": "csv"})
@pages.get("/export.xlsx", defaults={"suffix": "xlsx"})
@pages.get("/export.jsonl", defaults={"suffix": "jsonl"})
@pages.get("/export.md", defaults={"suffix": "md"})
def export(suffix: str) -> Response:
    query = params.view_query(request.args)
    with ExitStack() as opened:
        searcher = opened.enter_context(pinned_searcher())
        found = gather(searcher, query, site.root(), site.today())
        pieces = opened.enter_context(closing(FORMATS[suffix](found)))
        sent = _joined(pieces)
        first = next(sent)  # what fails, mostly fails here, and an error can still be answered
        headers = attachment(found.title, "yinju-export", suffix)
        response = Response(
            chain([first], sent), content_type=_MEDIA_TYPES[suffix], headers=headers
        )
        response.call_on_close(opened.pop_all().close)
    return response


def _joined(pieces: Pieces) -> Iterator[bytes]:
    """Fewer and longer pieces, at least one; each costs the server some work."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        if len(buffer) >= _MIN_SENT_BYTES:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer)
