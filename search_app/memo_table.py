"""Writes a memo as a table (``table``).

It has a row for each quoted paragraph, then one for each id that leads to no paragraph.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

from search_app.memo import Memo
from search_app.table import PARAGRAPH_COLUMNS, Row, Table, csv_lines, paragraph_row, write_xlsx

_COLUMNS = ("备忘", "序号", *PARAGRAPH_COLUMNS, "检索词")


def as_csv(memo: Memo) -> bytes:
    """The memo as the bytes of a ``.csv`` file."""
    return b"".join(csv_lines(_COLUMNS, _rows(memo)))


def as_xlsx(memo: Memo, made: date) -> bytes:
    """The memo as the bytes of an ``.xlsx`` file, made on this day."""
    out = io.BytesIO()
    # In memory, since nothing that is quoted may be left in a temporary file; a memo is small.
    write_xlsx(_table(memo), made, out, in_memory=True)
    return out.getvalue()


def _table(memo: Memo) -> Table:
    return Table(memo.title, "引文", _COLUMNS, _rows(memo))


def _rows(memo: Memo) -> Iterator[Row]:
    for number, entry in enumerate(memo.entries, 1):
        words = "、".join(entry.found_words)
        yield {"备忘": memo.title, "序号": number, **paragraph_row(entry), "检索词": words}
    for paragraph_id in memo.missing:
        yield {"备忘": memo.title, "备注": "未能列入：索引中找不到", "段落编号": paragraph_id}
