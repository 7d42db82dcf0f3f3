"""Terms that have to stand in one sentence, and searches within results."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from conftest import MakeIndex, NewLocation, making_indexes
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.engine import Engine
from engine.errors import QueryError
from engine.model import Query
from engine.sentences import find_sentences

_TERM = st.text("医保农村", min_size=1, max_size=3)


@pytest.fixture(scope="module")
def texts_and_engine(new_location: NewLocation) -> tuple[list[str], Engine]:
    """3,000 random texts: enough for several forms of postings."""
    chance = random.Random(5)
    texts = [
        "".join(chance.choice("医保农村 “”。！…；\n1") for _ in range(chance.randrange(1, 40)))
        for _ in range(3_000)
    ]
    texts = [text if text.strip() else "医" for text in texts]
    reports = [(texts[at : at + 100], (), None, ()) for at in range(0, len(texts), 100)]
    return texts, making_indexes(new_location)(*reports)


def holds(text: str, terms: Sequence[str]) -> bool:
    """Whether one sentence of a text holds all terms."""
    return any(all(t in text[start:end] for t in terms) for start, end in find_sentences(text))


def found(engine: Engine, query: Query) -> set[str]:
    with engine.searcher() as searcher:
        page = searcher.search(replace(query, limit=0))
        assert searcher.count(query) == page.total == len(page.hits)
        return {hit.paragraph.text for hit in page.hits}


@settings(max_examples=60)
@given(st.lists(_TERM, min_size=2, max_size=3, unique=True), st.booleans())
def test_found_as_by_a_scan(
    texts_and_engine: tuple[list[str], Engine], terms: list[str], in_query: bool
) -> None:
    texts, engine = texts_and_engine
    quoted = " ".join(f'"{term}"' for term in terms)
    query = Query(f"同句({quoted})") if in_query else Query(quoted, one_sentence=True)
    assert found(engine, query) == {text for text in texts if holds(text, terms)}


@settings(max_examples=30)
@example(["保", "农"], "农", "医")  # one 农 is enough for both terms
@example(["保", "农", "农"], "农", "医")
@given(st.lists(_TERM, min_size=2, max_size=3), _TERM, _TERM)
def test_alternatives_and_exclusions(
    texts_and_engine: tuple[list[str], Engine], terms: list[str], other: str, without: str
) -> None:
    texts, engine = texts_and_engine
    first, *rest = (f'"{term}"' for term in terms)
    query = f'{first}|"{other}" {" ".join(rest)} -"{without}"'
    wanted = {
        text
        for text in texts
        if without not in text and any(holds(text, [one, *terms[1:]]) for one in (terms[0], other))
    }
    assert found(engine, Query(query, one_sentence=True)) == wanted


@settings(max_examples=30)
@given(st.lists(_TERM, min_size=1, max_size=3), _TERM)
def test_a_search_within_results(
    texts_and_engine: tuple[list[str], Engine], earlier: list[str], last: str
) -> None:
    """Earlier queries narrow; the order of hits is the last query's."""
    texts, engine = texts_and_engine
    wanted = {text for text in texts if all(term in text for term in (*earlier, last))}
    assert found(engine, Query(last, exact=True, inside=tuple(earlier))) == wanted


def test_marks_are_in_the_sentences_that_match(make_index: MakeIndex) -> None:
    text = "医保改革。农村医保改革到位。农村建设。"
    engine = make_index(([text], (), None, ()))
    with engine.searcher() as searcher:
        (hit,) = searcher.search(Query("同句(医保 农村)")).hits
        assert [span[:2] for span in hit.spans if span.kind == "query"] == [(5, 9)]
        (hit,) = searcher.search(Query("同句(医保 农村)", inside=("建设",))).hits
        assert [span[:2] for span in hit.spans if span.kind == "query"] == [(5, 9), (16, 18)]


def test_earlier_queries_keep_their_own_reading(make_index: MakeIndex) -> None:
    """An earlier query is relaxed as it was when it was asked."""
    engine = make_index((["医保基金监管。", "医保基金。", "基金监管。"], (), None, ()))
    with engine.searcher() as searcher:
        alone = searcher.search(Query("医保 基金 监管 飞行"))
        assert alone.understood.relaxed is not None
        within = searcher.search(Query("监管", inside=("医保 基金 监管 飞行",)))
        assert {hit.paragraph.text for hit in within.hits} == {
            hit.paragraph.text for hit in alone.hits if "监管" in hit.paragraph.text
        }
        nothing = searcher.search(Query("海洋", inside=("医保",)))
        assert nothing.total == 0


def test_a_query_is_relaxed_by_what_earlier_results_hold(make_index: MakeIndex) -> None:
    """A paragraph elsewhere that holds more words does not count."""
    engine = make_index((["参保 缴费 征收。", "医保 参保。", "医保 缴费。"], (), None, ()))
    with engine.searcher() as searcher:
        page = searcher.search(Query("参保 缴费 征收 宣传", inside=("医保",)))
        assert (page.total, page.understood.relaxed and page.understood.relaxed.least) == (2, 1)


REFUSED = [
    ("同句(医保 -农村)", "只能写要找的词"),
    ("同句(标题:医保 农村)", "只能写要找的词"),
    ("同句((医保 农村)|基金 参保)", "太复杂"),
    ("同句(dip* 医保)", "dip*"),
    ("同句(“医保。农村” 基金)", "不止一句"),
    ("同句(医保", "没有配对"),
    ("同句()", "空的"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_cannot_stand_in_a_sentence(make_index: MakeIndex, text: str, message: str) -> None:
    engine = make_index((["医保。"], (), None, ()))
    with engine.searcher() as searcher, pytest.raises(QueryError, match=re.escape(message)):
        searcher.search(Query(text))
