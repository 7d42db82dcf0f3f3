"""Corrects the labels of one file: puts its row into the ``metadata.csv`` beside it.

Everything else in the table stays as it is: other rows and columns, encoding and line ends. So
does the old table, whole, until the new one takes its place.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from engine.errors import ReadError
from indexer.label import label
from indexer.metadata import COLUMNS, METADATA_FILE, decode, parse_metadata

_NEW_TABLE = "utf-8-sig"  # so that Excel reads it


def set_labels(file: Path, values: Mapping[str, str]) -> Path:
    """State ``values``, by column, of a file in the table beside it; return the table's path.

    An empty value states nothing any more. Raises ``ValueError`` for a column or a value that
    reading the table would reject, and ``ReadError`` for a table that cannot be read.
    """
    for column in values:
        if column not in COLUMNS[1:]:
            raise ValueError(f"没有“{column}”这一列；可用的列是 {'、'.join(COLUMNS[1:])}")
    table = file.parent / METADATA_FILE
    data = table.read_bytes() if table.exists() else b""
    label("", [], values)  # raises for a region, year or date that makes no sense
    changed = _with_row(data, str(table), file.name, values)
    _refuse_rejected(changed, data, table)
    _replace(table, changed)
    return table


def _with_row(data: bytes, table: str, name: str, values: Mapping[str, str]) -> bytes:
    """The bytes of a table, in which the row of the file ``name`` has these values."""
    text, encoding = decode(data, table) if data else ("", _NEW_TABLE)
    end = "\r\n" if "\r\n" in text or not data else "\n"
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ReadError(table, f"不是有效的 CSV（{error}）；请先改好") from error
    rows = rows or [["file"]]
    header = [cell.strip().lower() for cell in rows[0]]
    if "file" not in header:
        raise ReadError(table, "第 1 行：缺少 file 列；请先改好")
    added = [column for column in values if column not in header]
    if added:
        rows = [row + ([""] * len(added) if row else []) for row in rows]
        rows[0][len(header) :] = added
        header += added
    at = header.index("file")
    row = next((row for row in rows[1:] if len(row) == len(header) and _names(row[at], name)), None)
    if row is None:
        row = [""] * len(header)
        row[at] = name
        rows.append(row)
    for column, value in values.items():
        row[header.index(column)] = value
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end).writerows(rows)
    return out.getvalue().encode(encoding)


def _names(cell: str, name: str) -> bool:
    return cell.strip().replace("\\", "/").removeprefix("./") == name


def _refuse_rejected(changed: bytes, data: bytes, table: Path) -> None:
    """Raise ``ValueError`` for a fault that the table did not have before."""

    def faults(content: bytes) -> set[str]:
        _, found = parse_metadata(content, str(table), lambda name: (table.parent / name).is_file())
        return {fault.reason.partition("：")[2] for fault in found}

    if new := faults(changed) - (faults(data) if data else set()):
        raise ValueError("；".join(sorted(new)))


def _replace(table: Path, content: bytes) -> None:
    """Write a file in one step, with the permissions of the one that it replaces."""
    mode = table.stat().st_mode & 0o777 if table.exists() else 0o644
    with NamedTemporaryFile(dir=table.parent, prefix=".metadata-", delete=False) as stream:
        new = Path(stream.name)
        try:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()  # Windows replaces no file by an open one
            new.chmod(mode)
            new.replace(table)
        except BaseException:
            new.unlink()
            raise
