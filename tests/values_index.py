"""A small index of reports that give figures, for the tests of values."""

from __future__ import annotations

from engine.engine import open_writer
from engine.model import Lexicon, Paragraph, Region, Report

REVIEW, PLAN = "一、2022年工作回顾", "二、2023年工作安排"
# (place, paragraphs of one report, each with its heading)
REPORTS = [
    (
        "甲省",
        [
            ("城乡居民医保参保率达98%，职工医保参保率达99.5%。", REVIEW),
            ("参保率稳定在98%以上。", PLAN),
        ],
    ),
    ("乙省", [("参保率达97%。", REVIEW), ("2021年参保率为96%，2019年为90%至92%。", REVIEW)]),
    (
        "丙省",
        [("参保率达到95%。", ""), ("落实参保率考核<b>办法</b>。", ""), ("基金支出1.2亿元。", "")],
    ),
]


def build(location: str) -> str:
    """Write the index at ``location``, and return the location."""
    with open_writer(location, Lexicon(), rebuild=True) as writer:
        for number, (province, texts) in enumerate(REPORTS):
            key = f"r{number}"
            region = Region((province,), ("000000",))
            report = Report(key, f"{province}政府工作报告", f"{key}.txt", region=region, year=2023)
            writer.add(
                report,
                [
                    Paragraph(f"{key}-{at}", key, at + 1, text, text, (heading,) if heading else ())
                    for at, (text, heading) in enumerate(texts)
                ],
            )
        writer.commit({})
    return location
