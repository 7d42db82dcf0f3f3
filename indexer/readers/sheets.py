"""Reads spreadsheets (.xlsx, .xls, .et, .ods): each row is a table's row, each sheet a heading.

calamine reads them all, values without their formats: 98.25% stands there as 0.9825.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from engine.errors import ReadError
from indexer.draft import Block, Draft, table_row

_MAX_REPEATED = 40  # characters of a merged cell that is repeated in the cells it covers
_MAX_COVERED = 100_000  # merged cells of a sheet; with more, none is repeated


def read(path: Path, source: str) -> Draft:
    """Read the visible sheets of a workbook; raises ``ReadError`` where it is broken or locked."""
    import python_calamine

    try:
        with python_calamine.load_workbook(io.BytesIO(path.read_bytes())) as book:
            visible = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == python_calamine.SheetVisibleEnum.Visible
                and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
            sheets = [(name, _rows(book.get_sheet_by_name(name))) for name in visible]
    except python_calamine.PasswordError as error:
        raise ReadError(source, "已加密；请去掉密码，另存后再放入") from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise ReadError(
            source, "不是 Excel 或 WPS 表格，或已损坏；请打开后另存为 .xlsx 再试"
        ) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a fault in calamine shows itself
            raise
        raise ReadError(source, "表格已损坏；请打开后另存为 .xlsx 再试") from error
    filled = [(name, rows) for name, rows in sheets if rows]
    return Draft(source, tuple(_blocks(filled)))


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


def _rows(sheet: Any) -> list[list[str]]:
    """The rows of a sheet as texts, without empty rows and the empty columns at either side."""
    rows = [[_shown(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in _merged(sheet):
        text = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        if not text or len(text) > _MAX_REPEATED:
            continue
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [text] * len(row[left : right + 1])
    filled = [row for row in rows if any(row)]
    used = [at for row in filled for at, cell in enumerate(row) if cell]
    return [row[min(used) : max(used) + 1] for row in filled] if used else []


def _merged(sheet: Any) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    ranges = sheet.merged_cell_ranges or []
    covered = sum((low[0] - top[0] + 1) * (low[1] - top[1] + 1) for top, low in ranges)
    return ranges if covered <= _MAX_COVERED else []


def _shown(value: object) -> str:
    """A cell's value as text: ``12.0`` is ``12``, a date ``2024-12-03``."""
    match value:
        case bool():
            return "是" if value else "否"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
    return " ".join(str(value).split())
