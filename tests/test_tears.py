"""Words torn by blanks are joined; what a blank parts stays apart."""

from __future__ import annotations

import re

import pytest
from conftest import SHARED
from hypothesis import given
from hypothesis import strategies as st

from indexer import tears
from indexer.clean import clean
from indexer.tears import join_spaced_names, join_torn_words

JOINED = [
    ("总体要 求", "总体要求", "one side is left short"),
    ("我国经 济社会发展进入新阶段", "我国经济社会发展进入新阶段", "in running text"),
    ("建设城市 群带动发展", "建设城市群带动发展", "a word that is a part of a longer one"),
    ("群 众获得感", "群众获得感", "at the beginning"),
    ("工 業發展", "工業發展", "in traditional script"),
    ("各 位代表：请看材 料，谢谢。", "各位代表：请看材料，谢谢。", "each in its own stretch"),
    ("政 府 工 作 报 告", "政府工作报告", "a justified title"),
    ("规 上 工 业", "规上工业", "one with a word that no dictionary has"),
    ("附 件", "附件", "a short one"),
    ("市 长 王小明", "市长 王小明", "an office, and then who holds it"),
    ("政 府 工 作 报 告 王小明", "政府工作报告 王小明", "a title, and then whose it is"),
    (
        "完善农村养 老服务体系，各类 企业加快 建设。",
        "完善农村养老服务体系，各类企业加快建设。",
        "blanks between words go too where lines were torn",
    ),
    (
        "（一）着 力改善 民生 今年各类 企业发 展加快 建设。持续优化 服务，改善环 境。",
        "（一）着力改善 民生 今年各类 企业发展加快 建设。持续优化服务，改善环境。",
        "but not behind a heading",
    ),
    (
        "开展“乐购山城 惠享生活”活动，促进消 费增长，各类 企业受益。",
        "开展“乐购山城 惠享生活”活动，促进消费增长，各类企业受益。",
        "nor in quotation marks",
    ),
    (
        "全年目 标实现。甲区 乙区 丙区 丁区都有发展。",
        "全年目标实现。甲区 乙区 丙区 丁区都有发展。",
        "nor where little was torn",
    ),
]


@pytest.mark.parametrize(("text", "expected", "why"), JOINED)
def test_torn_words_are_joined(text: str, expected: str, why: str) -> None:
    assert join_torn_words(text) == expected, why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("市长 王军", "an office and a name"),
        ("市长 安平", "which together have 长安 in them"),
        ("张三 李四 王五", "names"),
        ("陈 绍 旺", "a name that is no word"),
        ("一、总体情况 今年以来", "a heading and its text"),
        ("医疗 保障", "two words that together are one"),
        ("中共中央 国务院关于开展试点的意见", "two authors"),
        ("甲 乙 丙 丁", "a list"),
        ("一 二 三 四 五", "numbers"),
        ("二〇二四年 月 日", "a form to fill in"),
        ("一、 总体要求", "a mark is in between"),
        ("公路 12公里", "a number"),
        ("", "nothing"),
    ],
)
def test_what_is_apart_stays_apart(text: str, why: str) -> None:
    assert join_torn_words(text) == text, why


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市长 何 雄", "市长 何雄"),
        ("（代省长 何 雄）", "（代省长 何雄）"),
        ("自治区主席 何 雄", "自治区主席 何雄"),
        ("市长 何 雄 副市长 李明", "市长 何 雄 副市长 李明"),
        ("来源 何 雄", "来源 何 雄"),
    ],
)
def test_a_spaced_name_is_closed_up(text: str, expected: str) -> None:
    assert join_spaced_names(text) == expected


TORN = st.text("政府工作报告市长总体要求发展，。“”一、 ", max_size=40)


@given(TORN)
def test_once_is_enough(text: str) -> None:
    text = " ".join(text.split())
    once = join_torn_words(text)
    assert join_torn_words(once) == once
    assert once.replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "piece", ["医 疗 ", "发 展，", "“发 展。", "政府 工作报告", "市长 安 平。"]
)
def test_it_takes_linear_time(monkeypatch: pytest.MonkeyPatch, piece: str) -> None:
    """What the tokenizer is given grows as the text does."""

    def given_to_tokenizer(text: str) -> int:
        lengths: list[int] = []
        words = tears._words
        with monkeypatch.context() as patch:
            patch.setattr(tears, "_words", lambda run: lengths.append(len(run)) or words(run))
            clean(text)
        return sum(lengths)

    few, many = (given_to_tokenizer(piece * times) for times in (100, 400))
    assert many <= 4.5 * max(few, 100)


@pytest.mark.shared
def test_torn_words_of_real_reports() -> None:
    """Some nine hundred paragraphs of the published reports are mended, all by blanks alone."""
    lines = [
        line
        for path in sorted((SHARED / "reports").glob("*.md"))
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"[\u4e00-\u9fff] [\u4e00-\u9fff]", line)
    ]
    mended = [line for line in lines if join_torn_words(line) != line]
    assert len(lines) > 2000
    assert 700 < len(mended) < 1200
    assert all(join_torn_words(line).replace(" ", "") == line.replace(" ", "") for line in lines)
