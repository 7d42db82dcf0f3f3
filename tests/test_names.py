"""Reports of regions and years that a question names come first; finding these names in texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.engine import open_engine, open_writer
from engine.model import Lexicon, Paragraph, Query, Region, Report
from engine.query.names import named, named_regions, named_years

REGIONS = [
    *(
        "全国",
        "北京市",
        "湖北省",
        "湖北省/武汉市",
        "湖南省/怀化市/辰溪县",
        "湖南省/长沙市/浏阳市",
        "吉林省",
        "吉林省/吉林市",
    ),
    *("广西壮族自治区", "湖北省/恩施土家族苗族自治州", "天津市/和平区", "unknown"),
    "广东省/沙市",
]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("湖北省如何支持企业？", {"湖北省": ["湖北省"]}),
        ("湖北的武汉", {"湖北": ["湖北省"], "武汉": ["湖北省/武汉市"]}),
        ("北京市和北京", {"北京市": ["北京市"]}),
        ("吉林有哪些措施", {"吉林": ["吉林省", "吉林省/吉林市"]}),
        ("吉林市有哪些措施", {"吉林": ["吉林省"], "吉林市": ["吉林省/吉林市"]}),
        ("廣西怎麼樣", {"广西": ["广西壮族自治区"]}),
        ("恩施州旅游", {"恩施": ["湖北省/恩施土家族苗族自治州"]}),
        ("辰溪县的医保", {"辰溪县": ["湖南省/怀化市/辰溪县"]}),
        ("辰溪的医保", {}),
        ("浏阳市的医保", {"浏阳市": ["湖南省/长沙市/浏阳市"]}),
        ("浏阳的医保", {}),
        ("和平发展", {}),
        ("沙市的医保", {"沙市": ["广东省/沙市"]}),
        ("河沙的医保", {}),
        ("全国人均收入", {"全国": ["全国"]}),
        ("unknown", {}),
        ("", {}),
    ],
)
def test_names_of_regions(text: str, names: dict[str, list[str]]) -> None:
    found = named_regions(text, REGIONS)
    assert {name: sorted(paths) for name, paths in found.items()} == names


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2023年和２０２４年", ["2023", "2024"]),
        ("2023年比2023年", ["2023"]),
        ("12023年", []),
        ("2023个", []),
        ("1899年", []),
        ("1900年", ["1900"]),
        ("2099年", ["2099"]),
        ("2100年", []),
    ],
)
def test_names_of_years(text: str, years: list[str]) -> None:
    assert named_years(text) == years


@pytest.mark.parametrize(
    ("word", "covered"),
    [("湖南", True), ("湖南省", True), ("2023", True), ("湖南省的", False), ("医保", False)],
)
def test_words_that_say_no_more_than_a_name(word: str, covered: bool) -> None:
    names = named("湖南省2023年医保", ["湖南省"])
    assert names.covers(word) is covered


@pytest.mark.parametrize(
    ("text", "both"), [("湖南2023年", True), ("湖南", False), ("2023年", False), ("医保", False)]
)
def test_a_place_and_a_year(text: str, both: bool) -> None:
    assert named(text, ["湖南省"]).both is both


REPORTS = [("湖南省", 2022), ("湖北省", 2022), ("湖北省", 2023), ("湖南省", 2023), ("", None)]
TEXT = "医保基金监管取得明显成效，查处违规机构多家"


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("湖北的医保基金监管成效怎么样？", {1, 2}),
        ("湖北省医保基金监管有哪些成效？", {1, 2}),
        ("2023年医保基金监管成效怎么样？", {2, 3}),
        ("湖北2023年的医保基金监管成效怎么样？", {2}),
        ("医保基金监管成效怎么样？", set()),
        ("河北的医保基金监管成效怎么样？", set()),
    ],
)
def test_reports_of_what_is_named_come_first(
    question: str, first: set[int], tmp_path: Path
) -> None:
    """All reports have the same text; the named ones come first, the others keep their order."""
    with open_writer(str(tmp_path), Lexicon(), rebuild=True) as writer:
        for number, (name, year) in enumerate(REPORTS):
            region = Region((name,), ("420000",)) if name else Region()
            report = Report(f"r{number}", "工作报告", f"{number}.txt", region=region, year=year)
            paragraph = Paragraph(f"r{number}-p", report.id, 1, TEXT, TEXT)
            writer.add(replace(report, paragraphs=1), [paragraph])
        writer.commit({})
    page = open_engine(str(tmp_path)).search(Query(question))
    found = [int(hit.report.id[1:]) for hit in page.hits]
    assert page.total == len(REPORTS)  # names do not exclude other reports
    assert set(found[: len(first)]) == first
    if not first:
        assert found == list(range(len(REPORTS)))
        assert len({hit.score for hit in page.hits}) == 1


def test_pages_of_a_question_follow_on(tmp_path: Path) -> None:
    """Hits have the same order in pages of ten as in one page."""
    with open_writer(str(tmp_path), Lexicon(), rebuild=True) as writer:
        for number in range(30):
            text = "、".join(
                ["基金" * (number % 4 + 1), "监管" * (number % 3), f"第{number}条医保"]
            )
            report = Report(f"r{number}", "报告", f"{number}.txt", paragraphs=1)
            writer.add(report, [Paragraph(f"r{number}-p", report.id, 1, text, text)])
        writer.commit({})
    engine = open_engine(str(tmp_path))
    for text in ("医保基金怎么监管，火箭", "什么火箭，什么飞船"):
        whole = [hit.paragraph.id for hit in engine.search(Query(text, limit=0)).hits]
        pages = [engine.search(Query(text, limit=10, offset=at)).hits for at in (0, 10, 20)]
        assert [hit.paragraph.id for page in pages for hit in page] == whole
