"""Pages, JSON, memos and citations over an engine.

``create_app`` makes the app; what it needs is passed in, nothing is global.
A request is parsed (``params``), asks the engine, is shaped (``present``,
``marks``, ``navigate``) and rendered; the views hold no logic of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.engine import Engine, Searcher
from engine.engine import warm_up as warm_up_searcher

if TYPE_CHECKING:
    from flask import Flask, Response

LONGEST_ADDRESS = 24_576  # bytes of a query string: 2,000 Han characters have 18,000
LARGEST_BODY = 65_536  # no route takes a body

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def create_app(engine: Engine | None = None, location: str = "index") -> Flask:
    """The web app, on an engine already open or on the index at ``location``.

    The index need not be there yet: until it is, every page says what to run.
    """
    # Here and not above: the command line shapes answers too, and need not wait for these.
    from search_app import api, failures, lookup, views
    from search_app.app import App
    from search_app.holder import EngineHolder

    app = App(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(views.HELPERS)
    app.extensions["yinju"] = EngineHolder(engine, location, _warm)
    app.register_blueprint(views.pages)
    app.register_blueprint(api.api)
    app.before_request(_refuse_the_huge)
    app.after_request(_add_headers)
    app.teardown_appcontext(lookup.release)
    failures.register(app)
    return app


def warm_up(app: Flask) -> None:
    """Open the app's index now, not for its first visitor; raises what opening it raises."""
    with app.extensions["yinju"].engine().searcher() as searcher:
        _warm(searcher)


def _warm(searcher: Searcher) -> None:
    """Make ready what a state of the index needs: for searching, suggestions and spelling."""
    from search_app.spelling import speller
    from search_app.suggest import suggester

    warm_up_searcher(searcher)
    suggester(searcher.vocabulary())
    speller(searcher.vocabulary())


def _refuse_the_huge() -> None:
    from flask import abort, request

    if len(request.query_string) > LONGEST_ADDRESS:
        abort(414)
    if (request.content_length or 0) > LARGEST_BODY:
        abort(413)


def _add_headers(response: Response) -> Response:
    response.headers.extend(_HEADERS)
    return response
