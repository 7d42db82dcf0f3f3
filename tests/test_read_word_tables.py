"""Rows of Word's tables: one paragraph each, every value under its own heading."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from drafts import drafted
from hypothesis import given, settings
from hypothesis import strategies as st
from word_files import packed, paragraph, row, run, table

from indexer.draft import Block


def spanning(count: int, text: str) -> str:
    return f'<w:tcPr><w:gridSpan w:val="{count}"/></w:tcPr>{paragraph(text)}'


def merged(text: str = "", span: int = 1) -> str:
    """A cell that begins to cover those below it, or without a text one that is covered."""
    merge = '<w:vMerge w:val="restart"/>' if text else "<w:vMerge/>"
    return f'<w:tcPr><w:gridSpan w:val="{span}"/>{merge}</w:tcPr>{paragraph(text)}'


BREAK = f"<w:p>{run('床位')}<w:r><w:br/></w:r>{run('（张）')}</w:p>"
PROSE = "".join(
    paragraph("全年工作平稳推进，各项任务按期完成，群众满意度不断提升。" * 9) for _ in "123"
)
TABLES = {
    "empty cells": (
        table(["乡镇", "2023年", "2024年"], ["甲镇", "", "15"], ["", "", "3"], ["", "", ""]),
        ["乡镇｜2023年｜2024年", "甲镇｜｜15", "｜｜3"],
    ),
    "a label over rows": (
        table(["险种", "级", "比例"], [merged("居民"), "一", "90%"], [merged(), "三", "60%"]),
        ["险种｜级｜比例", "居民｜一｜90%", "居民｜三｜60%"],
    ),
    "two labels over rows": (
        table(
            [merged("甲"), merged("乙"), "1"],
            [merged(), merged(), "2"],
            [merged(), merged("丙"), "3"],
            ["丁", merged(), "4"],
        ),
        ["甲｜乙｜1", "甲｜乙｜2", "甲｜丙｜3", "丁｜丙｜4"],
    ),
    "a covered cell without one above": (table([merged(), "1"], ["乙", "2"]), ["｜1", "乙｜2"]),
    "a text over rows is no label": (
        table([merged("说明" * 30), "1"], [merged(), "2"]),
        ["说明" * 30 + "｜1", "｜2"],
    ),
    "a heading over columns": (
        table(
            ["乡镇", spanning(2, "收入"), "备注"],
            ["", "2023", "2024", ""],
            [spanning(2, "计"), "3", ""],
        ),
        ["乡镇｜收入｜｜备注", "｜2023｜2024｜", "计｜｜3｜"],
    ),
    "a label over rows and columns": (
        table([merged("甲", 2), "1"], [merged("", 2), "2"]),
        ["甲｜｜1", "甲｜｜2"],
    ),
    "columns left out before and after": (
        "<w:tbl>"
        + row(["甲", "乙", "丙"])
        + row(["1", "2"], '<w:gridBefore w:val="1"/>')
        + row(["3"], '<w:gridAfter w:val="2"/>')
        + "</w:tbl>",
        ["甲｜乙｜丙", "｜1｜2", "3｜｜"],
    ),
    "a title over all columns": (
        table([spanning(2, "一、财政")], ["甲", "1"]),
        ["一、财政", "甲｜1"],
    ),
    "cells of several lines": (
        table(["县医院", paragraph("1200") + paragraph("（含设备）"), "6月底"]),
        ["县医院｜1200 （含设备）｜6月底"],
    ),
    "characters below each other": (
        table([paragraph("床") + paragraph("位"), "3"]),
        ["床位｜3"],
    ),
    "figures below each other": (
        table(["床", paragraph("1") + paragraph("2")]),
        ["床｜1 2"],
    ),
    "a line break": (table(["乡镇", BREAK]), ["乡镇｜床位 （张）"]),
    "deleted and hidden rows": (
        "<w:tbl>"
        + row(["甲", "1"])
        + row(["乙", "2"], "<w:del/>")
        + row(["丙", "3"], "<w:hidden/>")
        + row(["丁", "4"], "<w:ins/>")
        + "</w:tbl>",
        ["甲｜1", "丁｜4"],
    ),
    "cells in controls": (
        f"<w:tbl><w:sdt><w:sdtContent>{row(['甲', '1'])}</w:sdtContent></w:sdt><w:tr><w:sdt>"
        f"<w:sdtContent><w:tc>{paragraph('乙')}</w:tc></w:sdtContent></w:sdt>"
        f"<w:tc>{paragraph('2')}</w:tc></w:tr></w:tbl>",
        ["甲｜1", "乙｜2"],
    ),
    "a table in a cell": (
        table(["附表", table(["甲", "1"], ["乙", "2"]) + paragraph()], ["丙", "3"]),
        ["附表｜", "甲｜1", "乙｜2", "丙｜3"],
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_rows_of_data(tmp_path: Path, case: str) -> None:
    body, expected = TABLES[case]
    blocks = drafted(packed(tmp_path / "a.docx", body)).blocks
    assert [(block.text, block.row) for block in blocks] == [(text, True) for text in expected]


FRAMES = {
    "one column": (
        table([paragraph("甲。") + paragraph("乙。")], ["丙。"]),
        ["甲。", "乙。", "丙。"],
    ),
    "more columns than Word has": (
        table(["甲", spanning(10**9, "乙")], ["丙"]),
        ["甲", "乙", "丙"],
    ),
    "a form with its prose": (table(["事迹", PROSE]), 4),
    "a frame with empty columns": (
        table(["", paragraph("全年工作平稳推进。" * 4) + paragraph("各项任务按期完成。" * 4), ""]),
        2,
    ),
}


@pytest.mark.parametrize("case", FRAMES)
def test_a_table_that_only_places_paragraphs_gives_them(tmp_path: Path, case: str) -> None:
    body, expected = FRAMES[case]
    blocks: tuple[Block, ...] = drafted(packed(tmp_path / "a.docx", body)).blocks
    assert not any(block.row for block in blocks)
    assert expected in ([block.text for block in blocks], len(blocks))


@st.composite
def merges(draw: st.DrawFn) -> tuple[int, int, tuple[int, int], tuple[int, int]]:
    """Rows and columns of a table, and the first and last cell of a rectangle in it."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(2, 5))
    top, left = draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1))
    bottom, right = draw(st.integers(top, rows - 1)), draw(st.integers(left, columns - 1))
    return rows, columns, (top, left), (bottom, right)


@settings(max_examples=40)
@given(merges())
def test_merged_cells_stand_where_they_begin_in_each_row(
    tmp_path_factory: pytest.TempPathFactory,
    merge: tuple[int, int, tuple[int, int], tuple[int, int]],
) -> None:
    """python-docx merges the cells, and says which text each place of the grid shows."""
    rows, columns, (top, left), (bottom, right) = merge
    document = docx.Document()
    grid = document.add_table(rows, columns)
    for at, each in enumerate(cell for line in grid.rows for cell in line.cells):
        each.text = f"{at}"
    grid.cell(top, left).merge(grid.cell(bottom, right))
    path = tmp_path_factory.mktemp("word") / "a.docx"
    document.save(str(path))
    expected = []
    for at in range(rows):
        texts = [" ".join(grid.cell(at, column).text.split()) for column in range(columns)]
        is_whole = (left, right) == (0, columns - 1) and top <= at <= bottom
        if top <= at <= bottom:
            texts[left + 1 : right + 1] = [""] * (right - left)
        if not is_whole or at == top:
            expected.append("｜".join(texts[:1] if is_whole else texts))
    assert [block.text for block in drafted(path).blocks] == expected
