"""Cleaning: every rule does what its docstring shows, and nothing a report says is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from conftest import SHARED
from hypothesis import given
from hypothesis import strategies as st

from engine.folding import as_ideographs
from indexer.clean import (
    RULES,
    clean,
    damaged,
    drop_blanks,
    drop_comments,
    drop_emphasis,
    drop_invisible,
    drop_marks,
    drop_pinyin,
    drop_trailing_furniture,
    is_furniture,
    join_spaced_digits,
    mend_characters,
    narrow_digits,
    part_spaced_names,
    unescape,
)

Rule = Callable[[str], str]

SHOWN = [
    pytest.param(rule, before, after, id=f"{rule.__name__}-{at}")
    for rule in (*RULES, drop_trailing_furniture)
    for at, (before, after) in enumerate(re.findall(r"``(.+?)`` → ``(.+?)``", rule.__doc__ or ""))
]


@pytest.mark.parametrize(("rule", "before", "after"), SHOWN)
def test_a_rule_does_what_its_docstring_shows(rule: Rule, before: str, after: str) -> None:
    assert rule(before) == after


def test_every_rule_shows_an_example() -> None:
    shown = {param.values[0] for param in SHOWN}
    assert shown == {*RULES, drop_trailing_furniture}


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        (unescape, "A&nbsp;B &lt;5%", "A\xa0B <5%"),
        (unescape, "R&D投入、尔滨&波司登", "R&D投入、尔滨&波司登"),
        (drop_invisible, "\ufeff医\u00ad保\x07", "医保"),
        (drop_invisible, "葛\U000e0100洲\u2066坝\ufe0f\u2069\u180e", "葛洲坝"),
        (mend_characters, "⻓江、⻘⾭年、⾦\uf90a", "长江、青青年、金金"),
        (mend_characters, "⼾籍資料、⻔⼾", "戶籍資料、门戶"),
        (mend_characters, "衞生、ＤＩＰ、著作", "衞生、ＤＩＰ、著作"),
        (drop_comments, "前<!-- 一\n二 -->后", "前后"),
        (drop_comments, "支出<5%", "支出<5%"),
        (drop_comments, "一<!--二<!--三-->四-->五<!--六", "一四-->五<!--六"),
        (drop_pinyin, "總結(jié)及計劃(huà)", "總結及計劃"),
        (drop_pinyin, "省(shěng)略(lüè)號", "省略號"),
        (drop_pinyin, "维生素(vc)、按病种(DIP)、(lián)", "维生素(vc)、按病种(DIP)、(lián)"),
        (drop_pinyin, "一月?lián)芨吨翆簦_保", "一月?lián)芨吨翆簦_保"),
        (narrow_digits, "９８．２５％（Ａ类）", "98.25％（A类）"),
        (narrow_digits, "１．总额", "1．总额"),
        (join_spaced_digits, "2 0 2 3 年1 2 月", "2023 年12 月"),
        (join_spaced_digits, "表 1 2 列", "表 1 2 列"),
        (join_spaced_digits, "6 . 5 和 1 3", "6 . 5 和 1 3"),
        (part_spaced_names, "代 县 长　王 明", "代县长 王明"),
        (part_spaced_names, "政 府  工 作  报 告", "政 府  工 作  报 告"),
        (part_spaced_names, "县 长 王 小 明", "县 长 王 小 明"),
        (drop_blanks, "达到 95%以上， 共计 22 项", "达到95%以上，共计22项"),
        (drop_blanks, "市长 王军 DIP 2.0 版", "市长 王军DIP 2.0版"),
        (drop_blanks, "2024-12-23 14:29 来源:县局", "2024-12-23 14:29 来源:县局"),
        (drop_marks, r"\“三个代表\”、5.21（\*）", "“三个代表”、5.21（*）"),
        (drop_marks, ">90%的参保人", ">90%的参保人"),
        (drop_marks, "1+1>3", "1+1>3"),
        (drop_emphasis, "——**做优“双特色”**。牢牢把握", "——做优“双特色”。牢牢把握"),
        (drop_emphasis, "（**三）改革开放。**全年", "（三）改革开放。全年"),
        (drop_emphasis, "省长 **王五**", "省长 王五"),
        (drop_emphasis, "***一、回顾***", "一、回顾"),
        (drop_emphasis, "*某局2019年12月30日*", "某局2019年12月30日"),
        (drop_emphasis, "注：*为预计数", "注：*为预计数"),
        (drop_emphasis, "**县医保局救助**人次，支出**万元", "**县医保局救助**人次，支出**万元"),
        (drop_emphasis, "共计** 种药品，节约**余万元", "共计** 种药品，节约**余万元"),
        (drop_emphasis, "**一是扩面。**参保**人，**二是**提质", "一是扩面。参保**人，二是提质"),
        (drop_emphasis, "全年**县，**必须坚持**人民至上", "全年**县，必须坚持人民至上"),
    ],
)
def test_rules(rule: Rule, before: str, after: str) -> None:
    assert rule(before) == after


def test_rules_work_together() -> None:
    assert (
        clean("\ufeff&amp;nbsp;&nbsp;**２ 0 2 3 年**，醫(yī)保&lt;!-- 打印 -->基金")
        == "2023年，醫保基金"
    )
    assert clean("\ufeff⼤⼒推进⼯\u200b业发\u3000展") == "大力推进工业发展"
    assert clean("發(fā)布時間：2024-12-23\u300014:29") == "發布時間：2024-12-23 14:29"


ANY = st.text() | st.text(
    "医保(yī)<!->&amp;ldquo* _#\\[^1]>２0 1年，。\u3000\u200b\n市县人⼯業长发展", max_size=60
)


@given(ANY)
def test_clean_text_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


HAN = "医疗保障基金监管醫療市县人年月日一二"
PLAIN = st.text(HAN + "0123456789％，。、；：？！“”（）《》—…" + " \u3000\t\xa0", max_size=80)


@given(PLAIN)
def test_nothing_but_blanks_goes_from_plain_text(text: str) -> None:
    assert bare(clean(text)) == bare(text)


@given(st.text(max_size=120))
def test_han_characters_are_neither_added_nor_put_elsewhere(text: str) -> None:
    """Whatever else the text holds: what is left are the same characters in the same order.

    Radicals count as the characters that they look like.
    """
    left = iter(_han(as_ideographs(text)))
    assert all(char in left for char in _han(clean(text)))


def _han(text: str) -> list[str]:
    return re.findall(r"[\u4e00-\u9fff]", text)


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "提前一月?lián)芨吨翆簦_保",
        "参保率��%",
        "锟斤拷",
        "基金\ue5e5支出",
        "å¹Ã©\x81",
        "å·¥ä½\x9cæ\x80»ç»\x93",
        "å·¥ä½æ»ç»",
        "鍏ㄥ幙宸ヤ綔锛屽?",
    ],
)
def test_destroyed_text_is_flagged_and_kept(text: str) -> None:
    assert damaged(text)
    assert damaged(clean(text))


@pytest.mark.parametrize(
    "text", ["醫(yī)療保障", "做到了吗?(见附件)", "è vero", "98.25%", "“双随机、一公开”"]
)
def test_sound_text_is_not_flagged(text: str) -> None:
    assert not damaged(text)


FURNITURE = """\
打印
大
中
小
加大
【字号：
【字体：大 中 小】
】
字号：大 中 小
下载
全屏
-12-
— 3 —
第 3 页 共 9 页
分享到：
当前位置：首页>> 政务公开
浏览次数：128次
责任编辑：张三
（责任编辑：张三
（责任编辑：张三）
）
相关报道：
扫一扫在手机打开当前页
上一篇
关闭窗口
[打印本页]
[关闭]
---
***
:---:
| --- | :-: |
"""
TEXT = """\
大力
中心城区
小微企业
下载中心建成
打印机采购
一、加大投入
编辑出版年鉴3部
责任编辑部
相关新闻发布会3次
微信公众号
首页改版
收藏品市场
各位代表：
附件
注释
一
2023年
3月5日
目标：98%
浏览量达到3亿次
| 13 | 参保率 | 98% |
"""


@pytest.mark.parametrize("line", FURNITURE.splitlines())
def test_furniture(line: str) -> None:
    assert is_furniture(clean(line))


@pytest.mark.parametrize("line", TEXT.splitlines())
def test_lines_of_a_report_are_no_furniture(line: str) -> None:
    assert not is_furniture(clean(line))


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("来源：市医保局 【字体：大 中 小】 打印", "来源：市医保局"),
        ("发布时间：2024-12-23 浏览次数：15", "发布时间：2024-12-23"),
        ("记者：王加大", "记者：王加大"),
        ("来源：辰溪县医疗保障局", "来源：辰溪县医疗保障局"),
    ],
)
def test_furniture_behind_a_dateline(line: str, left: str) -> None:
    assert drop_trailing_furniture(clean(line)) == left


@pytest.mark.shared
def test_no_line_of_a_real_report_is_taken_for_furniture() -> None:
    """The published reports hold rules and table borders, and that is all that may go."""
    gone = {
        text
        for path in sorted((SHARED / "reports").glob("*.md"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if len(line) < 300 and is_furniture(text := clean(line))
    }
    assert len(gone) > 2
    assert not [text for text in gone if re.search(r"[^-|: *_=>]", text)]
