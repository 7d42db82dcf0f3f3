"""Writes tables of paragraphs, for Excel (.xlsx) and for every other program (.csv).

A memo and an export share the cells of a paragraph. Rows are taken one by one, so that a table
may be longer than memory.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from search_app.memo import Entry
from search_app.quotation import quotation

Row = Mapping[str, str | int | float]

PARAGRAPH_COLUMNS = (
    *("正文", "报告", "发布单位", "发布日期", "地区", "年份", "文种", "主题", "标题路径", "第几段"),
    *("备注", "段落编号", "链接", "引用"),
)
MAX_LINKS = 65_530  # that Excel takes in a sheet

_WIDTH = 10
_WIDTHS = {  # of columns, in characters, as Excel counts them
    **{"备忘": 12, "序号": 7, "正文": 70, "报告": 30, "发布单位": 20, "发布日期": 11, "地区": 20},
    **{"年份": 6, "文种": 14, "主题": 20, "标题路径": 30, "第几段": 7, "备注": 16},
    **{"左文": 50, "检索词": 14, "右文": 50, "检索式": 20, "数值": 14, "数值年份": 12},
    **{"段落编号": 17, "链接": 36, "引用": 50, "文件": 30},
}
_FONT = {"font_name": "宋体", "font_size": 11, "valign": "top", "text_wrap": True}
_A4 = 9  # Excel's number of the paper
_TOO_LONG = -2  # what XlsxWriter returns for a text of more than 32,767 UTF-16 units
_CLIPPED_LENGTH = 16_000  # code points, which are at most twice as many units
_CLIPPED = "……（单元格容不下全文，请见链接）"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``sheet`` is the name of its sheet."""

    title: str
    sheet: str
    columns: tuple[str, ...]
    rows: Iterable[Row]


def paragraph_row(entry: Entry) -> dict[str, str | int]:
    """The cells of a paragraph: those of ``PARAGRAPH_COLUMNS`` and ``文件``."""
    quoted = quotation(entry)
    paragraph, report = entry.hit.paragraph, entry.hit.report
    return {
        "正文": entry.text,
        "报告": report.title,
        "发布单位": report.issuer,
        "发布日期": report.published,
        "地区": "/".join(report.region.names),
        "年份": report.year or "",
        "文种": report.kind,
        "主题": "；".join(theme.name for theme in paragraph.themes),
        "标题路径": " › ".join(paragraph.heading),
        "第几段": paragraph.ordinal,
        "备注": "；".join(quoted.flaws),
        "段落编号": quoted.id,
        "链接": quoted.url,
        "引用": entry.reference,
        "文件": report.source,
    }


def csv_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """A table that Excel opens: UTF-8 with a byte-order mark, without formulas."""
    lines = csv.writer(_Echo())
    yield lines.writerow(columns).encode("utf-8-sig")
    for row in rows:
        yield lines.writerow(_harmless(row.get(name, "")) for name in columns).encode()


class _Echo:
    """What ``csv`` takes for a file; it returns each line to whoever writes it."""

    def write(self, line: str) -> str:
        return line


def _harmless(cell: str | float) -> str | float:
    """A cell that a spreadsheet takes as text: a formula sign in front gets an apostrophe."""
    return (
        f"'{cell}"
        if isinstance(cell, str) and cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))
        else cell
    )


def write_xlsx(table: Table, made: date, target: str | IO[bytes], **options: Any) -> None:
    """Write a table, made on this day, to an ``.xlsx`` file; texts are never formulas.

    ``options`` are XlsxWriter's and say what it keeps in memory.
    """
    with Workbook(target, options) as workbook:
        properties = {"title": table.title, "created": datetime.combine(made, time())}
        workbook.set_properties(properties)
        sheet = workbook.add_worksheet(table.sheet)
        _set_up(workbook, sheet, table.columns)
        link = workbook.add_format({**_FONT, "hyperlink": True})
        number = 0
        for number, row in enumerate(table.rows, 1):
            _write(sheet, number, table.columns, row, link if number <= MAX_LINKS else None)
        sheet.autofilter(0, 0, number, len(table.columns) - 1)


def _set_up(workbook: Workbook, sheet: Worksheet, columns: Iterable[str]) -> None:
    # A text that begins like a formula stays a text, even after someone has edited its cell.
    cells = workbook.add_format({**_FONT, "quote_prefix": True})
    header = workbook.add_format({**_FONT, "bold": True, "bottom": 1})
    for column, name in enumerate(columns):
        sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH), cells)
        sheet.write_string(0, column, name, header)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _write(
    sheet: Worksheet, number: int, columns: Iterable[str], row: Row, link: Format | None
) -> None:
    """Write a row; its address is a link where ``link`` is a format."""
    for column, name in enumerate(columns):
        cell = row.get(name, "")
        if isinstance(cell, int | float):
            sheet.write_number(number, column, cell)
        elif link and name == "链接" and cell:
            sheet.write_url(number, column, cell, link)
        elif cell and sheet.write_string(number, column, cell) == _TOO_LONG:
            sheet.write_string(number, column, cell[:_CLIPPED_LENGTH] + _CLIPPED)
