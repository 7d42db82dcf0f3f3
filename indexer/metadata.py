"""``metadata.csv`` beside a folder's files: what somebody knows of them better than the text says.

The first row names columns among ``file``, ``title``, ``region``, ``year``,
``issuer``, ``published``, ``url``; ``file`` is a path relative to the table. An
empty cell states nothing. What is stated overrides front matter and inference.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path, PurePosixPath

from engine.errors import ReadError
from engine.model import Region
from indexer.regions import resolve

NAME = "metadata.csv"
COLUMNS = ("file", "title", "region", "year", "issuer", "published", "url")
ENCODINGS = ("utf-8-sig", "gb18030")  # Excel in Chinese writes the latter


def read_metadata(folder: Path) -> dict[str, dict[str, str]]:
    """What ``metadata.csv`` in ``folder`` states: relative path -> column -> value.

    Paths use ``/``. Empty where there is no such table. Raises ``ReadError`` that
    names the line where the table is broken, names a file that is not there or
    twice, or a column or region that is unknown.
    """
    path = folder / NAME
    if not path.is_file():
        return {}
    rows = csv.reader(io.StringIO(_decode(path)), strict=True)
    stated: dict[str, dict[str, str]] = {}
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        _check_header(path, header)
        for row in rows:
            if any(cell.strip() for cell in row):
                name, values = _read_row(path, rows.line_num, header, row)
                if name in stated:
                    raise ReadError(str(path), f"第 {rows.line_num} 行：文件“{name}”出现了两次")
                stated[name] = values
    except csv.Error as error:
        reason = f"第 {rows.line_num} 行不是有效的 CSV（{error}）：请检查引号是否成对"
        raise ReadError(str(path), reason) from error
    return stated


def _decode(path: Path) -> str:
    data = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ReadError(str(path), "编码无法识别：请另存为 UTF-8")


def _check_header(path: Path, header: list[str]) -> None:
    unknown = [column for column in header if column not in COLUMNS]
    if unknown:
        known = "、".join(COLUMNS)
        raise ReadError(str(path), f"第 1 行：不认识的列“{unknown[0]}”，可用的列是 {known}")
    if "file" not in header:
        raise ReadError(str(path), "第 1 行：缺少 file 列（相对于本表的文件路径）")
    if len(set(header)) < len(header):
        raise ReadError(str(path), "第 1 行：有重复的列名")


def _read_row(
    path: Path, line: int, header: list[str], row: list[str]
) -> tuple[str, dict[str, str]]:
    """The file a row is about, and what it states."""
    if len(row) != len(header):
        raise ReadError(str(path), f"第 {line} 行有 {len(row)} 格，表头有 {len(header)} 格")
    cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
    name = str(PurePosixPath(cells.pop("file").replace("\\", "/")))
    if name.startswith("/") or ".." in PurePosixPath(name).parts:
        raise ReadError(str(path), f"第 {line} 行：“{name}”不在本文件夹内")
    if not (path.parent / name).is_file():
        raise ReadError(str(path), f"第 {line} 行：找不到文件“{name}”")
    values = {column: value for column, value in cells.items() if value}
    _check_region(path, line, values.get("region", ""))
    return name, values


def _check_region(path: Path, line: int, region: str) -> Region:
    try:
        return resolve(region) if region else Region()
    except ValueError as error:
        raise ReadError(str(path), f"第 {line} 行：{error}") from error
