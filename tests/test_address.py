"""Addresses and credentials of indexes on a cluster; no cluster is needed."""

from __future__ import annotations

import importlib
import socket
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from engine.engine import known_files, open_engine, open_writer
from engine.errors import EngineUnavailable, QueryError, YinjuError
from engine.model import Lexicon
from engine.opensearch.address import Address, credentials, is_address, parse
from engine.opensearch.client import Absent, Busy, Connection
from indexer.cli import UNUSABLE
from search_app import create_app
from yinju.cli import main

GOOD = [
    ("opensearch+http://one:9201/yinju", (("one", 9201),), False, "yinju", 3, 1),
    ("opensearch+https://one/yinju-2.0_x", (("one", 9200),), True, "yinju-2.0_x", 3, 1),
    ("opensearch+http://a:1,b,[::1]:3/n/", (("a", 1), ("b", 9200), ("::1", 3)), False, "n", 3, 1),
    ("opensearch+http://a/n?shards=6&replicas=0", (("a", 9200),), False, "n", 6, 0),
]


@pytest.mark.parametrize(("location", "hosts", "secure", "name", "shards", "replicas"), GOOD)
def test_good(
    location: str,
    hosts: tuple[tuple[str, int], ...],
    secure: bool,
    name: str,
    shards: int,
    replicas: int,
) -> None:
    assert is_address(location)
    assert parse(location) == Address(location, hosts, secure, name, shards, replicas)


BAD = [
    *(
        "opensearch+ftp://a/n",
        "opensearch+http:///n",
        "opensearch+http://a",
        "opensearch+http://a/",
    ),
    *("opensearch+http://a/Upper", "opensearch+http://a/x/y", "opensearch+http://a/_x"),
    *("opensearch+http://a:b/n", "opensearch+http://a:99999/n", "opensearch+http://a,/n"),
    *("opensearch+http://a/n?shards=0", "opensearch+http://a/n?shards=x"),
    *(
        "opensearch+http://a/n?colour=red",
        "opensearch+http://a/n?shards",
        "opensearch+http://a/n#x",
    ),
    "opensearch+http://[::1/n",
]


@pytest.mark.parametrize("location", BAD)
def test_bad(location: str) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        parse(location)
    assert f"索引的网址 {location} 看不懂；请写成 opensearch+https://" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "told", "kind", "says"),
    [
        (404, {"type": "index_not_found_exception"}, Absent, "请再试一次"),
        (401, "Unauthorized", EngineUnavailable, "YINJU_OPENSEARCH_USER"),
        (403, {"type": "security_exception"}, EngineUnavailable, "权限"),
        (403, {"type": "cluster_block_exception"}, EngineUnavailable, "磁盘"),
        (429, {"type": "cluster_block_exception"}, EngineUnavailable, "磁盘"),
        (503, {"type": "cluster_block_exception"}, Busy, "节点离线"),
        (429, {"type": "rejected_execution_exception"}, Busy, "太忙"),
        (500, {"root_cause": [{"type": "node_not_connected_exception"}]}, Busy, "节点离线"),
        (503, {"type": "search_phase_execution_exception"}, Busy, "节点离线"),
        (
            400,
            {
                "type": "search_phase_execution_exception",
                "caused_by": {"type": "too_many_nested_clauses"},
            },
            QueryError,
            "词语太多",
        ),
        (400, {"type": "parsing_exception"}, EngineUnavailable, "400 parsing_exception"),
    ],
)
def test_what_a_refusal_means(status: int, told: object, kind: type[YinjuError], says: str) -> None:
    """Only an error of class ``Busy`` makes the client repeat a request."""
    error = Connection(parse(GOOD[0][0])).refused(status, told)
    assert type(error) is kind
    assert says in str(error)


def test_folders_are_no_addresses() -> None:
    assert not any(map(is_address, ("index", "/a/opensearch+http", "http://a/n", "")))


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    location = "opensearch+https://anna:geheim@host:9200/yinju"
    for use in (open_engine, known_files, lambda where: open_writer(where, Lexicon())):
        with pytest.raises(EngineUnavailable, match="YINJU_OPENSEARCH_PASSWORD") as caught:
            use(location)
        assert "geheim" not in str(caught.value)


@pytest.fixture
def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "netrc"
    monkeypatch.setenv("NETRC", str(path))
    return path


ADDRESS = parse("opensearch+https://one,two/yinju")


def test_nobody_in_particular(netrc: Path) -> None:
    assert credentials(ADDRESS) is None


def test_the_environment_comes_before_netrc(netrc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc.write_text("machine two login karl password p1\n")
    netrc.chmod(0o600)
    assert credentials(ADDRESS) == ("karl", "p1")
    monkeypatch.setenv("YINJU_OPENSEARCH_USER", "anna")
    with pytest.raises(EngineUnavailable, match="缺少环境变量 YINJU_OPENSEARCH_PASSWORD"):
        credentials(ADDRESS)
    monkeypatch.setenv("YINJU_OPENSEARCH_PASSWORD", "p2")
    assert credentials(ADDRESS) == ("anna", "p2")


def test_a_netrc_that_cannot_be_read(netrc: Path) -> None:
    netrc.write_text("machine one colour red password p1\n")
    with pytest.raises(EngineUnavailable, match="读不出来；请改正它的格式和权限") as caught:
        credentials(ADDRESS)
    assert "p1" not in str(caught.value)


def test_without_the_client_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    monkeypatch.delitem(sys.modules, "engine.opensearch.client", raising=False)
    with pytest.raises(EngineUnavailable, match=r"pip install 'yinju\[cluster\]'"):
        importlib.import_module("engine.opensearch.client")


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> str:
    """A location on a port where no server listens."""
    monkeypatch.setenv("YINJU_OPENSEARCH_USER", "anna")
    monkeypatch.setenv("YINJU_OPENSEARCH_PASSWORD", "geheim")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"opensearch+http://127.0.0.1:{port}/yinju"


@pytest.mark.parametrize("command", [["search", "医保"], ["check"], ["index", "corpus"]])
def test_nobody_there_is_one_line_of_the_command_line(
    nowhere: str, command: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--index", nowhere])
    out, err = capfd.readouterr()
    assert (ended.value.code, out, err.count("\n")) == (UNUSABLE, "", 1)
    assert "连不上集群 127.0.0.1:" in err
    assert "geheim" not in err


def test_nobody_there_is_a_page_with_status_503(nowhere: str) -> None:
    page = create_app(location=nowhere).test_client().get("/?q=医保")
    assert page.status_code == 503
    assert "连不上集群" in page.text
    assert "geheim" not in page.text


class _Page(BaseHTTPRequestHandler):
    """The page of a server that is no OpenSearch."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>hello</p>")

    def log_message(self, *_: object) -> None:
        pass


def test_somebody_else_there() -> None:
    with HTTPServer(("127.0.0.1", 0), _Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(EngineUnavailable, match="不是 OpenSearch；请检查网址和端口"):
            open_engine(f"opensearch+http://127.0.0.1:{server.server_port}/yinju")
        server.shutdown()
