"""The process that reads a spreadsheet: prints the rows of its visible sheets as JSON.

calamine gives a sheet all the places from its first to its last cell, so that a small file with
a cell in the last row and column fills any memory.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from indexer.limits import MAX_CHARACTERS, MAX_SHEET_BYTES_IN_MEMORY
from indexer.readers.child_process import limit_memory

_MAX_REPEATED = 40  # characters of a merged cell that is repeated in the cells it covers
_MAX_COVERED = 100_000  # merged cells of a sheet; with more, none is repeated
_BROKEN = "不是 Excel 或 WPS 表格，或已损坏；请打开后另存为 .xlsx 再试"
_LOCKED = "已加密；请去掉密码，另存后再放入"


def main(path: str) -> None:
    """Read the workbook and print the answer: ``{"sheets": [[name, rows]]}`` or ``{"problem"}``."""
    limit_memory(MAX_SHEET_BYTES_IN_MEMORY)
    try:
        answer = _answer(Path(path).read_bytes())
    except python_calamine.PasswordError:
        answer = {"problem": _LOCKED}
    except (python_calamine.CalamineError, ValueError, OSError):
        answer = {"problem": _BROKEN}
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a fault in calamine shows itself
            raise
        answer = {"problem": _BROKEN}
    print(json.dumps(answer))


def _answer(data: bytes) -> dict[str, Any]:
    sheets: list[tuple[str, list[list[str]]]] = []
    characters_left = MAX_CHARACTERS
    with python_calamine.load_workbook(io.BytesIO(data)) as book:
        for sheet in book.sheets_metadata:
            if (
                sheet.visible != python_calamine.SheetVisibleEnum.Visible
                or sheet.typ != python_calamine.SheetTypeEnum.WorkSheet
            ):
                continue
            rows = _rows(book.get_sheet_by_name(sheet.name))
            characters_left -= sum(len(cell) + 1 for row in rows for cell in row)
            if characters_left < 0:
                return {"problem": f"超过 {MAX_CHARACTERS // 10_000} 万字，请拆分成几个文件"}
            sheets.append((sheet.name, rows))
    return {"sheets": sheets}


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
    used = {at for row in filled for at, cell in enumerate(row) if cell}
    if not used:
        return []
    first, end = min(used), max(used) + 1
    return [row[first:end] for row in filled]


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


if __name__ == "__main__":
    main(sys.argv[1])
