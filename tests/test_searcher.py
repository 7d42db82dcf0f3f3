"""A searcher sees one state of an index; the next one is opened while it answers."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest
from asking import asking
from conftest import NewLocation
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.engine import Engine, Searcher, open_engine, open_writer, warm_up
from engine.errors import IndexCorrupt, YinjuError
from engine.local import engine as local
from engine.model import Lexicon, Paragraph, Query, Report
from search_app import create_app

PATIENCE = 20.0  # seconds


def commit(location: str, number: int) -> None:
    """Put in report ``r<number>``, of two paragraphs that say 医保."""
    key = f"r{number}"
    texts = [f"医保第{number}号", "医保基金"]
    paragraphs = [Paragraph(f"{key}-{n}", key, n + 1, text, text) for n, text in enumerate(texts)]
    with open_writer(location, Lexicon()) as writer:
        writer.add(Report(key, "报告", key, paragraphs=2), paragraphs)
        writer.commit({})


def seen(engine: Engine, total: int) -> bool:
    """Whether a search finds as many paragraphs before long."""
    until = monotonic() + PATIENCE
    while monotonic() < until:
        if engine.search(Query("医保")).total == total:
            return True
        sleep(0.01)
    return False


@pytest.fixture
def location(new_location: NewLocation) -> str:
    place = new_location()
    commit(place, 0)
    return place


def test_a_small_commit_is_seen_at_once(location: str) -> None:
    engine = open_engine(location)
    commit(location, 1)
    assert engine.search(Query("医保")).total == 4


def test_the_old_state_answers_until_the_new_one_is_warm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.local.engine.GRACE", 0.25)
    place = str(tmp_path)
    commit(place, 0)
    may_go_on = threading.Event()

    def warm(searcher: Searcher) -> None:
        may_go_on.wait(PATIENCE)

    engine = open_engine(place, warm)
    commit(place, 1)
    for _ in range(3):  # only the first who sees the commit waits for it, and not for long
        assert engine.search(Query("医保")).total == 2
    may_go_on.set()
    assert seen(engine, 4)


def test_a_pinned_searcher_keeps_its_state(tmp_path: Path) -> None:
    place = str(tmp_path)
    commit(place, 0)
    engine = open_engine(place)
    with engine.searcher() as searcher:
        commit(place, 1)
        assert seen(engine, 4)
        assert searcher.search(Query("医保")).total == searcher.count(Query("医保")) == 2
        assert searcher.report("r1") is None
        assert searcher.overview().reports == 1
        assert searcher.search(Query("医保")).hits[0].paragraph.text


def test_a_state_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    place = str(tmp_path)
    commit(place, 0)
    engine = open_engine(place)
    commit(place, 1)
    newest = max(tmp_path.glob("manifest_*.json"), key=lambda path: path.stat().st_mtime_ns)
    newest.write_text("{}", "utf-8")
    with pytest.raises(IndexCorrupt):
        seen(engine, 4)


def test_a_closed_engine_says_so(location: str) -> None:
    engine = open_engine(location)
    engine.search(Query("医保"))
    engine.close()
    with pytest.raises(YinjuError):
        engine.search(Query("医保"))


def test_many_ask_while_others_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer is that of some commit, and none fails."""
    monkeypatch.setattr(local, "GRACE", 0.0)
    place = str(tmp_path)
    commit(place, 0)
    engine, totals = open_engine(place), []

    def ask() -> None:
        with engine.searcher() as searcher:
            page = searcher.search(Query("医保", limit=0))
            assert searcher.count(Query("医保")) == page.total == len(page.hits)
            assert page.total == 2 * searcher.overview().reports
            totals.append(page.total)

    with asking(ask, threads=3) as errors:
        for number in range(1, 6):
            commit(place, number)
        assert seen(engine, 12)
    assert errors == []
    assert set(totals) <= {2, 4, 6, 8, 10, 12}


def test_a_page_sees_one_state(tmp_path: Path) -> None:
    """A request that asks several times, with commits in between."""
    place = str(tmp_path)
    commit(place, 0)
    engine = open_engine(place)
    client: FlaskClient = create_app(engine).test_client()
    for number in range(1, 5):
        commit(place, number)
        assert client.get("/p/r0-0").status_code == 200
        assert client.get("/?q=医保").status_code == 200
    assert seen(engine, 10)


QUERIES = st.builds(
    Query,
    st.sampled_from(
        ["", "医保", "医保 基金", "医保怎么", "基金 火箭", '"医保"', "医*", "-基金", "清欠薪"]
    ),
    exact=st.booleans(),
    years=st.sampled_from([(), (None,), ((2020, 2020),)]),
    sort=st.sampled_from(["relevance", "newest"]),
    fold=st.booleans(),
)


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    place = str(tmp_path_factory.mktemp("some"))
    for number in range(3):
        commit(place, number)
    return open_engine(place, warm_up)


@settings(max_examples=60, deadline=None)
@given(QUERIES)
def test_count_is_the_total_of_the_page(some: Engine, query: Query) -> None:
    assert some.count(query) == some.search(replace(query, limit=1)).total
