"""The tools at ``/mcp``, beside the pages: streamable HTTP without sessions.

No tool remembers anything, so each request is served as a conversation of its own, in an event
loop of its own. The pages' server may be any that calls WSGI, with as many threads and processes
as it likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import anyio
from flask import Flask, Response, request
from mcp.server.transport_security import TransportSecuritySettings

from search_app import MAX_BODY_BYTES
from yinju.assistant.server import AssistantServer

PATH = "/mcp"
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_PORTS = ("", ":*")  # none, or any


def add_route(app: Flask, server: AssistantServer, addresses: Sequence[str]) -> None:
    """Let an app answer at ``PATH`` too, to this machine and under these addresses."""
    security = _security(addresses)

    def answer() -> Response:
        tools = server.streamable_http_app(
            streamable_http_path=PATH,
            json_response=True,
            stateless_http=True,
            max_request_body_size=MAX_BODY_BYTES,
            transport_security=security,
        )
        return anyio.run(_ask, tools, _scope(), request.get_data())

    app.add_url_rule(PATH, "mcp", answer, methods=["POST"])


def _security(addresses: Sequence[str]) -> TransportSecuritySettings:
    """Only requests to this machine or to the stated addresses are answered.

    A page of another site that a person has open cannot ask then, even if its name is made to
    lead here (DNS rebinding).
    """
    parts = [urlsplit(address) for address in addresses]
    sites = [*((host, "http") for host in _LOOPBACK), *((p.netloc, p.scheme) for p in parts)]
    return TransportSecuritySettings(
        allowed_hosts=[f"{host}{port}" for host, _ in sites for port in _PORTS],
        allowed_origins=[f"{scheme}://{host}{port}" for host, scheme in sites for port in _PORTS],
    )


def _scope() -> dict[str, Any]:
    """The request, as ASGI has it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": PATH,
        "raw_path": PATH.encode(),
        "root_path": "",
        "query_string": request.query_string,
        "headers": [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in request.headers],
        "client": None,
        "server": None,
    }


async def _ask(tools: Any, scope: dict[str, Any], body: bytes) -> Response:
    """The answer of an ASGI app to one request."""
    messages: list[dict[str, Any]] = []

    request_messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        for message in request_messages:
            return message
        await anyio.sleep_forever()  # nobody hangs up before the answer is there
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    async with tools.router.lifespan_context(tools):
        await tools(scope, receive, send)
    start = messages[0]
    content = b"".join(message.get("body", b"") for message in messages[1:])
    headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in start["headers"]]
    return Response(content, start["status"], headers)
