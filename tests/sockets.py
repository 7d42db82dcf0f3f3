"""Requests as they come over a socket: slow, faulty, or never whole."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

PATIENCE = 300  # seconds for what happens at once; kernels may have to be compiled first


def connect(address: str, sent: bytes = b"") -> socket.socket:
    parts = urlsplit(address)
    assert parts.hostname
    assert parts.port
    connection = socket.create_connection((parts.hostname, parts.port), PATIENCE)
    connection.sendall(sent)
    return connection


def received(connection: socket.socket) -> tuple[int, bytes]:
    """The status and the body of the one answer that a connection gets."""
    answer = bytearray()
    while piece := connection.recv(1 << 16):
        answer += piece
    head, _, body = bytes(answer).partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def ask(address: str, request: bytes) -> tuple[int, bytes]:
    with connect(address, request) as connection:
        return received(connection)


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def request(path: bytes, *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    lines = ["HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
    first = f"{method} ".encode() + path + b" "
    return first + "\r\n".join(lines).encode() + body


def until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


SLOW = {
    "says nothing": b"",
    "half a request line": b"GET /?q=",
    "half a head": b"GET / HTTP/1.1\r\nHost: a",
    "half a body": request(b"/check", "Content-Length: 60000", method="POST", body=b"text="),
    "half a body in chunks": request(
        b"/check", "Transfer-Encoding: chunked", method="POST", body=b"5\r\ntext=\r\n"
    ),
}


def slow_reader(address: str, sent: bytes) -> socket.socket:
    """A connection that has sent a request and takes hardly anything of the answer."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    reader.settimeout(PATIENCE)
    reader.connect((urlsplit(address).hostname, urlsplit(address).port))
    reader.sendall(sent)
    return reader
