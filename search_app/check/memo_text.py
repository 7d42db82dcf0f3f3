"""The text of a memo to check, as its file format gives it: blocks with links.

Offsets count code points of a block's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

_NO_ADDRESS = r"\s<>（）()\[\]【】《》“”\"‘’，。；、：！？"  # what ends an address in a text
_ADDRESS = re.compile(rf"https?://[^{_NO_ADDRESS}]*[^{_NO_ADDRESS}.,;:!?']")


class Link(NamedTuple):
    """A link on ``text[start:end]`` of a block; at a reference mark of a note both are equal."""

    start: int
    end: int
    target: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a memo, also one of a table, note or text box.

    ``place`` says in Chinese where it stands (``正文第3段``, ``脚注2``). ``is_quotation``: its
    style or indentation marks the whole block as a quotation. The links of a footnote also stand
    at its reference mark in the text. ``story`` is the name of the note or header that the block
    is in, or empty: blocks of different stories do not follow each other, whatever their order.
    """

    text: str
    place: str = ""
    is_quotation: bool = False
    links: tuple[Link, ...] = ()
    story: str = ""


@dataclass(frozen=True, slots=True)
class MemoText:
    """All blocks of a memo in reading order; ``unreadable`` names in Chinese what is missing."""

    blocks: tuple[Block, ...]
    unreadable: tuple[str, ...] = ()


class Piece(NamedTuple):
    """The stretch ``start`` to ``end`` of the block with this index; a quotation has some."""

    block: int
    start: int
    end: int


def typed_links(text: str) -> Iterator[Link]:
    """The addresses that stand in a text as they are, not as hyperlinks."""
    for match in _ADDRESS.finditer(text):
        yield Link(match.start(), match.end(), match[0])
