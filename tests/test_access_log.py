"""The access log: what a line says, and what nobody can make it say."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinju.serving.access_log import AccessLog

MAX_LINE = 4096  # bytes that a pipe takes whole: PIPE_BUF of Linux


def line(path: bytes, query: bytes = b"", user: str = "", method: str = "GET") -> str:
    environment = {"REMOTE_ADDR": "203.0.113.9", "REQUEST_METHOD": method}
    if user:
        environment["REMOTE_USER"] = user.encode().decode("latin-1")
    scope = {"raw_path": path, "query_string": query}
    return AccessLog(with_queries=bool(query)).line(scope, environment, 200, 5120, 12.34)


def told(*of: Any) -> dict[str, Any]:
    return json.loads(line(*of))  # type: ignore[no-any-return]


def test_a_line_says_who_asked_for_what() -> None:
    fields = told(b"/p/rep001-0003", b"q=%E5%8C%BB&a=%26", "张三")
    assert datetime.fromisoformat(fields.pop("time")).tzinfo is not None
    assert fields == {
        "client": "203.0.113.9", "user": "张三", "method": "GET", "path": "/p/rep001-0003",
        "status": 200, "bytes": 5120, "ms": 12.3, "query": "q=医&a=%26",
    }  # fmt: skip


def test_what_was_searched_is_left_out() -> None:
    scope = {"raw_path": b"/", "query_string": b"q=secret"}
    environment = {"REMOTE_ADDR": "203.0.113.9", "REQUEST_METHOD": "GET", "HTTP_REFERER": "secret"}
    said = AccessLog().line(scope, environment, 200, 0, 0)
    assert "secret" not in said
    assert json.loads(said)["user"] is None


PATHS = {  # as sent, as shown
    b"/a%0ab": "/a%0ab",
    b"/%22%5c": "/%22%5c",
    b'/"\\': '/"\\',
    b"/%e5%8c%bb": "/医",
    "/医".encode(): "/医",
    b"/%E5%8C": "/%E5%8C",
    b"/%FF%E5%8C%BB": "/%FF%E5%8C%BB",
    "/\u202e\u2028\x85".encode(): "/%E2%80%AE%E2%80%A8%C2%85",
    b"/%E2%80%AE": "/%E2%80%AE",
    b"/%1b[31m": "/%1b[31m",
    b"/\x1b[31m\r\n": "/%1B[31m%0D%0A",
    b"/a b": "/a%20b",
    b"*": "*",
    b"": "",
}


@pytest.mark.parametrize(("sent", "shown"), PATHS.items())
def test_an_address_is_shown_with_letters_and_escapes(sent: bytes, shown: str) -> None:
    assert told(sent)["path"] == shown


USERS = {"a\tb": "a\tb", "\x1b[31m": "\x1b[31m", "x\u202ey": "x\u202ey", '","user":"root': None}


@pytest.mark.parametrize(("user", "read"), USERS.items())
def test_a_name_forges_nothing(user: str, read: str | None) -> None:
    said = line(b"/", b"", user)
    assert said.isprintable()
    assert json.loads(said)["user"] == (read or user)


@given(st.binary(), st.binary(min_size=1), st.text(st.characters(exclude_categories=["Cs"])))
def test_a_line_is_one_object_whatever_comes(path: bytes, query: bytes, user: str) -> None:
    said = line(path, query, user)
    assert said.isprintable()  # so there is no end of a line in it, and nothing acts
    assert json.loads(said)["status"] == 200


LONG = {
    "escapes": (b"/%FF" * 20_000, b"%FF" * 20_000, "\U000e0001" * 9_000),
    "letters": ("𠀀".encode() * 9_000, b"%F0%A0%80%80" * 9_000, "𠀀" * 9_000),
    "quotes": (b'"\\' * 9_000, b'\\"' * 9_000, '"\\' * 9_000),
    "controls": (b"\0" * 9_000, b"\x1f" * 9_000, "\x01" * 9_000),
}


@pytest.mark.parametrize(("path", "query", "user"), LONG.values(), ids=LONG)
def test_a_line_is_short_enough_to_be_written_at_once(path: bytes, query: bytes, user: str) -> None:
    said = line(path, query, user, "M" * 9_000)
    assert len(f"{said}\n".encode()) <= MAX_LINE
    assert json.loads(said)["path"].endswith("…")


def test_a_name_that_is_no_utf_8_is_logged_all_the_same() -> None:
    environment = {"REMOTE_ADDR": "", "REQUEST_METHOD": "GET", "REMOTE_USER": "zhang\xff"}
    scope = {"raw_path": b"/", "query_string": b""}
    assert json.loads(AccessLog().line(scope, environment, 200, 0, 0))["user"] == "zhang\ufffd"
