"""Writes an export in each format, as pieces of a file in order.

Each piece is made when it is taken. Only the sheet is first written as a whole, because an
``.xlsx`` file is a zip archive; it lies in a temporary folder, which is removed with the last
piece, or when the pieces are closed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from search_app.cite import escape_markdown
from search_app.export.gather import Export
from search_app.memo_markdown import quotation_block
from search_app.present import hit_json
from search_app.quotation import quotation
from search_app.table import PARAGRAPH_COLUMNS, Row, Table, csv_lines, paragraph_row, write_xlsx

Pieces = Generator[bytes, None, None]

_COLUMNS = ("序号", *PARAGRAPH_COLUMNS, "文件")
_PIECE_BYTES = 1 << 16


def csv_file(export: Export) -> Pieces:
    """A table for every program; Excel opens it as well."""
    yield from csv_lines(_COLUMNS, _rows(export))


def xlsx_file(export: Export) -> Pieces:
    """A table for Excel."""
    with TemporaryDirectory(prefix="yinju-") as folder:
        path = Path(folder) / "export.xlsx"
        options = {"constant_memory": True, "tmpdir": folder}
        write_xlsx(_table(export), export.made, str(path), **options)
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece


def json_lines(export: Export) -> Pieces:
    """A hit a line, as ``/api/search`` gives it, with its reference and its whole address."""
    for entry in export.entries:
        yield _line(hit_json(entry.hit) | {"url": entry.url, "reference": entry.reference})
    if export.note:
        yield _line({"note": export.note, "entries": export.page.entries})


def markdown_file(export: Export) -> Pieces:
    """Quotations with their sources, as a memo has them."""
    page = export.page
    found = f"{page.total:,} 段，出自 {page.reports:,} 篇报告"
    yield f"# {escape_markdown(export.title)}\n\n{found}：<{export.url}>\n".encode()
    if export.note:
        yield f"\n{export.note}。\n".encode()
    for number, entry in enumerate(export.entries, 1):
        yield f"\n{quotation_block(number, quotation(entry))}".encode()


FORMATS: Mapping[str, Callable[[Export], Pieces]] = {
    "csv": csv_file,
    "xlsx": xlsx_file,
    "jsonl": json_lines,
    "md": markdown_file,
}


def _table(export: Export) -> Table:
    size = export.size + bool(export.note)
    return Table(export.title, "检索结果", _COLUMNS, _rows(export), size)


def _rows(export: Export) -> Iterator[Row]:
    for number, entry in enumerate(export.entries, 1):
        yield {"序号": number, **paragraph_row(entry)}
    if export.note:
        yield {"备注": export.note}


def _line(data: Mapping[str, object]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode() + b"\n"
