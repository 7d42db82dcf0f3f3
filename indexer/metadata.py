"""Reads ``metadata.csv``, in which a person states labels of the files in its folder.

The first row names columns among ``file``, ``title``, ``region``, ``year``,
``issuer``, ``published``, ``url``; ``file`` is a path relative to the table. An
empty cell states nothing. A stated value overrides front matter and inference.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from engine.errors import ReadError
from engine.model import Region
from indexer.regions import resolve

METADATA_FILE = "metadata.csv"  # describes the reports beside it; it is no report itself
COLUMNS = ("file", "title", "region", "year", "issuer", "published", "url")
ENCODINGS = ("utf-8-sig", "gb18030")  # a Chinese Excel writes the latter


def read_metadata(folder: Path) -> dict[str, dict[str, str]]:
    """Read ``metadata.csv`` in ``folder``: relative path -> column -> value.

    Paths use ``/``. Empty where there is no such table. Raises ``ReadError`` as
    ``parse_metadata`` does.
    """
    path = folder / METADATA_FILE
    if not path.is_file():
        return {}
    return parse_metadata(path.read_bytes(), str(path), lambda file: (folder / file).is_file())


def parse_metadata(
    data: bytes, table: str, is_file: Callable[[str], bool]
) -> dict[str, dict[str, str]]:
    """Parse the bytes of a table; ``is_file`` tells whether a path relative to it is a file.

    Raises ``ReadError``, which names the line of ``table``, for broken CSV, for a file that
    does not exist or has two rows, and for an unknown column or region.
    """
    rows = csv.reader(io.StringIO(_decode(data, table)), strict=True)
    stated: dict[str, dict[str, str]] = {}
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        _check_header(table, header)
        for row in rows:
            if any(cell.strip() for cell in row):
                file, values = _read_row(table, rows.line_num, header, row)
                if not is_file(file):
                    raise ReadError(table, f"第 {rows.line_num} 行：找不到文件“{file}”")
                if file in stated:
                    raise ReadError(table, f"第 {rows.line_num} 行：文件“{file}”出现了两次")
                stated[file] = values
    except csv.Error as error:
        reason = f"第 {rows.line_num} 行不是有效的 CSV（{error}）：请检查引号是否成对"
        raise ReadError(table, reason) from error
    return stated


def _decode(data: bytes, table: str) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ReadError(table, "编码无法识别：请另存为 UTF-8")


def _check_header(table: str, header: list[str]) -> None:
    unknown = [column for column in header if column not in COLUMNS]
    if unknown:
        known = "、".join(COLUMNS)
        raise ReadError(table, f"第 1 行：不认识的列“{unknown[0]}”，可用的列是 {known}")
    if "file" not in header:
        raise ReadError(table, "第 1 行：缺少 file 列（相对于本表的文件路径）")
    if len(set(header)) < len(header):
        raise ReadError(table, "第 1 行：有重复的列名")


def _read_row(
    table: str, line: int, header: list[str], row: list[str]
) -> tuple[str, dict[str, str]]:
    """Read one row: the file that it describes, and its values by column."""
    if len(row) != len(header):
        raise ReadError(table, f"第 {line} 行有 {len(row)} 格，表头有 {len(header)} 格")
    cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
    file = str(PurePosixPath(cells.pop("file").replace("\\", "/")))
    if file.startswith("/") or ".." in PurePosixPath(file).parts:
        raise ReadError(table, f"第 {line} 行：“{file}”不在本文件夹内")
    values = {column: value for column, value in cells.items() if value}
    _check_region(table, line, values.get("region", ""))
    return file, values


def _check_region(table: str, line: int, region: str) -> Region:
    try:
        return resolve(region) if region else Region()
    except ValueError as error:
        raise ReadError(table, f"第 {line} 行：{error}") from error
