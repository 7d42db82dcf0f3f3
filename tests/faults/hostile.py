"""Requests that nobody sends by accident, against a real server."""

from __future__ import annotations

import json
import sys
import urllib.parse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import web_index
from serving import server
from sockets import ask, request

from search_app import create_app
from search_app.failures import _JSON_PATHS
from search_app.params import FILTER_PARAMETERS, SEARCH_PARAMETERS

_CLIENTS = 8
_MAX_TAKEN = 65_536  # bytes of a request's address; of a longer one the rest is not read
_NAMES = (
    *SEARCH_PARAMETERS, *FILTER_PARAMETERS, "limit", "offset", "page", "from", "to", "vs", "by",
    "a", "b", "p", "t", "view", "facet", "contains", "text", "__proto__", "q[]", "",
)  # fmt: skip
_VALUES = (
    "", "0", "-1", "1e9", "9" * 400, "٣", "²", "NaN", "2019..", "..", "3000..1", "unknown", "on",
    "医保", "基金监管", '"', '""', "((((", ")" * 50, "(" * 300, "-", "NOT", "A OR", "|", "同句(",
    "标题:", "标题:(", "*", "医*", "a* " * 30, "的 " * 200, "医" * 3000, "\0", "\n\r\n", "\t",
    "<script>alert(1)</script>", "{{7*7}}", "%s%n", "${jndi:x}", "../../etc/passwd", "'; --",
    "\u202e", "\ufeff", "👩\u200d👩\u200d👧", "e\u0301" * 40, "\U0010ffff", "湖南省/" * 40, "a/b/c",
    "rep001", "rep001-0001", "rep001-0001~2-4", "rep001-0001~9-1", "rep001-0001~0", "x-y~", "~",
    "newest", "2024-02-30", "2024-01-01T25:00", "0001-01-01", "9999-12-31", "county", "csv",
)  # fmt: skip
_RAW = (b"%", b"%zz", b"%00", b"%ff%fe", b"%c0%ae", b"%ed%a0%80", b"\xe5\x8c", b"+", b"%25zz", b";")
_BODIES = (
    b"", b"text=", b"text=%ff&text=%00", b"{}", b"[" * 5000, b"PK\x03\x04" + b"\0" * 100,
    b"--x\r\nContent-Disposition: form-data; name=memo; filename=a.docx\r\n\r\nPK\x03\x04",
    b"--x\r\n\r\n--x--\r\n", b"text=" + "“基金监管用到，增幅不大，逐年下降”".encode() * 50,
)  # fmt: skip
_TYPES = (
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json",
    "multipart/form-data", "text/plain; charset=utf-16", "\u00ff",
)  # fmt: skip


def run(rounds: int, seed: int) -> Counter[str]:
    """Send so many requests.

    One without an answer counts as ``died``, and so do an answer with status 500, a traceback,
    an error of the API without its promised shape, and a server that has ended.
    """
    chance = Random(seed)
    with TemporaryDirectory(prefix="yinju-faults-") as place:
        location = web_index.build(str(Path(place) / "index"))
        rules = [rule.rule for rule in create_app(location=location).url_map.iter_rules()]
        requests = [_request(chance, rules) for _ in range(rounds)]
        with server(location) as (process, address), ThreadPoolExecutor(_CLIENTS) as clients:
            died = sum(clients.map(lambda sent: _is_fault(address, sent), requests))
            died += process.poll() is not None
    return Counter(tries=rounds, died=died)


def _request(chance: Random, rules: list[str]) -> bytes:
    rule = chance.choice(rules)
    path = b"/".join(
        _value(chance, b"/") if part.startswith("<") else part.encode() for part in rule.split("/")
    )
    pairs = [
        _value(chance, b"", chance.choice(_NAMES)) + b"=" + _value(chance, b"/:,")
        for _ in range(chance.randrange(5))
    ]
    if chance.random() < 0.1:
        pairs *= 40
    target = path.replace(b" ", b"%20") + b"?" + b"&".join(pairs)
    method = chance.choice(["GET"] * 8 + ["HEAD", "PUT"])
    if "check" in rule and chance.random() < 0.7:
        body = chance.choice(_BODIES)
        headers = (f"Content-Length: {len(body)}", f"Content-Type: {chance.choice(_TYPES)}")
        return request(path, *headers, method="POST", body=body)
    return request(target, f"Accept: {chance.choice(['*/*', 'text/html', 'x'])}", method=method)


def _value(chance: Random, safe: bytes, text: str | None = None) -> bytes:
    """A value as an address has it, now and then with bytes that no address may have."""
    if text is None:
        text = "".join(chance.choices(_VALUES, k=chance.choice([1, 1, 1, 2, 3])))
    quoted = urllib.parse.quote(text, safe=safe.decode()).encode()
    return quoted + chance.choice(_RAW) if chance.random() < 0.1 else quoted


def _is_fault(address: str, sent: bytes) -> bool:
    try:
        status, body = ask(address, sent)
    except Exception as error:
        if isinstance(error, ConnectionError) and len(sent) > _MAX_TAKEN:
            return False  # refused, and closed before all of it was sent
        print(repr(error), sent[:300], file=sys.stderr)
        return True
    fault = status == 500 or b"Traceback (most recent" in body
    is_json = sent.split(b" ", 2)[1].decode("latin-1").startswith(_JSON_PATHS)
    # Without a body: an answer to HEAD, and what is no request at all.
    if status >= 400 and body and is_json:
        fault = fault or not _has_shape(body)
    if fault:
        print(status, sent[:300], body[:300], file=sys.stderr)
    return fault


def _has_shape(body: bytes) -> bool:
    try:
        error = json.loads(body)["error"]
        return {"code", "message", "hint"} <= error.keys()
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
