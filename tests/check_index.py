"""A small index for the check of quotations: reports whose sentences a memo quotes, well or badly.

Two reports of one place have the same sentences with other figures; one is in traditional script.
"""

from __future__ import annotations

from pathlib import Path

from engine.engine import Searcher
from engine.model import Paragraph, Query
from indexer.build import build

REPORTS = {
    "甲2023": (
        "甲县2023年政府工作报告",
        "全县坚持稳中求进，实现地区生产总值98.25亿元，同比增长5.2%，不断提高居民收入水平。",
        "城乡居民基本医疗保险参保率达98.6%，参保23,876人，报销比例不得低于上年水平。",
        "新建改建农村公路120公里，改造高标准农田3.5万亩，“四好农村路”建设成效显著。",
        "辰溪县医疗保障局会同麻阳苗族自治县开展联合检查，无一例重大违规，追回基金312万元。",
        "各项改革任务全部落实到位，群众满意度稳步提升。",
        "下一步将继续深化医药卫生体制改革，促进医保、医疗、医药协同发展，让群众少跑路。",
        "推动基本公共服务均等化，城镇新增就业2.1万人，登记失业率控制在3.5%以内。",
    ),
    "甲2022": (
        "甲县2022年政府工作报告",
        "全县坚持稳中求进，实现地区生产总值93.4亿元，同比增长4.1%，不断提高居民收入水平。",
        "城乡居民基本医疗保险参保率达97.2%，参保23,102人，报销比例不得低于上年水平。",
        "推动基本公共服务均等化，城镇新增就业1.8万人，登记失业率控制在3.5%以内。",
    ),
    "乙2023": (
        "乙县2023年政府工作报告",
        "我们坚持以人民为中心的发展思想，扎实办好十件民生实事，新增普惠性幼儿园学位1200个。"
        "持续推进老旧小区改造、城市更新和背街小巷整治，改造提升农贸市场六处，新增停车泊位九百余个，"
        "群众出行和生活更加便利。",
        "推动基本公共服务均等化，城镇新增就业0.6万人，登记失业率控制在4%以内。",
        "生态环境质量持续改善，空气质量优良天数比例为91.5%，地表水考核断面水质全部达标。",
        "4、“营改增”：是营业税改征增值税的简称。",
        "3、“四好农村路”：指建好、管好、护好、运营好的农村公路。",
    ),
    "丙2023": (
        "丙縣2023年政府工作報告",
        "全縣醫療保障基金監管持續加強，經反覆論證，建立了信用評價制度，覆蓋全部定點機構。",
        "任何单位不得擅自改变基金用途，严格控制费用过快增长，确保收支平衡。",
    ),
}


def write(folder: Path, changed: dict[str, tuple[str, ...]] | None = None) -> None:
    """Write the reports as text files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (title, *paragraphs) in {**REPORTS, **(changed or {})}.items():
        (folder / f"{name}.txt").write_text("\n\n".join((title, *paragraphs)), encoding="utf-8")


def make(folder: Path) -> str:
    """Build the index below a folder, and return its location."""
    write(folder / "reports")
    location = str(folder / "index")
    assert build([folder / "reports"], location).failures == []
    return location


def paragraphs(searcher: Searcher) -> dict[str, list[Paragraph]]:
    """The paragraphs of each report behind its title, by the names in ``REPORTS``."""
    reports = [match.report for match in searcher.report_matches(Query(limit=0))]
    found = {Path(one.source).stem: list(searcher.paragraphs(one.id)) for one in reports}
    return {name: each[-(len(REPORTS[name]) - 1) :] for name, each in found.items()}
