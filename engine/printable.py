"""Makes a text of unknown origin safe to print on a terminal."""

from __future__ import annotations

import re

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text with its control characters escaped.

    A file name may have some, by which it could forge another line or make a terminal act.
    """
    return _CONTROLS.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
