"""A small index for the tests of pages: hand-made reports in the real engine.

It has everything that is difficult for a page: text that looks like HTML, long and
damaged paragraphs, captions, reports without region or year, and more provinces than
a facet shows at once.
"""

from __future__ import annotations

from dataclasses import replace

from engine.engine import open_writer
from engine.model import Lexicon, Paragraph, Region, Report, Theme

LEXICON = Lexicon(
    {
        "基金监管": "医疗保障/基金监管",
        "飞行检查": "医疗保障/基金监管",
        "异地就医": "医疗保障/异地就医",
        "异地就医直接结算": "医疗保障/异地就医",
        "营商环境": "经济发展",
    },
    synonyms=(("飞行检查", "飞检"), ("异地就医", "外地看病", "异地看病")),
)
PROVINCES = (
    *("湖南", "浙江", "陕西", "山东", "江苏", "四川"),
    *("广东", "河南", "湖北", "云南", "贵州", "安徽"),
)
TRICKY = '基金监管用到<script>alert("1")</script> & "引号"，增幅>5%，a*b_c [d](e)。'
FORMULA = "=1+1 是基金监管公式。"
LONG = (
    "开头先说参保。" * 30
    + "中间讲基金监管和飞行检查，两项同在一处。"
    + "后面再说经办。" * 30
    + "末尾又提基金监管。"
)
DAMAGED = "提前一月?lián)芨吨翆簦_保"


def build(location: str) -> str:
    """Write the index at ``location``, and return the location."""
    with open_writer(location, LEXICON, rebuild=True) as writer:
        for report, paragraphs in _reports():
            writer.add(report, paragraphs)
        writer.commit({})
    return location


def _reports() -> list[tuple[Report, list[Paragraph]]]:
    first = Report(
        "rep001",
        "甲县医疗保障局2024年工作总结",
        "corpus/甲县.txt",
        issuer="甲县医疗保障局",
        published="2024-12-23",
        region=Region(("湖南省", "怀化市", "甲县"), ("430000", "431200", "431201")),
        year=2024,
        evidence={"region": "据落款“甲县医疗保障局”", "year": "据标题“2024年”"},
    )
    nameless = Report("rep002", "工作总结 <无署名>", "corpus/b.txt")
    found = [
        _report(first, [TRICKY, LONG, DAMAGED, FORMULA, "异地就医直接结算开通一百家。"]),
        _report(nameless, ["没有署名的报告也讲基金监管。"]),
    ]
    for number, name in enumerate(PROVINCES):
        region = Region((f"{name}省", f"{name}市"), (f"{number + 10}0000", f"{number + 10}0100"))
        year = 2019 + number % 6
        title = f"{name}市{year}年工作要点"
        report = Report(f"prov{number:02}", title, f"corpus/{name}.txt", region=region, year=year)
        found.append(_report(report, [f"{name}市抓好基金监管第{i}条。" for i in range(3)]))
    return found


def _report(report: Report, bodies: list[str]) -> tuple[Report, list[Paragraph]]:
    kinds = [("heading", report.title, ()), ("heading", "一、主要工作", ())]
    kinds += [("body", body, ("一、主要工作",)) for body in bodies]
    kinds += [("caption", "表1 收支情况", ("一、主要工作",)), ("dateline", "2024年12月23日", ())]
    paragraphs = [
        Paragraph(
            id=f"{report.id}-{ordinal:04}",
            report_id=report.id,
            ordinal=ordinal,
            text=text,
            raw=text.replace("基金", "基 金"),
            heading=heading,
            kind=kind,  # type: ignore[arg-type]
            themes=(Theme("医疗保障/基金监管", ("基金监管",)),) if "基金监管" in text else (),
            damaged=text == DAMAGED,
        )
        for ordinal, (kind, text, heading) in enumerate(kinds, 1)
    ]

    return replace(report, paragraphs=len(paragraphs)), paragraphs
