"""Did you mean: corrections for a word that occurs nowhere, and none otherwise."""

from __future__ import annotations

import pytest

from engine.engine import Engine, open_engine, open_writer
from engine.model import Lexicon, Paragraph, Query, Region, Report
from engine.query.parser import MAX_LENGTH
from search_app.spelling import did_you_mean, distance

LEXICON = Lexicon(
    {
        **{"飞行检查": "医疗保障/基金监管", "打击欺诈骗保": "医疗保障/基金监管"},
        **{"长期护理保险": "医疗保障/长护险", "DIP付费": "医疗保障/支付方式改革"},
        **{"异地就医": "医疗保障/异地就医", "营商环境": "经济发展"},
    }
)
TEXTS = (
    "开展飞行检查，打击欺诈骗保，追回医疗保障基金。",
    "医疗保障基金监督检查，医疗保障待遇清单。",
    "长期护理保险试点，DIP付费覆盖全部医院。",
    "异地就医直接结算，参保率保持稳定，新增医院三家。",
    "医院和医疗机构参保，直接结算异地就医费用，检查医院。",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    location = str(tmp_path_factory.mktemp("spelling") / "index")
    region = Region(("湖南省", "怀化市"), ("430000", "431200"))
    report = Report("r", "怀化市工作总结", "r.txt", region=region, year=2024, paragraphs=len(TEXTS))
    texts = (*TEXTS, "怀化市的工作。")
    with open_writer(location, LEXICON, rebuild=True) as writer:
        writer.add(
            report, [Paragraph(f"r-{n}", "r", n + 1, text, text) for n, text in enumerate(texts)]
        )
        writer.commit({})
    return open_engine(location)


# query, what is offered, why
CASES = [
    ("医疗保章", ["医疗保障"], "a character of the same sound"),
    ("飞型检查", ["飞行检查"], "the same in a policy phrase"),
    ("飞行捡查 基金", ["飞行检查 基金"], "the rest of the query stays"),
    ("基金  飞型检查 -学生", ["基金  飞行检查 -学生"], "blanks and operators, too"),
    ("异地就一", ["异地就医"], "characters that the tokenizer leaves by themselves"),
    ("长期护里保险", ["长期护理保险"], "inside a long phrase"),
    ("长期护理宝鲜", ["长期护理保险"], "two wrong, one of them nearly the same sound"),
    ("飞检行查", ["飞行检查"], "two in the wrong order"),
    ("打击欺诈保", ["打击欺诈骗保"], "one missing"),
    ("飞行检检查", ["飞行检查"], "one typed twice"),
    ("dipp付费", ["DIP付费"], "Latin letters"),
    ("怀话市", ["怀化市"], "a place"),
    ("飞型检查 医疗保章", ["飞行检查 医疗保障"], "two of them at once"),
    (
        "(飞型检查 OR 参保) 基金",
        ["(飞行检查 OR 参保) 基金"],
        "an alternative that is found nowhere",
    ),
    ("“飞型检查”", ["“飞行检查”"], "a phrase in quotation marks"),
    ("飛型檢查", ["飞行检查"], "traditional"),
    ("飞行检查", [], "what is right"),
    ("参保率", [], "what stands in a row, whatever the tokenizer makes of it"),
    ("医院好", [], "a known word and one more character"),
    ("医院的", [], "a particle"),
    ("火箭发射", [], "what is near nothing"),
    ("营商环镜", [], "what is near a phrase that stands nowhere"),
    ("基金 -飞型检查", [], "what is excluded"),
    ("标题:飞型检查 基金", [], "a title is no paragraph"),
    ("飞型* 基金", [], "a beginning of words"),
    ("", [], "everything"),
    ("2024", [], "a number"),
]


@pytest.mark.parametrize(("text", "expected", "why"), CASES, ids=[case[2] for case in CASES])
def test_what_is_offered(engine: Engine, text: str, expected: list[str], why: str) -> None:
    page = engine.search(Query(text))
    assert did_you_mean(engine, page) == expected, why
    assert page.query.text == text


def test_exact_mode(engine: Engine) -> None:
    page = engine.search(Query("飞行检察", exact=True))
    assert did_you_mean(engine, page) == ["飞行检查"]


def test_nothing_is_offered_that_finds_nothing_under_the_filters(engine: Engine) -> None:
    asked = Query("飞型检查", years=((2024, 2024),))
    assert did_you_mean(engine, engine.search(asked)) == ["飞行检查"]
    asked = Query("飞型检查", years=((2019, 2019),))
    assert did_you_mean(engine, engine.search(asked)) == []


def test_a_query_as_long_as_allowed(engine: Engine) -> None:
    text = "打击欺诈保" + " " * 1993 + "医院"
    assert len(text) == MAX_LENGTH
    assert did_you_mean(engine, engine.search(Query(text))) == []  # one more is too long


DISTANCES = [
    ("保障", "保障", 0.0),
    ("保章", "保障", 0.25),
    ("保定", "保障", 1.0),
    ("保赞", "保障", 0.5),
    ("检飞", "飞检", 0.5),
    ("骗保", "骗医保", 0.75),
    ("医医保", "医保", 0.5),
    ("医中保", "医保", 2.0),
    ("", "医保", 1.5),
]


@pytest.mark.parametrize(("typed", "meant", "far"), DISTANCES)
def test_distance(typed: str, meant: str, far: float) -> None:
    assert distance(typed, meant) == far
