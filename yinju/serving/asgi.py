"""Lets an ASGI server ask a WSGI app, so that slow clients hold none of the app's threads.

A request is read whole before the app sees it, and an answer is whole before any of it is sent.
Only the time in between takes a thread. What is long waits in a temporary file. An answer that
fails halfway is therefore an error with a status, never a file that only looks complete.

A request that is not let in (``gate``) is not read; one that is too long, or too slow, is not read
to its end. The app is told the status to refuse it with, in the environment, so that it answers in
the form of all its errors.

What may take long has few threads of its own; what finds too many others waiting for them is
refused. A request whose client is gone is not answered, and ends if it runs already.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from engine.printable import printable
from search_app import REFUSAL
from search_app.work import IS_WANTED
from yinju.serving.access_log import AccessLog
from yinju.serving.forwarding import Environment
from yinju.serving.gate import Gate

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Headers = list[tuple[str, str]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_log = logging.getLogger(__name__)

_THREADS, _LONG_THREADS = 8, 2
_CLIENT_LEFT = 499  # what a log calls the status where nobody waited for an answer, as nginx's
_MAX_WAITING = 64  # for a thread of the long ones
_SWITCH_SECONDS = sys.getswitchinterval()  # until a thread lets another one go on
_SWITCH_SECONDS_BESIDE_LONG = 0.0005  # halves the time of pages beside long answers
_MAX_BYTES_IN_MEMORY = 1 << 18  # of a body or an answer
_SENT_AT_ONCE = 1 << 16
_MAX_READING = 120  # seconds for a body to come in
_MAX_SENDING = 60  # seconds for a piece of an answer to be taken


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; ``content`` stands at its beginning."""

    status: int
    headers: Headers
    content: IO[bytes]
    length: int


class _Unwanted(Exception):
    """The client of a request is gone."""


class Asgi:
    """An ASGI app (HTTP only) that answers with a WSGI app.

    ``max_body_bytes`` says how long the body of a path may be, ``is_long`` whether an answer to
    it may take long. Each request is noted in ``log``, if there is one.
    """

    def __init__(
        self,
        app: WSGIApplication,
        max_body_bytes: Callable[[str], int],
        is_long: Callable[[str], bool],
        gate: Gate,
        log: AccessLog | None,
    ) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes
        self._is_long = is_long
        self._gate = gate
        self._log = log
        self._threads = ThreadPoolExecutor(_THREADS, "answer")
        self._long_threads = ThreadPoolExecutor(_LONG_THREADS, "long-answer")
        self._long_requests = 0

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        environment = _environment(scope)
        refusal = self._gate.admit(environment, scope["headers"])
        with SpooledTemporaryFile(_MAX_BYTES_IN_MEMORY) as body:
            environment["wsgi.input"] = body
            limit = self._max_body_bytes(environment["PATH_INFO"])
            try:
                if refusal := refusal or await _read(receive, body, environment, limit):
                    environment[REFUSAL] = refusal
                answer = await self._while_wanted(environment, receive)
            except _Unwanted:
                self._note(scope, environment, _CLIENT_LEFT, 0, began)
                return
        with answer.content:
            sent = await _send(answer, send)
        self._note(scope, environment, answer.status, sent, began)

    def _note(
        self,
        scope: dict[str, Any],
        environment: Environment,
        status: int,
        sent: int,
        began: float,
    ) -> None:
        if self._log:
            ms = 1000 * (time.perf_counter() - began)
            self._log.write(self._log.line(scope, environment, status, sent, ms))

    async def _while_wanted(self, environment: Environment, receive: Receive) -> Answer:
        gone = threading.Event()
        environment[IS_WANTED] = lambda: not gone.is_set()
        leaving = asyncio.ensure_future(_wait_for_end(receive, gone))
        try:
            return await self._in_thread(environment)
        finally:
            leaving.cancel()

    async def _in_thread(self, environment: Environment) -> Answer:
        loop = asyncio.get_running_loop()
        if REFUSAL in environment or not self._is_long(environment["PATH_INFO"]):
            return await loop.run_in_executor(self._threads, self._answer, environment)
        if self._long_requests >= _LONG_THREADS + _MAX_WAITING:
            environment[REFUSAL] = 503
            return await loop.run_in_executor(self._threads, self._answer, environment)
        self._long_requests += 1
        sys.setswitchinterval(_SWITCH_SECONDS_BESIDE_LONG)
        try:
            return await loop.run_in_executor(self._long_threads, self._answer, environment)
        finally:
            self._long_requests -= 1
            if not self._long_requests:
                sys.setswitchinterval(_SWITCH_SECONDS)

    def _answer(self, environment: Environment) -> Answer:
        try:
            return _ask(self._app, environment)
        except _Unwanted:
            raise
        except Exception:
            _log.exception("%s", printable(environment["PATH_INFO"]))
            return _ask(self._app, {**environment, REFUSAL: 500})


async def _read(
    receive: Receive, body: IO[bytes], environment: Environment, limit: int
) -> int | None:
    """Read a request into ``body``; the status to refuse it with if it is too long or slow."""
    announced = environment.get("CONTENT_LENGTH", "0")
    if announced.isdecimal() and int(announced) > limit:
        return 413
    try:
        length = await asyncio.wait_for(_copy(receive, body, limit), _MAX_READING)
    except asyncio.TimeoutError:
        return 408
    environment["CONTENT_LENGTH"] = str(length)
    body.seek(0)
    return 413 if length > limit else None


async def _copy(receive: Receive, body: IO[bytes], limit: int) -> int:
    length, more = 0, True
    while more and length <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Unwanted
        piece = message.get("body", b"")
        body.write(piece)
        length += len(piece)
        more = message.get("more_body", False)
    return length


async def _wait_for_end(receive: Receive, gone: threading.Event) -> None:
    """Wait until the client of a request that has come in whole is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    gone.set()


def _environment(scope: dict[str, Any]) -> Environment:
    """What PEP 3333 tells an app of a request, but for its body."""
    host, port = scope.get("server") or ("", 0)
    environment: Environment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1").upper()
        if "_" in name:  # would pass for the header with a hyphen
            continue
        name = name.replace("-", "_")
        if name not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            name = f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        environment[name] = f"{environment[name]},{value}" if name in environment else value
    return environment


def _ask(app: WSGIApplication, environment: Environment) -> Answer:
    """The whole answer of a WSGI app; raises what fails while it is read, or ``_Unwanted``."""
    is_wanted = environment[IS_WANTED]
    status, headers = 500, []
    content = SpooledTemporaryFile(_MAX_BYTES_IN_MEMORY)  # noqa: SIM115

    def start(line: str, fields: Headers, _: object = None) -> Callable[[bytes], object]:
        nonlocal status, headers
        status, headers = int(line.split()[0]), fields
        return content.write

    with ExitStack() as failing:
        failing.enter_context(content)
        if not is_wanted():
            raise _Unwanted
        pieces = app(environment, start)
        try:
            for piece in pieces:
                content.write(piece)
                if not is_wanted():
                    raise _Unwanted
        finally:
            if close := getattr(pieces, "close", None):
                close()
        failing.pop_all()
    length = content.tell()
    content.seek(0)
    return Answer(status, headers, content, length)


async def _send(answer: Answer, send: Send) -> int:
    """Send an answer as fast as it is taken; end it where nothing is taken for long.

    Returns how many bytes of its content were taken.
    """
    headers = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in answer.headers]
    if answer.length and not any(name == b"content-length" for name, _ in headers):
        headers.append((b"content-length", str(answer.length).encode()))
    headers.append((b"server", b"yinju"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    left = answer.length
    while True:
        piece = answer.content.read(_SENT_AT_ONCE)
        is_last = len(piece) == left
        message = {"type": "http.response.body", "body": piece, "more_body": not is_last}
        try:
            await asyncio.wait_for(send(message), _MAX_SENDING)
        except asyncio.TimeoutError:
            break  # the length was announced, so the client sees that the rest is missing
        left -= len(piece)
        if is_last:
            break
    return answer.length - left
