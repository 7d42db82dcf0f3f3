"""The page of lines at ``/lines``, and the same as JSON at ``/api/lines``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import QueryError
from engine.model import Query
from search_app import navigate, nesting, params
from search_app.lines.concordance import (
    MAX_COUNTED,
    MAX_PARAGRAPHS,
    Concordance,
    Side,
    concordance,
    concordance_json,
    has_lines,
)
from search_app.lookup import searcher
from search_app.navigate import Turn

if TYPE_CHECKING:
    from search_app.params import Args

pages = Blueprint("lines", __name__)

PATH = "/lines"
PAGE_LINES = 100
MAX_API_LINES = 1000  # of one answer; ``limit=0`` means this many
ORDERS = {
    "relevance": "相关",
    "newest": "由新到旧",
    "oldest": "由旧到新",
    "left": "左边的字",
    "right": "右边的字",
}


@pages.get("/api/lines")
def lines_api() -> Response:
    query, side = read(request.args, "limit", "offset")
    limit = params.number(request.args, "limit", PAGE_LINES, 0, MAX_API_LINES)
    offset = params.number(request.args, "offset", 0, 0, params.MAX_OFFSET)
    found = concordance(searcher(), query, side, limit or MAX_API_LINES, offset)
    return jsonify(concordance_json(found))


@pages.get(PATH)
def lines_page() -> AnyResponse | str | tuple[str, int]:
    query, side = read(request.args, "page")
    number = params.number(request.args, "page", 1, 1, params.MAX_OFFSET // PAGE_LINES)
    narrowed = nesting.narrowed(query)
    if narrowed != query:  # as the results page does, to which the numbers lead
        return redirect(lines_address(narrowed, side))
    if not has_lines(query):
        return render_template("lines.html", query=query, found=None)
    found = concordance(searcher(), query, side, PAGE_LINES, (number - 1) * PAGE_LINES)
    page = render_template(
        "lines.html",
        query=query,
        side=side,
        found=found,
        orders=_orders(query, side),
        pager=_pager(found, query, side, number),
        first_page=lines_address(query, side),
        max_counted=MAX_COUNTED,
    )
    return page, 200 if found.lines or number == 1 else 404


def read(args: Args, *others: str) -> tuple[Query, Side | None]:
    """The query of the request, and the side to sort by; raises ``QueryError``."""
    order = args.get("sort") or "relevance"
    if order not in ORDERS:
        names = "、".join(f"{value}（{name}）" for value, name in ORDERS.items())
        raise QueryError(f"没有“{order[:30]}”这种排序", f"可用 {names}")
    side = cast(Side, order) if order in ("left", "right") else None
    if side:
        args = MultiDict(pair for pair in args.items(multi=True) if pair[0] != "sort")
    return replace(params.view_query(args, *others), limit=MAX_PARAGRAPHS), side


def lines_address(query: Query, side: Side | None = None, page: int = 1) -> str:
    """The address of a page of lines."""
    parameters = [pair for pair in params.pairs(query) if not (side and pair[0] == "sort")]
    parameters += [("sort", side)] if side else []
    parameters += [("page", str(page))] if page > 1 else []
    return f"{PATH}?{urlencode(parameters, safe='/')}" if parameters else PATH


def _orders(query: Query, side: Side | None) -> list[tuple[str, str]]:
    """The names of the orders with their addresses; that of the current one is empty."""
    current = side or query.sort
    links: list[tuple[str, str]] = []
    for order, name in ORDERS.items():
        if order in ("left", "right"):
            href = lines_address(query, cast(Side, order))
        else:
            href = lines_address(replace(query, sort=order))  # type: ignore[arg-type]
        links.append((name, "" if order == current else href))
    return links


def _pager(found: Concordance, query: Query, side: Side | None, here: int) -> list[Turn]:
    """Links to the pages around this one; to the last one too if all lines were counted."""
    last = here + found.more
    if found.occurrences is not None:
        last = max(1, -(-found.occurrences // PAGE_LINES))
    return navigate.turns(here, last, lambda page: lines_address(query, side, page))
