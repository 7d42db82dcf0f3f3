"""Regions and years that a query names are offered as filters, with exact numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import making_indexes
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as dom

from engine.engine import Engine
from engine.errors import QueryError
from engine.model import Query
from search_app import create_app
from search_app.offers import MAX_OFFERS, offers
from search_app.params import address
from yinju.cli import cli

TEXTS = ("医保基金监管", "老城区改造", "和平发展", "和平与城区", "医保DRG付费")
REGIONS = (
    ("湖南省",),
    ("湖南省", "湘潭市"),
    ("湖南省", "湘潭市", "湘乡市"),
    ("湖北省",),
    ("吉林省",),
    ("吉林省", "吉林市"),
    ("内蒙古自治区",),
    ("湖北省", "恩施土家族苗族自治州"),
    ("安徽省", "马鞍山市", "和县"),
    ("天津市", "和平区"),
    ("山西省", "晋城市", "城区"),
    ("江苏省", "南京市", "鼓楼区"),
    ("福建省", "福州市", "鼓楼区"),
    ("河南省", "开封市", "鼓楼区"),
    ("江苏省", "徐州市", "鼓楼区"),
)
OFFERED = [
    ("湖南 DRG", [("湖南省", "DRG")]),
    ("湖南", [("湖南省", "")]),
    ("湖南省湘潭市医保", [("湖南省湘潭市", "医保")]),
    ("湘潭市2022年医保", [("湖南省湘潭市、2022年", "医保")]),
    ("医保 湘乡", [("湖南省湘潭市湘乡市", "医保")]),
    ("湖南 湖北 医保", [("湖南省、湖北省", "医保")]),
    ("湖南的医保", [("湖南省", "医保")]),
    ("湖南和湖北的医保", [("湖南省、湖北省", "医保")]),
    ("湖南、湖北、吉林市医保", [("湖南省、湖北省、吉林省吉林市", "医保")]),
    ("湖南 以及 湖北 医保", [("湖南省、湖北省", "医保")]),
    ("湖南/湖北 医保", [("湖南省、湖北省", "医保")]),
    ("湖南省的湘潭市 医保", [("湖南省湘潭市", "医保")]),
    ("医保，湖南", [("湖南省", "医保")]),
    ("湖南、医保", [("湖南省", "医保")]),
    ("湖南和平", [("湖南省", "和平")]),
    ("湖南 AND 医保", [("湖南省", "医保")]),
    ("湖南 (DRG OR DIP)", [("湖南省", "(DRG OR DIP)")]),
    ("内蒙古医保", [("内蒙古自治区", "医保")]),
    ("恩施州 医保", [("湖北省恩施土家族苗族自治州", "医保")]),
    ("吉林 医保", [("吉林省", "医保"), ("吉林省吉林市", "医保")]),
    ("福州市鼓楼区 医保", [("福建省福州市鼓楼区", "医保")]),
    ("2022 医保", [("2022年", "医保")]),
    ("医保2022年", [("2022年", "医保")]),
    ("二〇二二年医保", [("2022年", "医保")]),
    ("2021-2022年医保", [("2021—2022年", "医保")]),
    ("2021年至2022年 医保", [("2021—2022年", "医保")]),
    ("2021年 2022年 医保", [("2021年、2022年", "医保")]),
    ("2021、2022年医保", [("2021年、2022年", "医保")]),
    ("2021~2022 医保", [("2021—2022年", "医保")]),
    ("医保 2021～2022", [("2021—2022年", "医保")]),
    ("2021年——2022年医保", [("2021—2022年", "医保")]),
    ("2021年以来 医保", [("2021—2022年", "医保")]),
    ("2021年起湖南医保", [("湖南省、2021—2022年", "医保")]),
    ("从2021年到2022年 医保", [("2021—2022年", "医保")]),
    ("医保自2021年以来", [("2021—2022年", "医保")]),
    ("湖南省政府医保", [("湖南省", "政府医保")]),
    ("湖南 湖南省医保", [("湖南省", "医保")]),
    *(
        (text, [])
        for text in (
            "“湖南” DRG",
            "-湖南 DRG",
            "NOT 湖南",
            "湖南 OR 湖北",
            "湖南|湖北 医保",
            "标题:湖南 医保",
            "支持湖南发展",
            "老城区改造",
            "城区",
            "和平发展",
            "医保和县级",
            "湖南-学生",
            "湖南AND",
            "2022万元 医保",
            "32022年 医保",
            "1901年 医保",
            "2022年底 医保",
            "2022年以前 医保",
            "2022年前 医保",
            "医保",
        )
    ),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("offers")
    reports = [(TEXTS, region, 2022, ()) for region in REGIONS]
    return making_indexes(lambda: str(folder))(*reports, (TEXTS, (), 2021, ()))


@pytest.mark.parametrize(("text", "expected"), OFFERED, ids=[text for text, _ in OFFERED])
def test_what_is_offered(engine: Engine, text: str, expected: list[tuple[str, str]]) -> None:
    with engine.searcher() as searcher:
        found = offers(searcher, searcher.search(Query(text)))
    assert [(offer.text, offer.query.text) for offer in found][: len(expected) or None] == expected


def test_where_a_place_has_nothing_of_a_year_one_of_both_is_left_out(
    tmp_path: Path,
) -> None:
    """A text names its own year and place so seldom that this alone would offer nothing."""
    engine = making_indexes(lambda: str(tmp_path))(
        (TEXTS, ("湖南省", "湘潭市"), 2022, ()),
        (("医保扩面",), ("湖北省",), 2021, ()),
        (("学习湘潭市2021年医保经验",), ("湖北省",), 2022, ()),
    )
    with engine.searcher() as searcher:
        found = offers(searcher, searcher.search(Query("湘潭市2021年医保")))
    assert [(offer.text, offer.query.text, offer.total) for offer in found] == [
        ("湖南省湘潭市、不限年份", "医保", 2),
        ("2021年、不限地区", "医保", 1),
    ]
    assert [(offer.query.regions, offer.query.years) for offer in found] == [
        (("湖南省/湘潭市",), ()),
        ((), ((2021, 2021),)),
    ]


def test_of_many_regions_with_a_name_three_are_offered(engine: Engine) -> None:
    with engine.searcher() as searcher:
        found = offers(searcher, searcher.search(Query("鼓楼区 医保")))
    assert len(found) == MAX_OFFERS == len({offer.query.regions for offer in found})


PIECES = (
    "和",
    "、",
    "2021年以来",
    "湖南",
    "湘潭市",
    "鼓楼区",
    "2022年",
    "2021-2022",
    "医保",
    "的",
    "AND",
    "“DRG”",
    "-",
    "(",
    "|",
)


@given(st.lists(st.sampled_from((*PIECES, " ", " ")), max_size=8))
def test_a_number_is_that_of_the_results(engine: Engine, pieces: list[str]) -> None:
    with engine.searcher() as searcher:
        try:
            page = searcher.search(Query("".join(pieces)))
        except QueryError:
            return
        found = offers(searcher, page)
        assert len(found) <= MAX_OFFERS
        for offer in found:
            assert searcher.search(offer.query).total == offer.total > 0
            assert offer.query != page.query


def test_what_is_filtered_already_is_not_offered(engine: Engine) -> None:
    with engine.searcher() as searcher:
        page = searcher.search(Query("湖南 医保", regions=("湖北省",)))
        assert offers(searcher, page) == []
        page = searcher.search(Query("湖南 医保", regions=("湖南省",), exact=True))
        (offer,) = offers(searcher, page)
        assert offer.query == Query("医保", regions=("湖南省",), exact=True)


@pytest.fixture(scope="module")
def offering(engine: Engine) -> FlaskClient:
    return create_app(engine).test_client()


def test_the_page_offers_one_click(offering: FlaskClient) -> None:
    tree = dom.fromstring(offering.get("/?q=湖南 DRG&sort=newest").text)
    (link,) = tree.xpath("//p[@class='offers']/a")
    assert link.text == "只看湖南省"
    assert link.get("href") == address(Query("DRG", regions=("湖南省",), sort="newest"))
    (total,) = re.findall(r"（(\d+) 段）", tree.xpath("string(//p[@class='offers'])"))
    results = dom.fromstring(offering.get(link.get("href")).text)
    assert results.xpath("string(//h1)").startswith(f"{total} 段，")


def test_the_api_offers_the_same(offering: FlaskClient) -> None:
    query = offering.get("/api/search?q=湖南 DRG").json["query"]
    (offer,) = query["offers"]
    assert offer == {"q": "DRG", "region": ["湖南省"], "year": [], "total": offer["total"]}
    total = offering.get("/api/search?q=DRG&region=湖南省").json["total"]
    assert (query["q"], offer["total"]) == ("湖南 DRG", total)


def test_the_command_line_says_how_to_take_it(tmp_path: Path) -> None:
    location = str(tmp_path / "index")
    making_indexes(lambda: location)((TEXTS, REGIONS[0], 2022, ()))
    asked = ["search", "湖南 DRG", "--index", location]
    lines = CliRunner().invoke(cli, asked).stdout.splitlines()
    assert lines[1] == "只看湖南省（1 段）：yinju search DRG --region '湖南省'"
    answer = json.loads(CliRunner().invoke(cli, [*asked, "--json"]).stdout)
    assert answer["query"]["offers"][0]["total"] == 1
