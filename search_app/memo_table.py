"""Writes a memo as a table, for Excel (.xlsx) and for every other program (.csv).

Both have a row for each quoted paragraph, then one for each id that leads to no paragraph.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from search_app.memo import Entry, Memo
from search_app.quotation import quotation

_COLUMN_WIDTHS = {  # in characters, as Excel counts them
    **{"备忘": 12, "序号": 5, "正文": 70, "报告": 30, "发布单位": 20, "发布日期": 11, "地区": 20},
    **{"年份": 6, "文种": 14, "主题": 20, "标题路径": 30, "第几段": 7, "备注": 16},
    **{"段落编号": 17, "链接": 36, "引用": 50},
}
_FONT = {"font_name": "宋体", "font_size": 11, "valign": "top", "text_wrap": True}
_A4 = 9  # Excel's number of the paper
_TOO_LONG = -2  # what XlsxWriter returns for a text of more than 32,767 UTF-16 units
_CLIPPED_LENGTH = 16_000  # code points, which are at most twice as many units
_CLIPPED = "……（单元格容不下全文，请见链接）"


def as_csv(memo: Memo) -> bytes:
    """The memo as a table that Excel opens: UTF-8 with a byte-order mark, without formulas."""
    out = io.StringIO()
    rows = csv.DictWriter(out, _COLUMN_WIDTHS)
    rows.writeheader()
    for row in _rows(memo):
        rows.writerow({name: _harmless(cell) for name, cell in row.items()})
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(memo: Memo, made: date) -> bytes:
    """The memo as the bytes of an ``.xlsx`` file, made on this day; texts are never formulas."""
    out = io.BytesIO()
    # In memory, since nothing that is quoted may be left in a temporary file; a memo is small.
    with Workbook(out, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": memo.title, "created": datetime.combine(made, time())})
        sheet = workbook.add_worksheet("引文")
        _set_up(workbook, sheet)
        link = workbook.add_format({**_FONT, "hyperlink": True})
        for number, row in enumerate(_rows(memo), 1):
            _write(sheet, number, row, link)
        last = len(memo.entries) + len(memo.missing)
        sheet.autofilter(0, 0, last, len(_COLUMN_WIDTHS) - 1)
    return out.getvalue()


def _rows(memo: Memo) -> Iterator[Mapping[str, str | int]]:
    for number, entry in enumerate(memo.entries, 1):
        yield {"备忘": memo.title, "序号": number, **_row(entry)}
    for paragraph_id in memo.missing:
        yield {"备忘": memo.title, "备注": "未能列入：索引中找不到", "段落编号": paragraph_id}


def _row(entry: Entry) -> dict[str, str | int]:
    quoted = quotation(entry)
    paragraph, report = entry.hit.paragraph, entry.hit.report
    return {
        "正文": quoted.text,
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
    }


def _harmless(cell: str | int) -> str | int:
    """A cell that a spreadsheet takes as text: a formula sign in front gets an apostrophe."""
    return f"'{cell}" if str(cell).startswith(tuple("=+-@\t\r\n＝＋－＠")) else cell


def _set_up(workbook: Workbook, sheet: Worksheet) -> None:
    # A text that begins like a formula stays a text, even after someone has edited its cell.
    cells = workbook.add_format({**_FONT, "quote_prefix": True})
    header = workbook.add_format({**_FONT, "bold": True, "bottom": 1})
    for column, (name, width) in enumerate(_COLUMN_WIDTHS.items()):
        sheet.set_column(column, column, width, cells)
        sheet.write_string(0, column, name, header)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _write(sheet: Worksheet, number: int, row: Mapping[str, str | int], link: Format) -> None:
    for column, name in enumerate(_COLUMN_WIDTHS):
        cell = row.get(name, "")
        if isinstance(cell, int):
            sheet.write_number(number, column, cell)
        elif name == "链接" and cell:
            sheet.write_url(number, column, cell, link)
        elif cell and sheet.write_string(number, column, cell) == _TOO_LONG:
            sheet.write_string(number, column, cell[:_CLIPPED_LENGTH] + _CLIPPED)
