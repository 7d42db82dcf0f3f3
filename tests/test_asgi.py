"""Between the server and the app: who leaves, and who waits for a thread."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from search_app import REFUSAL, max_body_bytes
from search_app.work import is_long
from yinju.serving import asgi
from yinju.serving.access_log import AccessLog
from yinju.serving.asgi import Asgi
from yinju.serving.gate import Gate

PATIENCE = 300  # seconds for what happens at once


def scope_of(path: str) -> dict[str, Any]:
    return {
        **{"type": "http", "method": "GET", "raw_path": path.encode(), "query_string": b""},
        **{"http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 80)},
        **{"client": None, "headers": ()},
    }


async def ask(asgi_app: Asgi, path: str, leave: asyncio.Event | None = None) -> list[Any]:
    """The messages of an answer; the client leaves when ``leave`` is set."""
    messages: list[Any] = []
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await (leave or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    await asgi_app(scope_of(path), receive, send)
    return messages


def test_what_nobody_waits_for_ends_and_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    log: list[str] = []
    monkeypatch.setattr(AccessLog, "write", lambda _, line: log.append(line))
    closed, begun = threading.Event(), threading.Event()

    def endless(_: Any, start: Any) -> Iterator[bytes]:
        start("200 OK", [])
        try:
            while True:
                begun.set()
                yield b"a"
        finally:
            closed.set()

    async def leave_early() -> list[Any]:
        leave = asyncio.Event()
        asgi_app = Asgi(endless, max_body_bytes, is_long, Gate(), AccessLog())
        asking = asyncio.ensure_future(ask(asgi_app, "/", leave))
        await asyncio.to_thread(begun.wait, PATIENCE)
        leave.set()
        return await asking

    assert asyncio.run(leave_early()) == []
    assert closed.wait(PATIENCE)
    assert [json.loads(line)["status"] for line in log] == [499]


def test_long_answers_hold_no_other_and_have_a_queue_that_ends() -> None:
    done = threading.Event()

    def app(environment: Any, start: Any) -> list[bytes]:
        refusal = environment.get(REFUSAL)
        if is_long(environment["PATH_INFO"]) and not refusal:
            done.wait(PATIENCE)
        start(f"{refusal or 200} -", [])
        return [b""]

    async def crowd() -> list[int]:
        asgi_app = Asgi(app, max_body_bytes, is_long, Gate(), None)
        room = asgi._LONG_THREADS + asgi._MAX_WAITING
        waiting = [asyncio.ensure_future(ask(asgi_app, "/values")) for _ in range(room)]
        await asyncio.sleep(0)
        statuses = [(await ask(asgi_app, path))[0]["status"] for path in ("/", "/values")]
        done.set()
        answers = await asyncio.gather(*waiting)
        last = await ask(asgi_app, "/values")
        return [*statuses, *{answer[0]["status"] for answer in answers}, last[0]["status"]]

    assert asyncio.run(crowd()) == [200, 503, 200, 200]


def test_who_is_not_let_in_waits_for_no_long_answer() -> None:
    done = threading.Event()

    def app(environment: Any, start: Any) -> list[bytes]:
        refusal = environment.get(REFUSAL)
        if not refusal:
            done.wait(PATIENCE)
        start(f"{refusal or 200} -", [])
        return [b""]

    async def crowd() -> int:
        asgi_app = Asgi(app, max_body_bytes, is_long, Gate(), None)
        room = asgi._LONG_THREADS + asgi._MAX_WAITING
        waiting = [asyncio.ensure_future(ask(asgi_app, "/values")) for _ in range(room)]
        while asgi_app._long_requests < room:
            await asyncio.sleep(0)
        asgi_app._gate = Gate("https://a.example")
        refused: int = (await ask(asgi_app, "/values"))[0]["status"]
        done.set()
        await asyncio.gather(*waiting)
        return refused

    assert asyncio.run(crowd()) == 421
