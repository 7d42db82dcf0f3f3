"""What is sent to a running server: by whom, how much, how many at once, and what stays of it."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext, suppress
from itertools import cycle
from pathlib import Path
from typing import Any

import check_index
import hostile
import pytest
from flask import Flask
from flask.testing import FlaskClient
from serving import ROOT, server
from sockets import until
from test_check_isolated import LINUX, descendants
from test_serve import ask, connect, get, request

from search_app import create_app
from search_app.attachment import WORD
from search_app.check import check as checking
from search_app.check.limits import (
    MAX_CHARACTERS,
    MAX_CHECKS,
    MAX_TEXT_BYTES,
    MAX_WORD_BYTES_IN_MEMORY,
    MAX_WORD_SECONDS,
)
from search_app.check.plain_text import plain_memo
from search_app.check.quotations import find_quotations
from search_app.foreign_pages import is_foreign
from yinju.serving.turns import Slots

MEMO = hostile.archive(hostile.parts(hostile.document()))


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return check_index.make(tmp_path_factory.mktemp("uploads"))


@pytest.fixture(scope="module")
def app(location: str) -> Flask:
    return create_app(location=location)


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def upload(data: bytes) -> bytes:
    """A request that has a Word file checked."""
    headers = (f"Content-Length: {len(data)}", f"Content-Type: {WORD}")
    return request(b"/api/check", *headers, method="POST", body=data)


def error_of(answer: tuple[int, bytes]) -> tuple[int, str]:
    return answer[0], json.loads(answer[1])["error"]["code"]


# --- a server under fire -------------------------------------------------------------------------


@LINUX
def test_others_are_answered_while_hostile_files_are_read(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    endless = upload(hostile.style_of_digits())
    with server(location, "--workers", "2") as (process, address):
        until(lambda: len(descendants(process.pid)) == 2)
        workers = set(descendants(process.pid))

        def reading() -> set[int]:
            return set(descendants(process.pid)) - workers

        with ThreadPoolExecutor(20) as pool:
            asked = list[Future[tuple[int, bytes]]]()

            def refused() -> bool:
                return any(each.done() and each.result()[0] == 503 for each in asked)

            while not refused():  # each worker lets some wait before it takes more
                asked.append(pool.submit(ask, address, endless))
                time.sleep(0.2)
                assert len(reading()) <= MAX_CHECKS
            for _ in range(10):
                assert get(f"{address}/?q=%E5%8C%BB%E4%BF%9D")[0] == 200
            assert len(reading()) == MAX_CHECKS  # all that time
            for number in cycle((signal.SIGSEGV, signal.SIGXCPU)):
                for child in reading():
                    with suppress(ProcessLookupError):
                        os.kill(child, number)
                if all(each.done() for each in asked):
                    break
                time.sleep(0.1)
            answers = {error_of(each.result()) for each in asked}
        assert answers == {(400, "unreadable_file"), (503, "busy")}
        until(lambda: not reading())  # zombies would be among them
        assert ask(address, upload(MEMO))[0] == 200
        assert [
            file.name for file in tmp_path.iterdir() if not file.name.startswith("yinju-")
        ] == []
    assert list(tmp_path.iterdir()) == []


@LINUX
def test_nothing_stays_of_a_worker_that_was_killed(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its upload was on disk, and its child at work."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with server(location) as (process, address):
        until(lambda: len(descendants(process.pid)) == 1)
        (worker,) = descendants(process.pid)
        data = hostile.style_of_digits() + bytes(2_000_000)
        with connect(address, upload(data)):
            until(lambda: descendants(worker))
            (child,) = descendants(worker)
            os.kill(worker, signal.SIGKILL)
            os.kill(child, signal.SIGKILL)  # it would end by itself, some seconds later
        for _ in range(MAX_CHECKS + 1):
            assert ask(address, upload(MEMO))[0] == 200
    assert list(tmp_path.iterdir()) == []


def test_a_check_that_finds_no_slot_may_come_again(location: str) -> None:
    client = create_app(location=location, check_slot=lambda: nullcontext(False)).test_client()
    for path in ("/check", "/api/check"):
        answer = client.post(path, data={"text": "没有引文"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert client.get("/api/search").status_code == 200


def test_slots_are_for_all_who_name_the_folder(tmp_path: Path) -> None:
    first, second = Slots(tmp_path, 2), Slots(tmp_path, 2)
    with first.take() as one, second.take() as two, first.take() as three:
        assert (one, two, three) == (True, True, False)
    with first.take() as again:
        assert again


# --- who may send --------------------------------------------------------------------------------

OWN = ("yinju.example:8000", "public.example")
SENDERS = [
    # Sec-Fetch-Site, Origin, foreign
    ("", "", False),  # a program, or a browser of before 2020
    ("same-origin", "http://yinju.example:8000", False),
    ("same-origin", "http://inner.example", False),  # a proxy that names another host
    ("none", "", False),
    ("cross-site", "", True),
    ("cross-site", "http://yinju.example:8000", True),
    ("same-site", "https://other.public.example", True),
    ("same-origin,cross-site", "", True),
    ("Cross-Site", "", True),
    ("anything new", "", True),
    ("", "http://yinju.example:8000", False),
    ("", "https://public.example", False),
    ("", "https://PUBLIC.example", False),
    ("", "https://other.public.example", True),
    ("", "http://yinju.example", True),  # another port is another origin
    ("", "http://yinju.example:8000.evil.example", True),
    ("", "http://evil.example/yinju.example:8000", True),
    ("", "http://yinju.example:8000@evil.example", True),
    ("", "null", True),  # a page in a sandbox, or from a file
    ("", "yinju.example:8000", True),
    ("", "http://[", True),
    ("", "http://yinju.example:8000,http://evil.example", True),
]


@pytest.mark.parametrize(("fetch_site", "origin", "foreign"), SENDERS)
def test_who_sent_a_request(fetch_site: str, origin: str, foreign: bool) -> None:
    assert is_foreign(fetch_site, origin, OWN) is foreign


def test_without_a_stated_address_nobody_passes_for_it() -> None:
    assert is_foreign("", "null", ("yinju.example", ""))
    assert is_foreign("", "file://", ("yinju.example", ""))


def test_no_route_takes_what_a_foreign_page_sends(location: str) -> None:
    from yinju.assistant.command import add_tools

    app = create_app(location=location)
    pytest.importorskip("mcp")
    add_tools(app, "http://127.0.0.1:8000")
    methods = {"GET", "HEAD", "OPTIONS"}
    routes = [
        (method, re.sub("<.*?>", "a", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - methods)
    ]
    assert {path for _, path in routes} == {"/check", "/api/check", "/mcp"}
    client = app.test_client()
    for method, path in [*routes, ("POST", "/api/search"), ("DELETE", "/"), ("PUT", "/api/none")]:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            answer = client.open(path, method=method, headers=headers, data={"text": "字"})
            assert answer.status_code == 403
            if path.startswith(("/api", "/mcp")):
                assert answer.json["error"]["code"] == "foreign_page"
            else:
                assert "别的网站" in answer.text
    for path in ("/", "/check", "/api/search"):  # links from elsewhere are welcome
        headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
        assert client.get(path, headers=headers).status_code == 200


def test_the_stated_address_may_send(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINJU_URL", "https://public.example/yinju")
    client = create_app(location=location).test_client()
    for origin, status in (("https://public.example", 200), ("https://evil.example", 403)):
        answer = client.post("/api/check", data="没有引文", headers={"Origin": origin})
        assert answer.status_code == status


# --- how much ------------------------------------------------------------------------------------

LONG = MAX_TEXT_BYTES + 1
BODIES: dict[str, tuple[dict[str, Any], int, str]] = {
    "JSON in itself": (
        {"data": b"[" * 100_000, "content_type": "application/json"}, 400, "bad_query",
    ),
    "objects in themselves": (
        {"data": b'{"text":' * 50_000, "content_type": "application/json"}, 400, "bad_query",
    ),
    "a long text": ({"data": b"a" * LONG}, 413, "too_large"),
    "long JSON": ({"data": b"[]" * LONG, "content_type": "application/json"}, 413, "too_large"),
    "a million fields": (
        {"data": b"a=&" * 1_000_000, "content_type": "application/x-www-form-urlencoded"},
        413, "too_large",
    ),
    "a form in many parts": (
        {"data": {f"a{n}": "字" for n in range(1_001)}, "content_type": "multipart/form-data"},
        413, "too_large",
    ),
    "many marks": ({"data": ("“" * (checking.MAX_MARKS + 1)).encode()}, 400, "bad_query"),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "status", "code"), BODIES.values(), ids=BODIES)
def test_bodies_have_limits(
    client: FlaskClient, sent: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post("/api/check", **sent)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_the_longest_text_is_taken_in_any_form(client: FlaskClient) -> None:
    for letter in ("字", "𠮷"):
        text = letter * MAX_CHARACTERS
        assert client.post("/api/check", json={"text": text}).status_code == 200
        assert client.post("/api/check", data=text.encode()).status_code == 200
        assert client.post("/api/check", data={"text": text}).status_code == 200
        head = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
        parts = head + text.encode() + b"\r\n--b--\r\n"
        kind = "multipart/form-data; boundary=b"
        assert client.post("/api/check", data=parts, content_type=kind).status_code == 200


def test_the_tools_take_no_deep_json(location: str) -> None:
    pytest.importorskip("mcp")
    from yinju.assistant.command import add_tools

    app = create_app(location=location)
    add_tools(app, "http://127.0.0.1:8000")
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    call = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":%s1%s}'
    for body in (
        b"[" * 60_000,
        b"[" * 30_000 + b"]" * 30_000,
        call % (b'{"a":' * 5000, b"}" * 5000),
    ):
        answer = app.test_client().post("/mcp", data=body, headers=headers)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, -32700)


TEXTS = {
    "emphasis that does not close": " **a",
    "emphasis of both kinds": "**a __b ",
    "addresses in each other": "http://a",
    "addresses without an end": "http://",
    "permalinks in each other": "/p/aaaa-bbbb",
    "block quotations": "> 甲乙丙丁戊己庚辛壬癸子丑\n>\n",
    "titles that do not close": "《甲乙丙丁",
    "links that do not close": "[a](b ",
    "lines": "a\n",
}
SOURCES = "[1] " + "/p/aaaa-bbbb " * 7_000 + "\n" + "[1]" * 36_000


@pytest.mark.parametrize(
    "text",
    [*(p * MAX_CHARACTERS for p in TEXTS.values()), SOURCES],
    ids=[*TEXTS, "a source with many references"],
)
def test_the_quotations_of_any_text_are_found_soon(text: str) -> None:
    """Where the time grows with the square of the length, these take a minute and more."""

    def stop(*_: object) -> None:
        raise AssertionError("20 seconds of a processor")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, 20)
    try:
        find_quotations(plain_memo(text[:MAX_CHARACTERS]))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def test_what_there_was_no_time_for_is_named(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    memo = f"说{hostile.QUOTED}。" * 3
    whole = client.post("/api/check", data=memo).json
    assert [each["verdict"] for each in whole["quotations"]] == ["differs"] * 3
    monkeypatch.setattr("search_app.check.page.MAX_CHECK_SECONDS", -1)
    answer = client.post("/api/check", data=memo).json
    assert answer["quotations"] == []
    assert "后面 3 处没有核对" in answer["unreadable"][0]


def test_limits_are_those_of_the_documents() -> None:
    docs = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    for limit in (
        f"{MAX_CHECKS} at once",
        f"{MAX_WORD_SECONDS} seconds",
        f"{MAX_WORD_BYTES_IN_MEMORY >> 20} MB of memory",
        f"{checking.MAX_MARKS:,} quotation marks",
    ):
        assert limit in docs
