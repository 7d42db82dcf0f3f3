"""The Atom feed (RFC 4287) of a search: the paragraphs whose reports came in last.

An entry is a paragraph. It is dated by when its report came into the index, so neither a rebuild
nor a corrected file announces it again. Ids of entries and feeds are made from ids of paragraphs
and from the search alone: they stay when the site moves to another address.
"""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Response, render_template, request

from engine.model import Page, Query
from search_app import nesting, params
from search_app.lookup import searcher
from search_app.since import utc

MAX_ENTRIES = 100

# What XML 1.0 has no way to write; a query or a title may hold it.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNDATED = "1970-01-01T00:00:00Z"  # in an index that was built before it kept times

pages = Blueprint("feed", __name__)


@pages.get("/feed")
def feed() -> Response:
    query = nesting.narrowed(params.view_query(request.args))
    latest = replace(query, sort="arrived", limit=MAX_ENTRIES, highlight="query")
    page = searcher().search(latest)
    # An empty feed is as old as the index.
    updated = page.hits[0].report.arrived if page.hits else searcher().overview().first_arrival
    return Response(atom(page, query, updated), mimetype="application/atom+xml")


def atom(page: Page, query: Query, updated: int) -> str:
    """The feed of what a query finds, in order of arrival; ``updated`` is its time."""
    text = render_template(
        "feed.xml",
        page=page,
        query=query,
        results=params.address(replace(query, sort="arrived")),
        updated=updated,
        atom_time=lambda seconds: utc(seconds) or _UNDATED,
        urn=urn,
    )
    return _NOT_XML.sub("\ufffd", text)


def urn(path: str) -> str:
    """The id of what has a path on this site, whatever the address of the site is."""
    return uuid5(NAMESPACE_URL, f"yinju:{path}").urn
