"""The files of a memo: Markdown, tables for spreadsheets, and how each names what is missing."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import quote

import openpyxl
import pytest
import web_index
from flask.testing import FlaskClient
from memos import quoting
from openpyxl.worksheet.worksheet import Worksheet

from engine.engine import open_engine
from search_app.memo import Memo, gather, memo_path
from search_app.memo_markdown import as_markdown
from search_app.memo_table import as_csv, as_xlsx

ROOT = "http://localhost:8000"
TODAY = date(2026, 11, 22)
TRICKY, LONG, DAMAGED, FORMULA = (f"rep001-000{number}" for number in (3, 4, 5, 6))
NAMELESS, GONE, EVIL = "rep002-0003", "rep001-gone", "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def memo(tmp_path_factory: pytest.TempPathFactory) -> Memo:
    location = web_index.build(str(tmp_path_factory.mktemp("memo") / "index"))
    ids = [TRICKY, GONE, FORMULA, DAMAGED, NAMELESS, EVIL]
    return gather(open_engine(location), ids, ROOT, TODAY, "=基金 *监管*")


def read_csv(memo: Memo) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(memo).decode("utf-8-sig"))))


def read_sheet(memo: Memo) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(memo, TODAY))).active
    assert isinstance(sheet, Worksheet)
    return sheet


def read_xlsx(memo: Memo) -> list[dict[str, object]]:
    header, *rows = read_sheet(memo).iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def test_markdown_has_title_quotations_sources_and_what_is_missing(memo: Memo) -> None:
    text = as_markdown(memo)
    assert text.startswith("# \\=基金 \\*监管\\*\n\n> ")
    assert r"a\*b\_c \[d\](e)" in text
    assert r"\<script\>" in text
    assert text.count("\n> \\[") == len(memo.entries) == 4
    assert f"2024-12-23：第3段. <{ROOT}/p/{TRICKY}>.\n" in text
    assert "\n> 位置：一、主要工作；地区：湖南省怀化市甲县；年份：2024。\n" in text
    assert "\n> 位置：一、主要工作；地区：未标明；年份：未标明。\n" in text
    assert "\n> （原文此处乱码，引用前请核对原件。）\n" in text
    assert text.endswith(f"\n以下各段未能列入（索引中找不到）：{GONE}、{EVIL}。\n")


def test_markdown_says_what_is_recognised(memo: Memo) -> None:
    scanned = quoting(memo.entries[0], ocr=True, damaged=True)
    text = as_markdown(replace(memo, items=(scanned,)))
    assert "\n> （原文此处乱码；识别自扫描件，引用前请核对原件。）\n" in text
    assert "未能列入" not in text


def test_csv_opens_in_a_spreadsheet_and_holds_no_formula(memo: Memo) -> None:
    assert as_csv(memo).startswith(b"\xef\xbb\xbf")
    rows = read_csv(memo)
    assert [row["正文"] for row in rows[:2]] == [web_index.TRICKY, "'" + web_index.FORMULA]
    assert {row["备忘"] for row in rows} == {"'=基金 *监管*"}
    assert rows[-1]["段落编号"] == f"'{EVIL}"


EXPECTED = {
    "序号": 1,
    "正文": web_index.TRICKY,
    "报告": "甲县医疗保障局2024年工作总结",
    "发布单位": "甲县医疗保障局",
    "发布日期": "2024-12-23",
    "地区": "湖南省/怀化市/甲县",
    "年份": 2024,
    "标题路径": "一、主要工作",
    "第几段": 3,
    "段落编号": TRICKY,
    "链接": f"{ROOT}/p/{TRICKY}",
}


def test_both_tables_say_the_same(memo: Memo) -> None:
    def plain(row: Mapping[str, object]) -> dict[str, str]:
        cells = {name: "" if cell is None else str(cell) for name, cell in row.items()}
        return {name: cell.removeprefix("'") for name, cell in cells.items()}

    as_text, as_sheet = read_csv(memo), read_xlsx(memo)
    assert [*map(plain, as_text)] == [*map(plain, as_sheet)]
    assert as_sheet[0].items() >= EXPECTED.items()
    assert [row["备注"] for row in as_sheet] == [
        *(None, None, "原文此处乱码", None),
        *("未能列入：索引中找不到",) * 2,
    ]


def test_cells_are_texts_or_numbers_and_stay_so(memo: Memo) -> None:
    sheet = read_sheet(memo)
    kinds = {(cell.value, cell.data_type) for row in sheet.iter_rows() for cell in row}
    assert (web_index.FORMULA, "s") in kinds
    assert (EVIL, "s") in kinds
    assert "f" not in {kind for _, kind in kinds}
    formula = next(c for row in sheet.iter_rows() for c in row if c.value == web_index.FORMULA)
    assert formula.quotePrefix  # Excel takes it for a text even after an edit


def test_sheet_is_ready_to_read_and_print(memo: Memo) -> None:
    sheet = read_sheet(memo)
    columns = {cell.value: cell for cell in sheet[1]}
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:Q{1 + 6}"
    assert sheet.column_dimensions[columns["正文"].column_letter].width > 60
    assert columns["正文"].font.b
    assert sheet.cell(2, columns["正文"].column).alignment.wrap_text
    links = [sheet.cell(row, columns["链接"].column).hyperlink for row in range(2, 6)]
    assert [link.target for link in links] == [entry.url for entry in memo.entries]
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")


def test_sheet_has_title_and_date_and_no_foreign_author(memo: Memo) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(memo, TODAY)))
    assert book.properties.title == memo.title
    assert book.properties.created == datetime(2026, 11, 22)
    assert not book.properties.creator


@pytest.mark.parametrize("character", ["字", "𠮷"])
def test_a_text_too_long_for_a_cell_says_so(memo: Memo, character: str) -> None:
    fits = character * (32_767 // len(character.encode("utf-16-le")) * 2)
    for text, whole in ((fits, True), (fits + "多" * 4, False)):
        (row,) = read_xlsx(Memo((quoting(memo.entries[0], text=text),)))
        assert (row["正文"] == text) is whole
        assert whole or str(row["正文"]).endswith("……（单元格容不下全文，请见链接）")


FILES = {
    ".docx": (b"PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": (b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".md": ("# 医保/基金".encode(), "text/markdown; charset=utf-8"),
    ".csv": (b"\xef\xbb\xbf", "text/csv; charset=utf-8"),
    ".ris": (b"TY  - RPRT\n", "application/x-research-info-systems; charset=utf-8"),
    ".bib": (b"@techreport{yinju-", "application/x-bibtex; charset=utf-8"),
    ".csl.json": (b'[\n{"id"', "application/vnd.citationstyles.csl+json; charset=utf-8"),
}


@pytest.mark.parametrize("suffix", FILES)
def test_files_download_under_their_title(client: FlaskClient, suffix: str) -> None:
    start, kind = FILES[suffix]
    answer = client.get(memo_path([TRICKY, LONG], suffix, "医保/基金"))
    assert answer.status_code == 200
    assert answer.data.startswith(start)
    assert answer.content_type == kind
    disposition = answer.headers["Content-Disposition"]
    assert f'{suffix}"; ' in disposition
    assert f"filename*=UTF-8''{quote('医保/基金', safe='')}-20" in disposition


@pytest.mark.parametrize("suffix", FILES)
def test_a_file_of_nothing_but_missing_ids_opens(client: FlaskClient, suffix: str) -> None:
    assert client.get(memo_path(["zz-none"], suffix)).status_code == 200
    assert client.get(f"/memo{suffix}").status_code == 200


@pytest.mark.parametrize("suffix", FILES)
def test_the_page_links_each_file(client: FlaskClient, suffix: str) -> None:
    page = client.get(memo_path([TRICKY], "", "医保/基金")).text
    assert memo_path([TRICKY], suffix, "医保/基金").replace("&", "&amp;") in page
