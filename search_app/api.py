"""The JSON routes, which give the same answers as ``--json`` on the command line."""

from __future__ import annotations

import json
from importlib.metadata import version

from flask import Blueprint, Response, current_app, jsonify, request

from engine.errors import YinjuError
from search_app import facet_boxes, params, present, site, spelling
from search_app.lookup import requested_passage, searcher
from search_app.offers import offers
from search_app.present import Json
from search_app.suggest import suggester
from search_app.values.answer import answer, answer_json

api = Blueprint("api", __name__)


@api.get("/api/search")
def search() -> Response:
    page = searcher().search(params.api_query(request.args))
    corrections = spelling.did_you_mean(searcher(), page)
    return jsonify(present.page_json(page, corrections, offers(searcher(), page)))


@api.get("/api/facets")
def facets() -> Response:
    facet, contains, query = params.facet_query(request.args)
    found = facet_boxes.matching(facet_boxes.count(searcher(), query)[facet], contains)
    return jsonify(present.facet_values_json(facet, contains, found))


@api.get("/api/paragraphs/<paragraph_id>")
def paragraph(paragraph_id: str) -> Response:
    params.refuse_unknown(request.args, *params.SEARCH_PARAMETERS)
    return jsonify(present.paragraph_json(requested_passage(paragraph_id)))


@api.get("/api/values")
def values() -> Response:
    params.refuse_unknown(request.args, *params.SEARCH_PARAMETERS, *params.FILTER_PARAMETERS)
    return jsonify(answer_json(answer(searcher(), params.view_query(request.args))))


@api.get("/api/suggest")
def suggestions() -> Response:
    params.refuse_unknown(request.args, "q")
    items = suggester(searcher().vocabulary()).suggest(request.args.get("q", ""))
    return jsonify(suggestions=[item._asdict() for item in items])


@api.get("/openapi.json")
def openapi() -> Response:
    with current_app.open_resource("static/openapi.json") as described:
        description = json.load(described)
    info = {**description["info"], "version": version("yinju")}
    return jsonify({**description, "info": info, "servers": [{"url": site.root()}]})


@api.get("/healthz")
def health() -> Response:
    """Whether the process answers, with the counts of the index where it is open."""
    try:
        return jsonify(_state())
    except YinjuError:
        return jsonify(status="ok")


@api.get("/readyz")
def ready() -> Response:
    """Whether the index answers."""
    return jsonify(_state())


def _state() -> Json:
    """Raises ``YinjuError`` where the index does not answer."""
    overview = searcher().overview()
    return {"status": "ok", "reports": overview.reports, "paragraphs": overview.paragraphs}
