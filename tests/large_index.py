"""A large made-up index for the tests of pages: what a small one cannot show.

1,200 reports of provinces, cities and counties from 1989 to 2025, most of them with the
same title; one year without any report; a paragraph of 15,000 characters; words whose number
of paragraphs falls while their share of the reports rises.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from engine.engine import open_writer
from engine.model import Lexicon, Paragraph, Region, Report, Theme

REPORTS = 1_200
YEARS = [year for year in range(1989, 2026) if year != 2003]
LEXICON = Lexicon(
    {
        "营商环境": "经济发展/营商环境",
        "乡村振兴": "农业农村/乡村振兴",
        "基金监管": "医疗保障/基金监管",
        "新质生产力": "经济发展/科技创新",
    }
)
HEADINGS = ("一、工作回顾", "二、当前形势", "三、主要任务", "四、政府自身建设")
SUBJECTS = ("全市", "各级各部门", "财政部门", "医保经办机构", "产业园区", "乡镇卫生院", "中小学校")
VERBS = ("持续优化", "扎实推进", "全面加强", "不断完善", "稳步提高", "严格落实")
OBJECTS = ("营商环境", "乡村振兴", "基金监管", "公共服务", "基础设施", "生态保护", "就业培训")
_DIVISIONS = Path(str(files("indexer") / "divisions/divisions.tsv"))


def build(location: str) -> str:
    """Write the index at ``location``, and return the location."""
    with open_writer(location, LEXICON, rebuild=True) as writer:
        for report, paragraphs in reports():
            writer.add(report, paragraphs)
        writer.commit({})
    return location


def reports() -> Iterator[tuple[Report, list[Paragraph]]]:
    """The reports with their paragraphs; the same ones each time."""
    chance = random.Random(20)
    regions = _regions()
    for number in range(REPORTS):
        region = regions[number % len(regions)]
        year = YEARS[int(len(YEARS) * chance.random() ** 0.5)]
        place = region.names[-1] if region.names else "某县"
        report = Report(
            f"r{number:07}",
            "政府工作报告" if number % 4 else f"{place}{year}年政府工作报告",
            f"corpus/{place}-{year}-{number}.txt",
            issuer=f"{place}人民政府",
            published=f"{year}-01-{1 + number % 28:02}" if number % 3 else "",
            region=region,
            year=year if number % 40 else None,
            evidence={"region": f"据标题“{place}”"} if region.names else {},
            paragraphs=(size := 8 + number % 9 + (150 if number == 7 else 0)),
            kind="政府工作报告" if number % 5 else "工作总结",
        )
        yield report, list(_paragraphs(report, size, chance))


def _paragraphs(report: Report, size: int, chance: random.Random) -> Iterator[Paragraph]:
    heading: tuple[str, ...] = ()
    for ordinal in range(1, size + 1):
        kind = "heading" if ordinal == 1 or ordinal % 4 == 2 else "body"
        if ordinal == 1:
            text = report.title
        elif kind == "heading":
            text = HEADINGS[ordinal // 4 % 4]
            heading = (text,)
        else:
            text = _body(report, ordinal, chance)
        themes = tuple(
            Theme(theme, (word,)) for word, theme in LEXICON.phrases.items() if word in text
        )
        yield Paragraph(
            f"{report.id}-{ordinal:08}",
            report.id,
            ordinal,
            text,
            text,
            heading=heading if kind == "body" else (),
            kind=kind,  # type: ignore[arg-type]
            themes=themes,
        )


def _body(report: Report, ordinal: int, chance: random.Random) -> str:
    sentences = 800 if (report.id, ordinal) == ("r0000011", 3) else 1 + int(chance.random() * 6)
    parts = [
        f"{chance.choice(SUBJECTS)}{chance.choice(VERBS)}{chance.choice(OBJECTS)}，"
        f"完成投资{chance.randint(1, 900)}亿元，增长{chance.randint(1, 200) / 10}%。"
        for _ in range(sentences)
    ]
    if (report.year or 0) >= 2024 and chance.random() < 0.5:
        parts.append("因地制宜发展新质生产力。")
    return "".join(parts)


def _regions() -> list[Region]:
    """Unknown, the whole country, then provinces, cities and counties of real names."""
    with _DIVISIONS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if not row["until"]]
    names = {row["adcode"]: row["name"] for row in rows}
    parents = {row["adcode"]: row["parent"] for row in rows}
    found = [Region(), Region(("全国",), ("000000",))]
    for code in names:
        path = [code]
        while parents.get(path[0]) in names:
            path.insert(0, parents[path[0]])
        found.append(Region(tuple(names[step] for step in path), tuple(path)))
    levels = [[region for region in found if len(region.names) == size] for size in range(4)]
    chance = random.Random(3)
    return levels[0] + levels[1] + chance.sample(levels[2], 300) + chance.sample(levels[3], 400)
