"""Texts as XML 1.0 can have them."""

from __future__ import annotations

import re

# Characters that XML 1.0 forbids; the text of a damaged file may have them.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_xml(text: str) -> str:
    """The text with U+FFFD for each character that XML forbids."""
    return _NOT_IN_XML.sub("\ufffd", text)
