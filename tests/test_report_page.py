"""The page of a report: what it marks and counts, its contents, and the reports beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl

import large_index
import pytest
from flask.testing import FlaskClient
from lxml import html as dom

from engine.engine import Engine, open_engine, open_writer
from engine.model import Query, Region, Report
from search_app import create_app
from search_app.marks import LONG

WORKS = "政府工作报告"
CITY, PROVINCE = ("湖南省", "怀化市"), ("湖南省",)
REPORTS = {  # id: region, year, kind
    "city24": (CITY, 2024, WORKS),
    "province24b": (PROVINCE, 2024, WORKS),
    "city23": (CITY, 2023, WORKS),
    "city23b": (CITY, 2023, "工作总结"),
    "province24": (PROVINCE, 2024, WORKS),
    "country24": (("全国",), 2024, WORKS),
    "other24": (("浙江省",), 2024, WORKS),
    "nowhere24": ((), 2024, ""),
    "nowhere23": ((), 2023, ""),
}


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The first reports of the large index, and some of a few places."""
    place = str(tmp_path_factory.mktemp("report") / "index")
    made = large_index.reports()
    with open_writer(place, large_index.LEXICON) as writer:
        for _ in range(12):
            writer.add(*next(made))
        for key, (names, year, kind) in REPORTS.items():
            region = Region(names, tuple("0" for _ in names))
            writer.add(
                Report(key, f"{key}的题目", f"{key}.txt", "", "", region, year, kind=kind), []
            )
        writer.commit({})
    return place


@pytest.fixture(scope="module")
def engine(location: str) -> Engine:
    return open_engine(location)


@pytest.fixture(scope="module")
def client(location: str) -> FlaskClient:
    return create_app(location=location).test_client()


QUERIES = [
    "营商环境",
    "营商环境 投资 -乡村",
    '"完成投资"',
    "政府*",
    "一、工作回顾",
    "财政部门|中小学校",
]


@pytest.mark.parametrize("text", QUERIES)
def test_marks_are_those_of_the_engine_and_counted(
    engine: Engine, client: FlaskClient, text: str
) -> None:
    tree = dom.fromstring(client.get("/r/r0000007", query_string={"q": text}).text)
    marked, spans = 0, 0
    for paragraph in engine.paragraphs("r0000007"):
        hit = engine.hit(paragraph.id, Query(text))
        assert hit
        wanted = [paragraph.text[s.start : s.end] for s in hit.spans if s.kind == "query"]
        shown = tree.xpath(f"//*[@id='{paragraph.id}']//mark")
        assert "".join(mark.text_content() for mark in shown) == "".join(wanted)
        marked, spans = marked + bool(wanted), spans + len(wanted)
    assert spans
    assert f"标出 {spans} 处，在 {marked} 段" in tree.xpath("string(//*[@class='steps small num'])")
    counts = tree.xpath("//nav[@class='contents']//span/text()")
    assert sum(map(int, counts)) <= spans
    first = tree.xpath("//a[text()='第一处']/@href")[0]
    assert tree.xpath(f"//*[@id='{first[1:]}']//mark")


@pytest.mark.parametrize("number", range(12))
def test_the_text_is_that_of_the_report(engine: Engine, client: FlaskClient, number: int) -> None:
    tree = dom.fromstring(client.get(f"/r/r{number:07}?q=" + "增长").text)
    for paragraph in engine.paragraphs(f"r{number:07}"):
        (box,) = tree.xpath(f"//*[@id='{paragraph.id}']")
        text = box.xpath("string(.//*[self::p or self::h1 or self::h2 or self::h3][1])")
        assert text == paragraph.text
        assert ("long" in box.get("class").split()) == (len(paragraph.text) > LONG)


def test_contents_list_the_headings(engine: Engine, client: FlaskClient) -> None:
    tree = dom.fromstring(client.get("/r/r0000007").text)
    headings = [p for p in engine.paragraphs("r0000007") if p.kind == "heading"][1:]
    links = tree.xpath("//nav[@class='contents']//a")
    assert [(a.get("href"), a.text) for a in links] == [(f"#{p.id}", p.text) for p in headings]


def test_a_paragraph_can_be_cited_and_kept(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get("/r/r0000007").text)
    (act,) = tree.xpath("//*[@id='r0000007-00000003']//*[contains(@class, 'act')]")
    cite, link, keep = act.xpath("a")
    assert cite.get("data-copy").endswith("第3段. http://localhost/p/r0000007-00000003.")
    assert link.get("data-copy") == "http://localhost/p/r0000007-00000003"
    assert keep.get("href") == "/memo?p=r0000007-00000003"


def test_labels_show_what_they_rest_on(client: FlaskClient) -> None:
    page = client.get("/r/r0000007").text
    tree = dom.fromstring(page)
    facts = tree.xpath("//header//dl/dt/text()")
    assert facts == ["地区", "年份", "文种", "单位", "发布", "文件"]
    assert re.search("据标题“.+”", page)


def test_a_query_with_a_fault_leaves_the_report_readable(client: FlaskClient) -> None:
    for parameters, word in (("q=(投资", "括号"), ("q=投资&find=|", "|")):
        answer = client.get(f"/r/r0000007?{parameters}")
        assert answer.status_code == 200
        tree = dom.fromstring(answer.text)
        assert word in tree.xpath("string(//section[@aria-label='本篇工具'])")
        assert not tree.xpath("//mark")
    assert tree.xpath("//input[@name='find']/@value") == ["|"]


ORIGIN = "q=营商环境&exact=1&in=投资&region=湖南省&year=2019..2024&sort=newest&page=3"


def test_finding_keeps_where_one_came_from(engine: Engine, client: FlaskClient) -> None:
    """The form carries the search that led here; what it finds is taken as typed."""
    tree = dom.fromstring(client.get(f"/r/r0000007?{ORIGIN}").text)
    [form] = tree.xpath("//form[@class='find']")
    assert dict(form.form_values()) == {"find": "", **dict(parse_qsl(ORIGIN))}
    found = dom.fromstring(client.get(f"/r/r0000007?{ORIGIN}&find=完成投资").text)
    assert set(found.xpath("//mark/text()")) == {"完成投资"}
    count = sum(p.text.count("完成投资") for p in engine.paragraphs("r0000007"))
    assert f"标出 {count} 处" in found.xpath("string(//*[@class='steps small num'])")
    back, clear = "//p[contains(@class, 'back')]/a/@href", "//a[text()='清除']/@href"
    assert found.xpath(back) == tree.xpath(back)
    assert found.xpath(clear) == [tree.xpath(back)[0].replace("/?", "/r/r0000007?")]


BESIDE = [
    (
        "city24",
        ["本地其他报告", "上一级：湖南省"],
        ["city23", "city23b", "province24b", "province24"],
    ),
    (
        "city23b",
        ["本地其他报告", "上一级：湖南省"],
        ["city24", "city23", "province24b", "province24"],
    ),
    ("province24", ["本地其他报告", "上一级：全国"], ["province24b", "country24"]),
    ("country24", ["本地其他报告"], []),
    ("nowhere24", [], []),
]


@pytest.mark.parametrize(("report", "titles", "links"), BESIDE, ids=[case[0] for case in BESIDE])
def test_reports_beside(
    client: FlaskClient, report: str, titles: list[str], links: list[str]
) -> None:
    answer = client.get(f"/r/{report}")
    assert answer.status_code == 200
    tree = dom.fromstring(answer.text)
    assert tree.xpath("//*[contains(@class, 'related')]/h3/text()") == titles
    found = tree.xpath("//*[contains(@class, 'related')]//a/@href")
    made = [link for link in found if not link.startswith("/r/r00")]  # of the large index
    assert made == [f"/r/{link}" for link in links]


def test_reports_of_the_same_year_are_told_apart(client: FlaskClient) -> None:
    tree = dom.fromstring(client.get("/r/city24").text)
    names = {a.get("href"): a.text for a in tree.xpath("//*[contains(@class, 'related')]//a")}
    assert names["/r/province24"] == "2024（province24的题目）"
    assert names["/r/province24b"] == "2024（province24b的题目）"
    assert names["/r/city23"] == names["/r/city23b"] == "2023"  # of different kinds


def test_a_former_id_keeps_what_is_searched(location: str, client: FlaskClient) -> None:
    found, paragraphs = next(large_index.reports())
    renamed = replace(found, id="renamed", former_ids=("former",))
    with open_writer(location, large_index.LEXICON) as writer:
        moved = [replace(p, id=f"renamed-{p.ordinal}", report_id="renamed") for p in paragraphs]
        writer.add(renamed, moved)
        writer.commit({})
    answer = client.get("/r/former?q=a&exact=1")
    assert (answer.status_code, answer.location) == (302, "/r/renamed?q=a&exact=1")
