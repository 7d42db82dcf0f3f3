"""Which kind of document a text is, and that the kind keeps reports from being mixed up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import document_kinds
from indexer.document_kinds import KINDS
from indexer.label import prepare

BODY = "一年来，各项工作有序推进，参保率达98.25%，基金运行平稳。"
ARTICLES = [
    "第一条 为了规范管理，制定本办法。",
    "第二条 本办法适用于本县。",
    "第三条 自2024年起施行。",
]


def kind(title: str, *paragraphs: str) -> str:
    found, evidence = document_kinds.infer(prepare(title), [prepare(p) for p in paragraphs])
    assert bool(found) == bool(evidence), "a label has evidence, its absence has none"
    assert found in (*KINDS, "")
    return found


TITLES = [
    ("某县人民政府2024年政府工作报告", "政府工作报告"),
    ("2008年某省人民政府工作报告", "政府工作报告"),
    ("关于印发政府工作报告的通知", "政府工作报告"),
    ("某县人民法院工作报告（摘要）", "法院工作报告"),
    ("某省人民检察院工作报告", "检察院工作报告"),
    ("2021年某市人民代表大会常务委员会工作报告", "人大常委会工作报告"),
    ("某市人大常委会工作报告", "人大常委会工作报告"),
    ("政协某县第十届委员会常务委员会工作报告", "政协常委会工作报告"),
    ("关于某县人民法院工作报告的决议", "决议"),
    ("关于某县2023年度本级预算执行和其他财政收支的审计工作报告", "审计报告"),
    ("某县2023年预算执行情况和2024年预算草案的报告", "预算报告"),
    ("某县2023年国民经济和社会发展计划执行情况的报告", "计划报告"),
    ("某县2023年国民经济和社会发展统计公报[1]", "统计公报"),
    ("某局2023年政府信息公开工作年度报告", "信息公开年报"),
    ("某县医疗保障局2024年工作总结及2025年工作计划", "工作总结"),
    ("某大学2025年党政工作要点", "工作计划"),
    ("某县“十四五”医疗保障规划", "规划"),
    ("某国国民经济和社会发展第十个五年计划纲要", "规划"),
    ("某县医保局关于印发2024年工作要点的通知", "通知"),
    ("某县人民政府关于加强医疗保障的意见（试行）", "意见"),
    ("中共中央办公厅 国务院办公厅关于加强治理的意见", "中央文件"),
    ("中共某县委关于加强治理的意见", "意见"),
    ("国务院新闻办：今天召开发布会", "新闻"),
    ("在全县医疗保障工作会议上的讲话", "讲话"),
    ("《某县促进办法》政策解读", "政策解读"),
    ("某某向大会作某市人大常委会工作报告", "新闻"),
    ("某市人代会今天开幕 某某作《政府工作报告》", "新闻"),
    ("某县各法院工作报告获全票通过", "新闻"),
    ("某区人大会议举行！三份工作报告出炉！", "新闻"),
    ("某县人大常委会召开主任会议", "新闻"),
    ("在大会开幕式上的致辞", "讲话"),
    ("关于听取和审议某某报告的决定", "决定"),
    ("关于召开某某会议的通知", "通知"),
    ("某某纪事", ""),
    ("某县人民政府关于印发2024年政府工作报告重点任务分工的通知", "通知"),
    ("关于转发县审计局审计工作报告的通知", "审计报告"),
    ("关于对预算执行情况报告的批复", "批复"),
    ("国务院关于印发统计公报编制办法的通知", "中央文件"),
]


@pytest.mark.parametrize(("title", "expected"), TITLES)
def test_a_title_names_the_kind(title: str, expected: str) -> None:
    assert kind(title, BODY) == expected


TEXTS = [
    ("a speaker for a court", ["我代表某县人民法院，向大会报告工作。"], "法院工作报告"),
    ("for a procuratorate", ["我代表某县人民检察院向大会报告工作。"], "检察院工作报告"),
    ("for a congress", ["我受某市人大常委会委托，向大会报告工作。"], "人大常委会工作报告"),
    ("for a government", ["我代表县人民政府，向大会报告工作。"], "政府工作报告"),
    ("for an auditor", ["我受县人民政府的委托，报告2023年度审计情况。"], "审计报告"),
    ("on a budget", ["受区人民政府委托，现将2023年预算执行情况提请审查。"], "预算报告"),
    ("a congress on a ministry", ["第九届全国人民代表大会听取国务院方案。"], ""),
    ("articles", ARTICLES, "法律法规"),
    ("a notice", ["现将有关事项通知如下："], "通知"),
    ("news", ["本报讯（记者 某某）昨日，我县召开会议。"], "新闻"),
    ("news of a report", ["1月9日，代表听取政府工作报告。"], "新闻"),
    ("news of a site", ["某某网文明某地讯 3月1日，某院召开会议。"], "新闻"),
    ("news that opens with its cause", ["为落实会议精神，3月29日，某院召开会议。"], "新闻"),
    ("news of a day in the text", ["某市人民代表大会会议今天（20日）在某地举行。"], "新闻"),
    ("a speech", ["同志们：", BODY], "讲话"),
    ("a resolution", ["（2024年1月7日某县第八届人民代表大会第三次会议通过）", BODY], "决议"),
    ("a bulletin", ["一、综合", BODY], "统计公报"),
    ("a university speaks to deputies", ["各位代表：", "我代表学校报告工作。"], ""),
    ("nothing", [BODY], ""),
]


@pytest.mark.parametrize(
    ("paragraphs", "expected"), [c[1:] for c in TEXTS], ids=[c[0] for c in TEXTS]
)
def test_the_text_shows_the_kind(paragraphs: list[str], expected: str) -> None:
    assert kind("", *paragraphs) == expected


SUBJECTS = [
    ("加强政府自身建设，建设法治政府。", "政府工作报告"),
    ("全年审结案件，法官公正审判，法院执结案件，本届政府支持法院工作。", "法院工作报告"),
    ("检察机关依法检察，检察官办案，向大会报告检察工作。", "检察院工作报告"),
]


@pytest.mark.parametrize(("sentence", "expected"), SUBJECTS)
def test_a_report_to_a_congress_shows_by_what_it_speaks_of(sentence: str, expected: str) -> None:
    """A body without title, dateline and salutation; the deputies are addressed at the end."""
    assert kind("", *[BODY, sentence] * 5, "各位代表！让我们奋勇前进！") == expected


def test_a_summary_may_quote_the_report_that_it_carries_out() -> None:
    assert kind("某局2024年工作总结", "按照《政府工作报告》部署，完成任务。") == "工作总结"
    assert kind("", "按照《政府工作报告》部署，完成任务。") == ""


def test_a_law_needs_a_title_of_a_law() -> None:
    assert kind("某县医疗保障管理办法", *ARTICLES) == "法律法规"
    assert kind("某县医疗保障局2024年工作总结", *ARTICLES) == "工作总结"


def test_an_issuer_that_a_person_states_shows_a_central_document() -> None:
    assert document_kinds.infer("关于加强治理的意见", [], "中共中央办公厅")[0] == "中央文件"


@given(st.text(alphabet="第一条政府法院工作报告代表通知新华社日，。：", max_size=40))
def test_every_text_has_a_known_kind_or_none(text: str) -> None:
    kind(text, text)
