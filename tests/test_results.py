"""The page of results and the ways to it and from it, without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import large_index
import pytest
from flask.testing import FlaskClient
from lxml import html as dom

from engine.engine import Engine, open_engine
from engine.model import FacetCount, Page, Query, ReportShare
from search_app import create_app
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
    assert boxes.legend == "占当年报告，满格 90%"
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


def test_bars_show_numbers_of_reports_where_every_report_matches() -> None:
    whole = {year: replace_found(share) for year, share in FALLING.years.items()}
    boxes = year_boxes(replace(FALLING, years=whole))
    assert boxes.legend == "报告篇数"
    assert [box.bar and box.bar.width for box in boxes.shown] == [10, 20]


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
    rows = tree_of(large, path).xpath("//fieldset[@class='years']//label")
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
