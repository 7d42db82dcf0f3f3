"""Memos: their addresses, and their files for Word and spreadsheets."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
import web_index
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from engine.engine import open_engine
from engine.errors import QueryError
from search_app import create_app
from search_app.memo import (
    MAX_MEMO_PARAGRAPHS,
    Memo,
    as_csv,
    as_markdown,
    gather,
    memo_path,
    moved,
    read_ids,
)
from search_app.memo_docx import as_docx
from search_app.passages import Passage

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


def test_markdown_quotes_and_links(memo: Memo) -> None:
    text = as_markdown(memo)
    assert f"<{ROOT}/p/{TRICKY}>" in text
    assert r"a\*b\_c \[d\](e)" in text
    assert r"\<script\>" in text
    assert text.count("\n> \\[") == 3


def test_csv_opens_in_a_spreadsheet_and_holds_no_formula(memo: Memo) -> None:
    content = as_csv(memo)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["正文"] for row in rows] == [
        web_index.TRICKY,
        "'" + web_index.FORMULA,
        web_index.LONG,
    ]
    assert rows[0]["链接"] == f"{ROOT}/p/{TRICKY}"


def test_word_file_has_chinese_fonts_and_real_links(memo: Memo) -> None:
    document = Document(io.BytesIO(as_docx(memo, TODAY)))
    texts = [block.text for block in document.paragraphs]
    assert web_index.TRICKY in texts
    links = {
        rel.target_ref
        for rel in document.part.rels.values()
        if rel.reltype == RELATIONSHIP_TYPE.HYPERLINK
    }
    assert links == {f"{ROOT}/p/{wanted}" for wanted in memo.ids}
    for block in document.paragraphs:
        for run in block.runs:
            assert run._element.rPr.rFonts.get(qn("w:eastAsia"))


def test_word_file_survives_what_xml_cannot_hold(memo: Memo) -> None:
    first = memo.entries[0]
    broken = replace(first.hit.paragraph, text="坏\x00字\x0b符\ufffe")
    entry = replace(first, passage=Passage(replace(first.hit, paragraph=broken)))
    made = as_docx(Memo((entry,), ()), TODAY)
    assert "坏\ufffd字\ufffd符\ufffd" in [b.text for b in Document(io.BytesIO(made)).paragraphs]


FILES = [(".docx", b"PK"), (".md", "# 备忘".encode()), (".csv", b"\xef\xbb\xbf")]


@pytest.mark.parametrize(("suffix", "start"), FILES)
def test_files_download(client: FlaskClient, suffix: str, start: bytes) -> None:
    answer = client.get(memo_path([TRICKY, LONG], suffix))
    assert answer.status_code == 200
    assert answer.data.startswith(start)
    assert f'{suffix}"' in answer.headers["Content-Disposition"]


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
