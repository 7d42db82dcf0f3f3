"""The page of all values of a facet, at every level, to tick or to search by name."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, render_template, request

from search_app import facet_boxes, navigate, params
from search_app.lookup import searcher

pages = Blueprint("facet", __name__)


@pages.get("/facet/<facet>")
def all_values(facet: str) -> str:
    if facet not in navigate.LABELS:
        abort(404)
    query = replace(params.page_query(request.args), offset=0)
    values = facet_boxes.count(searcher(), query)[facet]
    contains = params.name_part(request.args)
    found = facet_boxes.matching(values, contains) if contains else []
    ticked = params.selected(query, facet)
    listed = {value.path for value in found or facet_boxes.every(values)}
    return render_template(
        "facet.html",
        facet=facet,
        query=query,
        values=values,
        size=sum(1 for _ in facet_boxes.every(values)),
        contains=contains,
        found=found,
        chips=navigate.chips(query),
        parameters=params.pairs(query),
        # What the page has no box for must stay selected when the form is sent.
        kept=[pair for pair in params.pairs(query) if not (pair[0] == facet and pair[1] in listed)],
        ticked=ticked,
    )
