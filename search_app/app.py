"""The Flask app: a request that an update of the index overtakes is answered anew."""

from __future__ import annotations

from flask import Flask
from flask.typing import ResponseReturnValue

from engine.errors import Superseded
from search_app.lookup import release

_RACES = 5


class App(Flask):
    """Every route only reads, so that it can be run again."""

    def dispatch_request(self) -> ResponseReturnValue:
        for _ in range(_RACES - 1):
            try:
                return super().dispatch_request()
            except Superseded:
                release()
        return super().dispatch_request()
