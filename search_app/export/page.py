"""The addresses of exports, which are sent while they are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import chain
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from engine.engine import Searcher
from engine.errors import QueryError
from search_app import nesting, params, site
from search_app.attachment import SHEET, attachment
from search_app.export.formats import FORMATS, Export, Pieces
from search_app.export.hits import hit_export
from search_app.export.views import line_export, trend_export, value_export
from search_app.lines import page as lines_page
from search_app.lookup import pinned_searcher
from search_app.references import files
from search_app.trend import page as trend_page
from search_app.trend.counts import queries

if TYPE_CHECKING:
    from search_app.params import Args

pages = Blueprint("export", __name__)

_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": SHEET,
    "jsonl": "application/jsonl; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    **files.MEDIA_TYPES,
}
_MIN_SENT_BYTES = 1 << 16  # at once


@pages.get("/export.csv", defaults={"suffix": "csv"})
@pages.get("/export.xlsx", defaults={"suffix": "xlsx"})
@pages.get("/export.jsonl", defaults={"suffix": "jsonl"})
@pages.get("/export.md", defaults={"suffix": "md"})
@pages.get("/export.ris", defaults={"suffix": "ris"})
@pages.get("/export.bib", defaults={"suffix": "bib"})
@pages.get("/export.csl.json", defaults={"suffix": "csl.json"})
def export(suffix: str) -> Response:
    with ExitStack() as opened:
        searcher = opened.enter_context(pinned_searcher())
        found = _asked(searcher, request.args)
        pieces = opened.enter_context(closing(FORMATS[suffix](found)))
        sent = _joined(pieces)
        first = next(sent)  # what fails, mostly fails here, and an error can still be answered
        headers = attachment(found.title, "yinju-export", suffix)
        response = Response(
            chain([first], sent), content_type=_MEDIA_TYPES[suffix], headers=headers
        )
        response.call_on_close(opened.pop_all().close)
    return response


def _asked(searcher: Searcher, args: Args) -> Export:
    """The search or the view that the address asks for; raises ``QueryError``."""
    root, made = site.root(), site.today()
    match args.get("view", ""):
        case "":
            return hit_export(searcher, params.view_query(args, "view"), root, made)
        case "lines":
            query, side = lines_page.read(args, "view")
            return line_export(searcher, query, side, root, made)
        case "trend":
            query, others, by = trend_page.read(args, "view")
            return trend_export(searcher, queries(query, others), by, root, made)
        case "values":
            query = params.view_query(args, "view")
            return value_export(searcher, nesting.narrowed(query), root, made)
    raise QueryError(
        "参数 view 的值看不懂", "可用 lines（逐行）、trend（趋势）、values（数值）；不写则导出段落"
    )


def _joined(pieces: Pieces) -> Iterator[bytes]:
    """Fewer and longer pieces, at least one; each costs the server some work."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        if len(buffer) >= _MIN_SENT_BYTES:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer)
