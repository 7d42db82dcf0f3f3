"""The JSON routes: the same answers as the command line's ``--json``."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, request

from search_app import params, present, spelling
from search_app.lookup import find_hit, searcher
from search_app.suggest import suggester

api = Blueprint("api", __name__)


@api.get("/api/search")
def search() -> Response:
    page = searcher().search(params.api_query(request.args))
    return jsonify(present.page_json(page, spelling.did_you_mean(searcher(), page)))


@api.get("/api/paragraphs/<paragraph_id>")
def paragraph(paragraph_id: str) -> Response:
    params.known_only(request.args, *params.SEARCHED)
    return jsonify(present.paragraph_json(find_hit(paragraph_id)))


@api.get("/api/suggest")
def suggestions() -> Response:
    params.known_only(request.args, "q")
    found = suggester(searcher().vocabulary()).suggest(request.args.get("q", ""))
    return jsonify(suggestions=[item._asdict() for item in found])


@api.get("/openapi.json")
def openapi() -> Response:
    return current_app.send_static_file("openapi.json")


@api.get("/healthz")
def health() -> Response:
    held = searcher().overview()
    return jsonify(status="ok", reports=held.reports, paragraphs=held.paragraphs)
