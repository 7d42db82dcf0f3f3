"""Turns the cells of a table into rows, each a paragraph whose values keep their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from indexer.draft import Block, table_row

_HAN = re.compile("[\u4e00-\u9fff]")
_MAX_COLUMNS = 100  # Word has 63; a wider row gives its paragraphs
_MAX_REPEATED = 50  # characters of a label that is repeated in each row that it covers
_MIN_LAYOUT_PARAGRAPHS, _MIN_LAYOUT_LENGTH = 3, 600  # of a cell that is no cell of data
_MIN_PROSE_LENGTH = 60


class Cell(NamedTuple):
    """A cell: its first column from 0, the number of columns it covers, and what it holds.

    ``goes_on``: it is covered by the cell above it.
    """

    column: int
    span: int
    blocks: Sequence[Block] = ()
    goes_on: bool = False


def table_blocks(rows: Sequence[Sequence[Cell]]) -> Iterator[Block]:
    """The blocks of a table: a row of data is one, a row used as layout gives its paragraphs.

    A label that covers several rows is repeated in each of them; a cell that covers several
    columns stands in the first of them. The rows of a table inside a cell follow its row.
    """
    width = max((cell.column + cell.span for row in rows for cell in row), default=0)
    above: dict[int, str] = {}
    for row in rows:
        if not any(cell.blocks and not cell.goes_on for cell in row):
            continue
        if width == 1 or width > _MAX_COLUMNS or _is_layout(row):
            yield from (block for cell in row for block in cell.blocks)
            continue
        cells = [""] * width
        for cell in row:
            is_covered = cell.goes_on and cell.column in above
            text = above[cell.column] if is_covered else _text(cell.blocks)
            above[cell.column] = text if len(text) <= _MAX_REPEATED else ""
            cells[cell.column] = text
        if any(cells):
            covers_all = len(row) == 1 and row[0].span == width
            yield table_row(cells[:1] if covers_all else cells)
        yield from (block for cell in row for block in cell.blocks if block.row)


def _is_layout(row: Iterable[Cell]) -> bool:
    """Whether a row only places paragraphs on the page: a form with its prose, or a frame."""
    filled = [[block for block in cell.blocks if not block.row] for cell in row if cell.blocks]
    if any(len(blocks) > 1 and any(block.level for block in blocks) for blocks in filled):
        return True
    if len(filled) > 2:
        return False
    longest = max(filled, key=_length)
    if len(filled) == 1:
        return len(longest) > 1 and _length(longest) >= _MIN_PROSE_LENGTH
    return len(longest) >= _MIN_LAYOUT_PARAGRAPHS and _length(longest) >= _MIN_LAYOUT_LENGTH


def _length(blocks: Iterable[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _text(blocks: Iterable[Block]) -> str:
    """The text of a cell; Han characters set below each other are one word."""
    lines = [block.text.strip() for block in blocks if not block.row]
    return ("" if all(map(_HAN.fullmatch, lines)) else " ").join(lines)
