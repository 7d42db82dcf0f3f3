"""Searches within results and in one sentence, on the page and the command line.

The tests follow links: the number that a page offers is the total of the page behind it.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from conftest import making_indexes
from flask.testing import FlaskClient
from lxml import html as dom

from engine.engine import Engine, Searcher, open_engine
from engine.model import Query
from engine.query.plan import MAX_EARLIER
from search_app import create_app
from search_app.navigate import describe, inside_results, unfiltered
from search_app.offers import offers
from search_app.params import address
from search_app.remarks import remarks
from search_app.same_paragraph import same_paragraph
from search_app.spelling import did_you_mean
from yinju.cli import cli

HUNAN = (
    "医保基金监管到位，农村医保全覆盖。",
    "医保改革推进。农村建设加快。",
    "农村医疗保障基金运行平稳。",
    "基金监管加强。",
)
HUBEI = ("医保基金收支平衡。", "农村道路建设。", "湖南医保经验值得学习。")


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = str(tmp_path_factory.mktemp("within") / "index")
    making_indexes(lambda: folder)(
        (HUNAN, ("湖南省",), 2023, ("医疗保障",)), (HUBEI, ("湖北省",), 2024, ())
    )
    return folder


@pytest.fixture(scope="module")
def engine(location: str) -> Engine:
    return open_engine(location)


@pytest.fixture(scope="module")
def within_client(engine: Engine) -> FlaskClient:
    return create_app(engine).test_client()


def ask(**parameters: object) -> str:
    """The address of a search; ``inside`` and ``within`` as in the address."""
    if "inside" in parameters:
        parameters["in"] = parameters.pop("inside")
    return "/?" + urlencode(parameters, doseq=True)


def tree_of(client: FlaskClient, path: str, status: int = 200) -> Any:
    answer = client.get(path)
    assert answer.status_code == status
    return dom.fromstring(answer.text)


def total_of(tree: Any) -> int:
    number = re.match("[0-9,]+", tree.xpath("string(//h1)"))
    return int(number[0].replace(",", "")) if number else 0


def fields(form: Any) -> list[tuple[str, str]]:
    """What a browser sends with the form; a select sends its selected or its first option."""
    sent = [(each.get("name"), each.get("value", "")) for each in form.xpath(".//input[@name]")]
    for select in form.xpath(".//select"):
        (chosen,) = select.xpath("option[@selected]") or select.xpath("option[1]")
        sent.append((select.get("name"), chosen.get("value")))
    return sent


def test_the_second_box_searches_within_the_results(
    within_client: FlaskClient, engine: Engine
) -> None:
    """Its box is empty; all that the page shows is kept, and the query becomes an earlier one."""
    shown = Query("医保", exact=True, one_sentence=True, regions=("湖南省",), sort="newest")
    (form,) = tree_of(within_client, address(shown)).xpath("//form[@class='narrow small']")
    sent = dict(fields(form)) | {"q": "基金"}
    narrowed = tree_of(within_client, f"/?{urlencode(sent)}")
    wanted = Query(
        "基金",
        exact=True,
        one_sentence=True,
        inside=("医保",),
        regions=("湖南省",),
        sort="newest",
    )
    assert total_of(narrowed) == engine.search(wanted).total == 1
    assert narrowed.xpath("string(//title)") == f"{describe(wanted)} - 引据"
    assert describe(wanted) == "基金 · 先前：医保 · 精确 · 同句 · 湖南省"


def test_the_main_box_replaces_the_last_query_alone(within_client: FlaskClient) -> None:
    shown = Query("基金", inside=("医保", "农村"), one_sentence=True, themes=("医疗保障",))
    (form,) = tree_of(within_client, address(shown)).xpath("//form[@id='ask']")
    sent = fields(form)
    assert [value for name, value in sent if name == "in"] == ["医保", "农村"]
    assert [value for name, value in sent if name == "within"] == ["sentence"]
    assert ("q", "基金") in sent


@pytest.mark.parametrize(
    ("query", "is_offered"),
    [
        (Query("医保"), True),
        (Query("", regions=("湖南省",)), False),
        (Query("海洋牧场"), False),
        (Query("医保", inside=tuple("农村基")), True),
        (Query("医保", inside=("农", "村", "基", "金", "监")), False),
        (Query("医保", inside=("医保", "农", "村", "基", "金")), True),
    ],
)
def test_where_the_second_box_is(
    within_client: FlaskClient, query: Query, is_offered: bool
) -> None:
    """Not where there is nothing to search within, nor where one more would be refused."""
    tree = tree_of(within_client, address(query))
    assert bool(tree.xpath("//form[@class='narrow small']")) == is_offered


CHIPPED = [
    Query("基金", inside=("医保",)),
    Query("基金", inside=("医保", "农村")),
    Query("", inside=("医保", "农村")),
    Query(
        "农村",
        inside=("医保", "基金"),
        one_sentence=True,
        regions=("湖南省",),
        years=((2023,) * 2,),
    ),
]


@pytest.mark.parametrize("query", CHIPPED, ids=describe)
def test_each_chip_removes_one_condition(
    within_client: FlaskClient, engine: Engine, query: Query
) -> None:
    tree = tree_of(within_client, address(query))
    chips = tree.xpath("//ul[@class='chips']//a")
    for text in query.inside:
        rest = tuple(other for other in query.inside if other != text)
        (chip,) = [each for each in chips if f"移除条件：先前检索 {text}" == each.get("aria-label")]
        left = Query(
            query.text,
            inside=rest,
            one_sentence=query.one_sentence,
            regions=query.regions,
            years=query.years,
        )
        assert chip.get("href") == address(left)
        assert total_of(tree_of(within_client, chip.get("href"))) == engine.search(left).total
    if len(chips) > 1:
        assert chips[-1].text == "全部清除"
        assert chips[-1].get("href") == address(unfiltered(query))
        assert unfiltered(query) == Query(query.text, one_sentence=query.one_sentence)


def test_a_long_earlier_query_is_cut_in_its_chip(within_client: FlaskClient) -> None:
    tree = tree_of(within_client, ask(q="基金", inside="医保 " * 20))
    (chip,) = tree.xpath("//ul[@class='chips']//a")
    assert len(chip.text_content()) < 40


def test_links_of_the_page_keep_earlier_queries(within_client: FlaskClient) -> None:
    """Hits, themes, report pages, and the way back, which names them."""
    query = Query("基金", inside=("医保",), one_sentence=True)
    tree = tree_of(within_client, address(query))
    links = tree.xpath("//article//h2/a/@href | //a[@class='theme']/@href | //a[.='上下文']/@href")
    assert len(links) > 2
    assert all("within=sentence" in link and "in=%E5%8C%BB" in link for link in links)
    (back,) = tree_of(within_client, links[0]).xpath("//p[contains(@class, 'back')]/a")
    assert f"回到“{describe(query)}”的结果" in back.text
    assert back.get("href").partition("#")[0] == address(query)


FAULTY = [
    (ask(q="基金", inside=["医保", "(农村"]), "先前的检索“(农村”"),
    (ask(q="基金", inside=[str(n) for n in range(MAX_EARLIER + 1)]), "在结果中检索了 6 次"),
    (ask(q="(基金", inside=["医保"]), "括号"),
]


@pytest.mark.parametrize(("path", "message"), FAULTY)
def test_a_faulty_query_can_be_mended(within_client: FlaskClient, path: str, message: str) -> None:
    """The page names the query at fault; the box and the chips keep the others."""
    tree = tree_of(within_client, path, 400)
    assert message in tree.xpath("string(//h1)")
    chips = tree.xpath("//ul[@class='chips']//a[contains(@aria-label, '先前检索')]")
    kept = [value for name, value in fields(tree.xpath("//form[@id='ask']")[0]) if name == "in"]
    assert len(kept) == len(chips) >= 1
    if "(农村" in kept or len(kept) > MAX_EARLIER:
        assert within_client.get(chips[-1].get("href")).status_code == 200


# What is looked for in one sentence, and what the offer of a whole paragraph says
APART = [
    (Query("改革 农村"), "不在同一句、但在同一段的有 1 段", "in one paragraph"),
    (Query("改革 农村", regions=("湖南省",)), "不在同一句、但在同一段的有 1 段", "under filters"),
    (Query("改革 农村", regions=("湖北省",)), "", "which count for the offer too"),
    (Query("改革 道路"), "没有一句符合；改查同段，有 2 段", "no paragraph has both"),
    (
        Query("改革 农村", inside=("医保",)),
        "没有一句符合；改查同段，有 1 段",
        "within results",
    ),
    (Query("医保 农村"), "", "found in one sentence"),
    (Query("海洋 牧场"), "", "found nowhere"),
    (Query("改革 农村", exact=True), "不在同一句、但在同一段的有 1 段", "exact"),
]


@pytest.mark.parametrize(("query", "said", "why"), APART, ids=[case[2] for case in APART])
def test_the_paragraphs_offered_where_no_sentence_has_all(
    within_client: FlaskClient, query: Query, said: str, why: str
) -> None:
    path = address(query) + "&within=sentence"
    note = tree_of(within_client, path).xpath("//p[@class='apart']")
    assert bool(note) == bool(said), why
    if note:
        assert note[0].text_content().startswith(f"{said}。"), why
        (link,) = note[0].xpath("a/@href")
        (number,) = re.findall(r"有 ([\d,]+) 段", said)
        assert link == address(query)
        assert total_of(tree_of(within_client, link)) == int(number)


def test_offers_of_filters_count_under_the_same_conditions(engine: Engine) -> None:
    with engine.searcher() as searcher:
        query = Query("湖南 医保 农村", inside=("基金",), one_sentence=True)
        for offer in (found := offers(searcher, searcher.search(query))):
            assert (offer.query.inside, offer.query.one_sentence) == (("基金",), True)
            assert searcher.search(offer.query).total == offer.total
        assert [offer.total for offer in found] == [1]


CORRECTED = [
    (Query("基金监官"), ["基金监管"]),
    (Query("基金监官", inside=("农村",)), ["基金监管"]),
    (Query("基金监官", inside=("道路",)), []),
    (Query("道路 基金监官", one_sentence=True), []),
    (Query("农村 基金监官", one_sentence=True), ["农村 基金监管"]),
]


@pytest.mark.parametrize(("query", "expected"), CORRECTED)
def test_a_correction_finds_something_under_the_same_conditions(
    engine: Engine, query: Query, expected: Sequence[str]
) -> None:
    with engine.searcher() as searcher:
        assert did_you_mean(searcher, searcher.search(query)) == expected


def remarks_on(searcher: Searcher, query: Query) -> str:
    return "".join(remarks(searcher.search(query)))


def test_a_remark_on_relaxing_says_where_nothing_was_found(engine: Engine) -> None:
    """One paragraph has all three words, but not one that the earlier query finds."""
    with engine.searcher() as searcher:
        assert remarks_on(searcher, Query("医保 基金 监管")) == ""
        within = remarks_on(searcher, Query("医保 基金 监管", inside=("收支",)))
        assert within.startswith("先前的结果里没有一段同时含有")


COMMANDS = [
    (["湖南 医保", "--in", "农村", "--exact"], "只看湖南省"),
    (["湖南 医保", "--in", "农村|经验", "--same-sentence", "--sort", "newest"], "只看湖南省"),
    (["改革 农村", "--same-sentence"], "不在同一句、但在同一段的有"),
    (["改革 农村", "--same-sentence", "--in", "医保 建设", "--no-synonyms"], "没有一句符合"),
]


@pytest.mark.parametrize(("arguments", "offered"), COMMANDS)
def test_a_command_that_is_offered_finds_the_number_beside_it(
    location: str, arguments: list[str], offered: str
) -> None:
    index = ["--index", location]
    lines = CliRunner().invoke(cli, ["search", *arguments, *index]).stdout.splitlines()
    (line,) = [line for line in lines if line.startswith(offered)]
    said, _, command = line.partition("：yinju ")
    answer = CliRunner().invoke(cli, [*shlex.split(command), *index, "--json"])
    assert json.loads(answer.stdout)["total"] == int(re.findall(r"(\d+) 段", said)[0]) > 0


@pytest.mark.parametrize("query", [Query("医保", inside=("基金",)), Query("医保")])
def test_the_second_box_never_repeats_an_earlier_query(query: Query) -> None:
    kept = [value for name, value in inside_results(query) if name == "in"]
    assert kept == [*query.inside, query.text]
    again = Query(query.text, inside=tuple(kept))
    assert [value for name, value in inside_results(again) if name == "in"] == kept


def test_no_offer_but_for_one_sentence(engine: Engine) -> None:
    with engine.searcher() as searcher:
        assert same_paragraph(searcher, searcher.search(Query("海洋牧场"))) is None
