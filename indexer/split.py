"""Splits a draft into paragraphs: cleans its blocks, joins hard-wrapped lines, and gives
each paragraph its kind and the path of headings above it.

Nothing of the report is dropped: the paragraphs, one after the other, are the cleaned
text. Only the furniture of a web page (``打印``, ``字号``) and HTML comments are left out.
Captions and datelines stay, with a kind of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from indexer.clean import clean, damaged, drop_comments, is_furniture
from indexer.draft import Block, Draft
from indexer.numbering import numbers_of
from indexer.outline import with_paths
from indexer.piece import Piece
from indexer.surroundings import with_kinds
from indexer.title_trimming import MAX_LENGTH
from indexer.titles import find_title
from indexer.unwrap import unwrap


def split(draft: Draft) -> tuple[str, tuple[Piece, ...]]:
    """The title and the paragraphs of a draft; the title is "" where the report has none."""
    pieces = list(_pieces(draft.blocks))
    if draft.lines:
        pieces = unwrap(pieces)
    named = draft.metadata.get("title", "")
    given = clean(named) if len(named) <= MAX_LENGTH else ""
    numbers = numbers_of(["" if piece.row else piece.text for piece in pieces])
    pieces = with_kinds(pieces, numbers, bool(given))
    title = find_title(pieces, given)
    return title, tuple(with_paths(pieces, numbers, title))


def _pieces(blocks: Sequence[Block]) -> Iterator[Piece]:
    """The blocks, cleaned; empty ones and furniture are left out."""
    for block in _without_comments(blocks):
        text = clean(block.text)
        if not is_furniture(text):
            yield Piece(
                text,
                block.text,
                level=block.level,
                row=block.row,
                ocr=block.ocr,
                damaged=block.damaged or damaged(block.text),
            )


def _without_comments(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks without HTML comments, even those that extend over several blocks.

    A comment that nothing closes is text.
    """
    last_close = max((at for at, block in enumerate(blocks) if "-->" in block.text), default=-1)
    if last_close < 0:
        yield from blocks
        return
    inside = False
    for at, block in enumerate(blocks):
        text = block.text
        if inside:
            _, end, text = text.partition("-->")
            inside = not end
        text = drop_comments(text)
        if not inside and at < last_close and "<!--" in text:
            text = text.partition("<!--")[0]
            inside = True
        yield block if text == block.text else replace(block, text=text)
