"""Inferring the year of a report, and years in a text that do not count."""

from __future__ import annotations

import pytest

from indexer import document_kinds, years
from indexer.label import prepare


def year(title: str, *paragraphs: str, published: str = "") -> int | None:
    name, lines = prepare(title), [prepare(p) for p in paragraphs]
    kind, _ = document_kinds.infer(name, lines)
    found, evidence = years.infer(kind, name, lines, published)
    assert (found is None) == (not evidence), "a label has evidence, its absence has none"
    return found


TITLES = [
    ("2024年工作总结及2025年工作计划", 2024),
    ("２０２３年医保工作总结", 2023),
    ("2 0 1 4 年政府工作报告", 2014),
    ("医疗保障局二〇二二年工作总结", 2022),
    ("医疗保障局二○二三年工作总结", 2023),
    ("辰溪县2024工作总结", 2024),
    ("河池市政府工作报告（2022年1月12日 某某）", 2022),
    ("怀化市政府工作报告（2022年12月27日 某某）", 2023),
    ("2019—2021年基金监管三年行动总结", 2021),
    ("2021—2025年医疗保障规划", None),
    ("关于印发〔2022〕5号文件的通知", None),
    ("日产2000万个口罩", None),
    ("关于印发行动方案（2026—2030年）的通知", None),
    ("某部关于税的公告某部公告2024年第6号", None),
    ("关于做好2024年春节期间工作的通知", 2024),
    ("医保工作汇报", None),
]


@pytest.mark.parametrize(("title", "expected"), TITLES)
def test_a_title_names_the_year(title: str, expected: int | None) -> None:
    assert year(title) == expected


GOVERNMENT = [
    ("a dateline", ["——2022年1月12日在河池市第五届人民代表大会第二次会议上"], 2022),
    ("full-width", ["——２００６年２月２１日在某市第二届人民代表大会上"], 2006),
    ("two digits", ["——19年2月24日在某市第二届人民代表大会第四次会议上"], 2019),
    ("spoken", ["——二〇二六年一月二十七日在甘肃省十四届人民代表大会上"], 2026),
    ("December, for the next year", ["2022年12月29日在某市第七届人民代表大会上"], 2023),
    ("December, the national congress", ["1964年12月21日在第三届全国人民代表大会上"], 1964),
    ("a day in brackets", ["（2010年1月10日 某某）", "各位代表："], 2010),
    ("what it looks back on", ["各位代表：", "一、2019年工作回顾", "去年成绩很大。"], 2020),
    ("what it plans", ["各位代表：", "去年成绩很大。", "很好。", "二、2020年主要任务"], 2020),
    ("what it plans, in the title", ["各位代表：", "很好。", "好。", "二、2020年工作建议"], 2020),
    (
        "the first year of a plan",
        ["各位代表：", "今年是“十四五”规划的开局之年，要做好工作。"],
        2021,
    ),
    ("the last year of a plan", ["各位代表：", "今年是“十三五”收官之年。"], 2020),
    ("a jubilee", ["各位代表：", "今年是新中国成立七十周年，要做好工作。"], 2019),
    ("a jubilee to come", ["各位代表：", "今年是迎接建国五十周年工程的关键一年。"], None),
    ("games to come", ["各位代表：", "好。", "好。", "继续做好2008年奥运会的筹备工作。"], None),
    ("an election is no dateline", ["各位代表：", "本届政府自2002年3月由人大选举产生。"], None),
]


@pytest.mark.parametrize(
    ("paragraphs", "expected"), [c[1:] for c in GOVERNMENT], ids=[c[0] for c in GOVERNMENT]
)
def test_a_government_report_bears_its_year_of_delivery(
    paragraphs: list[str], expected: int | None
) -> None:
    assert year("政府工作报告", *paragraphs) == expected


def test_a_title_that_names_the_year_reviewed_is_seen_through() -> None:
    assert year("2008年某省人民政府工作报告", "各位代表：", "2008年工作回顾") == 2009


SUMMARIES = [
    ("the opening", ["2022年，县医疗保障局坚持为民。", "2023年工作计划"], 2022),
    ("just past", ["刚刚过去的2022年，我局有序推进。"], 2022),
    ("a heading", ["今年以来工作有序。", "一、2023年主要指标完成情况", "2024年工作思路"], 2023),
    ("a later opening is no opening", ["一", "二", "三", "2024年，将继续推进。"], None),
    ("the latest reported", ["2020年整合。", "由2019年的520元提高到2022年的610元。"], 2022),
    ("plans do not count", ["2021年完成。", "力争2025年全面完成。"], 2021),
    ("figures do not count", ["参保2023人，支出2022万元。"], None),
    ("signed in spring", ["一年来有序。", "2023年1月5日"], 2022),
    ("a notice signed in spring", ["现通知如下。", "2023年1月5日"], 2023),
    ("signed in autumn", ["一年来有序。", "2023年11月5日"], 2023),
    ("nothing", ["今年以来，我县积极探索。"], None),
]


@pytest.mark.parametrize(
    ("paragraphs", "expected"), [c[1:] for c in SUMMARIES], ids=[c[0] for c in SUMMARIES]
)
def test_a_summary_bears_the_year_reviewed(paragraphs: list[str], expected: int | None) -> None:
    assert year("", *paragraphs) == expected


ARTICLES = ["2006年10月2日某会通过", "第一条 为。", "第二条 本。", "第三条 有。", "第四条 无。"]
DAYS = [
    ("a notice of January", "关于检查的通知", ["报告情况如下。", "2024年1月8日"], 2024),
    ("before its annex", "关于检查的通知", ["如下。", "2024年1月8日", "2020年名单", "好。"], 2024),
    ("a plan", "行动方案（2026—2030年）", ["好。", "2025年11月8日"], 2025),
    ("a plan that was approved", "“十五”计划纲要", ["2001年3月15日某大会批准", "到2005年"], 2001),
    ("a law", "某某条例", [*ARTICLES, "2018年1月2日修正"], 2006),
    ("a law in force", "某某条例", [*ARTICLES[1:], "自2019年5月1日起施行。"], 2019),
    ("a resolution", "", ["（2024年1月7日某县第八届人民代表大会第三次会议通过）"], 2024),
    ("a paper", "某某开展宣讲", ["某某日报2020-02-19", "本报讯 昨日，某某开展宣讲。"], 2020),
    ("a court", "某县人民法院工作报告", ["2005年，县法院坚持为民。", "好。", "好。"], 2006),
    ("an audit", "", ["我受县政府委托，报告2022年度审计情况。", "2023年7月，查出问题。"], 2022),
    ("news of a month", "某某开展宣讲", ["本报讯 2020年2月，某某开展宣讲。1996年生。"], 2020),
    ("news of a birth", "某某开展宣讲", ["本报讯 昨日，某某宣讲，他1996年参军。"], None),
    ("news of a congress", "", ["1月8日，某县人大会议举行，2013年工作有序。", "好。"], 2013),
    ("an explanation", "《某某办法》解读", ["报告情况如下。", "2024年1月8日"], 2024),
    ("its own number", "关于检查的通知", ["某政发〔2024〕3号", "好。"], 2024),
    ("its own number in a catalogue", "某某通知", ["| 文号 | 某政发[2024]3号 | | |", "好。"], 2024),
    (
        "its own number, not the day of a library",
        "关于检查的通知",
        ["2025-06-07 16:43", "（某政发〔2001〕85号）", "好。"],
        2001,
    ),
    ("its number behind the title", "某某意见", ["某某意见（某政发〔2024〕3号）", "好。"], 2024),
    ("the number of another", "关于检查的通知", ["根据某政发〔2024〕3号，好。"], None),
    ("the number that it forwards", "某某通知", ["关于转发某某通知（某政发〔2024〕3号）"], None),
    ("what a page is about", "某某解读", ["某政发〔2024〕3号", "好。"], None),
    ("a notice in force", "关于检查的通告", ["决定自2020年5月2日0时起，调整级别。"], 2020),
    (
        "a law far below its catalogue",
        "某某条例",
        [*["某某网"] * 8, "时间:2024-07-22 05:37", *ARTICLES],
        2006,
    ),
    (
        "a signature within one line",
        "关于检查的通知",
        ["现转发给你们，请执行。 2006年12月6日 关于检查的通知 好。"],
        2006,
    ),
    (
        "news of a plan in January",
        "",
        ["1月29日，某县召开会议。", "总结2021年工作，部署2022年任务。"],
        2022,
    ),
    ("news of a plan in December", "", ["12月9日，某县召开会议。", "部署2022年重点任务。"], 2021),
    (
        "news of what is to do",
        "",
        ["12月19日，某校召开大会。", "对于2009年的工作，他作了说明。"],
        2008,
    ),
    ("news of a meeting's year", "", ["3月1日，某院召开2023年全市工作会议，总结五年工作。"], 2023),
    (
        "news of a season",
        "",
        ["3月29日，某院召开会议。", "汇报2023年考评和2024年第一季度工作。"],
        2024,
    ),
    ("news of a plan in June", "", ["6月9日，某县召开会议。", "部署2022年重点任务。"], None),
    ("the day of a download", "关于检查的通知", ["下载时间:2024-07-22", "好。"], None),
    ("an outline of work", "", ["2015年全省某某工作的总体思路是:全面贯彻。"], 2015),
    (
        "news of a hearing early in a year",
        "某某向大会作工作报告",
        ["2020年1月4日", "回顾总结2019年工作，2019年有序。"],
        2020,
    ),
]


@pytest.mark.parametrize(
    ("title", "paragraphs", "expected"), [c[1:] for c in DAYS], ids=[c[0] for c in DAYS]
)
def test_other_kinds_bear_the_year_of_their_day_or_delivery(
    title: str, paragraphs: list[str], expected: int | None
) -> None:
    assert year(title, *paragraphs) == expected


def test_the_day_of_publication_helps_at_last() -> None:
    assert year("工作总结", "工作有序。", published="2024-12-23") == 2024
    assert year("工作总结", "工作有序。", published="2024-02-23") == 2023
