"""Writes an export in each format, as pieces of a file in order.

Each piece is made when it is taken. Only the sheet is first written as a whole, because an
``.xlsx`` file is a zip archive; it lies in a temporary folder, which is removed with the last
piece, or when the pieces are closed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from search_app.present import Json
from search_app.references import files
from search_app.references.record import Reference
from search_app.table import Row, Table, csv_lines, write_xlsx

Pieces = files.Pieces

_PIECE_BYTES = 1 << 16


class Export(Protocol):
    """The content of a file, which can be read once, in one of four forms."""

    @property
    def title(self) -> str: ...
    @property
    def sheet(self) -> str:
        """The name of its sheet."""

    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def made(self) -> date: ...

    def rows(self) -> Iterator[Row]:
        """The rows of a table with the ``columns``."""
        ...

    def objects(self) -> Iterator[Json]:
        """The same as JSON."""
        ...

    def markdown(self) -> Iterator[str]:
        """The same as pieces of Markdown, with a title."""
        ...

    def references(self) -> Iterator[Reference]:
        """The sources; raises ``QueryError`` where the rows are no passages."""
        ...


def csv_file(export: Export) -> Pieces:
    """A table for every program; Excel opens it as well."""
    yield from csv_lines(export.columns, export.rows())


def xlsx_file(export: Export) -> Pieces:
    """A table for Excel."""
    with TemporaryDirectory(prefix="yinju-") as folder:
        path = Path(folder) / "export.xlsx"
        table = Table(export.title, export.sheet, export.columns, export.rows())
        write_xlsx(table, export.made, str(path), constant_memory=True, tmpdir=folder)
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece


def json_lines(export: Export) -> Pieces:
    """A JSON object a line."""
    for data in export.objects():
        yield json.dumps(data, ensure_ascii=False).encode() + b"\n"


def markdown_file(export: Export) -> Pieces:
    for text in export.markdown():
        yield text.encode()


def _references(write: Callable[[Iterable[Reference]], Pieces]) -> Callable[[Export], Pieces]:
    def file(export: Export) -> Pieces:
        yield from write(export.references())

    return file


FORMATS: Mapping[str, Callable[[Export], Pieces]] = {
    "csv": csv_file,
    "xlsx": xlsx_file,
    "jsonl": json_lines,
    "md": markdown_file,
    **{suffix: _references(write) for suffix, write in files.FILES.items()},
}
