"""Writes a line of JSON for each request to stderr.

JSON, because its quoting has one definition that every program knows, and a person can read a
line of it too. What was searched is left out unless it is asked for; what is sent in a body never
gets in. No value can end a line or make a terminal act, and a line is written at once: it is
shorter than what a pipe takes from several processes without mixing it (4,096 bytes).
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

_STDERR = 2
_MAX_PATH, _MAX_QUERY, _MAX_USER, _MAX_METHOD = 256, 512, 64, 16  # characters
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_ENCODED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")


@dataclass(frozen=True, slots=True)
class AccessLog:
    """``with_queries`` adds the query string of each request."""

    with_queries: bool = False

    def write(self, line: str) -> None:
        os.write(_STDERR, f"{line}\n".encode())

    def line(
        self, scope: dict[str, Any], environment: dict[str, Any], status: int, sent: int, ms: float
    ) -> str:
        """The line of a request, from its ASGI scope and what is believed of it.

        ``sent`` counts bytes of the answer's body, ``ms`` is the time that the request took.
        """
        user = environment.get("REMOTE_USER", "").encode("latin-1").decode("utf-8", "replace")
        fields = {
            "time": datetime.now().astimezone().isoformat(timespec="milliseconds"),
            "client": environment["REMOTE_ADDR"],
            "user": _cut(user, _MAX_USER) or None,
            "method": _cut(environment["REQUEST_METHOD"], _MAX_METHOD),
            "path": _cut(_readable(scope["raw_path"]), _MAX_PATH),
            "status": status,
            "bytes": sent,
            "ms": round(ms, 1),
        }
        if self.with_queries:
            fields["query"] = _cut(_readable(scope["query_string"]), _MAX_QUERY)
        line = json.dumps(fields, ensure_ascii=False)
        return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _readable(raw: bytes) -> str:
    """Part of an address with its letters beyond ASCII as such, and escapes for all else.

    It stands for the same address, however that was written.
    """
    return _ENCODED.sub(_letters, quote(raw, safe=_ASCII))


def _letters(match: re.Match[str]) -> str:
    try:
        text = unquote(match[0], errors="strict")
    except UnicodeDecodeError:
        return match[0]
    return text if text.isprintable() else match[0]
