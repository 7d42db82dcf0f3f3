"""Passages: sentences of a paragraph as the page, the API, the command line and memos know them."""

from __future__ import annotations

from datetime import date

import pytest
import web_index
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from engine.engine import Engine, open_engine
from engine.model import Hit, Paragraph, Report
from search_app.memo import gather, memo_path
from search_app.memo_markdown import as_markdown
from search_app.memo_table import as_csv
from search_app.paragraph_page import choose
from search_app.passages import Passage
from search_app.permalinks import NoSentence, find_passage
from yinju.cli import main

LONG = "rep001-0004"
QUOTED = "中间讲基金监管和飞行检查，两项同在一处。后面再说经办。"
SOME = f"{LONG}~31-32"
TODAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return web_index.build(str(tmp_path_factory.mktemp("passages") / "index"))


@pytest.fixture(scope="module")
def engine(location: str) -> Engine:
    return open_engine(location)


def test_sentences_are_counted_from_one(engine: Engine) -> None:
    passage = find_passage(engine, SOME)
    assert (passage.id, passage.text, passage.locator) == (SOME, QUOTED, "第4段第31—32句")
    start, end = passage.range
    assert web_index.LONG[start:end] == QUOTED
    assert find_passage(engine, f"{LONG}~1").text == "开头先说参保。"


@pytest.mark.parametrize(("given_id", "meant"), [("~31-31", "~31"), ("~31", "~31"), ("", "")])
def test_an_id_has_one_form(engine: Engine, given_id: str, meant: str) -> None:
    assert find_passage(engine, LONG + given_id).id == LONG + meant


@pytest.mark.parametrize("wanted", ["0", "62-70", "3-2", "70", "x", "1~2", "-1"])
def test_sentences_that_are_not_there(engine: Engine, client: FlaskClient, wanted: str) -> None:
    with pytest.raises(NoSentence) as caught:
        find_passage(engine, f"{LONG}~{wanted}")
    assert caught.value.count == 62
    answer = client.get(f"/p/{LONG}~{wanted}")
    assert answer.status_code == 404
    assert f"这一段共 62 句，没有“{wanted}”" in answer.text
    assert f'href="/p/{LONG}"' in answer.text
    error = client.get(f"/api/paragraphs/{LONG}~{wanted}")
    assert (error.status_code, error.json["error"]["code"]) == (404, "no_sentence")


@pytest.mark.parametrize(("wanted", "meant"), [("", LONG), ("1-", f"{LONG}~1"), ("٣", LONG)])
def test_a_range_cut_short_leads_to_what_is_left_of_it(
    engine: Engine, client: FlaskClient, wanted: str, meant: str
) -> None:
    with pytest.raises(NoSentence):
        find_passage(engine, f"{LONG}~{wanted}")
    answer = client.get(f"/p/{LONG}~{wanted}")
    assert (answer.status_code, answer.location) == (308, f"/p/{meant}")


def test_another_form_of_the_id_leads_to_its_page(client: FlaskClient) -> None:
    answer = client.get(f"/p/{LONG}~31-31?q=基金")
    assert (answer.status_code, answer.location) == (302, f"/p/{LONG}~31?q=%E5%9F%BA%E9%87%91")


def test_the_page_marks_cites_and_copies_these_sentences(client: FlaskClient) -> None:
    page = client.get(f"/p/{SOME}").text
    assert page.count('class="sentence chosen"') == 2
    assert f'data-copy="http://localhost/p/{SOME}"' in page
    assert f'data-copy="{QUOTED}"' in page
    assert f'data-memo="{SOME}"' in page
    assert page.count(f"：第4段第31—32句. http://localhost/p/{SOME}.") == 3  # and buttons
    assert "note = {第4段第31—32句}" in page


def test_the_json_gives_the_paragraph_and_what_is_quoted(client: FlaskClient) -> None:
    some = client.get(f"/api/paragraphs/{SOME}").json
    whole = client.get(f"/api/paragraphs/{LONG}").json
    assert (some["id"], some["url"], some["sentences"]) == (LONG, f"/p/{SOME}", 62)
    quoted = some.pop("quoted")
    assert some["text"][quoted["start"] : quoted["end"]] == quoted["text"] == QUOTED
    assert (quoted["first"], quoted["last"]) == (31, 32)
    assert whole.pop("quoted") is None
    assert some | {"url": whole["url"]} == whole


def test_a_memo_quotes_sentences_beside_paragraphs(engine: Engine, client: FlaskClient) -> None:
    memo = gather(engine, [SOME, LONG, f"{LONG}~99", SOME], "http://a.cn", TODAY)
    assert memo.ids == (SOME, LONG, f"{LONG}~99")
    assert memo.missing == (f"{LONG}~99",)
    entry = memo.entries[0]
    assert (entry.text, entry.url) == (QUOTED, f"http://a.cn/p/{SOME}")
    assert entry.reference.endswith(f"：第4段第31—32句. http://a.cn/p/{SOME}.")
    assert f"> {QUOTED}\n" in as_markdown(memo)
    assert f",{QUOTED}," in as_csv(memo).decode()
    page = client.get(memo_path([SOME])).text
    assert f">{QUOTED}</p>" in page
    assert f'href="/p/{SOME}"' in page


def test_the_command_line_takes_sentences(location: str, capsys: pytest.CaptureFixture) -> None:
    main(["show", SOME, "--index", location])
    shown = capsys.readouterr().out
    assert shown.startswith(f"{QUOTED}\n")
    assert "第 4 段，第31—32句，共 9 段" in shown
    main(["cite", SOME, "--index", location])
    assert f"第4段第31—32句. http://127.0.0.1:8000/p/{SOME}." in capsys.readouterr().out
    with pytest.raises(SystemExit) as caught:
        main(["show", f"{LONG}~70", "--index", location])
    assert caught.value.code == 2
    assert f"段落 {LONG} 共 62 句，没有“70”" in capsys.readouterr().err


PARAGRAPH = Paragraph("r1-p1", "r1", 1, "一。二。三。四。五。", "")
CHOICES = [
    ((0, 0), 3, "r1-p1~3", "the first choice"),
    ((3, 3), 3, "r1-p1", "the only one again: none"),
    ((3, 3), 5, "r1-p1~3-5", "one behind: up to it"),
    ((3, 4), 1, "r1-p1~1-4", "one before: from it on"),
    ((2, 4), 3, "r1-p1~3", "one inside: anew"),
    ((2, 4), 2, "r1-p1~2", "at an end, too"),
]


@pytest.mark.parametrize(("chosen", "number", "expected", "why"), CHOICES)
def test_choosing(chosen: tuple[int, int], number: int, expected: str, why: str) -> None:
    assert choose(Passage(Hit(PARAGRAPH, Report("r1", "", "")), *chosen), number) == expected


@given(st.integers(1, 5), st.integers(1, 5))
def test_two_clicks_choose_any_range(first: int, last: int) -> None:
    hit = Hit(PARAGRAPH, Report("r1", "", ""))
    chosen = choose(Passage(hit, first, first), last)
    low, high = sorted((first, last))
    assert chosen == ("r1-p1" if low == high else f"r1-p1~{low}-{high}")
