"""The file of ``yinju alerts``: a line is a query, or the address of a search with its filters.

A query of several words and marks stands on its line as it is typed; quotation marks belong to it.
Whoever wants filters sets them on the page and copies its address.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from engine.model import Query
from search_app import nesting, params

_ADDRESS = re.compile(r"(?:https?:/)?/[^?\s]*\?([a-z]+=.*)")


def read_query(line: str) -> Query:
    """The query of a line; raises ``QueryError`` for an address that cannot be understood."""
    address = _ADDRESS.fullmatch(line)
    if not address:
        return Query(line)
    from werkzeug.datastructures import MultiDict  # loaded by nothing else on the command line

    pairs = parse_qsl(address[1].partition("#")[0], keep_blank_values=True)
    return nesting.narrowed(params.view_query(MultiDict(pairs), "page"))
