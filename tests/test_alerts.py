"""``yinju alerts``: what comes in is told once, and nothing else ever is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engine import arrivals
from engine.engine import open_writer
from engine.errors import QueryError
from engine.model import Lexicon, Paragraph, Query, Region, Report
from indexer import cli
from search_app import create_app, params
from search_app.alerts import state
from search_app.alerts.queries import read_query
from search_app.batch.command import SOME_UNREAD
from yinju.cli import main

T = 1_700_000_000
SITE = "http://127.0.0.1:8000"


class Watch:
    """An index, a file of queries, and a clock; ``run`` is ``yinju alerts`` on them."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch
    ) -> None:
        self.folder = folder
        self.index, self.file = folder / "index", folder / "queries.txt"
        self.state = folder / "queries.txt.seen.json"
        self.capsys, self.patch, self.time = capsys, patch, T

    def commit(
        self,
        *keys: str,
        rebuild: bool = False,
        gone: str = "",
        region: str = "",
        paragraphs: int = 1,
    ) -> None:
        self.time += 60
        self.patch.setattr(arrivals, "now", lambda: self.time)
        with open_writer(str(self.index), Lexicon(), rebuild) as writer:
            if gone:
                writer.remove(gone)
            for key in keys:
                place = Region((region,), ("430000",)) if region else Region()
                made = Report(key, f"报告{key}", key, region=place, paragraphs=paragraphs)
                texts = [f"医保基金{key}第{n}段" for n in range(paragraphs)]
                writer.add(
                    made,
                    [Paragraph(f"{key}-{n}", key, n + 1, one, one) for n, one in enumerate(texts)],
                )
            writer.commit({})

    def write(self, *lines: str) -> None:
        self.file.write_text("\n".join(lines) + "\n", "utf-8")

    def run(self, *options: str, status: int = cli.DONE) -> str:
        """What is printed; ``err`` has what is said on stderr."""
        self.capsys.readouterr()
        end = 0
        try:
            main(["alerts", str(self.file), "--index", str(self.index), *options])
        except SystemExit as exit_:
            end = int(exit_.code or 0)
        printed, self.err = self.capsys.readouterr()
        assert end == status, self.err
        return printed

    def told(self, *options: str, status: int = cli.DONE) -> list[list[str]]:
        """The ids told of each query, from JSON."""
        answer = json.loads(self.run("--format", "json", *options, status=status))
        return [[hit["id"] for hit in query["hits"]] for query in answer["queries"]]


@pytest.fixture
def watch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Watch:
    """An index that began with r0 and r1, of which 医保 is watched."""
    for name in ("YINJU_INDEX", "YINJU_URL"):
        monkeypatch.delenv(name, raising=False)
    made = Watch(tmp_path, capsys, monkeypatch)
    made.commit("r0", "r1")
    made.write("# 每天早上", "", "医保")
    assert made.run() == ""
    assert "新关注 1 个检索式，从现在起收录的才会报出" in made.err
    return made


def test_what_comes_in_is_told_once(watch: Watch) -> None:
    assert (watch.run(), watch.err) == ("", "")
    watch.commit("r2", "r3")
    watch.commit("r4")
    assert watch.told() == [["r4-0", "r2-0", "r3-0"]]
    assert watch.told() == [[]]
    assert (watch.run(), watch.err) == ("", "")


QUIET = [
    ("a rebuild", lambda it: it.commit("r1", "r0", rebuild=True)),
    ("a report that changed", lambda it: it.commit("r0", gone="r0", paragraphs=3)),
    ("a report that was taken out", lambda it: it.commit(gone="r0")),
    ("away and back", lambda it: (it.commit(gone="r0"), it.commit("r0"))),
    ("left out of a rebuild and back", lambda it: (it.commit(rebuild=True), it.commit("r0"))),
    ("deleted and built again", lambda it: (shutil.rmtree(it.index), it.commit("r0", "r8"))),
    (
        "deleted and built again while the clock was wrong",
        lambda it: (shutil.rmtree(it.index), setattr(it, "time", T - 9999), it.commit("r0", "r8")),
    ),
]


@pytest.mark.parametrize(("what", "change"), QUIET, ids=[case[0] for case in QUIET])
def test_nothing_is_told_of(watch: Watch, what: str, change: Any) -> None:
    change(watch)
    assert (watch.run(), watch.err) == ("", ""), what
    assert (watch.run("--format", "mail"), watch.err) == ("", ""), what
    watch.time += 99999
    watch.commit("r9")
    assert watch.told() == [["r9-0"]], what


def test_an_index_put_back_from_a_copy_tells_nothing(watch: Watch, tmp_path: Path) -> None:
    shutil.copytree(watch.index, tmp_path / "copy")
    watch.commit("r2")
    assert watch.told() == [["r2-0"]]
    watch.index.rename(tmp_path / "newer")
    (tmp_path / "copy").rename(watch.index)
    assert watch.told() == [[]]
    watch.index.rename(tmp_path / "copy")
    (tmp_path / "newer").rename(watch.index)
    assert watch.told() == [[]]
    watch.commit("r3")
    assert watch.told() == [["r3-0"]]


def test_a_clock_that_goes_back_hides_nothing(watch: Watch) -> None:
    watch.time -= 100_000
    watch.commit("r2")
    assert watch.told() == [["r2-0"]]
    watch.commit("r3")
    assert watch.told() == [["r3-0"]]


def test_a_commit_that_began_before_the_look_is_told(watch: Watch) -> None:
    """Its reports are dated by its beginning, which is before the look at the state without it."""
    watch.time += 60
    watch.patch.setattr(arrivals, "now", lambda: watch.time)
    with open_writer(str(watch.index), Lexicon()) as writer:
        writer.add(Report("r2", "报告", "r2"), [Paragraph("r2-0", "r2", 1, "医保", "医保")])
        assert watch.told() == [[]]
        writer.commit({})
    assert watch.told() == [["r2-0"]]


def test_a_query_is_watched_from_when_it_is_written(watch: Watch) -> None:
    watch.commit("r2")
    watch.write("医保", "基金")
    assert watch.told() == [["r2-0"], []]
    assert "新关注 1 个检索式" in watch.err
    watch.commit("r3")
    assert watch.told() == [["r3-0"], ["r3-0"]]
    watch.write("基金")
    watch.told()
    watch.commit("r4")
    watch.write("医保", "基金")
    assert watch.told() == [[], ["r4-0"]]


def test_a_place_of_which_nothing_is_there_yet_is_watched(watch: Watch) -> None:
    watch.write("/?q=医保&region=湖南省", "医保")
    watch.commit("r2")
    assert watch.told(status=SOME_UNREAD) == [["r2-0"]]
    assert "第 1 行“/?q=医保&region=湖南省”没有查：索引里没有地区“湖南省”" in watch.err
    watch.commit("r3", region="湖南省")
    assert watch.told() == [["r3-0"], ["r3-0"]]


def test_a_line_that_is_no_query_is_named_and_the_rest_goes_on(watch: Watch) -> None:
    watch.write("(医保", "医保", "http://example.org/?q=基金&regon=湖南省", "基金")
    watch.told(status=SOME_UNREAD)
    watch.commit("r2")
    answer = json.loads(watch.run("--format", "json", status=SOME_UNREAD))
    assert [query["line"] for query in answer["queries"]] == [2, 4]
    assert [(error["line"], error["message"]) for error in answer["errors"]] == [
        (1, "括号没有配对"),
        (3, "没有“regon”这个参数"),
    ]
    assert "是不是 region？" in watch.err
    assert "Traceback" not in watch.err


def test_the_number_told_is_that_of_its_page(watch: Watch) -> None:
    watch.write("医保", "/?q=基金&region=湖南省&fold=1")
    watch.commit("r2", region="湖南省")
    watch.told()
    watch.commit("r3", region="湖南省", paragraphs=30)
    watch.commit("r4", paragraphs=2)
    answer = json.loads(watch.run("--format", "json"))
    client: FlaskClient = create_app(location=str(watch.index)).test_client()
    for query, total in zip(answer["queries"], (32, 30), strict=True):
        path = query["url"].removeprefix(SITE)
        found = client.get(f"/api/search{path.removeprefix('/')}").json
        assert found["total"] == query["total"] == total
        assert found["reports"] == query["reports"]
        assert f"{total} 段，" in client.get(path).text
        assert len(query["hits"]) == min(20, found["entries"])
        for hit in query["hits"][:2]:
            assert client.get(hit["url"].removeprefix(SITE)).status_code == 200


def test_more_than_are_listed_is_said(watch: Watch) -> None:
    watch.commit("r2", paragraphs=30)
    for name, options in (("text", []), ("mail", ["--format", "mail"])):
        state_ = watch.folder / f"{name}.json"
        state_.write_bytes(watch.state.read_bytes())
        printed = watch.run(*options, "--state", str(state_))
        assert "30 段" in printed
        assert "另有 10 段" in printed
        state_.write_bytes(watch.state.read_bytes())
        whole = watch.run(*options, "--state", str(state_), "--limit", "0")
        assert "另有" not in whole
        assert whole.count("/p/r2-") == 30


def test_a_mail_has_whole_paragraphs_and_short_lines(watch: Watch) -> None:
    watch.patch.setenv("YINJU_URL", "https://example.org/yinju")
    text = "医保基金监管要抓紧抓实。" * 90
    with open_writer(str(watch.index), Lexicon()) as writer:
        made = Report("r2", "甲县2024年工作总结", "r2", "甲县医保局", "2024-12-01", paragraphs=1)
        writer.add(made, [Paragraph("r2-0", "r2", 1, text, text)])
        writer.commit({})
    mail = watch.run("--format", "mail")
    assert mail.startswith("引据：1 个检索式有新收录的段落。\n\n【医保】")
    assert text in mail.replace("\n", "")
    assert "https://example.org/yinju/p/r2-0" in mail
    assert "甲县医保局" in mail
    assert all(len(line.encode()) < 500 for line in mail.splitlines())
    assert "\x1b" not in mail


def test_what_cannot_be_printed_is_told_again(watch: Watch) -> None:
    watch.commit("r2", paragraphs=30)
    before = watch.state.read_bytes()
    command = [
        sys.executable,
        "-m",
        "yinju",
        "alerts",
        str(watch.file),
        "--index",
        str(watch.index),
    ]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()  # nobody reads
        said = process.stderr.read().decode()
    assert process.returncode, said
    assert "Traceback" not in said
    assert watch.state.read_bytes() == before
    assert {path.name for path in watch.folder.iterdir()} == {
        "index",
        "queries.txt",
        "queries.txt.seen.json",
    }
    assert len(watch.told("--limit", "0")[0]) == 30


def test_two_runs_at_once_tell_it_once(watch: Watch) -> None:
    watch.commit("r2")
    command = [
        sys.executable,
        "-m",
        "yinju",
        "alerts",
        str(watch.file),
        "--index",
        str(watch.index),
    ]
    runs = [
        subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "PYTHONUTF8": "1"}, stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]
    printed = [run.communicate()[0].decode() for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert sorted(text.count("/p/r2-0") for text in printed) == [0, 0, 1]


def test_the_second_waits_for_the_first(watch: Watch) -> None:
    order: list[str] = []

    def second() -> None:
        with watch.file.open("rb") as file:
            state.wait_alone(file)
            order.append("second")

    with watch.file.open("rb") as file:
        state.wait_alone(file)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join(20)
    assert order == ["first", "second"]


REFUSED = [
    ("not JSON", "{", "不是 yinju alerts 记下的文件"),
    ("another JSON", '{"a": 1}', "不是 yinju alerts 记下的文件"),
    ("no times", '{"seen": null}', "不是 yinju alerts 记下的文件"),
    ("a list", "[]", "不是 yinju alerts 记下的文件"),
    ("times that are none", '{"seen": {"/?q=a": "x"}}', "不是 yinju alerts 记下的文件"),
    ("no text", "\udcff", "不是 yinju alerts 记下的文件"),
]


@pytest.mark.parametrize(("what", "text", "said"), REFUSED, ids=[case[0] for case in REFUSED])
def test_another_file_than_a_state_is_left_alone(
    watch: Watch, what: str, text: str, said: str
) -> None:
    watch.state.write_bytes(text.encode(errors="surrogateescape"))
    watch.commit("r2")
    watch.run(status=cli.USAGE)
    assert said in watch.err
    assert "--state" in watch.err
    assert watch.state.read_bytes() == text.encode(errors="surrogateescape")


def test_a_file_of_queries_that_is_none(watch: Watch, tmp_path: Path) -> None:
    watch.file.write_bytes(b"\xff\xfe\x00\xd8")
    watch.run(status=cli.USAGE)
    assert "不是文本文件" in watch.err
    watch.file = tmp_path / "nowhere.txt"
    watch.run(status=cli.USAGE)
    assert "nowhere.txt" in watch.err


def test_a_folder_that_is_not_there_is_named(watch: Watch) -> None:
    watch.run("--state", str(watch.folder / "no" / "state.json"), status=cli.USAGE)
    assert "请用 --state 写明另一处" in watch.err


def test_without_an_index_nothing_is_forgotten(watch: Watch) -> None:
    before = watch.state.read_bytes()
    shutil.rmtree(watch.index)
    watch.run(status=cli.UNUSABLE)
    assert watch.state.read_bytes() == before


LINES = [
    ("医保 基金", Query("医保 基金")),
    ('"支付方式改革" -试点', Query('"支付方式改革" -试点')),
    ("医保怎么监管?", Query("医保怎么监管?")),
    ("a/b?c", Query("a/b?c")),
    ("/?q=医保", Query("医保", limit=0)),
    ("/lines?q=医保&exact=1", Query("医保", exact=True, limit=0)),
    ("http://localhost:8000/?q=%E5%8C%BB%E4%BF%9D&page=3#r0", Query("医保", limit=0)),
    (
        "https://example.org/yinju/?q=a+b&region=湖南省&region=湖南省/怀化市&year=2019..2022",
        Query("a b", regions=("湖南省/怀化市",), years=((2019, 2022),), limit=0),
    ),
]


@pytest.mark.parametrize(("line", "query"), LINES)
def test_a_line_is_a_query_or_an_address(line: str, query: Query) -> None:
    assert read_query(line) == query


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30))
def test_every_address_of_a_page_is_a_line(text: str) -> None:
    query = Query(text.strip(), exact=True, levels=("county",), since=T, limit=0)
    for path in (params.address(query), f"{SITE}{params.address(query, 3)}"):
        assert read_query(path) == query


@given(st.text(max_size=40))
def test_no_line_fails_but_as_a_query(line: str) -> None:
    try:
        query = read_query(line)
    except QueryError:
        return
    assert params.view_query(MultiDict(params.pairs(query))).text == query.text.strip()
