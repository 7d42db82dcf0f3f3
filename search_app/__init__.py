"""Pages, JSON, memos and citations over an engine.

``create_app`` makes the app; what it needs is passed in, nothing is global.
A view parses a request (``params``), asks the engine, shapes the answer (``present``,
``marks``, ``navigate``) and renders it; views have no logic of their own.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from engine.engine import Engine, Searcher, Turn
from engine.engine import warm_up as warm_up_searcher
from search_app import site

if TYPE_CHECKING:
    from flask import Blueprint, Flask, Response

MAX_ADDRESS_BYTES = 24_576  # of a query string; 2,000 Han characters take 18,000
MAX_BODY_BYTES = 65_536  # of routes that take none
REFUSAL = (
    "yinju.refusal"  # in the environment of a request: the status that a server refuses it with
)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}  # seconds: a year


def create_app(
    engine: Engine | None = None,
    location: str = "index",
    address: str = site.DEFAULT_URL,
    turn: Turn | None = None,
    check_slot: Callable[[], AbstractContextManager[bool]] = lambda: nullcontext(True),
) -> Flask:
    """The web app, on an engine that is open already or on the index at ``location``.

    The index need not exist yet; until it does, every page says what to run. ``address`` is
    where the server listens; permalinks begin with it if nothing better is known (``site``).
    ``turn`` is held while a newer state of the index is opened, ``check_slot`` while a memo is
    checked: it gives whether one was free. Raises ``SettingError``.
    """
    # Imported here: the command line uses this room too, and should not load Flask.
    from search_app import failures, lookup, sending, templating
    from search_app.app import App
    from search_app.foreign_pages import refuse_foreign_pages
    from search_app.holder import EngineHolder

    app = App(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(templating.HELPERS)
    app.config.update(YINJU_URL=site.stated_url(), ADDRESS=address)
    app.config["MAX_FORM_MEMORY_SIZE"] = None  # the size of a request limits its fields
    app.extensions["yinju"] = EngineHolder(engine, location, _warm, turn)
    app.extensions["yinju.check_slot"] = check_slot
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    app.before_request(_refuse_large_requests)
    app.before_request(refuse_foreign_pages)
    app.before_request(lookup.redirect_quoted)
    app.after_request(sending.send_small)
    app.after_request(_add_headers)
    app.teardown_appcontext(lookup.release)
    failures.register(app)
    return app


def _blueprints() -> Sequence[Blueprint]:
    """The routes of every room."""
    from search_app import (
        api,
        browser_search,
        facet_page,
        labels_page,
        memo_page,
        paragraph_page,
        report_page,
        search_page,
    )
    from search_app.check import page as check_page
    from search_app.compare import page as compare_page
    from search_app.export import page as export_page
    from search_app.feed import page as feed_page
    from search_app.lines import page as lines_page
    from search_app.trend import page as trend_page
    from search_app.values import page as values_page

    rooms = (
        *(
            search_page,
            browser_search,
            facet_page,
            paragraph_page,
            report_page,
            labels_page,
            memo_page,
        ),
        *(check_page, compare_page, export_page, feed_page, lines_page, trend_page, values_page),
    )
    return [*(room.pages for room in rooms), api.api]


def warm_up(app: Flask) -> None:
    """Open the app's index before its first visitor comes; raises what opening it raises."""
    with app.extensions["yinju"].engine().searcher() as searcher:
        _warm(searcher)


def refresh(app: Flask) -> None:
    """Open the newest state of the app's index; raises what opening it raises."""
    app.extensions["yinju"].engine().refresh()


def _warm(searcher: Searcher) -> None:
    """Prepare a state of the index for searching, suggestions and spelling."""
    from search_app.spelling import speller
    from search_app.suggest import suggester

    warm_up_searcher(searcher)
    suggester(searcher.vocabulary())
    speller(searcher.vocabulary())
    gc.freeze()  # it all lives as long as the index: walking it would take a tenth of a second


def _refuse_large_requests() -> None:
    from flask import abort, request

    if refusal := request.environ.get(REFUSAL):
        abort(refusal)
    if len(request.query_string) > MAX_ADDRESS_BYTES:
        abort(414)
    if (request.content_length or 0) > max_body_bytes(request.path):
        abort(413)


def max_body_bytes(path: str) -> int:
    """How long a request to a path may be; longer ones get status 413."""
    from search_app.check.limits import MAX_FILE_BYTES

    return MAX_BODY_BYTES + (MAX_FILE_BYTES if path in ("/check", "/api/check") else 0)


def _add_headers(response: Response) -> Response:
    from flask import request

    response.headers.extend(_HEADERS)
    if request.is_secure:
        response.headers.extend(_HTTPS_ONLY)
    return response
