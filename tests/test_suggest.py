"""Suggestions while typing: by characters, pinyin and initials, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import web_index
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from engine.engine import Engine, open_engine, open_writer
from engine.model import UNKNOWN, FacetCount, Query, Vocabulary
from search_app.pinyin import alike, syllables
from search_app.suggest import MAX_SUGGESTIONS, Suggester, suggester

VOCABULARY = Vocabulary(
    words={
        **{"医疗": 900, "医院": 500, "医疗机构": 450, "银行": 300, "重庆": 200, "绿色": 150},
        **{
            "医用": 12,
            "中医": 40,
            "压力": 5,
            "医疗器械注册人": 3,
            "怀化市": 30,
            "gdp": 20,
            "西安": 9,
        },
    },
    phrases={"医疗保障制度": 40, "飞行检查": 25, "基金监管": 70, "DIP付费": 12, "5G基站": 3},
    regions={
        "湖南省": 300,
        "湖南省/怀化市": 90,
        "福建省/福州市/鼓楼区": 9,
        "江苏省/南京市/鼓楼区": 8,
    },
    themes={"医疗保障": 800, "医疗保障/基金监管": 90, "医疗保障/异地就医": 50},
    years={2025: 40, 2024: 900, 2022: 70},
    titles=("怀化市医疗保障局2024年工作总结", "关于“双随机”的报告", "医改报告"),
)

# typed, what comes first, and why
TYPED = [
    ("医", ["医疗", "医院", "医疗保障", "医疗机构", "医疗保障制度"], "frequent before rare"),
    ("医疗", ["医疗", "医疗保障", "医疗机构", "医疗保障制度"], "shorter before longer"),
    (
        "医疗保障",
        ["医疗保障", "医疗保障制度", "医疗保障/基金监管"],
        "a theme before those below it",
    ),
    ("就医", ["医疗保障/异地就医"], "what holds it"),
    ("保障", ["医疗保障", "医疗保障制度"], "what holds it, in the same order"),
    ("醫療机", ["医疗机构"], "traditional"),
    ("yiliaobaozhang", ["医疗保障", "医疗保障制度"], "full pinyin"),
    ("yiliaob", ["医疗保障", "医疗保障制度"], "pinyin cut short"),
    ("yi liao bao zhang", ["医疗保障"], "pinyin with blanks"),
    ("yl", ["医疗", "医疗保障", "医疗机构", "医疗保障制度", "压力"], "initials"),
    ("YLBZ", ["医疗保障", "医疗保障制度"], "initials in capitals"),
    ("医疗bz", ["医疗保障", "医疗保障制度"], "characters and initials"),
    ("医疗baozh", ["医疗保障", "医疗保障制度"], "characters and pinyin"),
    ("yinhang", ["银行"], "a reading of the phrase dictionary"),
    ("yinxing", [], "and not the other"),
    ("chongqing", ["重庆"], "the same of a place"),
    ("lvse", ["绿色"], "ü as it is typed"),
    ("lüse", ["绿色"], "or as it is written"),
    ("xi'an", ["西安"], "an apostrophe between syllables"),
    ("fxjc", ["飞行检查"], "a policy phrase"),
    ("dip", ["DIP付费"], "Latin letters are letters"),
    ("dipff", ["DIP付费"], "and their own initials"),
    ("5g", ["5G基站"], "digits"),
    ("gd", ["gdp"], "a Latin word"),
    ("怀化", ["怀化市", "怀化市医疗保障局2024年工作总结"], "a place and a title; no word twice"),
    ("hhs", ["怀化市", "怀化市医疗保障局2024年工作总结"], "titles by initials"),
    ("鼓楼", ["福州市鼓楼区", "南京市鼓楼区"], "which of the two"),
    ("202", ["2025年", "2024年", "2022年"], "years, the newest first"),
    ("2022", ["2022年"], "a year"),
    ("  ", [], "nothing"),
    ("\n", [], "nor a line"),
    ("zz", [], "what there is not"),
    ("医疗xyz", [], "nor in part"),
]


@pytest.fixture(scope="module")
def made() -> Suggester:
    return Suggester(VOCABULARY)


@pytest.mark.parametrize(("typed", "expected", "why"), TYPED, ids=[case[2] for case in TYPED])
def test_what_comes_first(made: Suggester, typed: str, expected: list[str], why: str) -> None:
    found = [item.text for item in made.suggest(typed)]
    assert found[: len(expected)] == expected, why
    assert len(found) == len(set(found)) <= MAX_SUGGESTIONS
    assert bool(found) == bool(expected)


KINDS = [
    ("医疗", "word", "/?q=%E5%8C%BB%E7%96%97"),
    ("飞行检查", "phrase", "/?q=%E9%A3%9E%E8%A1%8C%E6%A3%80%E6%9F%A5"),
    ("怀化市", "region", "/?region=%E6%B9%96%E5%8D%97%E7%9C%81/%E6%80%80%E5%8C%96%E5%B8%82"),
    ("2024年", "year", "/?year=2024"),
    ("医疗保障", "theme", "/?theme=%E5%8C%BB%E7%96%97%E4%BF%9D%E9%9A%9C"),
]


@pytest.mark.parametrize(("text", "kind", "url"), KINDS)
def test_each_says_its_kind_and_where_it_leads(
    made: Suggester, text: str, kind: str, url: str
) -> None:
    assert tuple(made.suggest(text)[0]) == (text, kind, url)


@given(st.text(st.characters(codec="utf-8")))
def test_a_syllable_for_each_character(text: str) -> None:
    assert len(syllables(text)) == len(text)
    assert all(syllables(text))


@given(st.text(st.sampled_from("医疗保障 yilbz'5g%\n的鼓"), max_size=8))
def test_whatever_is_typed_is_answered(made: Suggester, text: str) -> None:
    assert len(made.suggest(text)) <= MAX_SUGGESTIONS


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("zhang", "zan", True),
        ("ning", "lin", True),
        ("shi", "si", True),
        ("fei", "hei", False),
        ("bao", "biao", False),
    ],
)
def test_what_sounds_alike(one: str, other: str, same: bool) -> None:
    assert (alike(one) == alike(other)) is same


# --- over a real index ---------------------------------------------------------------------------


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_engine(web_index.build(str(tmp_path / "index")))


def counted(values: Iterable[FacetCount]) -> Iterator[tuple[str, int]]:
    """The values of a facet at every level, without unknown."""
    for value in values:
        if value.path != UNKNOWN:
            yield value.path, value.count
        yield from counted(value.children)


def test_the_vocabulary_counts_paragraphs(engine: Engine) -> None:
    held = engine.vocabulary()
    assert held.phrases == {"基金监管": 40, "飞行检查": 1, "异地就医": 1, "异地就医直接结算": 1}
    for phrase, count in held.phrases.items():
        assert engine.search(Query(phrase, exact=True)).total == count
    for word, count in held.words.items():
        assert engine.search(Query(word)).total >= count > 1  # or inside other words
    facets = engine.search(Query()).facets
    assert held.regions == dict(counted(facets["region"]))
    assert held.themes == dict(counted(facets["theme"]))
    years = counted(facets["year"])
    assert held.years == {int(year): count for year, count in years}
    assert held.words["工作"] == 28
    assert "基金监管" not in held.words
    assert not [word for word in held.words if len(word) < 2 or word[0].isdigit()]
    assert held.titles[0] == "甲县医疗保障局2024年工作总结"
    assert len(held.titles) == 14


def test_an_empty_index_has_none(tmp_path: Path) -> None:
    with open_writer(str(tmp_path / "index"), web_index.LEXICON, rebuild=True) as writer:
        writer.commit({})
    held = open_engine(str(tmp_path / "index")).vocabulary()
    assert (held.words, held.phrases, held.regions, held.themes, held.titles) == (
        {},
        {},
        {},
        {},
        (),
    )
    assert Suggester(held).suggest("医") == []


def test_made_once_and_again_after_a_commit(engine: Engine, tmp_path: Path) -> None:
    first = engine.vocabulary()
    assert engine.vocabulary() is first
    assert suggester(first) is suggester(first)
    with open_writer(str(tmp_path / "index"), web_index.LEXICON) as writer:
        writer.remove("rep001")
        writer.commit({})
    second = engine.vocabulary()
    assert second is not first
    assert "湖南省/怀化市" not in second.regions
    assert "飞行检查" not in second.phrases
    assert "甲县医疗保障局2024年工作总结" not in second.titles


def test_what_is_suggested_is_found(client: FlaskClient) -> None:
    for typed in ("基金", "湖", "jjjg", "甲县", "工作", "yd", "yiliao"):
        suggestions = client.get(f"/api/suggest?q={typed}").json["suggestions"]
        assert suggestions
        for item in suggestions:
            assert client.get("/api/search" + item["url"].removeprefix("/")).json["total"] > 0, item


def test_a_title_may_hold_quotation_marks(tmp_path: Path) -> None:
    item = next(item for item in Suggester(VOCABULARY).items if "双随机" in item.text)
    assert item.kind == "title"
    engine = open_engine(web_index.build(str(tmp_path / "index")))
    (found,) = Suggester(engine.vocabulary()).suggest("<无署名>")
    assert found.text == "工作总结 <无署名>"
