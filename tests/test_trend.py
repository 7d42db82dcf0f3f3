"""Trends: each number is that of the search it links to, intervals are Wilson's, gaps are gaps."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import large_index
import pytest
from conftest import NewLocation, making_indexes
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as dom

from engine.engine import Engine
from engine.errors import QueryError
from engine.model import UNKNOWN, Page, Query
from search_app import create_app
from search_app.report_counts import Count, of_region, of_year, wilson
from search_app.trend.chart import chart, percent
from search_app.trend.counts import (
    Counts,
    Trend,
    count_levels,
    level_below,
    of_level,
    queries,
    trend,
)
from yinju.cli import main


def ask(path: str, **parameters: object) -> str:
    return f"{path}?{urlencode(parameters, doseq=True)}"


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The 1,200 reports of ``large_index``."""
    return large_index.build(str(tmp_path_factory.mktemp("trend") / "index"))


@pytest.fixture(scope="module")
def large(location: str) -> FlaskClient:
    return create_app(location=location).test_client()


# --- intervals -----------------------------------------------------------------------------------

INTERVALS = [  # found, of, low, high
    (0, 10, 0.0, 0.2775),
    (5, 10, 0.2366, 0.7634),
    (10, 10, 0.7225, 1.0),
    (1, 1, 0.2065, 1.0),
    (81, 263, 0.2553, 0.3662),  # Newcombe (1998), method 3
    (0, 0, 0.0, 1.0),
]


@pytest.mark.parametrize(("found", "of", "low", "high"), INTERVALS)
def test_intervals_are_wilsons(found: int, of: int, low: float, high: float) -> None:
    assert wilson(found, of) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 20_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_the_share_and_mirrors(counts: tuple[int, int]) -> None:
    found, of = counts
    low, high = wilson(found, of)
    assert 0 <= low <= found / of + 1e-12
    assert found / of - 1e-12 <= high <= 1
    assert wilson(of - found, of) == pytest.approx((1 - high, 1 - low))


# --- each number is that of the search it links to -------------------------------------------

SELECTIONS: list[dict[str, Any]] = [
    {"q": "营商环境"},
    {"q": "新质生产力", "vs": ["乡村振兴 基金监管", "海洋牧场"], "level": ["city", "county"]},
    {"q": "基金监管", "region": ["湖南省", "四川省/成都市"], "by": "city"},
    {"q": "乡村振兴", "region": ["四川省", "四川省/成都市"], "by": "province"},
    {"q": "乡村振兴", "region": "成都市", "year": ["2010..2019", UNKNOWN], "by": "province"},
    {"q": "乡村振兴", "theme": "农业农村", "kind": "工作总结", "in": "财政部门"},
]


def numbers(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every object of an answer that has a number of reports."""
    yield from answer["levels"]
    for query in answer["queries"]:
        for each in (query, *query["regions"]):
            yield from (each["total"], *each["years"])
            if each["undated"]:
                yield each["undated"]


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_every_number_of_the_answer_is_found(large: FlaskClient, selection: dict[str, Any]) -> None:
    answer = large.get(ask("/api/trend", **selection)).json
    found = list(numbers(answer))
    assert len(found) >= 5
    for at, number in enumerate(found):
        there = large.get(f"/api/search{number['url'][1:]}&limit=1").json
        assert (there["reports"], there["total"]) == (number["reports"], number["paragraphs"])
        if at % 20 == 0:  # the page behind the link, as a person sees it
            assert headline(large, number["url"]) == (number["paragraphs"], number["reports"])


def headline(client: FlaskClient, url: str) -> tuple[int, int]:
    """The numbers of paragraphs and reports that a page of results says."""
    text = dom.fromstring(client.get(url, follow_redirects=True).text).xpath("string(//h1)")
    if "没有找到" in text:
        return 0, 0
    paragraphs, reports = (int(n.replace(",", "")) for n in re.findall(r"[\d,]+", text))
    return paragraphs, reports


@pytest.mark.parametrize("selection", SELECTIONS[:3], ids=str)
def test_every_number_of_the_page_is_found(large: FlaskClient, selection: dict[str, Any]) -> None:
    main = dom.fromstring(large.get(ask("/trend", **selection)).text).xpath("//main")[0]
    links = [a for a in main.xpath(".//a") if re.match(r"[\d,]+(/[\d,]+)?( 篇)?$", a.text)]
    assert len(links) > 50
    reports: dict[str, int] = {}
    for link in links:
        href, number = link.get("href"), int(re.split("[/ ]", link.text.replace(",", ""))[0])
        if href not in reports:
            query = href.partition("?")[2]
            reports[href] = large.get(f"/api/search?{query}&limit=1".replace("?&", "?")).json[
                "reports"
            ]
        assert reports[href] == number, href


def test_all_reports_of_a_year_are_counted(large: FlaskClient, location: str) -> None:
    """Whatever is asked of paragraphs, and although a report may have none that matches."""
    answer = large.get(ask("/api/trend", q="海洋牧场", exact=1)).json
    years = Counter(report.year for report, _ in large_index.reports())
    assert answer["of"] == {str(year): of for year, of in years.items() if year}
    (query,) = answer["queries"]
    assert query["undated"]["of"] == years[None]
    assert query["total"]["of"] == years.total()
    assert "2003" not in answer["of"]


def test_the_earliest_report_of_each_region(large: FlaskClient) -> None:
    answer = large.get(ask("/api/trend", q="新质生产力", exact=1)).json
    first = answer["queries"][0]["first"]
    assert [each["year"] for each in first] == sorted(each["year"] for each in first)
    earliest: dict[str, int] = {}
    for report, paragraphs in large_index.reports():
        if report.region.names and report.year and any("新质生产力" in p.text for p in paragraphs):
            province = report.region.names[0]
            earliest[province] = min(report.year, earliest.get(province, 9999))
    assert {each["region"][0]: each["year"] for each in first} == earliest
    for each in first[:3]:
        page = dom.fromstring(large.get(each["url"]).text)
        assert "新质生产力" in page.xpath("string(//main)")


# --- brute force, over both engines ------------------------------------------------------------

REPORTS = [
    (["医保基金。", "医保。", "教育。"], ("湖南省", "怀化市"), 2023, ()),
    (["教育。"], ("湖南省",), 2024, ()),
    (["医保。"], ("湖南省",), 2024, ()),
    (["医保基金。", "基金。"], ("浙江省", "绍兴市", "上虞区"), 2024, ()),
    (["医保。"], (), None, ()),
    (["基金。"], ("全国",), 2023, ()),
]
LEVELS = ["city", "province", "province", "county", "unknown", "national"]
TRENDS = [
    Query("医保"),
    Query("基金", levels=("city", "national")),
    Query("医保", regions=("湖南省",)),
    Query("医保", regions=("湖南省", "怀化市"), years=((2023, 2024),)),
    Query("医保|基金", years=(None, (2024, 2024))),
]


@pytest.fixture(scope="module")
def engine(new_location: NewLocation) -> Engine:
    return making_indexes(new_location)(*REPORTS)


@pytest.mark.parametrize("query", TRENDS, ids=str)
def test_a_trend_counts_what_its_searches_find(engine: Engine, query: Query) -> None:
    with engine.searcher() as searcher:
        found = trend(searcher, query, "province")
        counts = [(found.query, found.counts.total)]
        counts += [(of_year(found.query, y), count) for y, count in found.counts.years.items()]
        for region in found.regions:
            there = of_region(found.query, region.path)
            counts += [(there, region.total)]
            counts += [(of_year(there, year), count) for year, count in region.years.items()]
        for level, count in count_levels(searcher, found.query).items():
            assert count.of == sum(of == level for of in kept_levels(found.query)), level
            counts.append((of_level(found.query, level), count))
        for narrow, count in counts:
            page = searcher.search(narrow)
            assert (page.reports, page.total) == (count.reports, count.paragraphs)
            assert sum(share.reports for share in shares(page)) == count.of


def shares(page: Page) -> Iterator[Any]:
    """The shares of the years that a page selects."""
    for year, share in page.years.items():
        spans = page.query.years
        number = None if year == UNKNOWN else int(year)
        if not spans or any(
            number is None if span is None else number and span[0] <= number <= span[1]
            for span in spans
        ):
            yield share


def kept_levels(query: Query) -> list[str]:
    """The levels of the reports that a query keeps, whatever level it selects."""
    kept = []
    for (_, region, year, _), level in zip(REPORTS, LEVELS, strict=True):
        paths = {"/".join(region[: depth + 1]) for depth in range(len(region))}
        in_years = not query.years or any(
            year is None if span is None else year and span[0] <= year <= span[1]
            for span in query.years
        )
        if in_years and (not query.regions or paths & {*query.regions}):
            kept.append(level)
    return kept


# --- what is asked -------------------------------------------------------------------------------


def test_as_many_queries_as_can_be_told_apart() -> None:
    assert [query.text for query in queries(Query("a", exact=True), ["b", " a ", "", "c"])] == [
        *"abc"
    ]
    assert all(query.exact for query in queries(Query("a", exact=True), ["b"]))
    assert [query.text for query in queries(Query(inside=("a",)), [])] == [""]
    assert len(queries(Query("a"), [*"bcde"])) == 5
    with pytest.raises(QueryError, match="至多比较 5 个"):
        queries(Query("a"), [*"bcdef"])
    with pytest.raises(QueryError, match="没有写检索词"):
        queries(Query(" "), [" "])


BELOW = [
    ((), "province"),
    (("湖南省",), "city"),
    (("湖南省", "浙江省/绍兴市"), "county"),
    (("浙江省/绍兴市/上虞区",), "county"),
]


@pytest.mark.parametrize(("regions", "by"), BELOW)
def test_regions_are_those_below_what_is_selected(regions: tuple[str, ...], by: str) -> None:
    assert level_below(Query(regions=regions)) == by


def test_the_command_gives_the_same(
    large: FlaskClient, location: str, capsys: pytest.CaptureFixture[str]
) -> None:
    selection = ["营商环境", "--vs", "基金监管", "--by", "city", "--region", "湖南省"]
    main(["trend", *selection, "--level", "city", "--index", location, "--json"])
    path = ask("/api/trend", q="营商环境", vs="基金监管", by="city", region="湖南省", level="city")
    assert json.loads(capsys.readouterr().out) == large.get(path).json
    main(["trend", "营商环境", "--index", location])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "年份\t营商环境"
    assert lines[1].startswith("2025\t")
    assert "/1,200  " in lines[-1]


# --- the picture ---------------------------------------------------------------------------------


def drawn(*counts: tuple[int, int, int]) -> Any:
    """The picture of one trend of (year, reports that match, reports)."""
    years: dict[int | None, Count] = {year: Count(found, of) for year, found, of in counts}
    page = Page(Query("a"), 0, 0, 0, (), {})
    return chart([Trend(page, Query("a"), Counts(Count(), years), [])])


def test_a_year_without_reports_is_a_gap_and_few_reports_are_dashed() -> None:
    picture = drawn((2001, 3, 20), (2002, 4, 20), (2004, 5, 20), (2005, 1, 9), (2006, 5, 10))
    (curve,) = picture.curves
    first, second, third, few, last = curve.points
    assert curve.solid == f"M{first.x} {first.y}L{second.x} {second.y}"
    assert curve.dashed == (
        f"M{third.x} {third.y}L{few.x} {few.y}M{few.x} {few.y}L{last.x} {last.y}"
    )
    assert [point.is_few for point in curve.points] == [False, False, False, True, False]
    assert [label.text for label in picture.years] == [str(year) for year in range(2001, 2007)]
    assert all(point.high <= point.y <= point.low for point in curve.points)


def test_the_scale_suits_what_is_shown() -> None:
    assert drawn((2001, 1, 100)).shares[-1].text == "10%"
    assert drawn((2001, 1, 2)).shares[-1].text == "50%"
    assert drawn((2001, 20, 20)).shares[-1].text == "100%"
    assert len(drawn(*((year, 0, 10) for year in range(1950, 2025))).years) <= 13
    assert drawn() is None
    assert percent(0.3084) == "30.8%"


# --- the pages -----------------------------------------------------------------------------------


def test_the_page_says_all_and_draws_curves_that_differ(large: FlaskClient) -> None:
    path = ask("/trend", q="营商环境", vs=["乡村振兴", "基金监管", "公共服务", "就业培训"])
    main = dom.fromstring(large.get(path).text).xpath("//main")[0]
    groups = main.xpath(".//*[@class='chart num']/g")
    assert [group.get("class") for group in groups] == [f"s{n}" for n in range(5)]
    assert len({group.xpath("string(path[@transform]/@d)") for group in groups}) == 5
    assert len(main.xpath(".//table")[0].xpath("tbody/tr")) == len(large_index.YEARS) + 2
    assert [a.text for a in main.xpath(".//h2[@id='by-region']/following-sibling::p[1]/a")] == [
        *("乡村振兴", "基金监管", "公共服务", "就业培训")
    ]
    assert not main.xpath(".//script")
    for words in ("收录的空缺，不是没有提到", "宜分开看", "更早的报告可能没有收到"):
        assert words in main.text_content()


def test_a_cell_of_the_region_table_is_empty_where_there_is_no_report(large: FlaskClient) -> None:
    main = dom.fromstring(large.get(ask("/trend", q="营商环境")).text).xpath("//main")[0]
    (table,) = main.xpath(".//table[contains(@class, 'heat')]")
    years = [th.text for th in table.xpath("thead//th")][2:]
    answer = large.get(ask("/api/trend", q="营商环境")).json["queries"][0]["regions"]
    for row, region in zip(table.xpath("tbody/tr"), answer, strict=False):
        counts = {str(each["year"]): each for each in region["years"]}
        for year, cell in zip(years, row.xpath("td")[1:], strict=True):
            if year == "未标明":
                continue
            count = counts.get(year)
            assert cell.text_content() == (f"{count['reports']}/{count['of']}" if count else "")
            shade = cell.get("class") or "w0"
            assert shade == (f"w{-int(-20 * count['reports'] // count['of'])}" if count else "none")


def test_levels_are_links_that_can_be_taken_back(large: FlaskClient) -> None:
    path = ask("/trend", q="营商环境", vs="乡村振兴", by="city")
    names = ".//p[starts-with(@class, 'levels')]/span/a[1]"
    main = dom.fromstring(large.get(path).text).xpath("//main")[0]
    links = {link.text: link.get("href") for link in main.xpath(names)}
    assert list(links) == ["全国", "省级", "市级", "县级", "未标明"]
    chosen = dom.fromstring(large.get(links["市级"]).text).xpath("//main")[0]
    (current,) = [link for link in chosen.xpath(names) if link.get("aria-current")]
    assert (current.text, current.get("href")) == ("市级", path)


def test_a_level_is_a_chip_that_stays_with_the_form_until_removed(large: FlaskClient) -> None:
    path = ask("/", q="营商环境", level=["city", "county"])
    page = dom.fromstring(large.get(path).text)
    chips = {chip.get("aria-label"): chip.get("href") for chip in page.xpath("//a[@class='chip']")}
    assert chips["移除条件：层级 市级"] == ask("/", q="营商环境", level="county")
    assert page.xpath("//form[@id='ask']/input[@name='level']/@value") == ["city", "county"]
    (way,) = page.xpath("//a[starts-with(@href, '/trend?')]/@href")
    assert way == ask("/trend", q="营商环境", level=["city", "county"])


def test_a_ticked_city_narrows_its_province_as_on_the_page_of_results(large: FlaskClient) -> None:
    answer = large.get(ask("/trend", q="a", vs="b", region=["四川省", "四川省/成都市"]))
    assert answer.status_code == 302
    there = "/trend?" + urlencode({"q": "a", "region": "四川省/成都市", "vs": "b"}, safe="/")
    assert answer.headers["Location"] == there


def test_the_scope_is_said_and_its_filters_can_be_dropped(large: FlaskClient) -> None:
    selection = {"in": "财政部门", "exact": 1, "within": "sentence"}
    path = ask("/trend", q="营商环境", vs="投资", region="湖南省", year="2010..2019", **selection)
    main = dom.fromstring(large.get(path).text).xpath("//main")[0]
    (scope,) = main.xpath(".//p[starts-with(., '范围')]")
    for name in ("“财政部门”的结果中", "精确", "各词在同一句里", "湖南省", "2010—2019"):
        assert name in scope.text_content()
    (free,) = scope.xpath("a/@href")
    main = dom.fromstring(large.get(free).text).xpath("//main")[0]
    (scope,) = main.xpath(".//p[starts-with(., '范围')]")
    assert scope.text_content() == "范围：精确 · 各词在同一句里"
    assert main.xpath(".//input[@name='vs']/@value") == ["投资", ""]
