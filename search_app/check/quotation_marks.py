"""Finds what stands between quotation marks, of any kind, also over several blocks.

Of marks inside marks only the outer ones count. Where the marks of a block do not pair as they
should (``”…“``, ``“…“``), each second one closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from search_app.check.memo_text import Block, Piece

_DOUBLE_OPEN, _DOUBLE_CLOSE, _STRAIGHT = "“„〝", "”‟〞〟", '"＂'
_PAIRS = {"「": "」", "『": "』", "﹁": "﹂", "﹃": "﹄", "｢": "｣", "«": "»", "‹": "›", "‘": "’"}
_CLOSING = {closing: opening for opening, closing in _PAIRS.items()}
_MARKS = re.compile(
    f"[{_DOUBLE_OPEN}{_DOUBLE_CLOSE}{_STRAIGHT}{''.join(_PAIRS)}{''.join(_CLOSING)}]"
    "|(?<![A-Za-z0-9])['＇]|['＇](?![A-Za-z0-9])"
)
_MAX_BLOCKS = 10  # of one quotation


class Mark(NamedTuple):
    """A quotation mark: its ``kind``, 1 if it opens, -1 if it closes, 0 if either."""

    at: int
    kind: str
    turn: int


class Unclosed(NamedTuple):
    """A mark that opens, in this block, with none that closes it."""

    block: int
    start: int


def quoted_pieces(blocks: Sequence[Block]) -> tuple[list[tuple[Piece, ...]], list[Unclosed]]:
    """What stands between marks, in order; a quotation with an unclosed mark ends at the last
    mark that closes any in its block, or with the block.

    Blocks that are quotations as a whole are left out.
    """
    found: list[tuple[Piece, ...]] = []
    unclosed: list[Unclosed] = []
    at, start = 0, 0
    while at < len(blocks):
        block = blocks[at]
        marks = [] if block.is_quotation else _read(block.text, start)
        pairs, opened = _pairs(marks)
        found += [(Piece(at, low + 1, high),) for low, high in pairs]
        start, following = 0, at + 1
        if opened:
            if end := _continued(blocks, at, opened):
                first = Piece(at, opened.at + 1, len(block.text))
                between = [Piece(n, 0, len(blocks[n].text)) for n in range(at + 1, end.block)]
                found.append((first, *between, end))
                following, start = end.block, end.end + 1
            else:
                closing = [mark.at for mark in marks if mark.kind == opened.kind and mark.turn < 0]
                last = closing[-1] if closing[-1:] > [opened.at] else len(block.text)
                found.append((Piece(at, opened.at + 1, last),))
                unclosed.append(Unclosed(at, opened.at))
        at = following
    return found, unclosed


def count_marks(blocks: Sequence[Block]) -> int:
    """How many quotation marks there are in all blocks."""
    return sum(len(_MARKS.findall(block.text)) for block in blocks)


def _read(text: str, start: int = 0) -> list[Mark]:
    return [_mark(match.start(), match[0]) for match in _MARKS.finditer(text, start)]


def _mark(at: int, char: str) -> Mark:
    if char in _DOUBLE_OPEN + _DOUBLE_CLOSE:
        return Mark(at, "“", 1 if char in _DOUBLE_OPEN else -1)
    if char in _STRAIGHT:
        return Mark(at, '"', 0)
    if char in "'＇":
        return Mark(at, "'", 0)
    return Mark(at, char, 1) if char in _PAIRS else Mark(at, _CLOSING[char], -1)


def _pairs(marks: Sequence[Mark]) -> tuple[list[tuple[int, int]], Mark | None]:
    """The outer pairs, as places of both marks, and the mark that is left open, if any."""
    pairs, opened = _nested(marks)
    depth = [0]
    for mark in marks:
        if mark.kind == "“":
            depth.append(depth[-1] + mark.turn)
    if min(depth) >= 0 and depth[-1] <= 1 and not (opened and opened.kind == '"' and depth[-1]):
        return pairs, opened
    alternating = [mark._replace(kind='"', turn=0) if mark.kind in '“"' else mark for mark in marks]
    return _nested(alternating)


def _nested(marks: Sequence[Mark]) -> tuple[list[tuple[int, int]], Mark | None]:
    pairs: list[tuple[int, int]] = []
    opened: Mark | None = None
    depth = 0
    for mark in marks:
        if opened is None:
            if mark.turn >= 0:
                opened, depth = mark, 1
        elif mark.kind == opened.kind:
            depth += mark.turn or -1
            if not depth:
                pairs.append((opened.at, mark.at))
                opened = None
    return pairs, opened


def _continued(blocks: Sequence[Block], at: int, opened: Mark) -> Piece | None:
    """The last piece of a quotation that ends in a later block; None where it does not.

    Each paragraph of a long quotation may begin with a mark of its own.
    """
    if opened.kind not in '“"「『':
        return None
    for number in range(at + 1, min(len(blocks), at + _MAX_BLOCKS)):
        text = blocks[number].text
        if blocks[number].is_quotation or blocks[number].story != blocks[at].story:
            return None
        end = _closing(_read(text), opened, len(text) - len(text.lstrip()))
        if end is not None:
            return Piece(number, 0, end)
    return None


def _closing(marks: Sequence[Mark], opened: Mark, beginning: int) -> int | None:
    """Where a quotation that is open at the beginning of a block ends in it."""
    same = [mark for mark in marks if mark.kind == opened.kind]
    if same and same[0].turn == 1 and same[0].at == beginning:
        same = same[1:]
    if opened.turn == 0 and len(same) % 2 == 0:
        return None
    depth = 1
    for mark in same:
        depth += mark.turn or -1
        if not depth:
            return mark.at
    return None


def outside(spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of ``start`` to ``end`` that no span covers."""
    for low, high in sorted(spans):
        if high <= start or low >= end:
            continue
        if low > start:
            yield start, low
        start = max(start, high)
    if start < end:
        yield start, end
