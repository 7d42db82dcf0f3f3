"""The server that people run: what slow, rude and many clients do to it, and how it ends.

Each test asks a real ``yinju serve`` over real sockets.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from queue import Queue
from threading import Lock
from typing import Any
from urllib.parse import quote

import pytest
import web_index
from flask import Flask
from serving import ROOT, server
from sockets import PATIENCE, SLOW, ask, connect, get, received, request, slow_reader, until

from engine.engine import Searcher, open_engine, open_writer
from engine.model import Paragraph, Query, Report
from search_app import MAX_BODY_BYTES, create_app, max_body_bytes
from search_app.work import is_long
from yinju.serving import asgi, command
from yinju.serving.asgi import Asgi
from yinju.serving.gate import Gate
from yinju.serving.turns import Turn
from yinju.serving.upkeep import keep_up
from yinju.serving.workers import MAX_WORKERS

IDLE = 200  # connections; ten times as many in ``faults``
WORD = "基金监管"
JSON_SEARCH = f"/api/search?q={quote(WORD)}"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return web_index.build(str(tmp_path_factory.mktemp("serve") / "index"))


@pytest.fixture(scope="module")
def total(location: str) -> int:
    return open_engine(location).count(Query(WORD))


@pytest.fixture(scope="module")
def address(location: str) -> Iterator[str]:
    with server(location, "--workers", "2") as (_, running):
        yield running


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW)
def test_idle_connections_keep_nobody_waiting(address: str, total: int, sent: bytes) -> None:
    with ExitStack() as opened:
        idle = [opened.enter_context(connect(address, sent)) for _ in range(IDLE)]
        for _ in range(4):
            status, body = get(address + JSON_SEARCH)
            assert (status, json.loads(body)["total"]) == (200, total)
        for connection in idle:
            connection.setblocking(False)
            with pytest.raises(BlockingIOError):  # it is open still, and waits
                connection.recv(1)


@pytest.mark.parametrize("sent", [SLOW["half a body"], SLOW["half a body in chunks"]])
def test_a_request_that_is_cut_off_takes_no_thread(address: str, sent: bytes) -> None:
    for _ in range(4):
        with ExitStack() as opened:
            for _ in range(IDLE):
                opened.enter_context(connect(address, sent))
        assert {get(f"{address}/export.jsonl?q=")[0] for _ in range(10)} == {200}


def test_those_who_do_not_read_keep_nobody_waiting(address: str, total: int) -> None:
    path = b"/export.jsonl?q="
    whole = ask(address, request(path))
    assert whole[0] == 200
    with ExitStack() as opened:
        readers = [opened.enter_context(slow_reader(address, request(path))) for _ in range(40)]
        status, body = get(address + JSON_SEARCH)
        assert (status, json.loads(body)["total"]) == (200, total)
        assert received(readers[-1]) == whole


SHAPES = {
    "an announced body": (
        request(b"/api/search", f"Content-Length: {300 << 20}", method="POST"),
        (413, "too_large"),
    ),
    "an announced file": (
        request(b"/api/check", f"Content-Length: {300 << 20}", method="POST"),
        (413, "too_large"),
    ),
    "a body of unknown length": (
        request(
            b"/api/search", "Transfer-Encoding: chunked", method="POST",
            body=b"%x\r\n" % (MAX_BODY_BYTES + 1) + b"x" * (MAX_BODY_BYTES + 1) + b"\r\n",
        ),
        (413, "too_large"),
    ),
    "a long address": (request(b"/api/search?q=" + b"a" * 40_000), (414, "address_too_long")),
    "no such route": (request("/api/没有".encode()), (404, "not_found")),
    "no such method": (request(b"/api/search", method="FROB"), (405, "method_not_allowed")),
    "a faulty escape": (request(b"/api/search?q=%zz%ff&limit=x"), (400, "bad_query")),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "expected"), SHAPES.values(), ids=SHAPES)
def test_errors_have_one_shape(address: str, sent: bytes, expected: tuple[int, str]) -> None:
    """None of these bodies is ever sent in full, so the answer cannot wait for them."""
    status, body = ask(address, sent)
    error = json.loads(body)["error"]
    assert (status, error["code"]) == expected
    assert error["message"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (request("/?q=医保".encode("gbk")), 400),
        (request(b"/?q=" + b"a" * 70_000), 414),
        (request(b"/", *(f"X-{n}: a" for n in range(200))), 431),
    ],
)
def test_what_is_no_request_is_refused_without_a_body(
    address: str, sent: bytes, status: int
) -> None:
    assert ask(address, sent) == (status, b"")


def test_an_endless_address_is_cut_off(address: str) -> None:
    with connect(address, b"GET /?q=") as connection, pytest.raises(ConnectionError):
        connection.sendall(b"a" * (14 << 20))
    assert get(address + "/healthz")[0] == 200


@pytest.mark.parametrize("path", [f"/api/search?q={WORD}", JSON_SEARCH])
def test_an_address_may_be_typed_raw(address: str, total: int, path: str) -> None:
    status, body = ask(address, request(path.encode()))
    assert (status, json.loads(body)["total"]) == (200, total)


def test_head_has_the_length_and_no_body(address: str) -> None:
    with connect(address, request(b"/help", method="HEAD")) as connection:
        answer = connection.makefile("rb").read()
    head, _, body = answer.partition(b"\r\n\r\n")
    length = len(ask(address, request(b"/help"))[1])
    assert body == b""
    assert f"content-length: {length}".encode() in head.lower()


def test_running_requests_are_finished(location: str) -> None:
    with server(location) as (process, address), connect(address) as connection:
        text = "text=" + quote("没有引文。")
        head = request(
            b"/api/check", f"Content-Length: {len(text)}", "Expect: 100-continue",
            "Content-Type: application/x-www-form-urlencoded", method="POST",
        )  # fmt: skip
        connection.sendall(head)
        assert b"100 Continue" in connection.recv(1000)  # the request is running now
        process.terminate()
        time.sleep(0.2)
        connection.sendall(text.encode())
        status, body = received(connection)
        assert (status, json.loads(body)["quotations"]) == (200, [])
        assert process.wait(PATIENCE) == 0


def children(process: int) -> set[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text()
    return {int(child) for child in found.split()}


@LINUX
def test_a_worker_that_dies_is_replaced(location: str) -> None:
    with server(location, "--workers", "2") as (process, address):
        until(lambda: len(children(process.pid)) == 2)
        assert get(f"{address}/readyz")[0] == 200
        killed = min(children(process.pid))
        os.kill(killed, signal.SIGKILL)
        until(lambda: len(children(process.pid) - {killed}) == 2)
        for _ in range(20):
            assert get(address + JSON_SEARCH)[0] == 200


@LINUX
def test_workers_end_with_a_parent_that_was_killed(location: str) -> None:
    with server(location, "--workers", "2") as (process, _):
        until(lambda: len(children(process.pid)) == 2)
        workers = children(process.pid)
        process.kill()
        process.wait()
        until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))


def add_paragraph(location: str, key: str = "added") -> None:
    """Commit one more paragraph that holds ``WORD``."""
    with open_writer(location, web_index.LEXICON) as writer:
        text = f"新的{WORD}。"
        report = Report(key, "新的报告", f"{key}.txt", paragraphs=1)
        writer.add(report, [Paragraph(f"{key}-0000", key, 1, text, text)])
        writer.commit({})


def test_workers_see_a_commit(tmp_path: Path) -> None:
    location = web_index.build(str(tmp_path / "index"))
    with server(location, "--workers", "2") as (_, address):

        def found() -> int:
            status, body = get(address + JSON_SEARCH)
            assert status == 200
            return int(json.loads(body)["total"])

        before = {found() for _ in range(10)}
        assert len(before) == 1
        add_paragraph(location)
        after = {before.pop() + 1}
        until(lambda: {found() for _ in range(10)} == after)


def test_a_newer_state_is_opened_in_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until its turn comes, the state before answers."""
    monkeypatch.setattr("engine.local.engine.GRACE", 0)
    location = web_index.build(str(tmp_path / "index"))
    turn = Lock()
    engine = open_engine(location, turn=turn)
    before = engine.count(Query(WORD))
    with turn:
        add_paragraph(location)
        assert {engine.count(Query(WORD)) for _ in range(5)} == {before}
    until(lambda: engine.count(Query(WORD)) == before + 1)
    engine.close()


def test_a_new_state_is_opened_before_anybody_asks(tmp_path: Path) -> None:
    location = web_index.build(str(tmp_path / "index"))
    opened: Queue[int] = Queue()

    def warm(searcher: Searcher) -> None:
        opened.put(searcher.count(Query(WORD)))

    engine = open_engine(location, warm)
    before = engine.count(Query(WORD))
    keep_up(create_app(engine=engine))
    add_paragraph(location)
    assert opened.get(timeout=PATIENCE) == before + 1
    engine.close()


FORKS = """
import os, sys, time
from engine.engine import open_engine
from engine.model import Query
from test_serve import WORD, add_paragraph

location = sys.argv[1]
engine = open_engine(location)
before = engine.count(Query(WORD))
add_paragraph(location, "first")
while engine.count(Query(WORD)) == before:  # opened by a thread, which no child has
    time.sleep(0.01)
engine.refresh()
if child := os.fork():
    add_paragraph(location, "second")
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
while engine.count(Query(WORD)) < before + 2:
    time.sleep(0.01)
os._exit(0)
"""


@LINUX
def test_a_forked_process_opens_newer_states(tmp_path: Path) -> None:
    location = web_index.build(str(tmp_path / "index"))
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    command = [sys.executable, "-c", FORKS, location]
    subprocess.run(command, check=True, timeout=PATIENCE, env={**os.environ, "PYTHONPATH": path})


@LINUX
def test_workers_are_replaced_one_after_the_other(location: str) -> None:
    with server(location, "--workers", "2") as (process, address):
        until(lambda: len(children(process.pid)) == 2)
        first = children(process.pid)
        process.send_signal(signal.SIGHUP)
        while first & (now := children(process.pid)):
            assert len(now) >= 2
            try:
                status = get(address + JSON_SEARCH)[0]
            except (OSError, http.client.HTTPException):  # a worker that stops had accepted it
                status = get(address + JSON_SEARCH)[0]
            assert status == 200


def test_one_process_at_a_time_has_its_turn(tmp_path: Path) -> None:
    """The lock goes with its process, even with one that was killed."""
    file = tmp_path / "turn"
    code = (
        "import sys, time; from pathlib import Path; from yinju.serving.turns import Turn\n"
        "with Turn(Path(sys.argv[1])): print('in', flush=True); time.sleep(1000)"
    )
    command = [sys.executable, "-c", code, str(file)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    waiting = None
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "in\n"
        waiting = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert waiting.stdout is not None
        assert select.select([waiting.stdout], [], [], 0.3)[0] == []
        holder.kill()
        assert waiting.stdout.readline() == "in\n"
    finally:
        for process in filter(None, (holder, waiting)):
            process.kill()
            process.communicate()
    with Turn(file):  # and nobody holds it now
        pass


def test_figures_of_all_workers_add_up(location: str) -> None:
    pytest.importorskip("prometheus_client")
    with server(location, "--workers", "2", "--metrics") as (_, address):
        for _ in range(30):
            assert get(address + JSON_SEARCH)[0] == 200
        for _ in range(3):
            assert get(f"{address}/没有".replace("没有", quote("没有")))[0] == 404
        status, body = get(f"{address}/metrics")
    lines = dict(line.rsplit(" ", 1) for line in body.decode().splitlines() if line[0] != "#")
    assert status == 200
    assert lines['yinju_requests_total{route="/api/search",status="200"}'] == "30.0"
    assert lines['yinju_requests_total{route="none",status="404"}'] == "3.0"
    assert lines['yinju_request_seconds_count{route="/api/search"}'] == "30.0"
    assert float(lines["yinju_index_paragraphs"]) > 0
    assert quote(WORD) not in body.decode()
    assert WORD not in body.decode()


def test_nothing_is_told_unless_asked_for(address: str) -> None:
    assert get(f"{address}/metrics")[0] == 404


def test_the_process_lives_without_an_index(tmp_path: Path) -> None:
    with server(str(tmp_path / "none")) as (_, address):
        assert get(f"{address}/healthz") == (200, b'{"status":"ok"}\n')
        status, body = get(f"{address}/readyz")
        assert (status, json.loads(body)["error"]["code"]) == (503, "index_missing")
        web_index.build(str(tmp_path / "none"))
        assert get(f"{address}/readyz")[0] == 200


def test_a_small_index_has_one_worker() -> None:
    number = command._number_of_workers
    assert number(None, 0) == number(None, command._SMALL_INDEX - 1) == 1
    assert number(None, command._SMALL_INDEX) == min(command._processors(), MAX_WORKERS)
    assert number(3, 0) == min(3, MAX_WORKERS)


SCOPE = {
    "type": "http", "method": "POST", "raw_path": b"/api/slow", "query_string": b"",
    "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 80), "client": None,
}  # fmt: skip


def answer_of(
    app: Flask, pieces: Iterable[bytes] = (b"",), *headers: tuple[bytes, bytes]
) -> tuple[int, bytes]:
    """What an app answers to a request whose body comes in pieces, and then no more."""
    messages: list[dict[str, Any]] = []
    coming = iter(pieces)

    async def receive() -> dict[str, Any]:
        for piece in coming:
            return {"type": "http.request", "body": piece, "more_body": piece != b""}
        await asyncio.sleep(PATIENCE)
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    scope = {**SCOPE, "headers": headers}
    asyncio.run(Asgi(app.wsgi_app, max_body_bytes, is_long, Gate(), None)(scope, receive, send))
    return messages[0]["status"], b"".join(message["body"] for message in messages[1:])


def test_a_body_that_does_not_come_is_408(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "_MAX_READING", 0.01)
    status, body = answer_of(app, [b"a"])
    assert (status, json.loads(body)["error"]["code"]) == (408, "too_slow")


def echo() -> Flask:
    from flask import request

    app = Flask("echo")

    @app.post("/api/slow")
    def slow() -> Any:
        return {"body": request.get_data(as_text=True), "headers": dict(request.headers)}

    return app


def test_a_header_with_an_underscore_passes_for_no_other() -> None:
    headers = (b"x_real", b"forged"), (b"x-real", b"1"), (b"x-real", b"2")
    _, body = answer_of(echo(), [b"a", b"b", b""], *headers)
    told = json.loads(body)
    assert told["body"] == "ab"
    assert told["headers"]["X-Real"] == "1,2"


def test_an_answer_that_fails_halfway_is_an_error(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(environment: Any, start: Any) -> Iterator[bytes]:
        if asgi.REFUSAL in environment:
            return app.wsgi_app(environment, start)
        start("200 OK", [("Content-Type", "text/csv")])
        return (bytes(1000 // (2 - n)) for n in range(3))

    broken = Flask("broken")
    broken.wsgi_app = failing  # type: ignore[assignment]
    status, body = answer_of(broken)
    assert (status, json.loads(body)["error"]["code"]) == (500, "internal")
    assert "ZeroDivisionError" in caplog.text
