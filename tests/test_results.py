"""The page of results and the ways to it and from it, without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import large_index
import pytest
from flask.testing import FlaskClient
from lxml import html as dom

from engine.engine import Engine, open_engine
from engine.model import FacetCount, Page, Query, Region, Report, ReportShare
from search_app import create_app, navigate, params
from search_app.year_bars import year_boxes


def ask(**parameters: object) -> str:
    return "/?" + urlencode(parameters, doseq=True)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The 1,200 reports of ``large_index``."""
    return open_engine(large_index.build(str(tmp_path_factory.mktemp("results") / "index")))


@pytest.fixture(scope="module")
def large(engine: Engine) -> FlaskClient:
    return create_app(engine).test_client()


def tree_of(client: FlaskClient, path: str) -> Any:
    return dom.fromstring(client.get(path).text)


# --- years -----------------------------------------------------------------------------------

FALLING = Page(
    *(Query("医保"), 658, 658, 263, ()),
    {"year": (FacetCount("2024", "2024", 243), FacetCount("2020", "2020", 415))},
    years={
        "2024": ReportShare(180, 200),
        "2021": ReportShare(0, 1),
        "2020": ReportShare(83, 400),
    },
)


def test_bars_show_shares_of_reports_not_numbers_of_paragraphs() -> None:
    boxes = year_boxes(FALLING)
    assert boxes.legend == "占当年报告，最高 90%（2024）"
    assert [
        (box.name, box.bar and box.bar.width, box.bar and box.bar.number) for box in boxes.shown
    ] == [
        ("2024", 20, "180/200"),
        ("2020", 5, "83/400"),
    ]
    assert [box.bar.words for box in boxes.shown if box.bar] == [
        "180 篇，占当年 200 篇报告的 90%；243 段",
        "83 篇，占当年 400 篇报告的 20.8%；415 段",
    ]


def test_the_legend_names_the_year_of_the_greatest_share_though_it_is_folded_away() -> None:
    years = [str(year) for year in range(2025, 2010, -1)]
    page = replace(
        FALLING,
        facets={"year": tuple(FacetCount(year, year, 1) for year in years)},
        years={year: ReportShare(9 if year == "2012" else 1, 10) for year in years},
    )
    assert "2012" in [box.name for box in year_boxes(page).folded]
    assert year_boxes(page).legend == "占当年报告，最高 90%（2012）"
    none = {year: ReportShare(0, 10) for year in years}
    assert year_boxes(replace(page, years=none)).legend == "占当年报告"


def test_bars_show_numbers_of_reports_where_every_report_matches() -> None:
    whole = {year: replace_found(share) for year, share in FALLING.years.items()}
    boxes = year_boxes(replace(FALLING, years=whole))
    assert boxes.legend == "报告篇数"
    assert [box.bar and (box.bar.width, box.bar.number) for box in boxes.shown] == [
        (10, "200"),
        (20, "400"),
    ]


def replace_found(share: ReportShare) -> ReportShare:
    return ReportShare(share.reports, share.reports)


def test_a_year_without_reports_says_so() -> None:
    facets = {"year": (FacetCount("1998", "1998", 0, True),)}
    query = Query("医保", years=((1998, 1998),))
    (box,) = year_boxes(replace(FALLING, query=query, facets=facets)).shown
    assert (box.selected, box.bar and box.bar.width) == (True, 0)
    assert box.bar
    assert (box.bar.number, box.bar.words) == ("0/0", "没有报告")


def test_a_range_of_years_has_a_box_of_its_own() -> None:
    """Ticking the years that it finds would lose the others with the next query."""
    query = Query("医保", years=((2019, 2023), (2024, 2024)))
    facets = {"year": tuple(value._replace(selected=True) for value in FALLING.facets["year"])}
    boxes = year_boxes(replace(FALLING, query=query, facets=facets)).shown
    assert [(box.path, box.name, box.selected) for box in boxes] == [
        ("2019..2023", "2019—2023", True),
        ("2024", "2024", True),
        ("2020", "2020", False),
    ]
    assert boxes[0].bar
    assert boxes[0].bar.number == "83/401"


def test_years_on_the_page_are_those_of_the_engine(engine: Engine, large: FlaskClient) -> None:
    path = ask(q="新质生产力", kind="政府工作报告")
    query = Query("新质生产力", kinds=("政府工作报告",), limit=0)
    found = {(hit.report.year, hit.report.id) for hit in engine.search(query).hits}
    every = engine.search(replace(query, text="")).hits
    reports = {(hit.report.year, hit.report.id) for hit in every}
    rows = tree_of(large, path).xpath("//fieldset[@class='years']//li/label")
    shown = {row.xpath("string(span[1])"): row.xpath("string(span[last()])") for row in rows}
    assert len(shown) >= 2
    for name, number in shown.items():
        year = int(name) if name.isdigit() else None
        counts = [sum(y == year for y, _ in some) for some in (found, reports)]
        assert number == "/".join(map(str, counts)), name
    answer = large.get("/api" + path.replace("/?", "/search?")).json
    assert {
        str(y["path"]).replace("unknown", "未标明"): f"{y['found']}/{y['reports']}"
        for y in answer["years"]
        if y["found"]
    } == shown


# --- ways back -------------------------------------------------------------------------------

CHOSEN = {
    "q": "营商环境",
    "year": ["2019..2022", "unknown"],
    "kind": "政府工作报告",
    "sort": "newest",
    "synonyms": "0",
}
THERE = ask(**CHOSEN, page=2)


def parameters(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


def form_values(tree: Any) -> dict[str, list[str]]:
    """What the search form would send, by name."""
    inputs = "//form[@id='ask']//input[@name] | //input[@form='ask']"
    values: dict[str, list[str]] = {}
    for field in tree.xpath(inputs):
        if field.get("type") != "checkbox" or field.get("checked") is not None:
            values.setdefault(field.get("name"), []).append(field.get("value"))
    for field in tree.xpath("//select[@form='ask'] | //form[@id='ask']//select"):
        values[field.get("name")] = field.xpath("option[@selected]/@value")
    return {name: found for name, found in values.items() if any(found)}


def test_every_way_from_a_hit_leads_back_to_it(large: FlaskClient) -> None:
    (hit, *_) = tree_of(large, THERE).xpath("//article")
    key, wanted = hit.get("id"), parameters(THERE)
    links = [link for link in hit.xpath(".//a/@href") if link.startswith(("/p/", "/r/"))]
    assert len(links) >= 3
    assert all(parameters(link) == wanted for link in links)
    (report,) = (link for link in links if link.startswith("/r/"))
    assert urlsplit(report).fragment == key
    page = tree_of(large, links[0])
    (back,) = page.xpath("//p[contains(@class, 'back')]/a")
    assert (parameters(back.get("href")), urlsplit(back.get("href")).fragment) == (wanted, key)
    assert back.text_content() == (
        "‹ 回到“营商环境 · 2019—2022、未标明、政府工作报告 · 第 2 页”的结果"
    )
    around = page.xpath("//p[contains(@class, 'around')]/a/@href | //h1/a/@href")
    assert around
    assert all(parameters(link) == wanted for link in around)


def test_what_is_quoted_and_copied_has_the_permalink_alone(large: FlaskClient) -> None:
    (hit, *_) = tree_of(large, THERE).xpath("//article")
    link = hit.xpath(".//h2/a/@href")[0]
    url = f"http://localhost/p/{hit.get('id')}"
    page = tree_of(large, link)
    copied = page.xpath("//button/@data-copy") + hit.xpath(".//@data-copy")
    assert url in copied
    assert not [text for text in copied if "?" in text or "营商环境&" in text]
    assert hit.xpath("header/@data-url") == [url]
    [memo] = page.xpath("//a[@data-memo]/@href")
    assert [name for name, _ in parse_qsl(urlsplit(memo).query)] == ["q", "p"]  # no filters


def test_without_a_search_there_is_no_way_back(large: FlaskClient) -> None:
    assert not tree_of(large, "/p/r0000011-00000003").xpath("//p[contains(@class, 'back')]")
    browsed = tree_of(large, "/p/r0000011-00000003?region=unknown")
    assert browsed.xpath("string(//p[contains(@class, 'back')])") == "‹ 回到“浏览 · 未标明”的结果"


FORMS = [
    ("results", THERE),
    ("a page beyond the end", ask(**CHOSEN, page=999)),
    ("nothing found", ask(**{**CHOSEN, "q": "海洋牧场养殖场"})),
    ("a paragraph", "/p/r0000011-00000003" + THERE[1:]),
    ("a bad query", ask(**{**CHOSEN, "q": "(营商"})),
    ("near-duplicates", ask(same="r0000011-00000003", year="2019..2022")),
]


@pytest.mark.parametrize(("what", "path"), FORMS, ids=[form[0] for form in FORMS])
def test_a_new_search_keeps_the_filters(large: FlaskClient, what: str, path: str) -> None:
    """As in a library's catalogue; the chips show them, and 全部清除 stands beside them."""
    tree = tree_of(large, path)
    wanted = parameters(path)
    wanted.pop("page", None)
    values = form_values(tree)
    assert {name: set(found) for name, found in values.items()} == {
        name: set(found) for name, found in wanted.items()
    }
    if "/p/" not in path and "year=unknown" in path:
        (clear,) = tree.xpath("//ul[@class='chips']//a[.='全部清除']/@href")
        assert not parameters(clear).keys() & {"year", "kind"}


def test_what_cannot_be_read_is_not_kept(large: FlaskClient) -> None:
    tree = tree_of(large, ask(q="医保", year=["去年", "2020"], sort="best", page="x", fold=1))
    assert form_values(tree) == {"q": ["医保"], "year": ["2020"], "fold": ["1"]}
    tree = tree_of(large, ask(q="医保", region="火星省", year="2020"))
    drop = tree.xpath("//ul[@class='chips']//a[contains(., '火星省')]/@href")[0]
    assert large.get(drop).status_code == 200


# --- titles and dates ------------------------------------------------------------------------

HUAIHUA = Region(("湖南省", "怀化市"), ("430000", "431200"))
TITLES = [
    ("政府工作报告", HUAIHUA, 2024, "政府工作报告（湖南省怀化市 · 2024）"),
    ("2024年政府工作报告", HUAIHUA, 2024, "2024年政府工作报告（湖南省怀化市）"),
    ("怀化市政府工作报告", HUAIHUA, 2024, "怀化市政府工作报告（2024）"),
    ("怀化2024年工作总结", HUAIHUA, 2024, "怀化2024年工作总结"),
    ("政府工作报告", Region(), 2024, "政府工作报告（2024）"),
    ("政府工作报告", Region(), None, "政府工作报告"),
]


@pytest.mark.parametrize(("title", "region", "year", "full"), TITLES)
def test_a_title_says_place_and_year(
    title: str, region: Region, year: int | None, full: str
) -> None:
    assert navigate.full_title(Report("r", title, "r.txt", region=region, year=year)) == full


def title_of(client: FlaskClient, path: str) -> str:
    title: str = tree_of(client, path).xpath("string(//title)")
    return title


def test_tabs_of_paragraphs_and_reports_tell_equal_titles_apart(
    engine: Engine, large: FlaskClient
) -> None:
    alike = [engine.report(f"r{number:07}") for number in range(5, 40) if number % 4]
    titles = {title_of(large, f"/r/{report.id}") for report in alike if report}
    assert len(titles) > len(alike) * 0.9
    report = engine.report("r0000005")
    assert report
    assert title_of(large, f"/p/{engine.paragraphs(report.id)[2].id}") == (
        f"{navigate.full_title(report)} 第3段 - 引据"
    )


def test_tabs_of_results_say_what_was_searched(large: FlaskClient) -> None:
    assert title_of(large, ask(q="营商环境")) == "营商环境 - 引据"
    assert title_of(large, THERE) == ("营商环境 · 2019—2022、未标明、政府工作报告 · 第 2 页 - 引据")
    assert title_of(large, ask(year=2020)) == "浏览 · 2020 - 引据"


@pytest.mark.parametrize("sort", ["", "newest", "oldest"])
def test_hits_say_when_they_were_published(engine: Engine, large: FlaskClient, sort: str) -> None:
    query = Query("营商环境", years=((2020, 2020),), limit=0)
    reports = {hit.paragraph.id: hit.report for hit in engine.search(query).hits}
    seen = set()
    for page in (1, -(-len(reports) // params.PAGE_SIZE)):
        path = ask(q="营商环境", year=2020, sort=sort, page=page)
        for hit in tree_of(large, path).xpath("//article"):
            published = reports[hit.get("id")].published
            undated = "发布日期未标明" if sort else ""
            stated = hit.xpath("string(header/span)")
            assert stated == (f"{published} 发布" if published else undated)
            seen.add(bool(published))
    assert seen == {True, False}
