"""How browsers search here from their address bar: an OpenSearch 1.1 description, and suggestions
while typing in the form that they expect."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from search_app.lookup import searcher
from search_app.suggest import suggester

pages = Blueprint("browser_search", __name__)


@pages.get("/opensearch.xml")
def description() -> Response:
    text = render_template("opensearch.xml")
    return Response(text, mimetype="application/opensearchdescription+xml")


@pages.get("/suggestions")
def suggestions() -> Response:
    typed = request.args.get("q", "")
    items = suggester(searcher().vocabulary()).suggest(typed)
    response = jsonify([typed, [item.text for item in items]])
    response.mimetype = "application/x-suggestions+json"
    return response
