"""Reads ``metadata.csv``, in which a person states labels of the files in its folder.

The first row names columns among ``file``, ``title``, ``region``, ``year``,
``issuer``, ``published``, ``kind``, ``url``; ``file`` is a path relative to the table. An
empty cell states nothing. A stated value overrides front matter and inference.

What is wrong in a table is named with its line and skipped; the rest of the table counts.
"""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from engine.errors import ReadError
from indexer.regions import resolve

METADATA_FILE = "metadata.csv"  # describes the reports beside it; it is no report itself
COLUMNS = ("file", "title", "region", "year", "issuer", "published", "kind", "url")
ENCODINGS = ("utf-8-sig", "gb18030")  # a Chinese Excel writes the latter

# Where a report was published. The signs left out occur in no address, only percent-encoded.
ADDRESS = re.compile(r"https?://[^\s<>\"{}\\^`|]+")

Statements = dict[str, dict[str, str]]  # relative path (with ``/``) -> column -> value


def read_metadata(folder: Path) -> tuple[Statements | None, list[ReadError]]:
    """Read ``metadata.csv`` in ``folder``; see ``parse_metadata``. Empty where there is none.

    None where the table cannot be read now, so that nobody knows what it states.
    """
    path = folder / METADATA_FILE
    try:
        data = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return {}, []
    except OSError as error:
        reason = "没有读取权限，或读不出来，已收的文件仍用以前所填的；请检查文件的权限"
        fault = ReadError(str(path), reason)
        fault.__cause__ = error
        return None, [fault]
    return parse_metadata(data, str(path), lambda file: (folder / file).is_file())


def parse_metadata(
    data: bytes, table: str, is_file: Callable[[str], bool]
) -> tuple[Statements, list[ReadError]]:
    """Parse the bytes of a table; return what it states, and what is wrong with it.

    ``is_file`` tells whether a path relative to the table is a file. Skipped are a row of
    broken CSV, with another number of cells, for a file that does not exist, or for one that
    has a row already; a column or a region that is not known; and a ``url`` that is none.
    """
    stated: Statements = {}
    faults: list[ReadError] = []
    try:
        rows = _rows(decode(data, table)[0], table)
        header = _header(table, next(rows)[1], faults)
        for line, row in rows:
            try:
                file, values = _read_row(table, line, header, row, faults)
                if not is_file(file):
                    raise _fault(table, line, f"找不到文件“{file}”；跳过这一行")
                if file in stated:
                    raise _fault(table, line, f"文件“{file}”出现了两次；只按第一次的算")
                stated[file] = values
            except ReadError as error:
                faults.append(error)
    except ReadError as error:
        faults.append(error)
    return stated, faults


def _rows(text: str, table: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table that are not empty, each with its last line, from 1."""
    rows = csv.reader(io.StringIO(text), strict=True)
    yield 1, next(rows, [])
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                yield rows.line_num, row
    except csv.Error as error:
        reason = f"不是有效的 CSV（{error}），从这里起都没有读：请检查引号是否成对"
        raise _fault(table, rows.line_num, reason) from error


def decode(data: bytes, table: str) -> tuple[str, str]:
    """The text of a table, and its encoding; raises ``ReadError`` where it is in none of ours."""
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
            has_mark = encoding != "utf-8-sig" or data.startswith(BOM_UTF8)
            return text, encoding if has_mark else "utf-8"
        except UnicodeDecodeError:
            continue
    raise ReadError(table, "编码无法识别：请另存为 UTF-8")


def _header(table: str, row: list[str], faults: list[ReadError]) -> list[str]:
    """The names of the columns; "" for a column that is not known, which is named in ``faults``."""
    names = [cell.strip().lower() for cell in row]
    if "file" not in names:
        raise _fault(table, 1, "缺少 file 列（相对于本表的文件路径），整张表没有用上")
    known = "、".join(COLUMNS)
    for at, name in enumerate(names):
        if name not in COLUMNS:
            faults.append(_fault(table, 1, f"不认识的列“{name}”，没有用上；可用的列是 {known}"))
        elif name in names[:at]:
            faults.append(_fault(table, 1, f"有重复的列名“{name}”；只按第一次的算"))
    return [
        name if name in COLUMNS and name not in names[:at] else "" for at, name in enumerate(names)
    ]


def _read_row(
    table: str, line: int, header: list[str], row: list[str], faults: list[ReadError]
) -> tuple[str, dict[str, str]]:
    """Read one row: the file that it describes, and its values by column."""
    if len(row) != len(header):
        raise _fault(table, line, f"有 {len(row)} 格，表头有 {len(header)} 格；跳过这一行")
    cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
    file = str(PurePosixPath(cells.pop("file").replace("\\", "/")))
    if file.startswith("/") or ".." in PurePosixPath(file).parts:
        raise _fault(table, line, f"“{file}”不在本文件夹内；跳过这一行")
    values = {column: value for column, value in cells.items() if column and value}
    try:
        if "region" in values:
            resolve(values["region"])
    except ValueError as error:
        faults.append(_fault(table, line, f"{error}；地区仍按正文判断"))
        del values["region"]
    if "url" in values and not ADDRESS.fullmatch(values["url"]):
        reason = f"“{values['url']}”不是网址，没有用上；请写成 https://…"
        faults.append(_fault(table, line, reason))
        del values["url"]
    return file, values


def _fault(table: str, line: int, reason: str) -> ReadError:
    return ReadError(table, f"第 {line} 行：{reason}")
