"""The five seeds, all the way from file to labelled report: the golden table."""

from __future__ import annotations

from functools import lru_cache

import pytest
from conftest import SHARED

from engine.model import Paragraph, Report
from indexer.assemble import assemble
from indexer.clean import is_furniture
from indexer.draft import Draft
from indexer.read import read_file

pytestmark = pytest.mark.shared


@lru_cache
def seed(number: str) -> tuple[Report, list[Paragraph]]:
    (path,) = (SHARED / "seeds").glob(f"{number}_*")
    (draft,) = read_file(path, path.name)
    assert isinstance(draft, Draft)
    report, paragraphs, doubts, *_ = assemble(draft)
    assert not doubts
    return report, paragraphs


@pytest.mark.parametrize(
    ("number", "region", "year", "issuer", "published", "paragraphs"),
    [
        ("000", (), 2022, "", "", 18),
        ("001", ("湖南省", "怀化市", "辰溪县"), 2024, "辰溪县医疗保障局", "2024-12-23", 16),
        ("002", ("浙江省", "绍兴市", "上虞区"), 2023, None, "", 28),
        ("003", (), None, "", "", 6),
        ("004", ("陕西省", "商洛市"), 2022, "商洛市医疗保障局", "", 39),
    ],
)
def test_labels(
    number: str,
    region: tuple[str, ...],
    year: int | None,
    issuer: str | None,
    published: str,
    paragraphs: int,
) -> None:
    """``issuer`` None: either unknown, or the district's bureau with evidence, is right."""
    report, found = seed(number)
    assert report.region.names == region
    assert len(report.region.adcodes) == len(region)
    assert report.year == year
    if issuer is None and report.issuer:
        assert "上虞区" in report.issuer
        assert report.evidence["issuer"]
    else:
        assert report.issuer == (issuer or "")
    assert report.published == published
    assert report.paragraphs == len(found) == paragraphs
    stated = {"region": region, "year": year, "published": published}
    assert all(report.evidence[label] for label, value in stated.items() if value)


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_paragraphs_are_clean(number: str) -> None:
    _, paragraphs = seed(number)
    for paragraph in paragraphs:
        assert paragraph.text == paragraph.text.strip()
        assert not is_furniture(paragraph.text)
        assert "\u3000" not in paragraph.text
        assert paragraph.raw.strip()
    assert len({paragraph.id for paragraph in paragraphs}) == len(paragraphs)


def test_the_traditional_one_keeps_its_script_and_loses_its_pinyin() -> None:
    report, paragraphs = seed("001")
    assert report.title == "辰溪縣醫療保障局2024年工作總結及2025年工作計劃"
    text = "".join(paragraph.text for paragraph in paragraphs)
    assert "醫療保障" in text
    assert "医疗保障" not in text
    assert "(jié)" not in text
    assert "(liáo)" not in text
    assert "總結(jié)" in paragraphs[0].raw
    assert paragraphs[1].kind == "dateline"


def test_a_destroyed_passage_is_flagged_and_kept_as_it_is() -> None:
    (damaged,) = [paragraph for paragraph in seed("001")[1] if paragraph.damaged]
    assert "提前一月?lián)芨吨翆簦_保" in damaged.text
    assert "醫療救助24480人次" in damaged.text


def test_what_was_left_out_of_the_anonymised_one_still_shows() -> None:
    text = "".join(paragraph.text for paragraph in seed("000")[1])
    assert "患者**人" in text
    assert "支出费用**元" in text
    assert "今年1月初" in text


def test_a_sentence_broken_in_the_middle_of_a_word_is_whole_again() -> None:
    (whole,) = [paragraph for paragraph in seed("004")[1] if "21.61万人次" in paragraph.text]
    assert "报销金额2.85亿元" in whole.text
    assert whole.heading == ("医保脱贫攻坚成效显著",)


def test_the_title_page_of_an_article() -> None:
    report, paragraphs = seed("004")
    assert report.title == "击鼓催征稳驭舟 奋楫扬帆启新程"
    kinds = [paragraph.kind for paragraph in paragraphs]
    assert kinds[:5] == ["heading", "heading", "dateline", "caption", "body"]
    assert kinds[-4:] == ["body", "caption", "caption", "caption"]


def test_headings() -> None:
    paths = {paragraph.heading for paragraph in seed("000")[1]}
    assert ("一、工作开展情况", "（四）强化综合监管，维护基金安全") in paths
    assert ("二、存在问题", "1.医保基金的支出压力增大") in paths
