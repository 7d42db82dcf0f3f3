"""Splitting: nothing of a report is lost; paragraphs have the right kinds and heading paths."""

from __future__ import annotations

import random
from pathlib import Path
from unicodedata import east_asian_width

import pytest
from conftest import ROOT, SHARED
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.clean import clean, drop_comments, drop_trailing_furniture, is_furniture
from indexer.draft import Block, Draft
from indexer.piece import Piece
from indexer.read import find_files, read_file
from indexer.split import split


def draft(*lines: str | Block, lines_only: bool = True, **metadata: str) -> Draft:
    """A draft of lines as the text reader gives them, blank ones included."""
    blocks = tuple(line if isinstance(line, Block) else Block(line) for line in lines)
    return Draft("a.txt", blocks, metadata, lines=lines_only)


def pieces(*lines: str | Block) -> list[Piece]:
    return list(split(draft(*lines))[1])


def texts(*lines: str | Block) -> list[str]:
    return [piece.text for piece in pieces(*lines)]


def bare(text: str) -> str:
    return "".join(text.split())


BODY = (
    "全市基本医保参保人数达到98.25万人，基金收支平衡，群众满意度进一步提高，各项工作取得新的成效。"
)
LONG = (
    "做好脱贫攻坚和乡村振兴有效衔接，建立监测机制，优化报销政策，防止因病返贫致贫风险，"
    "三年来住院总人次38.38万人次，医疗救助21.61万人次，报"
)


# Nothing lost


def reassembled(report: Draft) -> tuple[str, str]:
    """The text of all paragraphs, and the cleaned text of all blocks, both without blanks.

    Furniture after a dateline is removed from both.
    """
    whole = drop_comments("\n".join(block.text for block in report.blocks))
    lines = [clean(line) for line in whole.split("\n")]
    kept = [drop_trailing_furniture(line) for line in lines if not is_furniture(line)]
    found = [drop_trailing_furniture(piece.text) for piece in split(report)[1]]
    return bare("".join(found)), bare("".join(kept))


LINE = st.sampled_from(
    [
        "",
        "　",
        "打印",
        "一、工作回顾",
        "（一）守好基金",
        "1.深化改革。推进支付方式改革。",
        "**2024年工作安排**",
        "市长　王军",
        "发布时间:2024-12-23 打印 字号 加大",
        "——参保率达到98%；",
        "市局开展宣传",
        "附件1",
        "）",
        "，报",
        "销金额2.85亿元；",
        "醫(yī)療保障，",
        "| 参保 | 98% |",
        BODY,
        "　　" + BODY[:30],
        LONG,
    ]
) | st.text("医保基金年一1、，。（）：*“”> ", max_size=50)


@given(st.lists(LINE, max_size=30), st.booleans())
@example(["一、工作回顾"] * 7 + ["发布时间:2024-12-23 打印 字号 加大", "1", "1"], True)
def test_paragraphs_reassemble_into_the_cleaned_text(lines: list[str], wrapped: bool) -> None:
    found, held = reassembled(draft(*lines, lines_only=wrapped))
    assert sorted(found.replace("*", "")) == sorted(held.replace("*", ""))
    assert found.replace("*", "") == held.replace("*", "")


@given(st.lists(LINE, max_size=30))
def test_the_raw_text_is_kept(lines: list[str]) -> None:
    raws = [line for piece in split(draft(*lines))[1] for line in piece.raw.split("\n")]
    left = iter(lines)
    assert all(raw in left for raw in raws)  # each a line of the source, in their order
    assert {line for line in lines if not is_furniture(clean(line))} <= set(raws)


def sampled() -> list[Path]:
    shared = sorted((SHARED / "reports").glob("*.md"))
    some = random.Random(4).sample(shared, 60)
    return [*some, *find_files(SHARED / "rough"), *find_files(SHARED / "seeds")]


@pytest.mark.shared
def test_real_reports_reassemble() -> None:
    for path in sampled():
        check_reassembles(path)


def test_sample_reports_reassemble() -> None:
    for path in find_files(ROOT / "corpus"):
        check_reassembles(path)


def check_reassembles(path: Path) -> None:
    for report in read_file(path, path.name):
        assert isinstance(report, Draft)
        found, held = reassembled(report)
        assert found == held, report.source


# Lines joined again, and lines left alone


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        pytest.param([LONG, "", "销金额2.85亿元；增长3%。"], 1, id="in the middle of a word"),
        pytest.param(["大病保险报销4.89万人次，", "金额1.45亿元。"], 1, id="after a comma"),
        pytest.param([LONG[:40] + "、", "医疗救助全覆盖。"], 1, id="after 、"),
        pytest.param([BODY, "，推动改革。"], 1, id="a line cannot begin with a comma"),
        pytest.param(["医保是民生（含救助", "）大事。"], 1, id="nor with a closing bracket"),
        pytest.param([BODY, BODY], 2, id="finished sentences"),
        pytest.param([LONG, "（二）守好基金。"], 2, id="a number begins something"),
        pytest.param([LONG, "2.守好基金。"], 2, id="an Arabic number too"),
        pytest.param([LONG, "**守好基金**"], 2, id="a bold line too"),
        pytest.param([LONG, "——守好基金。"], 2, id="a dash too"),
        pytest.param([LONG, "[3]两病：高血压、糖尿病。"], 2, id="a note too"),
        pytest.param([LONG, Block("守好基金", level=2)], 2, id="a marked heading too"),
        pytest.param([Block(LONG, level=2), "全年检查。"], 2, id="a marked heading ends"),
        pytest.param(["一、守好基金", "全年检查。"], 2, id="a heading is no wrapped line"),
        pytest.param(["守好基金", "全年检查。"], 2, id="a short line neither"),
        pytest.param(["| 参保率 | 98%， |", "| 满意度 | 99% |"], 2, id="rows of a table"),
        pytest.param(["来源：市医保局", "全年检查。"], 2, id="a dateline"),
    ],
)
def test_joining(lines: list[str | Block], joined: int) -> None:
    found = texts(*lines)
    assert len(found) == joined
    assert bare("".join(found)) == bare(
        "".join(clean(draft(x).blocks[0].text) for x in lines)
    ).replace("**", "")


def test_latin_words_are_joined_with_a_blank() -> None:
    (found,) = texts(LONG + "Health", "Insurance改革。")
    assert found.endswith("报Health Insurance改革。")


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` half-width columns."""
    lines, columns = [""], 0
    for char in text:
        columns += 2 if east_asian_width(char) in "WFA" else 1
        if columns > width:
            lines.append("")
            columns = 2 if east_asian_width(char) in "WFA" else 1
        lines[-1] += char
    return lines


PARAGRAPHS = [f"{BODY}{'参保率稳定在九成五以上。' * more}" for more in range(1, 8)]


@pytest.mark.parametrize("indent", ["", "　　"])
@pytest.mark.parametrize("blank", [True, False])
def test_a_file_wrapped_to_a_width(indent: str, blank: bool) -> None:
    """Without an indent, only a short last line shows the end of a paragraph."""
    lines: list[str] = ["某县医保局工作总结", "一、工作回顾"]
    for paragraph in PARAGRAPHS:
        lines += [*wrapped(indent + paragraph, 62), *([""] if blank else [])]
    found = texts(*lines, "二、下步打算", indent + BODY[:20] + "。")
    assert found == [
        "某县医保局工作总结",
        "一、工作回顾",
        *PARAGRAPHS,
        "二、下步打算",
        BODY[:20] + "。",
    ]


def test_a_wrapped_file_with_a_few_wider_lines_and_without_its_indents() -> None:
    """The first line of each paragraph is shorter by the indent that was dropped."""
    lines: list[str | Block] = ["某县医保局工作总结", Block("工作回顾", level=2)]
    for paragraph in PARAGRAPHS:
        lines += [line.strip() for line in wrapped("　　" + paragraph, 62)]
    lines.append("医保基金收支平衡、运行平稳，参保群众的满意度进一步提高。" * 2)
    found = texts(*lines, Block("（二）下步打算", level=3), BODY[:20] + "。")
    assert [text for text in found if text in PARAGRAPHS] == PARAGRAPHS
    assert "（二）下步打算" in found


def test_blocks_that_are_paragraphs_are_never_joined() -> None:
    assert len(split(draft(LONG, "销金额2.85亿元。", lines_only=False))[1]) == 2


# Kinds


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("——2021年2月23日在西宁市第十六届人民代表大会第八次会议上", "dateline"),
        ("（二〇〇五年一月十一日）", "dateline"),
        ("市长　张三", "dateline"),
        ("**河北省代省长 张三丰**", "dateline"),
        ("银川市人民政府市长张三", "dateline"),
        ("發布時間:2024-12-23 14:29 信息來源:辰溪縣醫療保障局", "dateline"),
        ("来源：某县医保局", "dateline"),
        ("张三 李四", "dateline"),
        ("新华社北京3月18日电", "dateline"),
        ("市医疗保障局工作人员在市区医院进行医保检查", "caption"),
        ("图为医保窗口", "caption"),
        ("县医保局开展宣传。张三 摄", "caption"),
        ("（上接A2版）", "caption"),
        ("**为实现“十五五”良好开局而努力奋斗**", "heading"),
        ("一、工作回顾", "heading"),
        (BODY, "body"),
        ("各位代表：", "body"),
    ],
)
def test_what_stands_before_the_text(line: str, kind: str) -> None:
    found = pieces("**政府工作报告**", line, BODY, BODY)
    assert found[1].kind == kind


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("一、工作回顾", "heading"),
        ("㈠守好基金", "heading"),
        ("五）守好基金", "heading"),
        ("（一）经济保持平稳较快增长。", "heading"),
        ("第二，系统推进改革。", "heading"),
        ("1.启动棚户区改造项目。", "body"),
        ("2024年工作安排", "heading"),
        ("**强化支撑**", "heading"),
        ("名词解释", "heading"),
        ("注释：", "heading"),
        ("附件2", "heading"),
        ("附件：2023年民生实事", "heading"),
        ("附件已经印发。", "body"),
        ("今年重点做好以下工作：", "body"),
        ("| 13 | 参保率 | 98% |", "body"),
        ("[12]“两病”：高血压、糖尿病", "body"),
        ("主办单位：市医保局", "body"),
        ("国务院总理 张三", "dateline"),
        ("市长 张三", "dateline"),
        ("市长质量奖", "heading"),
        ("——2021年1月9日在某市第八届人民代表大会第一次会议上", "dateline"),
        ("一、市十二届人大三次会议确定任务完成情况", "heading"),
    ],
)
def test_what_stands_among_the_text(line: str, kind: str) -> None:
    found = pieces("政府工作报告", "一、工作回顾", BODY, line, BODY, BODY)
    assert found[3].text == clean(line)
    assert found[3].kind == kind


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("辰溪县医疗保障局", "dateline"),
        ("2023年12月18日", "dateline"),
        ("2023年12月", "dateline"),
        ("调研支付方式改革", "caption"),
        ("（《人民日报》19600407第2版）", "caption"),
    ],
)
def test_what_stands_after_the_text(line: str, kind: str) -> None:
    assert pieces("工作总结", BODY, BODY, line)[-1].kind == kind


def test_short_numbered_sentences_in_a_row_are_a_list() -> None:
    items = ["（一）参保稳定。", "（二）基金安全。", "（三）服务优化。"]
    assert {piece.kind for piece in pieces("总结", BODY, *items, BODY)[2:]} == {"body"}


# Headings


def outline(*lines: str | Block) -> list[tuple[str, ...]]:
    """The heading path of each body paragraph, by the first two characters of its headings."""
    found = pieces("政府工作报告", "各位代表：", *lines)
    return [tuple(h[:2] for h in p.heading) for p in found[2:] if p.kind == "body"]


def test_numbered_headings_in_their_order() -> None:
    assert outline(
        *(
            "第一部分 回顾",
            BODY,
            "一、成绩",
            BODY,
            "（一）参保",
            BODY,
            "1.居民",
            BODY,
            "（1）学生",
            BODY,
        ),
        *("2.职工", BODY, "（二）基金", BODY, "二、问题", BODY, "第二部分 打算", BODY),
    ) == [
        ("第一",),
        ("第一", "一、"),
        ("第一", "一、", "（一"),
        ("第一", "一、", "（一", "1."),
        ("第一", "一、", "（一", "1.", "（1"),
        ("第一", "一、", "（一", "2."),
        ("第一", "一、", "（二"),
        ("第一", "二、"),
        ("第二",),
    ]


def test_a_paragraph_stands_under_the_heading_that_opens_it() -> None:
    assert outline("一、成绩", "（一）参保稳定。" + BODY, BODY, "（二）基金安全。" + BODY) == [
        ("一、", "（一"),
        ("一、", "（一"),
        ("一、", "（二"),
    ]


def test_a_number_before_a_year() -> None:
    (piece,) = pieces("总结", "各位代表：", "3.2023年度投保率：达到70.59%。" + BODY)[2:]
    assert piece.heading == ("3.2023年度投保率",)


@pytest.mark.parametrize("mark", ["{}", "**{}**"])
def test_a_heading_without_a_number_stands_above_the_count_under_it(mark: str) -> None:
    assert outline(
        *(mark.format("甲年回顾"), BODY, "一、成绩", BODY, "二、问题", BODY),
        *(mark.format("乙年打算"), BODY, "一、目标", BODY, mark.format("小标题"), BODY),
    ) == [
        ("甲年",),
        ("甲年", "一、"),
        ("甲年", "二、"),
        ("乙年",),
        ("乙年", "一、"),
        ("乙年", "一、", "小标"),
    ]


def test_marked_headings_keep_their_order() -> None:
    one, two = Block("回顾", level=2), Block("参保", level=3)
    assert outline(one, two, BODY, Block("基金", level=3), BODY, Block("打算", level=2), BODY) == [
        ("回顾", "参保"),
        ("回顾", "基金"),
        ("打算",),
    ]


def test_nothing_stands_above_an_annex() -> None:
    assert outline(
        "一、成绩", BODY, "（一）参保", BODY, "名词解释", "1.两病：高血压、糖尿病。", "附件2", BODY
    ) == [
        ("一、",),
        ("一、", "（一"),
        ("名词", "1."),
        ("附件",),
    ]


def test_what_stands_before_the_text_heads_nothing() -> None:
    found = pieces("某县工作总结", "——踔厉奋发的一年", BODY)
    assert found[-1].heading == ()


# Title, comments, damage


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["", "某县医保局2023年工作总结", "来源：某县医保局", BODY], "某县医保局2023年工作总结"),
        (["**——在人大会议上**", "**政府工作报告**", BODY], "政府工作报告"),
        (["2023年1月9日", Block("击鼓催征稳驭舟", level=1), BODY], "击鼓催征稳驭舟"),
        (["醫(yī)保局2024年工作總結(jié)", BODY], "醫保局2024年工作總結"),
        ([BODY, "一、工作回顾", BODY], ""),
        (["一、工作回顾", BODY], ""),
        ([], ""),
    ],
)
def test_title(lines: list[str | Block], title: str) -> None:
    assert split(draft(*lines))[0] == title


def test_the_title_that_metadata_gives() -> None:
    assert split(draft(BODY, title="**某县总结**"))[0] == "某县总结"


def test_comments_over_several_lines_go() -> None:
    assert texts(
        "总结", "甲。<!-- 图片", "来源：记者 摄", "说明 -->乙。", "丙。<!-- 一 -->丁。"
    ) == [
        "总结",
        "甲。",
        "乙。",
        "丙。丁。",
    ]


def test_a_damaged_line_marks_its_paragraph() -> None:
    marks = [
        piece.damaged for piece in pieces("总结", BODY, LONG, "销提前一月?lián)芨吨翆簦_保。", BODY)
    ]
    assert marks == [False, False, True, False]
