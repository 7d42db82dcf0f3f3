"""Reads ``metadata.csv``, in which a person states labels of the files in its folder.

The first row names columns among ``file``, ``title``, ``region``, ``year``,
``issuer``, ``published``, ``kind``, ``url``; ``file`` is a path relative to the table. An
empty cell states nothing. A stated value overrides front matter and inference.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path, PurePosixPath

from engine.errors import ReadError
from engine.model import Region
from indexer.read import METADATA_FILE
from indexer.regions import resolve

COLUMNS = ("file", "title", "region", "year", "issuer", "published", "kind", "url")
ENCODINGS = ("utf-8-sig", "gb18030")  # a Chinese Excel writes the latter


def read_metadata(folder: Path) -> dict[str, dict[str, str]]:
    """Read ``metadata.csv`` in ``folder``: relative path -> column -> value.

    Paths use ``/``. Empty where there is no such table. Raises ``ReadError``, which
    names the line, for broken CSV, for a file that does not exist or has two rows,
    and for an unknown column or region.
    """
    path = folder / METADATA_FILE
    if not path.is_file():
        return {}
    rows = csv.reader(io.StringIO(_decode(path)), strict=True)
    stated: dict[str, dict[str, str]] = {}
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        _check_header(path, header)
        for row in rows:
            if any(cell.strip() for cell in row):
                file, values = _read_row(path, rows.line_num, header, row)
                if file in stated:
                    raise ReadError(str(path), f"第 {rows.line_num} 行：文件“{file}”出现了两次")
                stated[file] = values
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
    """Read one row: the file that it describes, and its values by column."""
    if len(row) != len(header):
        raise ReadError(str(path), f"第 {line} 行有 {len(row)} 格，表头有 {len(header)} 格")
    cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
    file = str(PurePosixPath(cells.pop("file").replace("\\", "/")))
    if file.startswith("/") or ".." in PurePosixPath(file).parts:
        raise ReadError(str(path), f"第 {line} 行：“{file}”不在本文件夹内")
    if not (path.parent / file).is_file():
        raise ReadError(str(path), f"第 {line} 行：找不到文件“{file}”")
    values = {column: value for column, value in cells.items() if value}
    _check_region(path, line, values.get("region", ""))
    return file, values


def _check_region(path: Path, line: int, region: str) -> Region:
    try:
        return resolve(region) if region else Region()
    except ValueError as error:
        raise ReadError(str(path), f"第 {line} 行：{error}") from error
