"""Values as people get them: the page, the API and the command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

import pytest
import values_index
from flask.testing import FlaskClient
from lxml import html as dom

from engine.engine import open_engine, open_writer
from engine.model import Lexicon, Paragraph, Query, Region, Report
from search_app import create_app
from search_app.values import answer as answers
from search_app.values import curve, table
from search_app.values import page as values_page
from search_app.values.page import LISTED, ROWS
from yinju.cli import main


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return values_index.build(str(tmp_path_factory.mktemp("values") / "index"))


@pytest.fixture(scope="module")
def web(location: str) -> FlaskClient:
    return create_app(location=location).test_client()


def ask(path: str = "/values", **parameters: object) -> str:
    return f"{path}?{urlencode(parameters, doseq=True)}"


def page(web: FlaskClient, **parameters: object) -> dom.HtmlElement:
    answer = web.get(ask(**parameters))
    assert answer.status_code == 200
    return dom.fromstring(answer.text)


def cells(tree: dom.HtmlElement) -> Iterator[list[str]]:
    for row in tree.xpath("//table//tr"):
        yield [" ".join(cell.text_content().split()) for cell in row.xpath("th | td")]


def test_the_api_gives_each_value_with_its_place(web: FlaskClient) -> None:
    answer = web.get(ask("/api/values", q="参保率", region="甲省")).json
    assert answer["total"] == 2
    assert [
        (
            v["id"],
            v["text"],
            v["number"],
            v["bound"],
            v["name"],
            v["year"],
            v["year_from"],
            v["kind"],
        )
        for v in answer["values"]
    ] == [
        ("r0-0", "98%", "98", None, "城乡居民医保", 2022, "heading", "result"),
        ("r0-0", "99.5%", "99.5", None, "职工医保", 2022, "heading", "result"),
        ("r0-1", "98%", "98", ">=", None, 2023, "heading", "target"),
    ]
    first = answer["values"][0]
    assert values_index.REPORTS[0][1][0][0][first["start"] : first["end"]] == "98%"
    assert first["region"] == ["甲省"]
    assert first["report"]["title"] == "甲省政府工作报告"


def test_the_total_is_that_of_the_search(web: FlaskClient) -> None:
    for query in ("参保率", "基金支出", "没有这个词语"):
        total = web.get(ask("/api/search", q=query)).json["total"]
        assert web.get(ask("/api/values", q=query)).json["total"] == total


def test_a_parameter_that_means_nothing_is_refused(web: FlaskClient) -> None:
    assert web.get(ask("/api/values", q="参保率", limit=3)).status_code == 400
    assert web.get(ask(q="(参保率")).status_code == 400


def test_regions_by_years(web: FlaskClient) -> None:
    assert list(cells(page(web, q="参保率"))) == [
        ["地区", "2022", "2021", "2019"],
        ["乙省 不画", "97%", "96%", "90%至92%"],
        ["甲省 画线", "98% 城乡居民医保99.5% 职工医保", "", ""],
    ]


def test_targets_are_another_table(web: FlaskClient) -> None:
    tree = page(web, q="参保率")
    (link,) = [a for a in tree.xpath("//dl//a") if a.text.strip() == "% · 水平 · 目标"]
    targets = dom.fromstring(web.get(link.get("href")).text)
    assert list(cells(targets)) == [["地区", "2023"], ["甲省 不画", "98%以上"]]


def test_a_year_that_only_the_report_gives_is_unsure(web: FlaskClient) -> None:
    assert list(cells(page(web, q="参保率", outcome="unknown"))) == [
        ["地区", "未定"],
        ["丙省 不画", "95%"],
    ]


def test_each_count_is_the_number_of_values_behind_it(web: FlaskClient) -> None:
    tree = page(web, q="参保率")
    links = tree.xpath("//dl[contains(@class, 'choose')]//a")
    assert len(links) > 3
    for link in links:
        shown = dom.fromstring(web.get(link.get("href")).text)
        assert len(shown.xpath("//mark")) == int(link.xpath("span")[0].text)


def test_the_number_of_paragraphs_leads_to_these(web: FlaskClient) -> None:
    tree = page(web, q="参保率", region="乙省")
    (link,) = [a for a in tree.xpath("//main//a") if a.text_content() == "2 段"]
    found = dom.fromstring(web.get(link.get("href")).text)
    assert found.xpath("string(//h1[@id='total'])").startswith("2 段")
    (views,) = [a for a in found.xpath("//main//a") if a.text_content() == "数值"]
    assert views.get("href").startswith("/values?")
    assert "乙省" in page(web, q="参保率", region="乙省").xpath("string(//div[@class='found'])")


def test_every_link_leads_somewhere(web: FlaskClient) -> None:
    for query in ("参保率", "基金支出", "没有这个词语", ""):
        for href in page(web, q=query).xpath("//main//a/@href"):
            assert web.get(href).status_code == 200, href


def test_text_is_escaped_and_nothing_is_inline(web: FlaskClient) -> None:
    tree = page(web, q="参保率")
    assert not tree.xpath(
        "//*[@style] | //style | //script[not(@src)] | //main//b[not(@aria-current)]"
    )


def test_what_to_do_without_values(web: FlaskClient) -> None:
    assert "没有紧跟" in page(web, q="考核").xpath("string(//main)")
    assert "没有找到" in page(web, q="没有这个词语").xpath("string(//main)")


def test_curves_join_single_values_only(location: str) -> None:
    with open_engine(location).searcher() as searcher:
        values = answers.answer(searcher, Query("参保率")).values
    tabled = table.tabulate([v for v in values if v.kind == "result"])
    second, first = curve.draw(tabled, tabled.rows)
    assert [(a.value.text, b.value.text) for a, b in second.lines] == [
        ("90%至92%", "96%"),
        ("96%", "97%"),
    ]
    assert len(first.points) == 2
    assert not first.lines
    (range_,) = [point for point in second.points if point.value.to is not None]
    assert range_.top < range_.y
    high, low = (
        next(p for d in (first, second) for p in d.points if p.value.text == t)
        for t in ("99.5%", "96%")
    )
    assert high.y < low.y


@pytest.mark.parametrize(
    ("number", "label"), [("1936700000000", "19367亿"), ("12000", "1.2万"), ("98.60", "98.6")]
)
def test_labels_of_numbers(number: str, label: str) -> None:
    assert curve.short(Decimal(number)) == label


def test_long_answers_have_pages(tmp_path: Path) -> None:
    place = str(tmp_path / "index")
    with open_writer(place, Lexicon(), rebuild=True) as writer:
        for number in range(ROWS + LISTED):
            region = Region((f"{number:03}省",), ("000000",))
            report = Report(f"r{number}", "报告", f"{number}.txt", region=region, year=2023)
            text = f"2022年参保率达{number}%。"
            writer.add(report, [Paragraph(f"r{number}-0", f"r{number}", 1, text, text)])
        writer.commit({})
    web = create_app(location=place).test_client()
    seen, said, href = set(), set(), ask(q="参保率")
    for turned, found in (("地区分页", seen), ("数值分页", said)):
        href = ask(q="参保率")
        while href:
            tree = dom.fromstring(web.get(href).text)
            found |= set(
                tree.xpath("//tbody/tr/th/span/text()" if found is seen else "//mark/text()")
            )
            following = tree.xpath(f"//nav[@aria-label='{turned}']/a[text()='下一页']/@href")
            href = following[0] if following else ""
        assert len(found) == ROWS + LISTED


def test_an_answer_that_is_kept_ends_with_its_state_of_the_index(tmp_path: Path) -> None:
    place = values_index.build(str(tmp_path / "index"))
    web = create_app(location=place).test_client()
    for _ in range(2):
        assert "7 处" in page(web, q="参保率").xpath("string(//main)")
    with open_writer(place, Lexicon()) as writer:
        writer.add(
            Report("new", "报告", "new.txt", year=2023),
            [Paragraph("new-0", "new", 1, "2022年参保率达94%。", "2022年参保率达94%。")],
        )
        writer.commit({})
    assert "8 处" in page(web, q="参保率").xpath("string(//main)")


def test_more_paragraphs_than_are_read_is_said(
    web: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "MAX_PARAGRAPHS", 2)
    monkeypatch.setattr(values_page, "_answer", values_page._answer.__wrapped__)
    assert "读了最前的 2 段" in page(web, q="参保率").xpath("string(//main)")
    assert web.get(ask("/api/values", q="参保率")).json["total"] > 2


def test_the_command_gives_the_same(
    location: str, web: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["values", "参保率", "--index", location, "--json", "--unknown"])
    capsys.readouterr()
    main(["values", "参保率", "--index", location, "--json"])
    assert json.loads(capsys.readouterr().out) == web.get(ask("/api/values", q="参保率")).json
    main(["values", "参保率", "--index", location, "--region", "乙省"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "3 处数值，出自 2 段"
    assert "97%  2022  结果  乙省" in lines
