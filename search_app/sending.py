"""Sends answers small: compressed, and not at all where the browser has them already.

A text is compressed with gzip, at the level that costs least time. Its ETag is a checksum of its
content, weak because the same content may travel compressed or not. A browser asks each time
whether its copy still counts, so a new state of the index is seen at once; what a permalink leads
to may be a minute old. Where people sign on, only their own browsers keep what they read.
"""

from __future__ import annotations

import gzip

from flask import Response, request

FOR_GOOD = "public, max-age=31536000, immutable"  # what has its checksum in its address
_NOW = ("/healthz", "/readyz")
_PERMALINKS = ("/p/", "/r/", "/cite/")
_LEVEL = 1  # higher ones take several times as long for a tenth less
_MIN_BYTES = 1024  # a packet holds as much
_TEXTS = (
    *("text/", "application/json", "application/javascript", "image/svg+xml"),
    *("application/atom+xml", "application/opensearchdescription+xml"),
    "application/x-suggestions+json",
)


def send_small(response: Response) -> Response:
    """Compress an answer if it is a long text, or replace it by 304 where it is known."""
    response.headers.setdefault("Cache-Control", _cache_control(response.status_code))
    if not (response.mimetype or "").startswith(_TEXTS) or response.status_code in (206, 304):
        return response
    if response.is_streamed and not response.direct_passthrough:  # it would all be read at once
        return response
    is_file, response.direct_passthrough = response.direct_passthrough, False
    content = response.get_data()
    if is_file:
        response.close()  # the file; its content is in memory now
    if response.status_code == 200:
        response.add_etag(overwrite=True, weak=True)
    response.vary.add("Accept-Encoding")
    if len(content) >= _MIN_BYTES and request.accept_encodings.quality("gzip") > 0:
        response.set_data(gzip.compress(content, _LEVEL, mtime=0))
        response.content_encoding = "gzip"
    if response.status_code == 200:
        response.make_conditional(request)
    return response


def _cache_control(status: int) -> str:
    """How long the answer to the current request may be kept, and by whom."""
    if status >= 400 or request.path in _NOW:
        return "no-store"
    lifetime = "no-cache"  # kept, and asked for each time
    if status == 200 and request.path.startswith(_PERMALINKS):
        lifetime = "max-age=60"
    return f"private, {lifetime}" if request.remote_user else lifetime
