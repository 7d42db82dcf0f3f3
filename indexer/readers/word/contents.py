"""Tells the lines of a table of contents, where no field speaks for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.draft import Block

_TITLES = ("目录", "目次", "contents")
_PAGE_NUMBER = re.compile(r"[\t.…·．\s]\s*-?[0-9ivxlc]+-?\s*$", re.IGNORECASE)
_TYPED_ENTRY = re.compile(r"(?:\t|[.…·．]{2,})\s*[-—]?\s*[0-9]{1,4}\s*[-—]?\s*$")
_MIN_TYPED_ENTRIES = 2
_MAX_TAIL = 40  # characters of an entry in which its page stands


def is_in_contents(text: str) -> bool:
    """Whether a line in a style of contents is an entry with its page, or their title."""
    return _PAGE_NUMBER.search(text[-_MAX_TAIL:]) is not None or is_contents_title(text)


def is_contents_title(text: str) -> bool:
    """Whether a line is the title of a table of contents: ``目　录``."""
    return "".join(text.split()).lower() in _TITLES


def without_typed_contents(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without a table of contents that was typed: 目录, then entries with pages."""
    kept: list[Block] = []
    at = 0
    while at < len(blocks):
        end = at + 1
        if is_contents_title(blocks[at].text):
            while end < len(blocks) and _TYPED_ENTRY.search(blocks[end].text[-_MAX_TAIL:]):
                end += 1
        if end - at <= _MIN_TYPED_ENTRIES:
            kept += blocks[at:end]
        at = end
    return kept
