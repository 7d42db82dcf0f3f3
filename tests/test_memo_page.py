"""The page of a memo without JavaScript: what its address shows, and where its buttons lead."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest
import web_index
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as dom

from engine.engine import Engine, open_engine
from search_app import create_app
from search_app.memo import (
    DEFAULT_TITLE,
    MAX_MEMO_PARAGRAPHS,
    MAX_TITLE_CHARACTERS,
    Missing,
    gather,
    memo_path,
    moved,
    read_ids,
    read_title,
)

TRICKY, LONG, FORMULA = "rep001-0003", "rep001-0004", "rep001-0006"
GONE, UNKNOWN = "rep001-ffffff", "zzzzzzzz-000000"
TITLE = "基金监管材料 & 数据"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_engine(web_index.build(str(tmp_path_factory.mktemp("memo") / "index")))


def listed(page: str) -> list[str]:
    """The ids that the form of a page would send."""
    return dom.fromstring(page).xpath("//form[@id='memo']//input[@name='p']/@value")


def press(client: FlaskClient, path: str, button: str, paragraph_id: str) -> tuple[str, str]:
    """Press a button of a memo's page; gives the address that it leads to, and its fragment."""
    page = dom.fromstring(client.get(path).text)
    assert page.xpath(f"//button[@name='{button}'][@value='{paragraph_id}']")
    fields = [(f.get("name"), f.get("value")) for f in page.xpath("//form[@id='memo']//input")]
    answer = client.get("/memo", query_string=[*fields, (button, paragraph_id)])
    assert answer.status_code == 303
    parts = urlsplit(answer.location)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path, parts.fragment


def test_an_id_counts_once() -> None:
    assert read_ids(["a-1", " a-1", "", "b-2", "a-1"]) == ("a-1", "b-2")


@given(st.lists(st.text(min_size=1), min_size=2, unique=True), st.data())
def test_moving_there_and_back(ids: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(ids) - 2))
    there = moved(ids, at, 1)
    assert sorted(there) == sorted(ids)
    assert moved(there, at + 1, -1) == tuple(ids)


def test_the_first_moves_no_further_up_and_the_last_no_further_down() -> None:
    assert moved(("a", "b", "c"), 0, -1) == ("a", "b", "c")
    assert moved(("a", "b", "c"), 2, 1) == ("a", "b", "c")


@given(st.text(max_size=3 * MAX_TITLE_CHARACTERS))
def test_a_title_is_one_line_and_reads_the_same_again(value: str) -> None:
    title = read_title(value)
    assert 0 < len(title) <= MAX_TITLE_CHARACTERS
    assert title.splitlines() == [title]
    assert read_title(title) == title


def test_what_is_missing_keeps_its_place_and_says_what_happened(engine: Engine) -> None:
    ids = [TRICKY, GONE, FORMULA, UNKNOWN]
    memo = gather(engine, ids, "http://localhost", date(2026, 11, 22))
    assert memo.ids == tuple(ids)
    assert memo.missing == (GONE, UNKNOWN)
    assert [entry.id for entry in memo.entries] == [TRICKY, FORMULA]
    gone, unknown = (item for item in memo.items if isinstance(item, Missing))
    assert gone.links == (("/r/rep001", "甲县医疗保障局2024年工作总结"),)
    assert "改过或删去" in gone.message
    assert "没有这一段" in unknown.message
    assert not unknown.links


def test_a_missing_paragraph_is_shown_in_its_place_and_can_be_removed(client: FlaskClient) -> None:
    path = memo_path([TRICKY, GONE, FORMULA])
    rows = dom.fromstring(client.get(path).text).xpath("//ol[@class='quotes']/li")
    assert len(rows) == 3
    assert "找不到这一段" in rows[1].text_content()
    assert rows[1].xpath(".//a[@href='/r/rep001']")
    assert press(client, path, "remove", GONE)[0] == memo_path([TRICKY, FORMULA])


PRESSED = [
    ("up", LONG, [LONG, TRICKY, FORMULA], LONG),
    ("down", LONG, [TRICKY, FORMULA, LONG], LONG),
    ("up", TRICKY, [TRICKY, LONG, FORMULA], TRICKY),
    ("down", FORMULA, [TRICKY, LONG, FORMULA], FORMULA),
    ("remove", LONG, [TRICKY, FORMULA], FORMULA),
    ("remove", FORMULA, [TRICKY, LONG], LONG),
]


@pytest.mark.parametrize(("button", "paragraph_id", "left", "anchor"), PRESSED)
@pytest.mark.parametrize("title", [DEFAULT_TITLE, TITLE])
def test_a_button_leads_to_the_address_of_the_changed_memo(
    client: FlaskClient, button: str, paragraph_id: str, left: list[str], anchor: str, title: str
) -> None:
    path, fragment = press(
        client, memo_path([TRICKY, LONG, FORMULA], title=title), button, paragraph_id
    )
    assert path == memo_path(left, title=title)
    assert fragment == f"p-{anchor}"
    page = client.get(path)
    assert page.status_code == 200
    assert f'id="{fragment}"' in page.text


def test_removing_the_only_paragraph_leads_to_the_empty_memo(client: FlaskClient) -> None:
    assert press(client, memo_path([TRICKY]), "remove", TRICKY) == ("/memo", "")


NOT_CANONICAL = [
    (f"?t=&p={TRICKY}", memo_path([TRICKY])),
    (f"?t={DEFAULT_TITLE}&p={TRICKY}", memo_path([TRICKY])),
    (f"?p={TRICKY}&t=甲", memo_path([TRICKY], title="甲")),
    (f"?p={TRICKY}&p={TRICKY}", memo_path([TRICKY])),
    ("?p=rep001-0003%7E2-4", "/memo?p=rep001-0003~2-4"),
    ("?p=rep001-0003%7e2", "/memo?p=rep001-0003~2"),
]


@pytest.mark.parametrize(("sent", "path"), NOT_CANONICAL)
def test_a_memo_has_one_address(client: FlaskClient, sent: str, path: str) -> None:
    answer = client.get("/memo" + sent)
    assert (answer.status_code, answer.location) == (303, path)
    assert client.get(path).status_code == 200


def test_the_title_is_in_the_heading_the_tab_and_the_links(client: FlaskClient) -> None:
    page = dom.fromstring(client.get(memo_path([TRICKY], title=TITLE)).text)
    assert page.findtext(".//h1") == TITLE
    assert page.findtext(".//title") == f"{TITLE} - 引据"
    assert page.xpath("//input[@name='t']/@value") == [TITLE]
    files = page.xpath("//p[@class='files']/a/@href")
    for suffix in (".docx", ".md", ".csv"):
        assert memo_path([TRICKY], suffix, TITLE) in files


def test_an_address_of_too_many_shows_the_first_and_links_the_rest(client: FlaskClient) -> None:
    ids = [f"a-{number}" for number in range(MAX_MEMO_PARAGRAPHS + 30)]
    page = client.get(memo_path(ids, title=TITLE))
    assert page.status_code == 200
    assert listed(page.text) == ids  # so that no button of the form drops the rest
    tree = dom.fromstring(page.text)
    assert len(tree.xpath("//ol[@class='quotes']/li")) == MAX_MEMO_PARAGRAPHS
    [note] = tree.xpath("//p[@id='rest']")
    assert "列了 230 段，一份备忘至多 200 段" in note.text_content()
    rest = memo_path(ids[MAX_MEMO_PARAGRAPHS:], title=TITLE)
    assert note.xpath(".//a/@href") == [rest]
    assert listed(client.get(rest).text) == ids[MAX_MEMO_PARAGRAPHS:]


def test_the_page_grows_with_the_number_of_its_paragraphs(large_client: FlaskClient) -> None:
    ids = [f"r{number:07}-00000003" for number in range(MAX_MEMO_PARAGRAPHS)]
    sizes = {}
    for count in (1, 100, 200):
        page = large_client.get(memo_path(ids[:count]))
        texts = dom.fromstring(page.text).xpath("//li/p[@class='text']/text()")
        assert len(texts) == count
        sizes[count] = len(page.data) - sum(len(text.encode()) for text in texts)
    assert sizes[200] < 300_000
    assert sizes[200] - sizes[100] < 1.1 * (sizes[100] - sizes[1])


@pytest.fixture(scope="module")
def large_client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    import large_index

    return create_app(
        location=large_index.build(str(tmp_path_factory.mktemp("large") / "index"))
    ).test_client()


def test_without_an_address_it_says_how_to_get_one(client: FlaskClient) -> None:
    page = dom.fromstring(client.get("/memo").text)
    [how] = page.xpath("//main/p[@class='nojs']")
    assert "JavaScript" in how.text_content()
    assert page.xpath("//*[@id='empty'][@hidden]")  # the script shows it if nothing is kept
