"""The page ``/trend`` and its answer as JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.model import Query
from search_app import navigate, nesting, params
from search_app.lookup import searcher
from search_app.report_counts import By
from search_app.trend import chart, counts, present, tables

if TYPE_CHECKING:
    from search_app.params import Args

pages = Blueprint("trend", __name__)
_MAX_FIRST = 10  # regions that said it first


@pages.get("/api/trend", endpoint="trend")
def trend_json() -> Response:
    query, others, by = read(request.args)
    asked = counts.queries(query, others)
    trends = [counts.trend(searcher(), each, by) for each in asked]
    levels = counts.count_levels(searcher(), asked[0])
    return jsonify(present.trends_json(trends, levels))


@pages.get("/trend", endpoint="page")
def trend_page() -> AnyResponse | str:
    query, others, by = read(request.args)
    if not (query.text or query.inside or any(others)):
        return render_template("trend.html", query=query, others=[], by=by, trends=[])
    narrowed = nesting.narrowed(query)
    if narrowed != query:
        return redirect(present.trend_address(narrowed, others, by))
    trends = [counts.trend(searcher(), each, by) for each in counts.queries(query, others)]
    first = trends[0]
    texts = [trend.query.text for trend in trends]
    others = texts[1:]
    columns = tables.region_columns(first)
    levels = counts.count_levels(searcher(), first.query)
    said = counts.first_regions(first)
    return render_template(
        "trend.html",
        query=first.query,
        others=others,
        by=by,
        trends=trends,
        chart=chart.chart(trends),
        years=tables.year_rows(trends),
        columns=columns,
        regions=tables.region_rows(first, others, columns),
        shown=tables.MAX_REGIONS,
        by_names=tables.BY_NAMES,
        region_level=by or counts.level_below(first.query),
        levels=tables.level_links(first.query, others, by, levels),
        first=said[:_MAX_FIRST],
        first_of=len(said),
        by_region_of=[
            (text, present.trend_address(trends[at].query, texts[:at] + texts[at + 1 :], by))
            for at, text in enumerate(texts)
            if at
        ],
        scope=[*params.pairs(replace(first.query, text=""))],
        scope_names=_scope_names(first.query),
        unfiltered=navigate.unfiltered(first.query),
        trend_address=present.trend_address,
    )


def _scope_names(query: Query) -> list[str]:
    """What limits a query beside its text, as a person calls it."""
    names = ["精确"] if query.exact else []
    names += ["各词在同一句里"] if query.one_sentence else []
    names += ["同文"] if query.same else []
    earlier = [f"“{text}”的结果中" for text in query.inside]
    selected = [chip.text for chip in navigate.chips(replace(query, inside=()))]
    return earlier + names + selected


def read(args: Args, *others: str) -> tuple[Query, list[str], By | None]:
    """The query of a request, the texts to compare it with, and the level of the regions.

    Raises ``QueryError``.
    """
    query = params.view_query(args, "vs", "by", *others)
    return query, args.getlist("vs"), counts.parse_by(args.get("by", ""))
