"""The description of the API, ``openapi.json``, as tests compare routes and docs with it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator

SPEC = json.loads((files("search_app") / "static/openapi.json").read_text("utf-8"))


def fits(value: object, schema: dict[str, Any]) -> None:
    """Assert that a value fits a schema of the description, or raise ``ValidationError``."""
    Draft202012Validator({**schema, "components": SPEC["components"]}).validate(value)


def parameters(path: str) -> list[str]:
    """The names of the parameters of a route, in order."""
    shared = SPEC["components"]["parameters"]
    described = SPEC["paths"][path]["get"]["parameters"]
    return [
        shared[each["$ref"].rpartition("/")[2]]["name"] if "$ref" in each else each["name"]
        for each in described
    ]
