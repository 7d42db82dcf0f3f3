"""The Flask app, which limits what a request may cost.

It runs a request again if the index was updated meanwhile.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from engine.budget import limited
from engine.errors import Superseded
from search_app import work
from search_app.lookup import release
from search_app.sending import FOR_GOOD
from search_app.static_files import split_version

_MAX_ATTEMPTS = 5


class App(Flask):
    """An app that may run a route several times, since routes only read."""

    def dispatch_request(self) -> ResponseReturnValue:
        is_wanted = request.environ.get(work.IS_WANTED)
        if is_wanted is None:
            return self._dispatch_again()
        with limited(work.seconds(request.path), is_wanted):
            return self._dispatch_again()

    def _dispatch_again(self) -> ResponseReturnValue:
        for _ in range(_MAX_ATTEMPTS - 1):
            try:
                return super().dispatch_request()
            except Superseded:
                release()
        return super().dispatch_request()

    def send_static_file(self, filename: str) -> Response:
        name, is_current = split_version(filename)
        response = super().send_static_file(name)
        response.headers["Cache-Control"] = FOR_GOOD if is_current else "no-cache"
        return response
