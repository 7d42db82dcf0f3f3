"""The Flask app, which runs a request again if the index was updated meanwhile."""

from __future__ import annotations

from flask import Flask
from flask.typing import ResponseReturnValue

from engine.errors import Superseded
from search_app.lookup import release

_MAX_ATTEMPTS = 5


class App(Flask):
    """An app that may run a route several times, since routes only read."""

    def dispatch_request(self) -> ResponseReturnValue:
        for _ in range(_MAX_ATTEMPTS - 1):
            try:
                return super().dispatch_request()
            except Superseded:
                release()
        return super().dispatch_request()
