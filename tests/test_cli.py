"""The command line: exit statuses, output on stdout, errors in one line without a traceback."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from manifests import rewrite_manifest
from sockets import until

from engine.engine import open_engine, open_writer
from engine.model import Lexicon, Query
from indexer import build
from search_app.cite import WRITERS
from yinju.cli import main

DONE, FAULT, USAGE, UNREAD, UNUSABLE = 0, 1, 2, 3, 4
REPORT = """---
region: {region}
year: {year}
---
# {name}2024年工作总结

## 一、基金监管

全年追回医保基金{amount}万元，开展打击欺诈骗保专项行动，参保率达98.25%。

## 二、校园

大学生参保{amount}人。

全县推行医保电子凭证，群众看病不再带卡，手机上就能办理缴费和查询。
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "corpus"
    folder.mkdir()
    places = [("辰溪县", "湖南省/怀化市/辰溪县", 2024), ("上虞区", "浙江省/绍兴市/上虞区", 2020)]
    for number, (name, region, year) in enumerate(places, 1):
        text = REPORT.format(name=name, region=region, year=year, amount=number)
        (folder / f"{name}.md").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def location(corpus: Path) -> str:
    place = str(corpus.parent / "index")
    with pytest.raises(SystemExit) as end:
        main(["index", str(corpus), "--index", place])
    assert end.value.code == DONE
    return place


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("YINJU_CORPUS", "YINJU_INDEX", "YINJU_URL"):
        monkeypatch.delenv(name, raising=False)


class Run:
    """A command run in this process: its exit status, stdout and stderr."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        capsys.readouterr()
        self.status: object = DONE
        try:
            main(list(arguments))
        except SystemExit as end:
            self.status = end.code
        self.out, self.err = capsys.readouterr()


def found(capsys: pytest.CaptureFixture[str], location: str, *arguments: str) -> list[str]:
    """Texts that ``yinju search --json`` finds."""
    run = Run(capsys, "search", "--index", location, "--json", *arguments)
    assert (run.status, run.err) == (DONE, "")
    return [hit["text"] for hit in json.loads(run.out)["hits"]]


def some_id(location: str) -> str:
    return open_engine(location).search(Query("追回")).hits[0].paragraph.id


# --- search --------------------------------------------------------------------------------------

FUND = "全年追回医保基金{}万元，开展打击欺诈骗保专项行动，参保率达98.25%。"
SEARCHES = [
    (["参保率"], [FUND.format(1), FUND.format(2)], "a word"),
    (["8.25"], [], "part of a number"),
    (["追回", "--region", "湖南省"], [FUND.format(1)], "a province"),
    (["追回", "--region", "绍兴市"], [FUND.format(2)], "a region's last part"),
    (["追回", "--region", "湖南省", "--region", "浙江省/绍兴市"], 2, "either of two regions"),
    (["追回", "--level", "county", "--level", "city"], 2, "either of two levels"),
    (["追回", "--level", "province"], [], "a level"),
    (["追回", "--year", "2019..2022"], [FUND.format(2)], "a range of years"),
    (["追回", "--year", "2024", "--year", "2020"], 2, "either of two years"),
    (["追回", "--year", "unknown"], [], "no year"),
    (["追回", "--theme", "医疗保障/基金监管", "--year", "2024"], [FUND.format(1)], "a theme"),
    (["追回", "--since", "2020-01-01"], 2, "what came in since a day"),
    (["追回", "--since", "2999-01-01T00:00:00Z", "--sort", "arrived"], [], "since a day to come"),
    (["追回", "--sort", "arrived", "--limit", "1"], [FUND.format(1)], "the newest of one commit"),
    (["追回", "--sort", "oldest", "--limit", "1"], [FUND.format(2)], "the oldest"),
    (["追回", "--sort", "newest", "--limit", "1"], [FUND.format(1)], "the newest"),
    (["追回", "--sort", "newest", "--offset", "1"], [FUND.format(2)], "the second page"),
    (["欺诈骗", "--exact"], 2, "inside a longer word"),
    (["骗取医保基金"], 2, "a synonym of what is typed"),
    (["骗取医保基金", "--no-synonyms"], [], "what is typed alone"),
    (["电子凭证", "--fold"], 1, "near-duplicates folded"),
    (["追回", "--fold"], 2, "other figures are no near-duplicates"),
    (["追回", "--wording", "particular"], 2, "wordings of fewer than three reports"),
    (["追回", "--wording", "formulaic"], [], "wordings of more"),
    (["", "--limit", "0"], 12, "an empty query is everything"),
    (["--limit", "0"], 12, "and so is none"),
]


@pytest.mark.parametrize(("arguments", "expected", "why"), SEARCHES)
def test_search(
    capsys: pytest.CaptureFixture[str],
    location: str,
    arguments: list[str],
    expected: list[str] | int,
    why: str,
) -> None:
    texts = found(capsys, location, *arguments)
    assert (sorted(texts) if isinstance(expected, list) else len(texts)) == expected, why


def test_near_duplicates_are_told_and_asked_for(
    capsys: pytest.CaptureFixture[str], location: str
) -> None:
    key = open_engine(location).search(Query("电子凭证")).hits[0].paragraph.id
    assert found(capsys, location, "--same", key) == found(capsys, location, "电子凭证")
    run = Run(capsys, "search", "电子凭证", "--fold", "--index", location)
    assert run.out.startswith("2 段，出自 2 篇报告")
    assert "合并同文后 1 条" in run.out
    assert "同文 2 处" in run.out
    assert "同文  2 处，在 2 篇报告里" in Run(capsys, "show", key, "--index", location).out


def test_an_exclusion_may_come_first(capsys: pytest.CaptureFixture[str], location: str) -> None:
    plain = found(capsys, location, "--limit", "0", "-学生")
    dashed = found(capsys, location, "--limit", "0", "--", "-学生")
    assert plain == dashed
    assert len(plain) == 10
    assert not [text for text in plain if "学生" in text]


def test_json_of_a_search(capsys: pytest.CaptureFixture[str], location: str) -> None:
    run = Run(capsys, "search", "追回", "--json", "--index", location, "--region", "辰溪县")
    answer = json.loads(run.out)
    assert run.out.count("\n") == 1
    numbers = ["total", "entries", "reports", "took_ms"]
    assert list(answer) == ["query", *numbers, "hits", "facets", "years"]
    assert answer["query"]["region"] == ["湖南省/怀化市/辰溪县"]
    (hit,) = answer["hits"]
    assert (hit["region"], hit["year"]) == (["湖南省", "怀化市", "辰溪县"], 2024)
    assert hit["report"]["source"] == "corpus/辰溪县.md"
    assert hit["url"] == f"/p/{hit['id']}"
    asked = [span for span in hit["spans"] if span["kind"] == "query"]
    assert [hit["text"][span["start"] : span["end"]] for span in asked] == ["追回"]
    provinces = {one["value"]: one for one in answer["facets"]["region"]}
    assert {name: one["count"] for name, one in provinces.items()} == {"湖南省": 1, "浙江省": 1}
    assert provinces["湖南省"]["children"][0]["children"][0]["selected"] is True


def test_a_search_for_people(capsys: pytest.CaptureFixture[str], location: str) -> None:
    run = Run(capsys, "search", "追回", "--index", location)
    assert run.out.startswith("2 段，出自 2 篇报告")
    assert "湖南省怀化市辰溪县 · 2024" in run.out
    assert some_id(location) in run.out
    assert "地区  " in run.out
    assert "\x1b" not in run.out  # no colours but on a terminal
    widened = Run(capsys, "search", "医疗保障基金", "--index", location).out.splitlines()
    assert widened[1] == (
        "已同时查找：医疗保障基金 → 医保基金、医疗保险基金（只查原词用 --no-synonyms）"
    )
    relaxed = Run(capsys, "search", "追回 火箭", "--index", location).out
    assert "没有一段同时含有全部 2 个词；以下各段至少含有其中 1 个" in relaxed
    question = Run(capsys, "search", "基金怎么追回？", "--index", location).out
    assert "问句里有 2 个词，最接近的段落在前；以下各段至少含有其中 1 个" in question
    question = Run(capsys, "search", "火箭基金学生怎么追回？", "--index", location).out
    assert "问句里有 4 个词，最接近的段落在前；以下各段至少含有其中 1 个" in question
    beyond = Run(capsys, "search", "追回", "--offset", "7", "--index", location).out
    assert "没有第 8 条，最后一条是第 2 条" in beyond
    meant = Run(capsys, "search", "打击其诈骗保", "--index", location).out
    assert "是不是要查：打击欺诈骗保\n" in meant
    nothing = Run(capsys, "search", "火箭", "--index", location)
    assert (nothing.status, nothing.out.splitlines()[0][:3]) == (DONE, "0 段")


# --- errors --------------------------------------------------------------------------------------

ERRORS = [
    (["search", "(医保"], USAGE, "括号没有配对。请补上右括号"),
    (["search", "医" * 2001], USAGE, "检索词太长"),
    (["search", "--region", "湖南"], USAGE, "索引里没有地区“湖南”。是不是 湖南省？"),
    (["search", "--region", "湖南省/辰溪县"], USAGE, "湖南省/怀化市/辰溪县"),
    (["search", "--theme", "航天"], USAGE, "索引里没有主题“航天”"),
    (["search", "--year", "去年"], USAGE, "请写成 2024、2019..2022 或 unknown"),
    (["search", "--year", "2022..2019"], USAGE, "请写成 2019..2022"),
    (["search", "--limit", "-1"], USAGE, "--limit"),
    (["search", "--sort", "best"], USAGE, "--sort"),
    (["search", "--bogus"], USAGE, "没有 --bogus 这个选项"),
    (["show", "none"], USAGE, "none 不是段落的编号"),
    (["show", "\udcff"], USAGE, "不是 UTF-8"),
    (["cite", "zzzzzzzz-000000"], USAGE, "索引里没有段落 zzzzzzzz-000000"),
    (["cite"], USAGE, "yinju --help"),
    (["bogus"], USAGE, "yinju --help"),
]


@pytest.mark.parametrize(("arguments", "status", "message"), ERRORS)
def test_errors_are_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    location: str,
    arguments: list[str],
    status: int,
    message: str,
) -> None:
    monkeypatch.setenv("YINJU_INDEX", location)
    run = Run(capsys, *arguments)
    assert (run.status, run.out, run.err.count("\n")) == (status, "", 1)
    assert message in run.err


@pytest.mark.parametrize("command", [["search"], ["show", "x"], ["cite", "x"], ["check"]])
def test_no_index(capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]) -> None:
    run = Run(capsys, *command, "--index", str(tmp_path))
    assert (run.status, run.out) == (UNUSABLE, "")
    assert run.err == f"{tmp_path} 里没有索引，请先运行：yinju index --index {tmp_path}\n"


def test_an_index_of_others(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, corpus: Path
) -> None:
    place = str(tmp_path / "index")
    Run(capsys, "index", str(corpus), "--index", place)
    rewrite_manifest(tmp_path / "index", lambda data: data.update(tokenizer="jieba 0.1"))
    run = Run(capsys, "search", "医保", "--index", place)
    assert run.status == UNUSABLE
    assert run.err.endswith(f"请运行：yinju index --index {place}\n")
    assert "全部重建：" in Run(capsys, "index", str(corpus), "--index", place).err
    assert found(capsys, place, "追回")


def test_a_paragraph_that_is_gone_names_its_report(
    capsys: pytest.CaptureFixture[str], location: str
) -> None:
    gone = f"{some_id(location).partition('-')[0]}-zzzzzz"
    run = Run(capsys, "show", gone, "--index", location)
    assert run.status == USAGE
    assert re.match(f"报告“.+2024年工作总结”里已经没有段落 {gone}，可能已被修改", run.err)


def test_without_a_command_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(capsys)
    assert (run.status, run.err) == (USAGE, "")
    for name in ("index", "search", "serve", "show", "cite", "check"):
        assert f"  {name} " in run.out
        assert Run(capsys, name, "--help").status == DONE


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert re.fullmatch(r"yinju \d+\.\d+\.\d+\n", Run(capsys, "--version").out)


# --- show, cite, check ---------------------------------------------------------------------------


def test_show(capsys: pytest.CaptureFixture[str], location: str) -> None:
    key = open_engine(location).search(Query("追回", years=((2024, 2024),))).hits[0].paragraph.id
    run = Run(capsys, "show", key, "--index", location)
    assert run.status == DONE
    assert run.out.splitlines()[0] == FUND.format(1)
    for line in ("报告  辰溪县2024年工作总结", "地区  湖南省/怀化市/辰溪县", "年份  2024"):
        assert line in run.out
    data = json.loads(Run(capsys, "show", key, "--json", "--index", location).out)
    assert (data["id"], data["text"], data["raw"]) == (key, FUND.format(1), FUND.format(1))


@pytest.mark.parametrize("style", WRITERS)
def test_cite(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    location: str,
    style: str,
) -> None:
    key = some_id(location)
    monkeypatch.setenv("YINJU_URL", "https://example.org/")
    run = Run(capsys, "cite", key, "--style", style, "--index", location)
    assert (run.status, run.err) == (DONE, "")
    assert f"https://example.org/p/{key}" in run.out


def test_check(capsys: pytest.CaptureFixture[str], tmp_path: Path, corpus: Path) -> None:
    place = str(tmp_path / "index")
    Run(capsys, "index", str(corpus), "--index", place)
    run = Run(capsys, "check", "--index", place)
    assert (run.status, run.out, run.err) == (DONE, "", "索引完好：2篇报告，12段\n")
    segment = next((tmp_path / "index").glob("*.columns"))
    with segment.open("r+b") as stream:  # a byte inside the stored texts
        data = stream.read()
        stream.seek(data.index("追回".encode()))
        stream.write(b"\xe4")
    run = Run(capsys, "check", "--index", place)
    assert run.status == FAULT
    assert segment.name in run.out
    assert f"yinju index --rebuild --index {place}" in run.err


# --- index ---------------------------------------------------------------------------------------


def test_what_a_killed_run_left_is_named_and_removed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, corpus: Path
) -> None:
    """By a run that finds nothing to do, too."""
    place = str(tmp_path / "index")
    Run(capsys, "index", str(corpus), "--index", place)
    left = tmp_path / "index" / f"MAIN_{'a' * 16}.texts"
    left.write_bytes(b"x" * 1_200_000)
    run = Run(capsys, "check", "--index", place)
    assert (run.status, run.out) == (DONE, "")
    assert "另有1个文件（1.2 MB）" in run.err
    Run(capsys, "index", str(corpus), "--index", place)
    assert not left.exists()
    assert "另有" not in Run(capsys, "check", "--index", place).err


def test_index_tells_what_it_did(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, place = tmp_path / "corpus", str(tmp_path / "index")
    folder.mkdir()
    for name in "甲乙":
        (folder / f"{name}.txt").write_text(f"{name}县2024年工作总结\n\n追回基金。", "utf-8")
    monkeypatch.setenv("YINJU_CORPUS", str(folder))
    monkeypatch.setenv("YINJU_INDEX", place)
    run = Run(capsys, "index")
    assert (run.status, run.out) == (DONE, "")
    assert run.err.startswith("新收2个文件，更新0个，移除0个，未变0个，读不了的0处；")
    other = replace(build._lexicon(), synonyms=())
    with monkeypatch.context() as patched:
        patched.setattr(build, "_lexicon", lambda: other)
        assert Run(capsys, "index").err.startswith("同义词有变，已更新\n新收0个文件")
    (folder / "甲.txt").write_text("甲县2024年工作总结\n\n追回基金三万元。", "utf-8")
    (folder / "乙.txt").unlink()
    (folder / "坏.docx").write_bytes(b"x")
    run = Run(capsys, "index")
    assert (run.status, run.out) == (UNREAD, "")
    assert "移除  corpus/乙.txt\n更新  corpus/甲.txt\n未读  corpus/坏.docx：" in run.err
    assert "新收0个文件，更新1个，移除1个，未变0个，读不了的1处" in run.err
    assert found(capsys, place, "三万元")
    run = Run(capsys, "index", str(tmp_path / "nowhere"))
    assert (run.status, run.err.count("\n")) == (USAGE, 1)
    with open_writer(place, Lexicon()):
        run = Run(capsys, "index")
        assert (run.status, run.err.count("\n")) == (UNUSABLE, 1)
        assert "正由另一个进程更新" in run.err


# --- real processes ------------------------------------------------------------------------------


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "yinju", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def test_serve_answers_and_an_occupied_port_is_named(location: str) -> None:
    server = start("serve", "--port", "0", "--index", location)
    try:
        assert server.stderr is not None
        line = server.stderr.readline()
        address = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        assert address, line
        with urllib.request.urlopen(f"{address[0]}/api/search?q=%E8%BF%BD%E5%9B%9E") as answer:
            assert json.load(answer)["total"] == 2
        second = start("serve", "--port", address[1], "--index", location)
        out, err = second.communicate(timeout=20)
        assert (second.returncode, out, err.count("\n")) == (USAGE, "", 1)
        assert f"请换一个端口，例如 --port {int(address[1]) + 1}" in err
    finally:
        server.terminate()
        server.communicate()


def test_serve_starts_without_an_index(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = start("serve", "--port", str(port), "--index", str(tmp_path / "none"))
    try:
        assert server.stderr is not None
        assert "请先运行：yinju index" in server.stderr.readline()
        assert f":{port}" in server.stderr.readline()
    finally:
        server.terminate()
        server.communicate()


def test_what_ends_a_server_at_its_start_leaves_nothing(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    server = start("serve", "--port", "0", "--index", location)
    until(lambda: any(tmp_path.glob("yinju-*")))
    server.terminate()
    _, err = server.communicate(timeout=20)
    assert "Traceback" not in err
    assert not any(tmp_path.iterdir())


def test_a_closed_pipe_is_no_traceback(location: str) -> None:
    run = start("search", "--limit", "0", "--index", location)
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.close()
    with run.stderr:
        assert run.stderr.read() == ""
    run.wait()
