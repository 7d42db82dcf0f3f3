"""The facets of the pages: which boxes are shown, all values of one, and a range of years."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import large_index
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as dom
from werkzeug.datastructures import MultiDict

from engine import facets
from engine.model import FacetCount, Query
from search_app import create_app, facet_boxes, params, present

WEIGHT = 65_000  # bytes of a page of results


def ask(path: str, **parameters: object) -> str:
    return f"{path}?" + urlencode(parameters, doseq=True)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The pages of the 1,200 reports of ``large_index``."""
    location = large_index.build(str(tmp_path_factory.mktemp("facets") / "index"))
    return create_app(location=location).test_client()


def every(values: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for value in values:
        yield value
        yield from every(value["children"])


def test_nothing_ticked_is_folded_away() -> None:
    values = [FacetCount(str(n), str(n), 20 - n, selected=n == 15) for n in range(20)]
    made = facet_boxes.boxes(values)
    shown, folded = [[int(box.path) for box in boxes] for boxes in (made.shown, made.folded)]
    assert shown == [*range(8), 15]
    assert folded == [n for n in range(8, 20) if n != 15]


def test_a_range_of_years_has_one_box_and_its_years_stay_folded(large: FlaskClient) -> None:
    path = ask("/", q="营商环境", year=["1990..1999", "2001"])
    tree = dom.fromstring(large.get(path).text)
    shown = tree.xpath("//fieldset[@data-facet='year']/ul//input")
    values = [box.get("value") for box in shown]
    assert values == ["1990..1999", *map(str, range(2025, 2017, -1)), "2001"]
    ticked = tree.xpath("//fieldset[@data-facet='year']//input[@checked]/@value")
    assert ticked == ["1990..1999", "2001"]
    label = tree.xpath("//label[input/@value='1990..1999']")[0]
    alone = large.get(ask("/api/search", q="营商环境", year="1990..1999")).json
    assert label.xpath("string(span[1])") == "1990—1999"
    assert label.xpath("string(span[3])").endswith(f"；{alone['total']:,} 段")
    assert label.xpath("string(span[4])").startswith(f"{alone['reports']:,}/")


TREE = facets.tree(
    {
        "湖南省/怀化市/鹤城区": 2,
        "湖南省/怀化市": 5,
        "湖南省": 5,
        "江苏省/南京市/鼓楼区": 1,
        "江苏省/南京市": 1,
        "江苏省": 1,
        "福建省/福州市/鼓楼区": 3,
        "福建省/福州市": 3,
        "福建省": 3,
        "unknown": 9,
    },
    [],
)
MATCHES = [
    ("怀化", ["湖南省/怀化市"]),
    ("鼓楼", ["福建省/福州市/鼓楼区", "江苏省/南京市/鼓楼区"]),
    ("江苏 鼓楼", ["江苏省/南京市/鼓楼区"]),
    ("江苏省 › 南京市", ["江苏省/南京市"]),
    ("南省怀", ["湖南省/怀化市"]),
    ("南省", ["湖南省"]),  # not everything below it
    ("懷化", ["湖南省/怀化市"]),
    ("未标明", ["unknown"]),
    ("unknown", []),
    ("火星", []),
]


@pytest.mark.parametrize(("contains", "paths"), MATCHES)
def test_values_are_found_by_name(contains: str, paths: list[str]) -> None:
    assert [value.path for value in facet_boxes.matching(TREE, contains)] == paths


def test_without_a_text_every_value_is_found_unknown_last() -> None:
    found = facet_boxes.matching(TREE, " ")
    assert sorted(found) == sorted(facet_boxes.every(TREE))
    assert [value.count for value in found] == [5, 5, 3, 3, 3, 2, 1, 1, 1, 9]


@given(st.sampled_from([*facet_boxes.every(TREE)]), st.data())
def test_every_part_of_a_name_finds_it(value: FacetCount, data: st.DataObject) -> None:
    name = facet_boxes.names_of(value.path)[-1]
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert value in facet_boxes.matching(TREE, name[start:end])


QUERIES = [
    {},
    {"q": "营商环境"},
    {"q": "营商环境", "year": ["2020", "2010..2015"], "theme": "经济发展", "sort": "newest"},
    {"q": "营商环境", "exact": "1", "region": ["湖南省", "unknown"], "fold": "1"},
]


@pytest.mark.parametrize("parameters", QUERIES)
@pytest.mark.parametrize("facet", params.FACETS)
def test_the_counts_are_those_of_the_search(
    large: FlaskClient, facet: str, parameters: dict[str, object]
) -> None:
    answer = large.get(ask("/api/facets", facet=facet, **parameters)).json
    searched = large.get(ask("/api/search", **parameters)).json["facets"][facet]
    counts = {(v["path"], v["count"], v["selected"]) for v in every(searched)}
    given = {(v["path"], v["count"], v["selected"]) for v in answer["values"]}
    assert answer["matches"] == len(counts)
    assert given <= counts
    assert len(given) == min(len(counts), present.MAX_FACET_VALUES)


@pytest.mark.parametrize("parameters", QUERIES)
@pytest.mark.parametrize("facet", params.FACETS)
def test_the_page_of_a_facet_has_every_value_and_keeps_the_rest(
    large: FlaskClient, facet: str, parameters: dict[str, object]
) -> None:
    tree = dom.fromstring(large.get(ask(f"/facet/{facet}", **parameters)).text)
    searched = large.get(ask("/api/search", **parameters)).json["facets"][facet]
    expected = [(v["path"], f"{v['count']:,}") for v in every(searched)]
    boxes = tree.xpath("//div[@role='group']//label")
    assert [
        (b.xpath("string(input/@value)"), b.xpath("string(span[2])")) for b in boxes
    ] == expected
    sent, asked = (params.page_query(args) for args in (_sent(tree), _args(parameters)))
    assert sorted(params.pairs(sent)) == sorted(params.pairs(asked))


def test_the_page_of_a_facet_searches_and_keeps_what_is_ticked(large: FlaskClient) -> None:
    parameters = {"q": "营商环境", "region": "湖南省", "year": "2010..2015"}
    tree = dom.fromstring(large.get(ask("/facet/region", contains="湖北", **parameters)).text)
    names = [label.xpath("string(span[1])") for label in tree.xpath("//div[@role='group']//label")]
    assert names[0] == "湖北省"
    assert all("湖北" in name for name in names)
    assert params.page_query(_sent(tree)).regions == ("湖南省",)
    nothing = large.get(ask("/facet/region", contains="火星")).text
    assert "没有名称含“火星”的地区" in nothing


def _args(parameters: dict[str, object]) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(urlencode(parameters, doseq=True)))


def _sent(tree: Any) -> MultiDict[str, str]:
    """What a browser sends for the form of a page as it stands."""
    fields = tree.xpath("//form[@id='ask']//input | //input[@form='ask']")
    ticked = [f for f in fields if f.get("type") != "checkbox" or f.get("checked") is not None]
    sent = [(f.get("name"), f.get("value")) for f in ticked if f.get("disabled") is None]
    chosen = tree.xpath("//select[@name='exact']/option[@selected]/@value")
    return MultiDict([*sent, ("exact", chosen[0] if chosen else "")])


def test_only_facets_have_a_page(large: FlaskClient) -> None:
    assert large.get("/facet/colour").status_code == 404
    answer = large.get("/api/facets?facet=colour")
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_query")
    assert "region" in answer.json["error"]["hint"]


@pytest.mark.parametrize(
    ("fields", "years"),
    [
        ({"from": "2019", "to": "2022"}, ["2019..2022"]),
        ({"from": "2019", "to": "2019"}, ["2019"]),
        ({"from": "2019", "to": ""}, ["2019..2025"]),
        ({"from": "", "to": "1995"}, ["1989..1995"]),
        ({"from": "2030", "to": ""}, ["2030"]),
        ({"to": "1066"}, ["1066"]),
        (
            {"from": "2019", "to": "2022", "year": ["2010", "2001..2003"]},
            ["2010", "2001..2003", "2019..2022"],
        ),
        ({"from": "2019", "to": "2022", "year": "2019..2022"}, ["2019..2022"]),
    ],
)
def test_two_fields_make_one_range(
    large: FlaskClient, fields: dict[str, object], years: list[str]
) -> None:
    answer = large.get(ask("/", q="营商环境", sort="newest", page="3", **fields))
    assert answer.status_code == 302
    sent = parse_qsl(urlsplit(answer.location).query)
    expected = [("q", "营商环境"), *(("year", year) for year in years), ("sort", "newest")]
    assert sent == expected


def test_a_range_alone_is_a_search(large: FlaskClient) -> None:
    answer = large.get("/?q=&from=2019&to=2022", follow_redirects=True)
    assert answer.request.query_string == b"year=2019..2022"
    assert "<article" in answer.text


@pytest.mark.parametrize("fields", ["from=2022&to=2019", "from=去年&to=2022", "from=19&to="])
def test_a_range_that_is_none_is_refused(large: FlaskClient, fields: str) -> None:
    assert large.get("/?" + quote(fields, safe="=&")).status_code == 400


def test_a_range_is_one_chip_and_stays_one(large: FlaskClient) -> None:
    path = ask("/", q="营商环境", year=["1998", "2019..2022", "unknown", "2024", "1990..1992"])
    tree = dom.fromstring(large.get(path).text)
    chips = [" ".join(chip.text_content().split()) for chip in tree.xpath("//a[@class='chip']")]
    assert chips[:-1] == [
        f"年份 {years} ×" for years in ("2024", "2019—2022", "1998", "1990—1992", "未标明")
    ]
    sent = _sent(tree)
    assert sent.getlist("year") == ["2019..2022", "1990..1992", "2024", "1998", "unknown"]


def test_a_range_stays_selected_where_nothing_is_found(large: FlaskClient) -> None:
    tree = dom.fromstring(large.get(ask("/", q="火星", exact=1, year="1990..1992")).text)
    assert "没有找到" in tree.xpath("string(//h1)")
    assert _sent(tree).getlist("year") == ["1990..1992"]


def test_a_long_facet_leads_to_all_of_its_values(large: FlaskClient) -> None:
    query = Query("营商环境", years=((2010, 2020),), sort="newest")
    tree = dom.fromstring(large.get(params.address(query)).text)
    (link,) = tree.xpath("//fieldset/a[@class='all']")  # the other facets are shown whole
    assert parse_qsl(urlsplit(link.get("href")).query) == params.pairs(query)
    page = dom.fromstring(large.get(link.get("href")).text)
    size = len(page.xpath("//div[@role='group']//input"))
    assert link.text == f"全部 {size} 个地区"
    assert size > 100


def test_a_page_of_results_stays_light(large: FlaskClient) -> None:
    ticked = {
        "region": ["湖南省", "四川省", "广东省/广州市"],
        "year": "1990..2020",
        "theme": "经济发展",
    }
    for parameters in ({"q": "营商环境"}, ticked | {"q": "营商环境"}):
        tree = dom.fromstring(large.get(ask("/", **parameters)).text)
        (facets,) = tree.xpath("//section[@id='facets']")
        assert len(dom.tostring(facets, encoding="utf-8")) < WEIGHT // 2
