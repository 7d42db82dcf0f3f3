"""The numbers of Word's lists, which stand in no paragraph, are those of the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafts import drafted
from hypothesis import given
from hypothesis import strategies as st
from word_files import numbered, packed, paragraph, read_body, texts

from indexer.readers.word.numerals import SYSTEMS, numeral

NUMERALS = [
    ("decimal", [(0, "0"), (12, "12")]),
    ("upperRoman", [(4, "IV"), (1999, "MCMXCIX"), (4000, "4000")]),
    ("lowerRoman", [(9, "ix")]),
    ("upperLetter", [(1, "A"), (26, "Z"), (27, "AA"), (28, "BB"), (53, "AAA")]),
    ("lowerLetter", [(3, "c")]),
    ("ordinal", [(1, "1st"), (11, "11th"), (22, "22nd"), (103, "103rd")]),
    ("decimalZero", [(1, "01"), (12, "12")]),
    ("decimalFullWidth", [(12, "１２")]),
    ("numberInDash", [(1, "- 1 -")]),
    ("decimalEnclosedCircle", [(1, "①"), (20, "⑳"), (21, "21")]),
    ("decimalEnclosedCircleChinese", [(3, "③")]),
    ("decimalEnclosedParen", [(1, "⑴"), (20, "⒇")]),
    ("decimalEnclosedFullstop", [(1, "⒈"), (20, "⒛")]),
    ("ideographEnclosedCircle", [(1, "㊀"), (10, "㊉"), (11, "11")]),
    ("ideographTraditional", [(1, "甲"), (10, "癸"), (11, "11")]),
    ("ideographZodiac", [(1, "子"), (12, "亥"), (13, "13")]),
    ("ideographZodiacTraditional", [(1, "甲子"), (13, "丙子"), (60, "癸亥")]),
    ("ideographDigital", [(1, "一"), (10, "一〇"), (21, "二一")]),
    ("chineseCounting", [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九")]),
    (
        "chineseCountingThousand",
        [
            (11, "十一"),
            (100, "一百"),
            (101, "一百零一"),
            (110, "一百一十"),
            (115, "一百一十五"),
            (1001, "一千零一"),
            (2020, "二千零二十"),
            (10100, "一万零一百"),
            (120000, "十二万"),
        ],
    ),
    ("taiwaneseCountingThousand", [(21, "二十一")]),
    ("chineseLegalSimplified", [(1, "壹"), (11, "壹拾壹"), (205, "贰佰零伍")]),
    ("ideographLegalTraditional", [(2, "貳"), (30, "參拾")]),
    ("unknown", [(7, "7")]),
]


@pytest.mark.parametrize(("style", "cases"), NUMERALS)
def test_numerals(style: str, cases: list[tuple[int, str]]) -> None:
    assert [numeral(number, style) for number, _ in cases] == [text for _, text in cases]


@given(st.sampled_from(SYSTEMS), st.integers(1, 20_000), st.integers(1, 20_000))
def test_two_numbers_are_never_written_alike(style: str, one: int, other: int) -> None:
    if "Zodiac" not in style and max(one, other) <= 700:  # those and letters begin again
        assert (numeral(one, style) == numeral(other, style)) == (one == other)


def level(depth: int, style: str, pattern: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def pattern(number: int, *levels: str, more: str = "") -> str:
    inside = more + "".join(levels)
    return f'<w:abstractNum w:abstractNumId="{number}">{inside}</w:abstractNum>'


def num(number: int, of: int, more: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


def override(depth: int, start: int) -> str:
    inside = f'<w:startOverride w:val="{start}"/>'
    return f'<w:lvlOverride w:ilvl="{depth}">{inside}</w:lvlOverride>'


CHINESE = pattern(
    0,
    level(0, "chineseCounting", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%3."),
    level(3, "bullet", "\uf06c"),
)
OUTLINE = pattern(
    0, level(0, "decimal", "%1"), level(1, "decimal", "%1.%2"), level(2, "decimal", "%1.%2.%3")
)
LISTS = {
    "depths": (
        CHINESE + num(1, 0),
        [(1, 0), (1, 1), (1, 1), (1, 2), (1, 3), (1, 0), (1, 1)],
        ["一、", "（一）", "（二）", "1.", "", "二、", "（一）"],
    ),
    "two numbers of one list": (
        CHINESE + num(1, 0) + num(2, 0),
        [(1, 0), (2, 0), (1, 0)],
        ["一、", "二、", "三、"],
    ),
    "an override of the start": (
        CHINESE + num(1, 0) + num(2, 0, override(0, 11)),
        [(1, 0), (2, 0), (2, 0), (1, 0)],
        ["一、", "十一、", "十二、", "十三、"],
    ),
    "a depth that begins again with the number of its override": (
        OUTLINE + num(1, 0, override(1, 5)),
        [(1, 0), (1, 1), (1, 0), (1, 1)],
        ["1 ", "1.5 ", "2 ", "2.5 "],
    ),
    "an override of a format": (
        CHINESE
        + num(1, 0, f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1.")}</w:lvlOverride>'),
        [(1, 0), (1, 1)],
        ["A.", "（一）"],
    ),
    "a depth that is skipped counts": (
        OUTLINE + num(1, 0),
        [(1, 0), (1, 2), (1, 1), (1, 2)],
        ["1 ", "1.1.1 ", "1.2 ", "1.2.1 "],
    ),
    "a depth that never begins again": (
        pattern(
            0,
            level(0, "chineseCounting", "第%1章"),
            level(1, "chineseCountingThousand", "第%2条", '<w:lvlRestart w:val="0"/>'),
        )
        + num(1, 0),
        [(1, 0), (1, 1), (1, 1), (1, 0), (1, 1)],
        ["第一章 ", "第一条 ", "第二条 ", "第二章 ", "第三条 "],
    ),
    "a depth that begins again with the first only": (
        pattern(
            0,
            level(0, "decimal", "%1."),
            level(1, "decimal", "(%2)"),
            level(2, "upperLetter", "%3.", '<w:lvlRestart w:val="1"/>'),
        )
        + num(1, 0),
        [(1, 0), (1, 1), (1, 2), (1, 1), (1, 2), (1, 0), (1, 2)],
        ["1.", "(1)", "A.", "(2)", "B.", "2.", "A."],
    ),
    "Arabic digits below Chinese ones": (
        pattern(
            0, level(0, "chineseCounting", "第%1章"), level(1, "decimal", "%1.%2", "<w:isLgl/>")
        )
        + num(1, 0),
        [(1, 0), (1, 1), (1, 0), (1, 1)],
        ["第一章 ", "1.1 ", "第二章 ", "2.1 "],
    ),
    "a list by its style": (
        pattern(0, level(0, "chineseCounting", "%1、"), more='<w:styleLink w:val="x"/>')
        + pattern(1, more='<w:numStyleLink w:val="x"/>')
        + num(1, 0)
        + num(2, 1),
        [(2, 0), (2, 0)],
        ["一、", "二、"],
    ),
    "a custom format": (
        pattern(
            0,
            '<w:lvl w:ilvl="0"><w:start w:val="9"/><mc:AlternateContent>'
            '<mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, ..."/>'
            '</mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback>'
            '</mc:AlternateContent><w:lvlText w:val="%1."/></w:lvl>',
        )
        + num(1, 0),
        [(1, 0), (1, 0)],
        ["009.", "010."],
    ),
    "words without a number": (
        pattern(0, level(0, "none", "附件："), level(1, "bullet", "注：")) + num(1, 0),
        [(1, 0), (1, 1)],
        ["附件：", "注："],
    ),
    "a hidden number": (
        pattern(0, level(0, "decimal", "%1.", "<w:rPr><w:vanish/></w:rPr>")) + num(1, 0),
        [(1, 0)],
        [""],
    ),
    "no such list": (CHINESE, [(7, 0), (0, 0)], ["", ""]),
    "a list without a pattern": (num(1, 5), [(1, 0)], [""]),
}


@pytest.mark.parametrize("case", LISTS)
def test_lists_count_as_word_counts(tmp_path: Path, case: str) -> None:
    numbering, places, labels = LISTS[case]
    body = "".join(numbered("项", number, depth) for number, depth in places)
    expected = [f"{label}项" for label in labels]
    assert read_body(tmp_path, body, numbering=numbering) == expected


def test_a_number_never_runs_into_a_year(tmp_path: Path) -> None:
    lists = OUTLINE + pattern(1, level(0, "decimal", "%1.")) + num(1, 0) + num(2, 1)
    body = numbered("2024年", 1) + numbered("2024年", 2) + numbered("全年", 2)
    expected = ["1 2024年", "1. 2024年", "2.全年"]
    assert read_body(tmp_path, body, numbering=lists) == expected


def test_an_empty_paragraph_counts_and_a_deleted_one_does_not(tmp_path: Path) -> None:
    gone = paragraph(
        "<w:del><w:r><w:delText>项</w:delText></w:r></w:del>",
        '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr>',
    )
    body = numbered("项") + gone + numbered("项") + numbered("") + numbered("项")
    lists = CHINESE + num(1, 0)
    assert read_body(tmp_path, body, numbering=lists) == ["一、项", "二、项", "四、项"]


STYLES = """
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr>
<w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/>
<w:basedOn w:val="1"/></w:style>
"""


def test_headings_are_numbered_by_their_styles(tmp_path: Path) -> None:
    lists = pattern(
        0,
        level(0, "chineseCounting", "%1、", '<w:pStyle w:val="1"/>'),
        level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="2"/>'),
    ) + num(1, 0)
    styled = [paragraph("项", f'<w:pStyle w:val="{style}"/>') for style in (1, 2, 2, 1)]
    plain = paragraph("项", '<w:pStyle w:val="1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    body = "".join(styled) + plain
    expected = ["一、项", "（一）项", "（二）项", "二、项", "项"]
    assert read_body(tmp_path, body, numbering=lists, styles=STYLES) == expected


def test_a_list_goes_on_in_a_table_and_a_text_box(tmp_path: Path) -> None:
    cell = f"<w:tbl><w:tr><w:tc>{numbered('项')}</w:tc></w:tr></w:tbl>"
    path = packed(
        tmp_path / "a.docx", numbered("项") + cell + numbered("项"), numbering=CHINESE + num(1, 0)
    )
    assert texts(drafted(path)) == ["一、项", "二、项", "三、项"]
