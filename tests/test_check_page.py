"""The check of a memo where people meet it: the page, the API, the command, and Word."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import check_index
import pytest
from click.testing import CliRunner
from docx import Document
from flask.testing import FlaskClient
from lxml import html as dom
from openapi import SPEC, fits

from engine.engine import Searcher, open_engine
from search_app import MAX_BODY_BYTES, create_app
from search_app.attachment import WORD
from search_app.check import check as module
from search_app.check.check import check_memo
from search_app.check.limits import MAX_CHARACTERS, MAX_FILE_BYTES
from search_app.check.plain_text import plain_memo
from search_app.check.word import read_word
from search_app.memo import gather
from search_app.memo_docx import as_docx
from search_app.memo_markdown import as_markdown
from yinju.cli import cli

GOOD = "城乡居民基本医疗保险参保率达98.6%"
BAD = "城乡居民基本医疗保险参保率达99.6%"
MEMO = f"报告说“{GOOD}”。\n又说“{BAD}”，“四好农村路”。\n"


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return check_index.make(tmp_path_factory.mktemp("check"))


@pytest.fixture(scope="module")
def client(location: str) -> FlaskClient:
    return create_app(location=location).test_client()


@pytest.fixture(scope="module")
def searcher(location: str) -> Iterator[Searcher]:
    with open_engine(location).searcher() as opened:
        yield opened


def word_file(*paragraphs: str) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def verdicts(answer: Any) -> list[str]:
    return [each["verdict"] for each in answer["quotations"]]


# --- the API -------------------------------------------------------------------------------------

WAYS = {
    "plain text": {"data": MEMO.encode(), "content_type": "text/plain; charset=utf-8"},
    "no type": {"data": MEMO.encode()},
    "JSON": {"json": {"text": MEMO}},
    "form": {"data": {"text": MEMO}},
    "Word": {"data": word_file(*MEMO.splitlines()), "content_type": WORD},
    "uploaded": {"data": {"file": (word_file(*MEMO.splitlines()), "备忘.docx")}},
}


@pytest.mark.parametrize("way", WAYS)
def test_the_api_takes_a_text_in_any_form(client: FlaskClient, way: str) -> None:
    request = dict(WAYS[way])
    if isinstance(request.get("data"), dict) and "file" in request["data"]:
        content, name = request["data"]["file"]
        request["data"] = {"file": (io.BytesIO(content), name)}
    answer = client.post("/api/check", **request)
    assert answer.status_code == 200, answer.text
    described = SPEC["paths"]["/api/check"]["post"]["responses"]["200"]["content"]
    fits(answer.json, described["application/json"]["schema"])
    assert verdicts(answer.json) == ["same", "differs", "too_short"]
    difference = {"quoted": "99.6", "source": "98.6", "kind": "figure", "start": 14, "end": 18}
    assert answer.json["quotations"][1]["differences"] == [difference]


FAULTY = [
    ({"data": b"\xff\xfe\xff", "content_type": "text/plain"}, 400, "bad_query"),
    ({"data": b"{", "content_type": "application/json"}, 400, "bad_query"),
    ({"data": b"[" * 5000, "content_type": "application/json"}, 400, "bad_query"),
    ({"json": {"words": "x"}}, 400, "bad_query"),
    ({"json": {"text": 5}}, 400, "bad_query"),
    ({"json": [1]}, 400, "bad_query"),
    ({"data": {}}, 200, ""),  # an empty body is an empty text
    ({"data": {"text": " "}}, 400, "bad_query"),
    ({"data": b"PK no zip", "content_type": WORD}, 400, "unreadable_file"),
    ({"data": ("字" * (MAX_CHARACTERS + 1)).encode()}, 400, "bad_query"),
    ({"data": b"x" * (MAX_FILE_BYTES + MAX_BODY_BYTES + 1)}, 413, "too_large"),
]


@pytest.mark.parametrize(("request_", "status", "code"), FAULTY)
def test_bad_requests(client: FlaskClient, request_: Any, status: int, code: str) -> None:
    answer = client.post("/api/check", **request_)
    assert (answer.status_code, answer.json.get("error", {}).get("code", "")) == (status, code)


def test_only_the_check_takes_a_large_body(client: FlaskClient) -> None:
    large = b"x" * (MAX_BODY_BYTES + 1)
    assert client.post("/api/check", data=large).status_code == 200
    assert client.post("/check", data={"text": "字" * 100_000}).status_code == 200
    for path in ("/api/search", "/", "/checks"):
        assert client.post(path, data=large).status_code == 413


# --- the page ------------------------------------------------------------------------------------


def test_the_page_shows_each_quotation_faults_first(client: FlaskClient) -> None:
    answer = client.post("/check", data={"text": MEMO})
    page = dom.fromstring(answer.text)
    assert [h.get("id") for h in page.xpath("//main//h2")] == [
        *("differs", "same", "too_short", "again")
    ]
    assert [mark.text for mark in page.xpath("//article//mark")] == ["99.6", "98.6"]
    assert "数字：引作“99.6”，原文是“98.6”" in page.text_content()
    for link in page.xpath("//article//a | //main//*[@role='status']//a"):
        target = link.get("href")
        if target.startswith("#"):
            assert page.get_element_by_id(target[1:]) is not None
        else:
            assert client.get(target).status_code == 200
    assert not answer.headers.getlist("Set-Cookie")


def test_the_empty_page_and_one_without_quotations(client: FlaskClient) -> None:
    form = dom.fromstring(client.get("/check").text).xpath("//form[@class='check']")[0]
    assert (form.method, form.get("action")) == ("POST", "/check")
    assert "没有找到引文" in client.post("/check", data={"text": "没有引文。"}).text
    assert client.post("/check", data={"text": ""}).status_code == 400


def test_a_memo_is_escaped(client: FlaskClient) -> None:
    page = client.post("/check", data={"text": "“<script>alert(1)</script>甲乙丙丁戊己庚辛”"}).text
    assert "<script>alert" not in page


def test_a_word_file_comes_back_with_comments(client: FlaskClient) -> None:
    data = word_file(*MEMO.splitlines())
    sent = {"file": (io.BytesIO(data), "备忘.docx"), "as": "docx"}
    answer = client.post("/check", data=sent)
    assert answer.mimetype == WORD
    assert read_word(answer.data) == read_word(data)
    texts = [comment.text for comment in Document(io.BytesIO(answer.data)).comments]
    assert len(texts) == 1
    assert "引作“99.6”，原文是“98.6”" in texts[0]
    assert client.post("/check", data={"text": MEMO, "as": "docx"}).status_code == 400


# --- the command ---------------------------------------------------------------------------------


def run(location: str, *arguments: str) -> Any:
    return CliRunner().invoke(cli, ["memo-check", *arguments, "--index", location])


STATUSES = [
    (f"“{GOOD}”", 0),
    ("没有引文", 0),
    ("“四好农村路”", 0),
    (f"“{BAD}”", 1),
    ("“量子计算产业园三期主体工程顺利封顶”", 1),
    (f"“{GOOD}", 3),  # a mark that does not close
    (f"“{BAD}", 1),
]


@pytest.mark.parametrize(("text", "status"), STATUSES)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_exit_statuses(
    location: str, tmp_path: Path, text: str, status: int, encoding: str
) -> None:
    file = tmp_path / "备忘.txt"
    file.write_bytes(f"全县的工作情况如下，供领导参考。\n{text}".encode(encoding))
    assert run(location, str(file)).exit_code == status


def test_the_command_prints_blocks_and_json(location: str, tmp_path: Path) -> None:
    file = tmp_path / "备忘.md"
    file.write_text(MEMO, encoding="utf-8")
    printed = run(location, str(file)).stdout
    assert re.search("与原文不一致  第2行\n  引文：.*\n  数字：引作“99.6”，原文是“98.6”", printed)
    assert printed.endswith("引文 3 处：与原文不一致 1；一致 1；不足 12 字，未核对 1\n")
    assert verdicts(json.loads(run(location, str(file), "--json").stdout)) == [
        *("same", "differs", "too_short")
    ]


def test_the_command_writes_comments(location: str, tmp_path: Path) -> None:
    file, output = tmp_path / "备忘.docx", tmp_path / "批注.docx"
    file.write_bytes(word_file(*MEMO.splitlines()))
    assert run(location, str(file), "--output", str(output)).exit_code == 1
    assert len(list(Document(str(output)).comments)) == 1
    text = tmp_path / "备忘.txt"
    text.write_text(MEMO, encoding="utf-8")
    assert run(location, str(text), "--output", str(output)).exit_code == 2


def test_files_that_cannot_be_read(location: str, tmp_path: Path) -> None:
    assert run(location, str(tmp_path / "none.md")).exit_code == 2
    broken = tmp_path / "坏.docx"
    broken.write_bytes(b"PK no zip")
    failed = run(location, str(broken))
    assert "坏.docx" in str(failed.exception)
    large = tmp_path / "大.docx"
    large.write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    assert "10 MB" in str(run(location, str(large)).exception.hint)


# --- files that yinju itself exports -------------------------------------------------------------


def test_exported_memos_are_all_the_same(searcher: Searcher) -> None:
    paragraphs = check_index.paragraphs(searcher)
    ids = [one.id for each in paragraphs.values() for one in each]
    for suffix in ("", "~1"):
        made = gather(
            searcher,
            [each + suffix for each in ids],
            "http://host",
            date(2026, 11, 30),
            "备忘",
            ["医疗 发展"],
        )
        for memo in (plain_memo(as_markdown(made)), read_word(as_docx(made, date(2026, 11, 30)))):
            checked = check_memo(searcher, memo)
            assert [each.verdict for each in checked.quotations] == ["same"] * len(ids)
            states = {each.reference and each.reference.state for each in checked.quotations}
            assert states == {"same"}
            assert checked.unreadable == ()


def test_limits_are_those_of_the_documents() -> None:
    docs = (Path(__file__).parents[1] / "docs/check.md").read_text(encoding="utf-8")
    for limit in (
        module.MAX_QUOTATIONS,
        module.MAX_LETTERS,
        module.MAX_PARTS,
        module.MAX_ELSEWHERE,
    ):
        assert re.search(rf"\b{limit:,}\b", docs), limit
    assert f"{MAX_CHARACTERS:,} characters" in docs
    assert f"{MAX_FILE_BYTES >> 20} MB" in docs
