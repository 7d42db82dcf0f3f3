"""Tells the lines of a table of contents, where only their style speaks for it."""

from __future__ import annotations

import re

_TITLES = ("目录", "目次", "contents")
_PAGE_NUMBER = re.compile(r"[\t.…·．\s]\s*-?[0-9ivxlc]+-?\s*$", re.IGNORECASE)
_MAX_TAIL = 40  # characters of an entry in which its page stands


def is_in_contents(text: str) -> bool:
    """Whether a line in a style of contents is an entry with its page, or their title."""
    return _PAGE_NUMBER.search(text[-_MAX_TAIL:]) is not None or is_contents_title(text)


def is_contents_title(text: str) -> bool:
    """Whether a line is the title of a table of contents: ``目　录``."""
    return "".join(text.split()).lower() in _TITLES
