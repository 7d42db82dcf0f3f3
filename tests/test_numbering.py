"""Numbers that open headings and paragraphs."""

from __future__ import annotations

import pytest

from indexer.numbering import Number, Scheme, number_of, numbers_of, run_in_heading


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("第三编 分则", Number(Scheme.PART, 3)),
        ("第二部分 打算", Number(Scheme.PART, 2)),
        ("第一分编 通则", Number(Scheme.SUBPART, 1)),
        ("第十二章 附则", Number(Scheme.CHAPTER, 12)),
        ("第二节 渡口", Number(Scheme.SECTION, 2)),
        ("第一百二十三条 渡口不得迁移。", Number(Scheme.ARTICLE, 123)),
        ("第二十条之一 渡口", Number(Scheme.ARTICLE, 20)),
        ("第8条 渡口", Number(Scheme.ARTICLE, 8)),
        ("二十一、守好粮库", Number(Scheme.COUNT, 21)),
        ("（十）守好粮库", Number(Scheme.BRACKET, 10)),
        ("㈢守好粮库", Number(Scheme.BRACKET, 3)),
        ("第二，守好粮库", Number(Scheme.ORDINAL, 2)),
        ("12．守好粮库", Number(Scheme.DIGIT, 12)),
        ("3.2023年度入库率", Number(Scheme.DIGIT, 3)),
        ("（4）守好粮库", Number(Scheme.DIGIT_BRACKET, 4)),
        ("⑵守好粮库", Number(Scheme.DIGIT_BRACKET, 2)),
        ("附件1-2", Number(Scheme.ANNEX, 0)),
        ("附：渡口名录", Number(Scheme.ANNEX, 0)),
        ("附注：", Number(Scheme.NOTES, 0)),
        ("名 词 解 释", None),
        ("名词解释", Number(Scheme.NOTES, 0)),
        ("附近的渡口", None),
        ("1.5万亩水稻", None),
        ("第一、二产业增长", None),
        ("十分重要", None),
        ("", None),
    ],
)
def test_number(text: str, number: Number | None) -> None:
    assert number_of(text) == number


def test_decimal_numbers_only_among_others_of_their_kind() -> None:
    plan = ["1 总则", "1.1 目的", "1.2 范围", "1.2.1 库房", "2 组织", "2.1 机构", "5万吨粮食"]
    assert [number and number.scheme for number in numbers_of(plan)] == [
        *(Scheme.DIGIT, Scheme.DECIMAL, Scheme.DECIMAL, Scheme.SUBDECIMAL),
        *(Scheme.DIGIT, Scheme.DECIMAL, None),
    ]
    assert numbers_of(["1.1 目的", "2 组织"]) == [None, None]
    notes = [
        "1.两库：粮库。",
        "2.2家企业：甲。",
        "3.4条道路：乙。",
        "4.3座桥：丙。",
        "5.3处渡口：丁。",
    ]
    assert numbers_of(notes) == [Number(Scheme.DIGIT, 1), None, None, None, None]


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("（一）守好粮库。每天巡查。", "（一）守好粮库"),
        ("1.两库：粮库和冷库。", "1.两库"),
        ("（一）守好粮库。", ""),
        ("（一）" + "守好" * 25 + "。每天巡查。", ""),
    ],
)
def test_run_in_heading(text: str, lead: str) -> None:
    assert run_in_heading(text) == lead
