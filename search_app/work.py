"""How much processor time an answer may take.

Most pages take some milliseconds. What reads thousands of paragraphs takes longer, so a server
lets few of these at a time (``is_long``), and the others never wait for them. An export may take
what it needs: it ends when nobody waits for it any more.
"""

from __future__ import annotations

from math import inf

_LONG = ("/check", "/compare", "/export", "/lines", "/mcp", "/memo.", "/values")
_SECONDS, _SECONDS_OF_LONG = 0.4, 10.0

# In the environment of a request: whether its client still waits. A server that says so, and has
# warmed up the app, has its answers limited.
IS_WANTED = "yinju.is_wanted"


def is_long(path: str) -> bool:
    """Whether a request for a path may read thousands of paragraphs."""
    return path.removeprefix("/api").startswith(_LONG)


def seconds(path: str) -> float:
    """The processor time that an answer to a path may take before the first of it is sent."""
    if path.startswith("/export"):
        return inf
    return _SECONDS_OF_LONG if is_long(path) else _SECONDS
