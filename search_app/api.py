"""The JSON routes: the same answers as the command line's ``--json``."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, request

from search_app import params, present, suggest
from search_app.lookup import engine, find_hit

api = Blueprint("api", __name__)


@api.get("/api/search")
def search() -> Response:
    return jsonify(present.page_json(engine().search(params.api_query(request.args))))


@api.get("/api/paragraphs/<paragraph_id>")
def paragraph(paragraph_id: str) -> Response:
    return jsonify(present.paragraph_json(find_hit(paragraph_id)))


@api.get("/api/suggest")
def suggestions() -> Response:
    return jsonify(suggestions=suggest.suggestions(engine(), request.args.get("q", "")))


@api.get("/openapi.json")
def openapi() -> Response:
    return current_app.send_static_file("openapi.json")


@api.get("/healthz")
def health() -> Response:
    held = engine().overview()
    return jsonify(status="ok", reports=held.reports, paragraphs=held.paragraphs)
