"""Hostile spreadsheets and archives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from .common import PROSE, RELATIONS, Maker, relations, zipped

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _book(rows: str, shared: str = "", merged: str = "", sheets: int = 1) -> bytes:
    names = "".join(
        f'<sheet name="s{at}" sheetId="{at + 1}" r:id="r{at}"/>' for at in range(sheets)
    )
    entries = "".join(
        f'<Relationship Id="r{at}" Type="{RELATIONS}/worksheet" Target="worksheets/s{at}.xml"/>'
        for at in range(sheets)
    )
    entries += f'<Relationship Id="x" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    start = f'<Relationship Id="d" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    sheet = f'<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData>{merged}</worksheet>'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations(start),
            "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{RELATIONS}">'
            f"<sheets>{names}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": relations(entries),
            "xl/sharedStrings.xml": f'<sst xmlns="{_SHEET}">{shared}</sst>',
        }
        | {f"xl/worksheets/s{at}.xml": sheet for at in range(sheets)}
    )


def _cell(column: str, row: int) -> str:
    return f'<c r="{column}{row}" t="inlineStr"><is><t>甲</t></is></c>'


def _rows(n: int) -> str:
    return "".join(
        f'<row r="{at}">{_cell("A", at)}{_cell("B", at)}</row>' for at in range(1, n + 1)
    )


_BOOKS: Mapping[str, Callable[[int], bytes]] = {
    "rows": lambda n: _book(_rows(n)),
    "shared strings": lambda n: _book(_rows(3), shared="<si><t>甲乙</t></si>" * n),
    "merged cells": lambda n: _book(
        _rows(n),
        merged="<mergeCells>"
        + "".join(f'<mergeCell ref="A{at}:B{at}"/>' for at in range(1, n))
        + "</mergeCells>",
    ),
    "sheets": lambda n: _book(_rows(2), sheets=n),
    "a far cell": lambda n: _book(
        f'<row r="1">{_cell("A", 1)}</row><row r="{n}">{_cell("XFD", n)}</row>'
    ),
    "cells without places": lambda n: _book(
        "<row>" + '<c t="inlineStr"><is><t>甲</t></is></c>' * n + "</row>"
    ),
}
_ARCHIVES: Mapping[str, Callable[[int], bytes]] = {
    "members": lambda n: zipped({f"{at}.txt": PROSE for at in range(n)}),
    "members of other kinds": lambda n: zipped({f"{at}.bin": "甲" for at in range(n)}),
    "deep folders": lambda n: zipped({"a/" * min(n, 30_000) + "b.txt": PROSE}),
    "tables of metadata": lambda n: zipped(
        {f"{at}/metadata.csv": "file,title\na.txt,甲" for at in range(n)}
        | {f"{at}/a.txt": PROSE for at in range(n)}
    ),
    "a table of metadata": lambda n: zipped(
        {"metadata.csv": "file,title\n" + "a.txt,甲\n" * n, "a.txt": PROSE}
    ),
}


def makers() -> Iterator[Maker]:
    for name, make in _BOOKS.items():
        yield Maker(f"xlsx: {name}", ".xlsx", make, 100_000)
    for name, make in _ARCHIVES.items():
        yield Maker(f"zip: {name}", ".zip", make, 9_000)
