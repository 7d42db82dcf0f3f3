"""The tables of a web page: a row of data is a paragraph whose values keep their columns.

Many pages use tables to arrange menus and text; the paragraphs inside the cells of such a
table are those of the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from lxml.html import HtmlElement

from indexer.draft import Block, table_row

_MAX_SPAN = 50  # columns that one cell may cover
_MAX_REPEATED = 40  # characters of a cell that is repeated in the rows and columns it covers
# Characters of a table with its cells repeated, to those without; beyond, no cell is repeated.
_MAX_BLOW_UP, _HARMLESS = 10, 2_500
_MIN_LAYOUT_CELL = 150  # characters of a cell that makes its table one of layout


class Paragraph(NamedTuple):
    """A paragraph of a page.

    ``place`` is the element that contains it, ``linked`` the share of its characters in links,
    ``cells`` the texts of a table's row, ``line`` whether it is a line of preformatted text.
    """

    block: Block
    place: HtmlElement
    linked: float = 0.0
    cells: tuple[str, ...] = ()
    line: bool = False


Hidden = Callable[[HtmlElement], bool]
ReadPart = Callable[[HtmlElement], list[Paragraph]]


def data_rows(table: HtmlElement, is_hidden: Hidden, read: ReadPart) -> list[Paragraph] | None:
    """A paragraph for each row of a table of data; None for a table used as layout.

    ``read`` gives the paragraphs inside a cell.
    """
    rows = [
        [_read_cell(cell, read) for cell in _cells(row, is_hidden)]
        for row in _rows(table, is_hidden)
    ]
    if _is_layout(table, rows):
        return None
    captions = [one for caption in table.iterchildren("caption") for one in read(caption)]
    return [*captions, *_row_paragraphs(rows)]


class _Cell(NamedTuple):
    content: tuple[Paragraph, ...]
    text: str
    columns: int
    rows: int
    place: HtmlElement


def _rows(table: HtmlElement, is_hidden: Hidden) -> Iterator[HtmlElement]:
    for part in table:
        if part.tag == "tr":
            inner: Sequence[HtmlElement] = [part]
        else:
            inner = [row for row in part if row.tag == "tr"] if not is_hidden(part) else []
        yield from (row for row in inner if not is_hidden(row))


def _cells(row: HtmlElement, is_hidden: Hidden) -> Iterator[HtmlElement]:
    return (cell for cell in row if cell.tag in ("td", "th") and not is_hidden(cell))


def _read_cell(cell: HtmlElement, read: ReadPart) -> _Cell:
    content = () if cell.find(".//table") is not None else tuple(read(cell))
    text = " ".join(one.block.text.strip() for one in content)
    return _Cell(content, text, _span(cell, "colspan"), _span(cell, "rowspan"), cell)


def _span(cell: HtmlElement, name: str) -> int:
    match = re.match(r"\s*([0-9]{1,5})", cell.get(name) or "")
    return min(max(1, int(match[1])), _MAX_SPAN if name == "colspan" else 10_000) if match else 1


def _is_layout(table: HtmlElement, rows: list[list[_Cell]]) -> bool:
    """Whether a table only arranges the page, or holds text that is in none of its cells."""
    if table.get("role") == "presentation" or table.find(".//table") is not None:
        return True
    filled = [[cell for cell in row if cell.text] for row in rows]
    if not any(len(row) > 1 for row in filled) or _has_stray_text(table):
        return True
    cells = [cell for row in filled for cell in row]
    biggest = max(cells, key=lambda cell: len(cell.text))
    total = sum(len(cell.text) for cell in cells)
    is_page = (
        len(biggest.content) >= 3
        and len(biggest.text) >= _MIN_LAYOUT_CELL
        and len(biggest.text) >= 0.6 * total
    )
    regular = len(rows) > 1 and {len(row) for row in filled} == {len(rows[0])} and len(rows[0]) > 2
    alone = any(row == [biggest] for row in filled)  # a form, with the report in one of its rows
    return is_page and not regular and not (alone and len(rows) > 2)


def _has_stray_text(table: HtmlElement) -> bool:
    """Whether there is text between the cells, which broken markup has."""
    for element in table.iter("table", "thead", "tbody", "tfoot", "tr", "td", "th"):
        inside = element.text if element.tag not in ("td", "th") else ""
        outside = element.tail if element is not table else ""
        if (inside and not inside.isspace()) or (outside and not outside.isspace()):
            return True
    return False


def _row_paragraphs(rows: list[list[_Cell]]) -> Iterator[Paragraph]:
    """The rows, each cell in its column; a cell over all columns is no row but text."""
    grid = _grid(rows)
    width = max(map(len, grid), default=0)
    for cells, texts in zip(rows, grid, strict=True):
        filled = [cell for cell in cells if cell.text]
        whole = len(filled) == 1 and (filled[0].columns >= width or len(filled[0].content) > 2)
        if whole:
            yield from filled[0].content
        elif cells and any(texts):
            linked = sum(one.linked * len(one.block.text) for cell in cells for one in cell.content)
            share = min(1.0, linked / max(1, sum(len(cell.text) for cell in cells)))
            yield Paragraph(table_row(texts), cells[0].place.getparent(), share, tuple(texts))


def _grid(rows: list[list[_Cell]]) -> list[list[str]]:
    """The texts of each row by column; a short one stands in all rows and columns it covers."""
    if _is_blown_up(rows):
        return [[cell.text for cell in row] for row in rows]
    grid: list[list[str]] = []
    open_cells: dict[int, tuple[int, str]] = {}  # by column: rows that are left, text
    for row in rows:
        texts: list[str] = []
        waiting = [
            (text, cell.rows)
            for cell in row
            for text in (cell.text, *[_repeated(cell.text)] * (cell.columns - 1))
        ]
        waiting.reverse()
        last = max(open_cells, default=-1)
        while waiting or len(texts) <= last:
            column = len(texts)
            if column in open_cells:
                left, text = open_cells.pop(column)
                texts.append(text)
                if left > 1:
                    open_cells[column] = left - 1, text
            elif waiting:
                text, left = waiting.pop()
                texts.append(text)
                if left > 1:
                    open_cells[column] = left - 1, _repeated(text)
            else:
                texts.append("")
        grid.append(texts)
    return grid


def _is_blown_up(rows: list[list[_Cell]]) -> bool:
    """Whether the cells cover so many places that the table would fill the memory."""
    cells = [cell for row in rows for cell in row]
    own = sum(len(cell.text) + 1 for cell in cells)
    repeated = sum(
        cell.columns * min(cell.rows, len(rows)) * (len(_repeated(cell.text)) + 1) for cell in cells
    )
    return repeated > max(_HARMLESS, _MAX_BLOW_UP * own)


def _repeated(text: str) -> str:
    return text if len(text) <= _MAX_REPEATED else ""
