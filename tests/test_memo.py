"""Memos: their addresses and their page."""

from __future__ import annotations

from datetime import date

import pytest
import web_index
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from engine.engine import open_engine
from engine.errors import QueryError
from search_app import create_app
from search_app.memo import (
    MAX_MEMO_PARAGRAPHS,
    Memo,
    gather,
    memo_path,
    moved,
    read_ids,
)

ROOT = "http://localhost:8000"
TODAY = date(2026, 11, 22)
TRICKY, LONG, FORMULA = "rep001-0003", "rep001-0004", "rep001-0006"


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return web_index.build(str(tmp_path_factory.mktemp("memo") / "index"))


@pytest.fixture(scope="module")
def client(location: str) -> FlaskClient:
    return create_app(location=location).test_client()


@pytest.fixture(scope="module")
def memo(location: str) -> Memo:
    return gather(open_engine(location), [TRICKY, "zz-none", FORMULA, LONG], ROOT, TODAY)


def test_keeps_the_order_of_the_address_and_names_what_is_gone(memo: Memo) -> None:
    assert memo.ids == (TRICKY, FORMULA, LONG)
    assert memo.missing == ("zz-none",)


def test_an_id_counts_once() -> None:
    assert read_ids(["a-1", " a-1", "", "b-2", "a-1"]) == ("a-1", "b-2")


def test_a_memo_too_long_says_how_long_it_may_be() -> None:
    with pytest.raises(QueryError, match=str(MAX_MEMO_PARAGRAPHS)):
        read_ids([f"a-{i}" for i in range(MAX_MEMO_PARAGRAPHS + 1)])


@given(st.lists(st.text(min_size=1), min_size=2, unique=True), st.data())
def test_moving_there_and_back(ids: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(ids) - 2))
    there = moved(ids, at, 1)
    assert sorted(there) == sorted(ids)
    assert moved(there, at + 1, -1) == tuple(ids)


def test_page_reorders_and_removes_by_plain_links(client: FlaskClient) -> None:
    page = client.get(memo_path([TRICKY, LONG])).text
    for path in (memo_path([LONG, TRICKY]), memo_path([LONG]), memo_path([TRICKY])):
        assert f'href="{path.replace("&", "&amp;")}"' in page


def test_page_says_which_are_gone(client: FlaskClient) -> None:
    page = client.get(memo_path([TRICKY, "zz-none"])).text
    assert "有 1 段在索引中找不到" in page
    assert "zz-none" in page


def test_empty_memo_says_how_to_fill_it(client: FlaskClient) -> None:
    assert "加入备忘" in client.get("/memo").text


def test_too_long_a_memo_is_refused(client: FlaskClient) -> None:
    answer = client.get(memo_path([f"a-{i}" for i in range(MAX_MEMO_PARAGRAPHS + 1)]))
    assert answer.status_code == 400
    assert "至多" in answer.text
