"""The bounds of rules for structure, years and places: the last value that counts, and the next."""

from __future__ import annotations

import pytest
from test_split import draft
from test_years import year

from indexer import national, regions
from indexer.draft import Block
from indexer.numbering import MAX_HEADING_LENGTH, numbers_of
from indexer.piece import Piece
from indexer.split import split

LONG = (
    "全县医疗保障工作平稳推进，参保人数稳步增长，基金运行安全平稳，群众满意度提升，各项任务完成。"
)


def pieces(*lines: str | Block, wrapped: bool = False) -> list[Piece]:
    return list(split(draft(*lines, lines_only=wrapped))[1])


@pytest.mark.parametrize(("length", "kind"), [(45, "heading"), (46, "body")])
def test_how_long_a_numbered_heading_may_be(length: int, kind: str) -> None:
    assert MAX_HEADING_LENGTH == 45
    heading = "一、" + "甲" * (length - 2)
    assert pieces("某县总结", LONG, heading, LONG)[2].kind == kind


@pytest.mark.parametrize(("length", "paragraphs"), [(60, 2), (59, 3)])
def test_how_long_a_line_without_an_ending_is_torn(length: int, paragraphs: int) -> None:
    lines = ["某县总结", "甲" * length, "乙丙丁戊己庚辛。"]
    assert len(pieces(*lines, wrapped=True)) == paragraphs


@pytest.mark.parametrize(("columns", "joined"), [(60, True), (58, False)])
def test_how_short_a_full_line_of_an_indented_file_may_be(columns: int, joined: bool) -> None:
    """A quarter of the width, which is 80 columns here."""
    full, last = "丙" * 40, "丁" * 10 + "。"
    paragraph = ["　　" + "甲" * 38, full, full, last]
    lines = ["　　" + "乙" * (columns // 2 - 2), "戊己。", *paragraph * 4]
    assert any("乙戊己。" in piece.text for piece in pieces(*lines, wrapped=True)) is joined


SERIES = ["1.1 甲乙", "1.2 丙丁", "1.3 戊己", "3.5 庚辛", "7.9 壬癸"]


@pytest.mark.parametrize(("texts", "recognised"), [(SERIES, True), ([*SERIES, "8.4 子丑"], False)])
def test_most_decimals_must_be_in_a_series(texts: list[str], recognised: bool) -> None:
    assert (numbers_of(texts)[1] is not None) is recognised


def test_the_end_of_a_part_closes_all_but_the_annex() -> None:
    found = pieces(
        "关于印发方案的通知", LONG, "附件1", "一、目标", LONG, "某县人民政府", "2024年1月2日", LONG
    )
    assert found[4].heading == ("附件1", "一、目标")
    assert found[7].heading == ("附件1",)


def test_an_annex_stands_above_marked_headings() -> None:
    found = pieces("某县通知", LONG, "附件1", Block("工作目标", 2), LONG)
    assert found[4].heading == ("附件1", "工作目标")


def test_a_title_with_bylines_may_end_a_file() -> None:
    found = pieces(LONG, "关于预算执行情况的报告", "——2022年12月18日在某县大会上", "某县财政局")
    assert [piece.kind for piece in found[2:]] == ["dateline", "dateline"]


def test_subparts_stand_above_chapters() -> None:
    found = pieces(LONG, "第一分编 通则", "第一章 规定", LONG, "第二章 登记", LONG)
    assert found[5].heading == ("第一分编 通则", "第二章 登记")


DELIVERED = [
    ("one heading that reviews has enough votes", ["一、2023年工作", "很好。", "好。"], 2024),
    ("two votes against one of three", ["一、2023年工作", "今年是“十四五”开局之年。"], 2021),
]


@pytest.mark.parametrize(
    ("paragraphs", "expected"), [case[1:] for case in DELIVERED], ids=[c[0] for c in DELIVERED]
)
def test_votes_for_the_year_of_a_report(paragraphs: list[str], expected: int) -> None:
    assert year("政府工作报告", "各位代表：", *paragraphs) == expected


@pytest.mark.parametrize(("length", "expected"), [(2000, 2024), (1999, None)])
def test_how_long_a_paragraph_with_headings_inside_is(length: int, expected: int | None) -> None:
    text = "各位代表!一、2023年工作回顾,"
    assert year("政府工作报告", text + "好" * (length - len(text))) == expected


@pytest.mark.parametrize(("day", "expected"), [("2024-03-31", 2023), ("2024-04-01", 2024)])
def test_from_which_month_a_summary_is_of_its_own_year(day: str, expected: int) -> None:
    assert year("某局工作总结", "一年来。", published=day) == expected
    signed = f"{day[:4]}年{int(day[5:7])}月{int(day[8:])}日"
    assert year("某局工作总结", "一年来。", "某局", signed) == expected


def test_a_heading_with_two_years_reviews_the_first() -> None:
    assert year("某局工作汇报", "一、2022年和2023年工作回顾", "好。") == 2022


@pytest.mark.parametrize(("mentions", "national_text"), [(5, True), (4, False)])
def test_how_often_a_national_text_names_the_country(mentions: int, national_text: bool) -> None:
    assert bool(national.speaks_of_country("", "我国有关事业发展。" * mentions)) is national_text


def test_of_places_that_do_not_nest_the_last_whole_one_counts() -> None:
    assert regions.infer("", "怀化市绩溪县工作总结", ["好。"])[0].names[-1:] == ("绩溪县",)
