"""The Flask app, which limits what a request may cost.

It runs a request again if the index was updated meanwhile.
"""

from __future__ import annotations

from flask import Flask, request
from flask.typing import ResponseReturnValue

from engine.budget import limited
from engine.errors import Superseded
from search_app import work
from search_app.lookup import release

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
