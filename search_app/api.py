"""The JSON routes, which give the same answers as ``--json`` on the command line."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, request

from search_app import params, present, spelling
from search_app.lookup import find_hit, searcher
from search_app.suggest import suggester
from search_app.values.answer import answer, answer_json

api = Blueprint("api", __name__)


@api.get("/api/search")
def search() -> Response:
    page = searcher().search(params.api_query(request.args))
    return jsonify(present.page_json(page, spelling.did_you_mean(searcher(), page)))


@api.get("/api/paragraphs/<paragraph_id>")
def paragraph(paragraph_id: str) -> Response:
    params.refuse_unknown(request.args, *params.SEARCH_PARAMETERS)
    return jsonify(present.paragraph_json(find_hit(paragraph_id)))


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
    return current_app.send_static_file("openapi.json")


@api.get("/healthz")
def health() -> Response:
    overview = searcher().overview()
    return jsonify(status="ok", reports=overview.reports, paragraphs=overview.paragraphs)
