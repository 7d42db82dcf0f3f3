"""The words searched for in a memo: which queries it takes, and what page and files mark."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from itertools import pairwise
from urllib.parse import quote

import pytest
import web_index
from docx import Document
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as dom

from engine.engine import Engine, open_engine
from engine.model import Query, Span
from search_app import create_app
from search_app.memo import (
    MAX_MEMO_QUERIES,
    Memo,
    _with_spans,
    gather,
    memo_path,
    read_queries,
    searched,
)
from search_app.memo_docx import as_docx
from search_app.memo_markdown import as_markdown
from search_app.memo_table import as_csv

ROOT, TODAY = "http://localhost:8000", date(2026, 11, 30)
TRICKY, LONG, DAMAGED, FORMULA = (f"rep001-000{number}" for number in (3, 4, 5, 6))
SOME = f"{LONG}~31-32"
QUERIES = ("基金监管", "飞检")


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return web_index.build(str(tmp_path_factory.mktemp("marks") / "index"))


@pytest.fixture(scope="module")
def engine(location: str) -> Engine:
    return open_engine(location)


@pytest.fixture(scope="module")
def client(location: str) -> FlaskClient:
    return create_app(location=location).test_client()


@pytest.fixture(scope="module")
def memo(engine: Engine) -> Memo:
    return gather(engine, [TRICKY, SOME, DAMAGED, "zz-a"], ROOT, TODAY, queries=QUERIES)


SEARCHED = [
    (Query(), ()),
    (Query("医保 基金"), ("医保 基金",)),
    (Query("基金", inside=("医保", "参保*")), ("医保", "参保*", "基金")),
    (Query("医保 基金监管", exact=True), ('"医保" "基金监管"',)),
    (Query('98.25% "守住 底线" A|B', exact=True), ('98.25% "守住 底线" A|B',)),
]


@pytest.mark.parametrize(("query", "texts"), SEARCHED, ids=[str(case[1]) for case in SEARCHED])
def test_a_memo_takes_what_was_searched(query: Query, texts: tuple[str, ...]) -> None:
    assert searched(query) == texts


def test_an_exact_search_is_marked_as_it_was(engine: Engine) -> None:
    """In words mode the synonym would be marked too."""
    exact = gather(engine, [LONG], ROOT, TODAY, queries=searched(Query("飞检", exact=True)))
    plain = gather(engine, [LONG], ROOT, TODAY, queries=searched(Query("飞检")))
    assert exact.entries[0].found_words == []
    assert plain.entries[0].found_words == ["飞行检查"]


def test_of_many_queries_the_last_are_taken() -> None:
    texts = [f"词{number}" for number in range(MAX_MEMO_QUERIES + 3)]
    assert read_queries([" ", *texts, texts[-1]]) == tuple(texts[3:])


def test_the_words_of_all_queries_are_marked_in_all_passages(memo: Memo) -> None:
    assert memo.queries == QUERIES
    assert [entry.found_words for entry in memo.entries] == [
        ["基金监管"],
        ["基金监管", "飞行检查"],
        [],
    ]


@given(st.lists(st.tuples(st.integers(0, 440), st.integers(1, 30))))
def test_pieces_alternate_and_make_up_the_text(memo: Memo, places: list[tuple[int, int]]) -> None:
    entry = memo.entries[1]
    text = entry.passage.paragraph.text
    spans = tuple(
        Span(start, min(start + size, len(text)), "query") for start, size in sorted(places)
    )
    pieces = _with_spans(entry, spans).pieces
    assert "".join(piece for piece, _ in pieces) == entry.text
    assert all(before[1] != after[1] for before, after in pairwise(pieces))
    start, end = entry.passage.range
    marked = {at for span in spans for at in range(span.start, span.end) if start <= at < end}
    assert sum(len(piece) for piece, in_query in pieces if in_query) == len(marked)


def test_a_query_that_cannot_be_read_marks_nothing_and_is_told(client: FlaskClient) -> None:
    page = client.get(memo_path([TRICKY], queries=["(基金", "监管"]))
    assert page.status_code == 200
    tree = dom.fromstring(page.text)
    assert tree.xpath("//form[@id='memo']//input[@name='q']/@value") == ["监管"]
    assert any("括号" in note.text_content() for note in tree.xpath("//p[@class='note']"))
    assert client.get(memo_path([TRICKY], ".docx", queries=["(基金"])).status_code == 200


def test_the_page_marks_and_lists_what_was_searched(client: FlaskClient) -> None:
    path = memo_path([TRICKY, SOME], title="甲", queries=QUERIES)
    tree = dom.fromstring(client.get(path).text)
    assert tree.xpath("//li/p[@class='text']//mark/text()") == ["基金监管", "基金监管", "飞行检查"]
    assert [chip.text_content().split()[0] for chip in tree.xpath("//*[@class='chip']")] == [
        *QUERIES
    ]
    for suffix in (".docx", ".xlsx", ".md", ".csv"):
        assert tree.xpath(f"//a[@href='{memo_path([TRICKY, SOME], suffix, '甲', QUERIES)}']")


@pytest.mark.parametrize(
    ("button", "value", "left"),
    [("unmark", "飞检", QUERIES[:1]), ("up", LONG, QUERIES), ("remove", LONG, QUERIES)],
)
def test_a_button_keeps_the_other_queries(
    client: FlaskClient, button: str, value: str, left: tuple[str, ...]
) -> None:
    tree = dom.fromstring(client.get(memo_path([TRICKY, LONG], queries=QUERIES)).text)
    [form] = tree.xpath("//form[@id='memo']")
    sent = [(name, text) for name, text in form.form_values() if text]
    answer = client.get("/memo", query_string=[*sent, (button, value)])
    ids = {"up": [LONG, TRICKY], "remove": [TRICKY]}.get(button, [TRICKY, LONG])
    assert answer.location.partition("#")[0] == memo_path(ids, queries=left)


LINKED = ["/", f"/p/{TRICKY}", f"/p/{TRICKY}~1", "/r/rep001"]


@pytest.mark.parametrize("path", LINKED)
def test_a_link_into_the_memo_carries_what_was_searched(client: FlaskClient, path: str) -> None:
    tree = dom.fromstring(client.get(f"{path}?q=基金&in=监管&exact=1&page=1").text)
    links = tree.xpath("//a[@data-memo]/@href")
    assert links
    wanted = quote('q="监管"&q="基金"&p=', safe="=&")
    assert all(link.startswith(f"/memo?{wanted}") for link in links)
    plain = dom.fromstring(client.get(path).text).xpath("//a[@data-memo]/@href")
    assert not any("q=" in link for link in plain)


# --- The files --------------------------------------------------------------------------------


def test_the_word_file_has_them_in_bold_and_says_so(memo: Memo) -> None:
    document = Document(io.BytesIO(as_docx(memo, TODAY)))
    style = document.styles["检索词"]
    assert style.font.bold
    quotes = [block for block in document.paragraphs if block.style.name == "Quote"]
    assert [[r.text for r in block.runs if r.style == style] for block in quotes] == [
        [text for text, in_query in entry.pieces if in_query] for entry in memo.entries
    ]
    notes = [block.text for block in document.paragraphs if block.style.name == "引文提示"]
    assert notes[0] == "（检索词：基金监管、飞检。引文中的粗体标出检索到的词，为摘录时所加。）"


def test_what_has_no_marks_has_no_note(engine: Engine) -> None:
    for queries in ((), ("海洋牧场",)):
        memo = gather(engine, [TRICKY], ROOT, TODAY, queries=queries)
        blocks = Document(io.BytesIO(as_docx(memo, TODAY))).paragraphs
        assert not any("检索词" in block.text for block in blocks)
        assert "检索词" not in as_markdown(memo)


BOLD = [
    ("基金监管", "**基金监管**用到"),
    ('"增幅>5%"', "，**增幅\\>5**%，a"),
    ('"“引号”，"', '& "**引号**"，'),
    ('"b_c [d]"', "a\\***b\\_c \\[d**\\](e)"),
]


@pytest.mark.parametrize(("query", "expected"), BOLD, ids=[case[0] for case in BOLD])
def test_markdown_has_them_in_bold(engine: Engine, query: str, expected: str) -> None:
    """Beside a punctuation mark and before a Han character, ** would be two asterisks."""
    memo = gather(engine, [TRICKY], ROOT, TODAY, queries=[query])
    text = as_markdown(memo)
    assert expected in text
    plain = as_markdown(gather(engine, [TRICKY], ROOT, TODAY))
    unmarked = re.sub(r"(?m)^检索词.*\n\n", "", as_markdown(memo))
    assert re.sub(r"(?<!\\)\*\*", "", unmarked) == plain


def test_tables_have_a_column_of_them(memo: Memo) -> None:
    rows = csv.DictReader(io.StringIO(as_csv(memo).decode("utf-8-sig")))
    assert [row["检索词"] for row in rows] == ["基金监管", "基金监管、飞行检查", "", ""]
