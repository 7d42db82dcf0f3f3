"""Lines: each occurrence of what was searched, in the API, on the page and on a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import large_index
import pytest
import web_index
from click.testing import CliRunner
from conftest import MakeIndex
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as dom
from openapi import fits

from engine.engine import Engine, open_engine
from engine.model import Hit, Paragraph, Query, Report
from search_app import create_app
from search_app.lines import concordance as module
from search_app.lines.concordance import CONTEXT, Line, concordance
from yinju.cli import cli

WORD = quote("基金监管")
BROWSING = ["q=&year=2020", "q="]
QUERIES = [
    f"q={WORD}",
    f"q={WORD}&exact=1",
    f"q={WORD}&sort=newest",
    f"q={WORD}&sort=oldest&region={quote('湖南省')}",
    f"q={WORD}&sort=left&year=2020",
    f"q={WORD}&sort=right&fold=1",
    f"q={quote('飞检 OR 外地看病')}",
    f"q={quote('公式')}&in={WORD}",
    f"q={quote('标题:工作总结')}",
    f"q={quote('哪里也没有的词')}&exact=1",
    *BROWSING,
]


def answer(client: FlaskClient, parameters: str) -> Any:
    response = client.get(f"/api/lines?{parameters}")
    assert response.status_code == 200, response.json
    return response.json


def places(lines: Sequence[dict[str, Any]]) -> list[tuple[str, int, int]]:
    return [(line["id"], line["start"], line["end"]) for line in lines]


# --- what the lines are ------------------------------------------------------------------------


@pytest.mark.parametrize("parameters", QUERIES)
def test_lines_are_the_query_spans_of_the_hits(client: FlaskClient, parameters: str) -> None:
    searched = re.sub("sort=(left|right)", "sort=relevance", parameters)
    found = client.get(f"/api/search?{searched}&limit=0").json
    spans = [
        (hit["id"], span["start"], span["end"])
        for hit in found["hits"]
        for span in hit["spans"]
        if span["kind"] == "query"
    ]
    given = answer(client, f"{parameters}&limit=0")
    assert (given["total"], given["occurrences"]) == (found["total"], len(spans))
    if searched == parameters:
        assert places(given["lines"]) == spans
    else:
        assert sorted(places(given["lines"])) == sorted(spans)
    texts = {hit["id"]: hit["text"] for hit in found["hits"]}
    for line in given["lines"]:
        text = texts[line["id"]]
        assert line["match"] == text[line["start"] : line["end"]]
        assert line["left"] == text[max(0, line["start"] - CONTEXT) : line["start"]]
        assert line["right"] == text[line["end"] : line["end"] + CONTEXT]


@pytest.mark.parametrize("parameters", QUERIES)
def test_answers_have_the_form_described(client: FlaskClient, parameters: str) -> None:
    fits(answer(client, parameters), {"$ref": "#/components/schemas/Lines"})


@given(st.text(max_size=80), st.data())
def test_the_parts_of_a_line_stand_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    paragraph = Paragraph("r-1", "r", 1, text, text)
    line = Line(Hit(paragraph, Report("r", "报告", "r.txt")), start, end)
    whole = line.left + line.match + line.right
    assert text[start - len(line.left) :].startswith(whole)
    assert len(line.left) == min(start, CONTEXT)
    assert len(line.right) == min(len(text) - end, CONTEXT)


# --- order and paging --------------------------------------------------------------------------


def test_sides_are_sorted_from_the_occurrence_outwards(make_index: MakeIndex) -> None:
    texts = ["参保率。城乡参保率高", "职工参保率低", "新城参保率稳"]
    engine = make_index((texts, (), 2024, ()))
    with engine.searcher() as searcher:
        query = Query('"参保率"')
        left = [line.left for line in concordance(searcher, query, "left", 0, 0).lines]
        right = [line.right for line in concordance(searcher, query, "right", 0, 0).lines]
    assert left == ["", "参保率。城乡", "新城", "职工"]  # by 乡, 城, 工: code points, outwards
    assert right == ["。城乡参保率高", "低", "稳", "高"]


@pytest.mark.parametrize("order", ["", "newest", "oldest", "left", "right"])
def test_pages_together_have_all_lines_once(client: FlaskClient, order: str) -> None:
    asked = f"q={WORD}&sort={order}"
    everything = answer(client, f"{asked}&limit=0")["lines"]
    paged: list[dict[str, Any]] = []
    for offset in range(0, len(everything) + 7, 7):
        paged += answer(client, f"{asked}&limit=7&offset={offset}")["lines"]
    assert len(everything) > 30
    assert paged == everything


def test_no_more_is_read_than_the_lines_need(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_COUNTED", 5)
    with engine.searcher() as searcher:
        query = Query("基金监管", limit=0)
        hits = searcher.search(query).hits
        everything = [*module.lines_of(searcher, query)]
        first = concordance(searcher, query, None, 10, 0)
        last = concordance(searcher, query, None, 10, len(everything) - 4)
    assert (first.occurrences, first.more, len(first.lines)) == (None, True, 10)
    assert (last.occurrences, last.more, len(last.lines)) == (len(everything), False, 4)
    assert first.page.total == last.page.total == len(hits)


@pytest.mark.parametrize("side", [None, "left"])
def test_a_limit_of_paragraphs_is_told(engine: Engine, side: Any) -> None:
    with engine.searcher() as searcher:
        hits = searcher.search(Query("基金监管", limit=8)).hits
        found = concordance(searcher, Query("基金监管", limit=8), side, 100, 0)
    assert {line.hit.paragraph.id for line in found.lines} == {hit.paragraph.id for hit in hits}
    assert found.readable == 8 < found.page.entries == found.page.total


# --- the page ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_engine(web_index.build(str(tmp_path_factory.mktemp("lines") / "index")))


def number(text: str) -> int:
    found = re.search(r"([0-9,]+) 段", text)
    assert found, text
    return int(found[1].replace(",", ""))


@pytest.mark.parametrize("parameters", QUERIES)
def test_the_number_of_paragraphs_is_what_its_link_shows(
    client: FlaskClient, parameters: str
) -> None:
    tree = dom.fromstring(client.get(f"/lines?{parameters}").text)
    links = tree.xpath("//main//a[contains(., '段') and not(ancestor::li or ancestor::nav)]")
    total = answer(client, parameters)["total"]
    assert len(links) == bool(total and parameters not in BROWSING)
    for link in links:
        results = dom.fromstring(client.get(link.get("href")).text)
        assert number(results.get_element_by_id("total").text) == total
        assert number(link.text) == total


@pytest.mark.parametrize("order", ["", "newest", "left", "right"])
def test_the_page_shows_the_lines_of_the_api(client: FlaskClient, order: str) -> None:
    asked = f"q={WORD}&sort={order}"
    found = answer(client, asked)
    page = dom.fromstring(client.get(f"/lines?{asked}").text)
    rows = page.xpath("//ol[@class='rows']/li")
    assert [row.find("a").text_content() for row in rows] == [
        line["left"] + line["match"] + line["right"] for line in found["lines"]
    ]
    assert f"{found['occurrences']} 处" in page.get_element_by_id("total").text
    for row, line in zip(rows[:5], found["lines"], strict=False):
        paragraph = client.get(row.find("a").get("href"))
        assert paragraph.status_code == 200
        assert line["id"] in paragraph.text
        assert "<mark>" in paragraph.text


def test_orders_and_pages_keep_the_query(tmp_path: Any) -> None:
    client = create_app(open_engine(large_index.build(str(tmp_path / "index")))).test_client()
    asked = f"/lines?q={quote('营商环境')}&year=2010..2020"
    seen: set[str] = set()
    for order in ("", "&sort=oldest", "&sort=left"):
        page = dom.fromstring(client.get(asked + order).text)
        total = page.get_element_by_id("total").text_content()
        orders = page.find_class("sort")[0].findall("a")
        assert len(orders) == 4
        for link in orders:
            other = dom.fromstring(client.get(link.get("href")).text)
            assert other.get_element_by_id("total").text_content() == total
        (following,) = page.xpath("//nav[@aria-label='分页']/a[.='下一页']")
        second = dom.fromstring(client.get(following.get("href")).text)
        texts = [row.text_content() for row in second.xpath("//ol[@class='rows']/li")]
        assert len(texts) == 100
        seen.add(texts[0])
    assert len(seen) == 3


def test_without_a_text_there_are_no_lines(client: FlaskClient) -> None:
    for parameters in ("", f"?region={quote('湖南省')}"):
        page = client.get(f"/lines{parameters}")
        assert page.status_code == 200
        assert "没有检索词，就没有可列的行" in page.text
        assert 'class="rows"' not in page.text
        assert (f'<a href="/{parameters}">在检索页浏览' in page.text) == bool(parameters)


STATES = [
    (f"/lines?q={quote('标题:工作总结')}", 200, "正文里没有可列的行"),
    (f"/lines?q={quote('哪里也没有的词')}&exact=1", 200, "没有找到"),
    (f"/lines?q={WORD}&page=9", 404, "这一页之后没有了"),
    (f"/lines?q={WORD}&sort=up", 400, "left（左边的字）"),
    (f"/lines?q={WORD}&pages=2", 400, "是不是 page？"),
    (f"/lines?q={WORD}&page=0", 400, "超出范围"),
    (f"/api/lines?q={WORD}&limit=1001", 400, "超出范围"),
    (f"/api/lines?q={WORD}&page=2", 400, "没有“page”这个参数"),
]


@pytest.mark.parametrize(("path", "status", "said"), STATES)
def test_states(client: FlaskClient, path: str, status: int, said: str) -> None:
    page = client.get(path)
    assert page.status_code == status
    assert said in page.text


def test_a_region_inside_a_selected_one_narrows_as_on_the_results_page(client: FlaskClient) -> None:
    path = f"q={WORD}&sort=left&region={quote('湖南省')}&region={quote('湖南省/湖南市')}"
    answer = client.get(f"/lines?{path}")
    assert answer.status_code == 302
    assert "sort=left" in answer.location
    assert answer.location.count("region=") == 1


def test_results_link_their_lines(client: FlaskClient) -> None:
    page = dom.fromstring(client.get(f"/?q={WORD}&sort=newest&page=2").text)
    (link,) = page.xpath("//a[.='逐行']")
    assert link.get("href") == f"/lines?q={WORD}&sort=newest"
    assert "逐行" not in client.get("/?year=2020").text


# --- the command -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return web_index.build(str(tmp_path_factory.mktemp("command") / "index"))


def run(location: str, *words: str) -> str:
    ran = CliRunner().invoke(cli, ["lines", *words, "--index", location])
    assert ran.exit_code == 0, ran.output
    return ran.stdout


@pytest.mark.parametrize("order", ["relevance", "oldest", "left"])
def test_the_command_gives_what_the_api_gives(location: str, order: str) -> None:
    client = create_app(location=location).test_client()
    printed = run(location, "基金监管", "-学生", "--sort", order, "--limit", "5", "--json")
    asked = quote("基金监管 -学生")
    assert json.loads(printed) == answer(client, f"q={asked}&sort={order}&limit=5")


def test_the_terminal_aligns_the_occurrences(location: str) -> None:
    printed = run(location, "飞检", "--no-synonyms") + run(location, "基金监管", "--limit", "0")
    first, *lines = printed.splitlines()
    assert "段" in first
    columns = {
        sum(2 if ord(char) > 0xFF else 1 for char in line[: line.index("基金监管")])
        for line in lines
        if line.startswith(" ") and "基金监管第" in line
    }
    assert columns == {2 * CONTEXT}
    assert "没有检索词" in run(location, "--year", "2020")
