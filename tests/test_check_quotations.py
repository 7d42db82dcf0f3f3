"""Which words of a memo are quotations, and which reference belongs to each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.check.memo_text import Block, Link, MemoText
from search_app.check.plain_text import plain_memo
from search_app.check.quotations import find_quotations

LINK = "http://example.org/p/k3v9qdab-7f2a1c"
ID = "k3v9qdab-7f2a1c"
LONG = "城乡居民基本医疗保险参保率达98%"
OTHER = "实现地区生产总值九十八亿元以上"
LIST = f"\n\n[1] 甲县政府. 工作报告[R/OL]. 2023-01-01. {LINK}."

# what, memo, quotations with the ids that they refer to
MEMOS = [
    ("curly", f"报告说“{LONG}”。", [(LONG, ())]),
    ("straight", f'报告说"{LONG}"。', [(LONG, ())]),
    ("wide straight", f"报告说＂{LONG}＂。", [(LONG, ())]),
    ("corners", f"报告说「{LONG}」，『{OTHER}』。", [(LONG, ()), (OTHER, ())]),
    ("guillemets", f"报告说«{LONG}»。", [(LONG, ())]),
    ("single", f"报告说‘{LONG}’。", [(LONG, ())]),
    ("ASCII single", f"报告说'{LONG}'。", [(LONG, ())]),
    ("nested", f"报告说“{LONG}，‘四好农村路’建设”。", [(f"{LONG}，‘四好农村路’建设", ())]),
    ("nested alike", f"报告说“{LONG}，“四好”建设”。", [(f"{LONG}，“四好”建设", ())]),
    ("turned round", f"报告说”{LONG}“，”{OTHER}“。", [(LONG, ()), (OTHER, ())]),
    ("opening twice", f"报告说“{LONG}“，又说“{OTHER}“。", [(LONG, ()), (OTHER, ())]),
    ("short terms", "“四好农村路”和“双碳”", [("四好农村路", ()), ("双碳", ())]),
    ("titles are none", f"《{LONG}》", []),
    ("an apostrophe", "the county’s plan and it's all", []),
    ("two lines", f"报告说“{LONG}，\n{OTHER}”。", [(f"{LONG}，\n{OTHER}", ())]),
    ("each paragraph opens", f"“{LONG}。\n“{OTHER}。”", [(f"{LONG}。\n“{OTHER}。", ())]),
    ("permalink", f"报告说“{LONG}”（{LINK}）。", [(LONG, (ID,))]),
    ("permalink of sentences", f"“{LONG}”（{LINK}~2-4）", [(LONG, (f"{ID}~2-4",))]),
    ("behind the sentence", f"报告说“{LONG}”，成效好。（{LINK}）", [(LONG, (ID,))]),
    ("not of the next sentence", f"报告说“{LONG}”。另见别处：{LINK}", [(LONG, ())]),
    ("before", f"据{LINK}，“{LONG}”。", [(LONG, (ID,))]),
    ("only the nearest", f"“{LONG}”，“{OTHER}”（{LINK}）", [(LONG, ()), (OTHER, (ID,))]),
    ("number", f"报告说“{LONG}”[1]。{LIST}", [(LONG, (ID,))]),
    ("number behind the stop", f"报告说“{LONG}。”[1]{LIST}", [(f"{LONG}。", (ID,))]),
    ("wide brackets", f"“{LONG}”［1］{LIST.replace('[1]', '［1］')}", [(LONG, (ID,))]),
    ("footnote of Markdown", f"“{LONG}”[^1]\n\n[^1]: 见 {LINK}", [(LONG, (ID,))]),
    ("a number without source", f"“{LONG}”[7]", [(LONG, ())]),
    ("block", f"> {LONG}", [(LONG, ())]),
    ("block with its link", f"> {LONG}（{LINK}）", [(LONG, (ID,))]),
    ("block of two lines", f"> {LONG}，\n> {OTHER}", [(f"{LONG}，\n{OTHER}", ())]),
    ("two blocks, one source", f"> {LONG}\n>\n> {OTHER}\n>\n> ——摘自《甲县报告》，{LINK}",
     [(LONG, (ID,)), (OTHER, (ID,))]),
    ("a quoted dash", f"> ——{LONG}[1]{LIST}", [(f"——{LONG}", (ID,))]),
    ("a quoted dash and title", f"> ——落实《条例》，{LONG}，{OTHER}",
     [(f"——落实《条例》，{LONG}，{OTHER}", ())]),
    ("a quoted number", f"> [7]{LONG}（{LINK}）", [(f"[7]{LONG}", (ID,))]),
    ("sentence before a link", f"开头。{LONG}（{LINK}）。", [(LONG, (ID,))]),
    ("sentence before a number", f"{LONG}[1]。{OTHER}。{LIST}", [(LONG, (ID,))]),
    ("lead-in", f"报告指出，{LONG}（{LINK}）。", [(LONG, (ID,))]),
    ("own words", f"情况很好（{LINK}）。", []),
    ("linked words", f"甲县[{LONG}]({LINK})。", [(LONG, (ID,))]),
    ("report", f"“{LONG}”（http://x/r/k3v9qdab）", [(LONG, ("k3v9qdab",))]),
    ("title behind", f"“{LONG}”（《甲县政府工作报告》）", [(LONG, ("甲县政府工作报告",))]),
    ("title before", f"《甲县政府工作报告》提出：“{LONG}”", [(LONG, ("甲县政府工作报告",))]),
    ("title far away", f"《甲县政府工作报告》于去年一月由县政府向大会报告，提到“{LONG}”",
     [(LONG, ())]),
    ("escaped", f"> {LONG}\\[注\\]**重点**", [(f"{LONG}[注]重点", ())]),
    ("list of sources alone", LIST, []),
]  # fmt: skip


@pytest.mark.parametrize(("what", "memo", "expected"), MEMOS, ids=[case[0] for case in MEMOS])
def test_quotations(what: str, memo: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    found, _ = find_quotations(plain_memo(memo))
    assert [
        (each.text, tuple(r.passage_id or r.report_id or r.title for r in each.references))
        for each in found
    ] == expected


def test_a_mark_without_its_partner_is_named() -> None:
    _, unclosed = find_quotations(plain_memo(f"好。\n报告说“{LONG}"))
    assert [tuple(each) for each in unclosed] == [(1, 3)]


def test_links_of_word_count_where_they_stand() -> None:
    """A hyperlink on ``[1]``, and the link of a footnote at its mark."""
    for link in (
        Link(len(LONG) + 2, len(LONG) + 5, LINK),
        Link(len(LONG) + 2, len(LONG) + 2, LINK),
    ):
        memo = MemoText((Block(f"“{LONG}”[1]", "正文第1段", links=(link,)),))
        (quoted,), _ = find_quotations(memo)
        assert [each.passage_id for each in quoted.references] == [ID]
        assert quoted.place == "正文第1段"


@given(st.text(st.sampled_from('“”"‘’「」甲乙。，[1]（）\n>《》 '), max_size=60))
def test_pieces_are_where_the_words_stand(text: str) -> None:
    memo = plain_memo(text)
    for quoted in find_quotations(memo)[0]:
        pieces = [memo.blocks[p.block].text[p.start : p.end] for p in quoted.pieces]
        assert "\n".join(pieces) == quoted.text
        for start, end in quoted.parts:
            assert 0 <= start < end <= len(quoted.text)


def test_the_last_block_of_the_text_does_not_go_on_in_a_note() -> None:
    """Notes follow the text in the order of blocks, and are no part of it."""
    note = Block(f"见 {LINK}", "脚注1", story="脚注1")
    quoted = Block(LONG, "正文第1段", is_quotation=True)
    opened = Block(f"报告说“{LONG}，", "正文第2段")
    rest = Block(f"{OTHER}”", "脚注2", story="脚注2")
    found, unclosed = find_quotations(MemoText((quoted, note)))
    assert [(each.text, each.references) for each in found] == [(LONG, ())]
    found, unclosed = find_quotations(MemoText((opened, rest)))
    assert [each.text for each in found if OTHER in each.text] == []
    assert {each.block for each in unclosed} == {0, 1}
