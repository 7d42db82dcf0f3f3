"""Reads spreadsheets (.xlsx, .xls, .et, .ods): each row is a table's row, each sheet a heading.

A child process (``sheets_child.py``) reads them all with calamine, values without their
formats: 98.25% stands there as 0.9825.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import ReadError
from indexer.draft import Block, Draft, table_row
from indexer.limits import MAX_SHEET_SECONDS
from indexer.readers.child_process import ask

_TOO_LARGE = (
    "表格太大，或有一格远在数据之外，读不完；请只把有数据的行和列复制到新表格，另存为 .xlsx 再试"
)


def read(path: Path, source: str) -> Draft:
    """Read the visible sheets of a workbook.

    Raises ``ReadError`` where it is broken or locked, or takes too much time or memory.
    """
    try:
        answer = ask(f"{__name__}_child", path, MAX_SHEET_SECONDS)
    except (TimeoutError, ValueError) as error:
        raise ReadError(source, _TOO_LARGE) from error
    if "problem" in answer:
        raise ReadError(source, answer["problem"])
    return Draft(source, tuple(_blocks([(name, rows) for name, rows in answer["sheets"] if rows])))


def _blocks(sheets: Sequence[tuple[str, list[list[str]]]]) -> Iterator[Block]:
    """The rows of each sheet, under its name where there are several.

    A row with one cell, such as the title above the columns, is a paragraph.
    """
    for name, rows in sheets:
        if len(sheets) > 1:
            yield Block(name, level=2)
        for row in rows:
            filled = list(dict.fromkeys(cell for cell in row if cell))
            yield table_row(row) if len(filled) > 1 or row[0] == "" else Block(filled[0])
