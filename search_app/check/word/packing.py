"""Memos and comments as JSON, for the process that reads Word files: data, never code."""

from __future__ import annotations

import json
from collections.abc import Sequence

from search_app.check.comments import Comment
from search_app.check.memo_text import Block, Link, MemoText, Piece


def pack_memo(memo: MemoText) -> bytes:
    """A memo, to be read by ``unpack_memo``."""
    blocks = [(its.text, its.place, its.is_quotation, its.links, its.story) for its in memo.blocks]
    return json.dumps((blocks, memo.unreadable)).encode()


def unpack_memo(packed: bytes) -> MemoText:
    """The memo that ``pack_memo`` packed."""
    blocks, unreadable = json.loads(packed)
    return MemoText(
        tuple(
            Block(text, place, is_quotation, tuple(Link(*link) for link in links), story)
            for text, place, is_quotation, links, story in blocks
        ),
        tuple(unreadable),
    )


def pack_comments(comments: Sequence[Comment]) -> bytes:
    """Comments in one line, to be read by ``unpack_comments``."""
    return json.dumps([(its.pieces, its.paragraphs, its.url) for its in comments]).encode()


def unpack_comments(packed: bytes) -> list[Comment]:
    """The comments that ``pack_comments`` packed."""
    return [
        Comment(tuple(Piece(*piece) for piece in pieces), tuple(paragraphs), url)
        for pieces, paragraphs, url in json.loads(packed)
    ]
