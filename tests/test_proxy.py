"""The server behind a web server: what comes in over real sockets, and what the log says of it.

``--from`` and ``--proxy`` name 127.0.0.1 here; whoever asks from 127.0.0.2 is a stranger.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import textwrap
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import readme
import web_index
from serving import server

from yinju.cli import main

SITE = "https://reports.example.org"
WORD = "基金监管"
PROXY, STRANGER = "127.0.0.1", "127.0.0.2"
SIGN_ON = ["--proxy", PROXY, "--user-header", "X-Remote-User", "--from", PROXY]
NGINX = os.environ.get("NGINX") or shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="has no other address of its own")
pytestmark = LINUX

Log = list[dict[str, Any]]


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return web_index.build(str(tmp_path_factory.mktemp("proxy") / "index"))


@pytest.fixture(autouse=True)
def _site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINJU_URL", SITE)


def ask(address: str, request: bytes, source: str = PROXY) -> tuple[int, str, str]:
    """The status, head and body of the answer to a request from an address of this machine."""
    place = urlsplit(address)
    assert place.hostname
    with socket.create_connection((place.hostname, place.port or 80), 60, (source, 0)) as asking:
        asking.sendall(request)
        answer = asking.makefile("rb").read()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode().lower(), body.decode()


def get(path: str, *headers: str, host: str = "Host: reports.example.org") -> bytes:
    lines = [f"GET {path} HTTP/1.1", host, *headers, "Connection: close", "", ""]
    return "\r\n".join(line for line in lines if line or line is lines[-1]).encode() + b"\r\n"


def log_of(process: subprocess.Popen[str]) -> Log:
    """All lines of JSON that a server wrote, which is ended."""
    process.terminate()
    assert process.stderr is not None
    return [json.loads(line) for line in process.stderr.read().splitlines() if line[:1] == "{"]


SIGNED = "X-Remote-User: zhang"

# a request, where it comes from, the status
REQUESTS = {
    "signed on": (get("/help", SIGNED), PROXY, 200),
    "a stranger who says so": (get("/help", SIGNED), STRANGER, 403),
    "a stranger for the proxy": (get("/help", SIGNED, "X-Forwarded-For: 127.0.0.1"), STRANGER, 403),
    "nobody": (get("/help"), PROXY, 403),
    "two": (get("/help", SIGNED, "X-Remote-User: li"), PROXY, 403),
    "two in one spelling": (get("/help", SIGNED, "x-remote-user: zhang"), PROXY, 403),
    "underscores": (get("/help", "X_Remote_User: zhang"), PROXY, 403),
    "no user in it": (get("/help", "X-Remote-User:  "), PROXY, 403),
    "another host": (get("/help", SIGNED, host="Host: evil.example"), PROXY, 421),
    "two hosts": (get("/help", SIGNED, "Host: evil.example"), PROXY, 421),
    "no host": (get("/help", SIGNED, host=""), PROXY, 421),
    "an empty host": (get("/help", SIGNED, host="Host:"), PROXY, 421),
    "HTTP/1.0": (b"GET /help HTTP/1.0\r\nX-Remote-User: zhang\r\n\r\n", PROXY, 421),
    "HTTP/1.0 with a host": (
        b"GET /help HTTP/1.0\r\nHost: REPORTS.example.org.:443\r\nX-Remote-User: zhang\r\n\r\n",
        PROXY, 200,
    ),
    "a user in the host": (get("/help", SIGNED, host="Host: a@reports.example.org"), PROXY, 421),
    "a whole address": (
        get("http://reports.example.org/help", SIGNED, host="Host: evil.example"), PROXY, 421,
    ),
    "a forwarded host": (
        get("/help", SIGNED, "X-Forwarded-Host: reports.example.org", host="Host: yinju:8000"),
        PROXY, 200,
    ),
    "a forged host": (get("/help", SIGNED, "X-Forwarded-Host: evil.example"), PROXY, 421),
    "health": (get("/healthz", host="Host: 127.0.0.1"), STRANGER, 200),
    "health of no host": (b"GET /healthz HTTP/1.0\r\n\r\n", STRANGER, 200),
    "health of another host": (get("/healthz", host="Host: evil.example"), STRANGER, 421),
    "readiness": (get("/readyz", host="Host: yinju:8000"), STRANGER, 200),
    "figures": (get("/metrics", host="Host: 127.0.0.1"), PROXY, 200),
    "figures for this machine": (get("/metrics", host="Host: 127.0.0.2"), STRANGER, 200),
    "figures for somebody outside": (
        get("/metrics", "X-Forwarded-For: 203.0.113.9", host="Host: 127.0.0.1"), PROXY, 403,
    ),
    "JSON": (get("/api/search"), PROXY, 403),
    "a body": (
        b"POST /api/check HTTP/1.1\r\nHost: reports.example.org\r\nContent-Length: 90000\r\n"
        b"Connection: close\r\n\r\n", PROXY, 403,
    ),
}  # fmt: skip


def test_only_who_signed_on_at_the_site_comes_in(location: str) -> None:
    with server(location, *SIGN_ON, "--metrics") as (process, address):
        for name, (request, source, status) in REQUESTS.items():
            seen, head, body = ask(address, request, source)
            assert seen == status, name
            assert "evil.example" not in head + body, name
            if status >= 400:
                assert "cache-control: no-store" in head, name
        log = log_of(process)
    assert [entry["status"] for entry in log] == [status for _, _, status in REQUESTS.values()]
    users = {name: entry["user"] for name, entry in zip(REQUESTS, log, strict=True)}
    assert {user for user in users.values() if user} == {"zhang"}
    assert users["signed on"] == "zhang"
    assert users["a stranger who says so"] is None
    clients = {name: entry["client"] for name, entry in zip(REQUESTS, log, strict=True)}
    assert clients["a stranger for the proxy"] == STRANGER
    assert clients["figures for somebody outside"] == "203.0.113.9"


def test_a_refusal_says_what_to_do(location: str) -> None:
    with server(location, *SIGN_ON) as (_, address):
        status, _, body = ask(address, get("/api/search"))
        error = json.loads(body)["error"]
        assert (status, error["code"]) == (403, "not_signed_on")
        assert "登录" in error["hint"]
        status, _, body = ask(address, get("/api/search", SIGNED, host="Host: evil.example"))
        error = json.loads(body)["error"]
        assert (status, error["code"]) == (421, "wrong_host")
        assert "YINJU_URL" in error["hint"]
        status, head, body = ask(address, get("/p/rep001-0003"))
        assert (status, "<h1" in body, "text/html" in head) == (403, True, True)
        assert "rep001" not in body


def test_the_log_has_what_was_refused_and_not_what_was_searched(location: str) -> None:
    searched = f"/api/search?q={quote(WORD)}"
    too_long = f"/api/search?q={'a' * 30_000}"
    body = b"POST /api/search HTTP/1.1\r\nHost: reports.example.org\r\nContent-Length: 99999\r\n"
    with server(location, "--access-log") as (process, address):
        assert ask(address, get(searched, f"Referer: {SITE}/?q={quote(WORD)}"))[0] == 200
        assert ask(address, get(too_long))[0] == 414
        assert ask(address, body + b"Connection: close\r\n\r\n")[0] == 413
        assert ask(address, get("/%0d%0a%7b%22user%22:%22root%22%7d"))[0] == 404
        log = log_of(process)
    assert [entry["status"] for entry in log] == [200, 414, 413, 404]
    assert [entry["path"] for entry in log[:3]] == ["/api/search"] * 3
    assert "query" not in log[0]
    assert WORD not in json.dumps(log, ensure_ascii=False)
    assert log[0]["bytes"] > 0


def test_queries_are_logged_where_it_is_asked_for(location: str) -> None:
    with server(location, "--log-queries") as (process, address):
        assert ask(address, get(f"/api/search?q={quote(WORD)}%26"))[0] == 200
        (entry,) = log_of(process)
    assert entry["query"] == f"q={WORD}%26"
    assert (entry["client"], entry["user"]) == (PROXY, None)


def test_nothing_is_logged_unless_asked_for(location: str) -> None:
    with server(location) as (process, address):
        assert ask(address, get("/api/search"))[0] == 200
        assert log_of(process) == []


def test_without_a_stated_site_no_name_can_be_made_to_lead_here(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINJU_URL", "")
    rebound = get("/help", host="Host: evil.example")
    with server(location) as (_, address):
        assert ask(address, get("/help", host=f"Host: {urlsplit(address).netloc}"))[0] == 200
        assert ask(address, get("/help", host="Host: localhost:1"))[0] == 200
        assert ask(address, rebound)[0] == 421
    with server(location, "--host", "0.0.0.0") as (_, address):  # for colleagues, by any name
        assert ask(address, get("/help", host="Host: server.office.example:8000"))[0] == 200
        assert ask(address, rebound)[0] == 200


WRONG = {
    "a header without a network": (["--user-header", "X-User"], "--from"),
    "a network without a header": (["--from", "127.0.0.1"], "--user-header"),
    "underscores": (["--user-header", "X_User", "--from", "127.0.0.1"], "“X_User”不能用"),
    "no network": (["--proxy", "10.0.0.5/8"], "“10.0.0.5/8”不是网络"),
    "a name": (["--user-header", "X-User", "--from", "proxy"], "“proxy”不是网络"),
}


@pytest.mark.parametrize(("options", "said"), WRONG.values(), ids=WRONG)
def test_wrong_options_are_named(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["serve", "--index", "nowhere", "--port", "0", *options])
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


class SignOn(BaseHTTPRequestHandler):
    """Answers as oauth2-proxy does: 202 with a name for a cookie, else 401, and a page."""

    def do_GET(self) -> None:
        user = self.headers.get("Cookie", "").partition("user=")[2]
        is_question = self.path == "/oauth2/auth"
        self.send_response(200 if not is_question else 202 if user else 401)
        if is_question and user:
            self.send_header("X-Auth-Request-Email", user)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def sign_on() -> Iterator[int]:
    """A program that signs people on; its port."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), SignOn)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running.server_port
    running.shutdown()
    running.server_close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def nginx(folder: Path, config: str) -> Iterator[None]:
    """Runs nginx with some servers of a configuration, until they listen."""
    assert NGINX
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/errors;\n"
        f"events {{}} http {{ access_log {folder}/access; {temporary}\n{config}\n}}"
    )
    command = [NGINX, "-p", str(folder), "-e", f"{folder}/errors", "-c", f"{folder}/nginx.conf"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        while not (folder / "pid").exists() or not (folder / "pid").read_text():
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.communicate()


def documented(yinju: str, https: int, folder: Path, oauth: int | None) -> str:
    """The servers of docs/operating.md on free ports, with files of this test."""
    path = readme.ROOT / "docs/operating.md"
    whole, asking, locations = readme.blocks(path, "nginx")
    if oauth:
        basic = whole[
            whole.index("        auth_basic ") : whole.index("        proxy_set_header Auth")
        ]
        assert len(basic.splitlines()) == 3
        whole = whole.replace(basic, textwrap.indent(asking, " " * 8))
        end = whole.rindex("}")
        whole = whole[:end] + locations.replace("127.0.0.1:4180", f"127.0.0.1:{oauth}") + "}"
    replaced = {
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl;": f"listen 127.0.0.1:{https} ssl;",
        "/etc/ssl/certs/reports.pem": f"{folder}/certificate",
        "/etc/ssl/private/reports.key": f"{folder}/key",
        "http://127.0.0.1:8000": yinju,
    }
    if not oauth:
        replaced["/etc/nginx/yinju.users"] = f"{folder}/users"
    for text, own in replaced.items():
        assert text in whole
        whole = whole.replace(text, own)
    return whole


def certify(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=a",
         "-keyout", f"{folder}/key", "-out", f"{folder}/certificate"],
        check=True, capture_output=True,
    )  # fmt: skip


def by_https(port: int, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    """What the web server answers, certificates unseen."""
    unseen = ssl.create_default_context()
    unseen.check_hostname, unseen.verify_mode = False, ssl.CERT_NONE
    asking = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=60, context=unseen, source_address=(STRANGER, 0)
    )
    asking.request("GET", path, headers={"Host": "reports.example.org", **headers})
    answer = asking.getresponse()
    body = answer.read()
    asking.close()
    return answer.status, answer.headers, body


FORGED = {
    "X-Remote-User": "root",
    "X_Remote_User": "root",
    "X-Forwarded-For": "198.51.100.1",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "Forwarded": "for=198.51.100.1;host=evil.example",
}


@pytest.mark.skipif(not NGINX, reason="needs nginx, or NGINX=/path/of/one")
@pytest.mark.parametrize("with_oauth", [False, True], ids=["password", "oauth2-proxy"])
def test_the_documented_web_server_signs_people_on(
    location: str, tmp_path: Path, with_oauth: bool
) -> None:
    certify(tmp_path)
    (tmp_path / "users").write_text("zhang:{PLAIN}secret\n")
    who = {"Authorization": f"Basic {b64encode(b'zhang:secret').decode()}", "Cookie": "user=zhang"}
    https = free_port()
    with server(location, *SIGN_ON) as (process, yinju), sign_on() as oauth:
        config = documented(yinju, https, tmp_path, oauth if with_oauth else None)
        with nginx(tmp_path, config):
            assert by_https(https, "/help", **FORGED)[0] == (403 if with_oauth else 401)
            status, headers, body = by_https(https, "/p/rep001-0003", **who, **FORGED)
            long = f"/api/search?q={quote(WORD * 500)}"
            assert by_https(https, long, **who)[0] == 200
            host = {"Host": "evil.example"}  # the first server answers any host
            assert by_https(https, "/help", **{**who, **host})[0] == 421
        log = log_of(process)
    assert status == 200
    assert f"{SITE}/p/rep001-0003" in body.decode()
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert headers["Cache-Control"] == "private, max-age=60"
    assert {entry["user"] for entry in log} == {"zhang"}
    assert {entry["client"] for entry in log} == {STRANGER}
    assert [entry["status"] for entry in log] == [200, 200, 421]
    assert not (tmp_path / "access").read_text()  # which would hold what was searched
