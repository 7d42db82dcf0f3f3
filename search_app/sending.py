"""Sends answers small: compressed, and not at all where the browser has them already.

A text is compressed with gzip, at the level that costs least time. Its ETag is a checksum of its
content, weak because the same content may travel compressed or not. A browser asks each time
whether its copy still counts, so a new state of the index is seen at once.
"""

from __future__ import annotations

import gzip

from flask import Response, request

_LEVEL = 1  # higher ones take several times as long for a tenth less
_MIN_BYTES = 1024  # a packet holds as much
_TEXTS = (
    *("text/", "application/json", "application/javascript", "image/svg+xml"),
    *("application/atom+xml", "application/opensearchdescription+xml"),
    "application/x-suggestions+json",
)


def send_small(response: Response) -> Response:
    """Compress an answer if it is a long text, or replace it by 304 where it is known."""
    response.headers.setdefault("Cache-Control", "no-cache")
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
