"""Two reports of one city in consecutive years and one of another city, in a real index."""

from __future__ import annotations

from engine.engine import open_writer
from engine.model import Lexicon, Paragraph, Region, Report, Theme

LEXICON = Lexicon(
    {
        "异地就医": "医疗保障/异地就医",
        "异地就医直接结算": "医疗保障/异地就医",
        "飞行检查": "医疗保障/基金监管",
        "长期护理保险": "医疗保障/长期护理",
        "集中带量采购": "医疗保障/集采",
    }
)
# Each text with the theme of its paragraph, or "".
EARLIER = (
    ("各位代表：", ""),
    ("全年追回医保基金320万元，增长5.2%。对欺诈骗保行为不姑息、不手软，一查到底。", "基金监管"),
    ("扩大异地就医直接结算范围，新增定点医疗机构12家。", "异地就医"),
    ("建成乡镇农贸市场三个，改造老旧厕所<40>座 & 修复便道。", ""),
    ("开展长期护理保险试点，覆盖职工参保人员。", "长期护理"),
)
LATER = (
    ("各位代表：", ""),
    ("落实药品集中带量采购，降价药品增加到210种。", "集采"),
    ("做好异地就医备案服务，网上办理率明显提升。", "异地就医"),
    ("全年追回医保基金410万元，增长5.2%。对欺诈骗保行为姑息、不手软，一查到底。", "基金监管"),
    ("组织飞行检查两轮，曝光典型案例。", "基金监管"),
)
ELSEWHERE = (("全年追回医保基金77万元，增长3.1%。", "基金监管"), ("海水养殖面积扩大。", ""))
KIND = "政府工作报告"


def build(location: str) -> str:
    """Write the index at ``location``, and return the location."""
    with open_writer(location, LEXICON, rebuild=True) as writer:
        for report_id, city, year, texts in (
            ("earlier", "甲市", 2023, EARLIER),
            ("later", "甲市", 2024, LATER),
            ("other", "乙市", 2024, ELSEWHERE),
            ("nowhere", "", None, ELSEWHERE),
        ):
            writer.add(*_report(report_id, city, year, texts))
        writer.commit({})
    return location


def _report(
    report_id: str, city: str, year: int | None, texts: tuple[tuple[str, str], ...]
) -> tuple[Report, list[Paragraph]]:
    region = Region(("某省", city), ("990000", "990100")) if city else Region()
    title = f"{city}{year or ''}年政府工作报告"
    source = f"{report_id}.txt"
    report = Report(
        report_id, title, source, region=region, year=year, paragraphs=len(texts), kind=KIND
    )
    return report, [
        Paragraph(
            f"{report_id}-{ordinal}",
            report_id,
            ordinal,
            text,
            text,
            themes=(Theme(f"医疗保障/{theme}"),) if theme else (),
        )
        for ordinal, (text, theme) in enumerate(texts, 1)
    ]
