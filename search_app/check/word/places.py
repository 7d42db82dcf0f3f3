"""Names the places of paragraphs as a person counts them: ``正文第3段``, ``第1个表格第2行第3列``.

Paragraphs without text are not counted. Tables, boxes and notes have places of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class _Cell:
    """A table or cell that the walk is in: its name, and what has been counted in it."""

    name: str = ""
    tables: int = 0
    rows: int = 0
    cells: int = 0  # of the row


class Places:
    """Follows a walk over a story; ``label`` is the place of all of its paragraphs, unless ""."""

    def __init__(self, label: str = "") -> None:
        self._label = label
        self._is_in_box = False
        self._cell = _Cell()
        self._paragraphs = 0

    def is_in_body(self) -> bool:
        """Whether the walk is in the text itself, not in a table, box, note or header."""
        return not (self._label or self._is_in_box or self._cell.name)

    def count_paragraph(self) -> str:
        """The place of a paragraph that has text."""
        if not self.is_in_body():
            return self._label or ("文本框" if self._is_in_box else self._cell.name)
        self._paragraphs += 1
        return f"正文第{self._paragraphs}段"

    @contextmanager
    def table(self) -> Iterator[None]:
        """In a table."""
        outer = self._cell
        outer.tables += 1
        before = f"{outer.name}内" if outer.name else ""
        self._cell = _Cell(f"{before}第{outer.tables}个表格")
        yield
        self._cell = outer

    def count_row(self) -> None:
        """In the next row of the table."""
        self._cell.rows += 1
        self._cell.cells = 0

    @contextmanager
    def cell(self) -> Iterator[None]:
        """In the next cell of the row."""
        table = self._cell
        table.cells += 1
        self._cell = _Cell(f"{table.name}第{table.rows}行第{table.cells}列")
        yield
        self._cell = table

    @contextmanager
    def box(self) -> Iterator[None]:
        """In a text box."""
        state = (self._is_in_box, self._cell)
        self._is_in_box, self._cell = True, _Cell()
        yield
        self._is_in_box, self._cell = state
