"""Refuses what a page of another site makes a person's browser send.

There are no accounts here, but a proxy may let people in whose browser shows who they are. A page
of any site can then post a form in their name. Browsers say where a request comes from, in
``Sec-Fetch-Site`` or, before 2023 and without TLS, in ``Origin``; no page can change that. So no
tokens are needed (OWASP, Cross-Site Request Forgery Prevention, Fetch Metadata; the rule is that
of ``CrossOriginProtection`` in Go). Programs send neither header, and pass.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import Forbidden

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_OWN = ("same-origin", "none")  # none: the person typed the address, no page sent it


class ForeignPage(Forbidden):
    """A page of another site sent a request."""


def refuse_foreign_pages() -> None:
    """Raise ``ForeignPage`` where a page of another site sent the request."""
    headers = request.headers
    if request.method not in _SAFE_METHODS and is_foreign(
        headers.get("Sec-Fetch-Site", ""),
        headers.get("Origin", ""),
        (request.host, _host(current_app.config["YINJU_URL"])),
    ):
        raise ForeignPage


def is_foreign(fetch_site: str, origin: str, own_hosts: tuple[str, ...]) -> bool:
    """Whether these headers, "" for none, are those of a page that is not of ``own_hosts``."""
    if fetch_site:
        return fetch_site not in _OWN
    if not origin:
        return False
    host = _host(origin)
    return not host or host not in [own.lower() for own in own_hosts]


def _host(address: str) -> str:
    """Host and port of an address, "" where it has none: the origin of a sandbox is ``null``."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""
