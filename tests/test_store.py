"""The life of an index: commits seen, commits lost, damage named, readers beside a writer."""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT

from engine.engine import known_files, open_engine, open_writer
from engine.errors import EngineUnavailable, IndexCorrupt, IndexMissing, IndexStale
from engine.model import FileRecord, Lexicon, Paragraph, Query, Report

# Whoosh leaves a file open that it fails to read; the warning must come within the test.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

LEXICON = Lexicon({"打击欺诈骗保": "医疗保障/基金监管"}, synonyms=(("医保", "医疗保障"),))
FILES = {"/corpus/r0.txt": FileRecord("corpus/r0.txt", 1, 2, "ab", reports=("r0",))}


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    yield
    gc.collect()


def write(
    location: Path,
    *numbers: int,
    rebuild: bool = False,
    gone: tuple[int, ...] = (),
    files: Mapping[str, FileRecord] | None = None,
) -> None:
    """Commit reports ``r<n>`` of two paragraphs each, and take out those that are gone."""
    with open_writer(str(location), LEXICON, rebuild) as writer:
        for number in gone:
            writer.remove(f"r{number}")
        for number in numbers:
            writer.add(*report(number))
        writer.commit(files or {})


def report(number: int) -> tuple[Report, list[Paragraph]]:
    key = f"r{number}"
    paragraphs = [Paragraph(f"{key}-{at}", key, at + 1, f"医保第{at}段", "") for at in range(2)]
    return Report(key, "报告", f"{key}.txt", paragraphs=2), paragraphs


@pytest.fixture
def location(tmp_path: Path) -> Path:
    """An index of the reports r0 and r1."""
    write(tmp_path / "index", 0, 1, files=FILES)
    return tmp_path / "index"


def total(location: Path) -> int:
    return open_engine(str(location)).search(Query("医保")).total


def test_an_open_engine_sees_the_next_commit(location: Path) -> None:
    engine = open_engine(str(location))
    assert engine.search(Query("医保")).total == 4
    write(location, 2, gone=(0,))
    assert engine.search(Query("医保")).total == 4
    assert [engine.report(key) is None for key in ("r0", "r1", "r2")] == [True, False, False]
    assert (engine.hit("r0-0"), engine.paragraphs("r0")) == (None, ())
    assert engine.overview().paragraphs == 4
    assert list(engine.check()) == []


def test_an_open_engine_sees_an_index_built_again_in_its_place(location: Path) -> None:
    """Its first generation is 1 again."""
    engine = open_engine(str(location))
    shutil.rmtree(location)
    write(location, 7)
    assert engine.search(Query("医保")).total == 2
    assert engine.report("r7") is not None


def test_an_index_gone_under_an_open_engine(location: Path) -> None:
    engine = open_engine(str(location))
    shutil.rmtree(location)
    with pytest.raises(IndexMissing):
        engine.search(Query("医保"))


def test_a_change_without_commit_never_was(location: Path) -> None:
    with open_writer(str(location), LEXICON) as writer:
        writer.remove("r0")
        writer.add(*report(2))
        assert total(location) == 4
    assert total(location) == 4
    with pytest.raises(KeyboardInterrupt):
        interrupted(location)
    engine = open_engine(str(location))
    assert engine.search(Query("医保")).total == 4
    assert list(engine.check()) == []
    write(location, 2)
    assert total(location) == 6


def interrupted(location: Path) -> None:
    with open_writer(str(location), LEXICON, rebuild=True) as writer:
        writer.add(*report(3))
        raise KeyboardInterrupt


def test_rebuild_starts_from_nothing(location: Path) -> None:
    write(location, 5, rebuild=True)
    assert [hit.report.id for hit in open_engine(str(location)).search(Query()).hits] == ["r5"] * 2


def test_old_generations_leave_nothing_behind(location: Path) -> None:
    for number in range(2, 6):
        write(location, number, gone=(number - 2,))
    names = [path.name for path in location.iterdir() if path.suffix in (".json", ".toc")]
    assert sorted(names) == ["_MAIN_5.toc", "manifest_5.json"]
    assert total(location) == 4


def test_an_empty_index_answers(tmp_path: Path) -> None:
    write(tmp_path / "empty")
    engine = open_engine(str(tmp_path / "empty"))
    for query in (Query(), Query("医保 基金"), Query("-医保"), Query("标题:报告"), Query("医*")):
        page = engine.search(query)
        assert (page.total, page.hits, page.relaxed) == (0, (), 0)
        assert page.facets == {"region": (), "year": (), "theme": (), "wording": ()}
    assert engine.hit("r0-0") is None
    assert engine.overview().reports == 0
    assert list(engine.check()) == []


def test_a_report_without_paragraphs(tmp_path: Path) -> None:
    with open_writer(str(tmp_path / "index"), LEXICON) as writer:
        writer.add(Report("r0", "报告", "r0.txt"), [])
        writer.commit({})
    engine = open_engine(str(tmp_path / "index"))
    assert (engine.search(Query()).total, engine.overview().reports) == (0, 1)
    assert list(engine.check()) == []


def test_the_manifest_keeps_files_and_lexicon(location: Path) -> None:
    engine = open_engine(str(location))
    assert engine.files() == FILES == known_files(str(location))
    assert engine.lexicon() == LEXICON


def test_an_index_from_before_there_were_synonyms_answers(location: Path) -> None:
    path = manifest(location)
    held = json.loads(path.read_text("utf-8"))
    assert held["lexicon"].pop("synonyms") == [["医保", "医疗保障"]]
    path.write_text(json.dumps(held), "utf-8")
    assert open_engine(str(location)).lexicon() == replace(LEXICON, synonyms=())
    assert (total(location), open_engine(str(location)).search(Query("医疗保障")).total) == (4, 0)


def test_a_second_writer_is_told_to_wait(location: Path) -> None:
    with (
        open_writer(str(location), LEXICON),
        pytest.raises(EngineUnavailable, match="正由另一个进程更新，请等它结束后再运行"),
    ):
        open_writer(str(location), LEXICON)
    write(location, 2)
    assert total(location) == 6


def test_more_than_a_segment_holds(location: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.MOST", 3)
    with pytest.raises(EngineUnavailable, match="一次最多收3段；请把文件分成几个文件夹"):
        write(location, 2, 3)
    write(location, 2)
    assert total(location) == 6


def test_no_index_can_be_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(EngineUnavailable, match="请换一个文件夹"):
            open_writer(str(place), LEXICON)
        with pytest.raises(IndexMissing):
            open_engine(str(place))


# --- what is wrong with an index, and what to run ----------------------------------------------


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()])
def test_missing(tmp_path: Path, make: Callable[[Path], None]) -> None:
    place = tmp_path / "none"
    make(place)
    with pytest.raises(IndexMissing) as caught:
        open_engine(str(place))
    assert f"请先运行：yinju index --index {place}" in str(caught.value)
    assert known_files(str(place)) == {}


def manifest(location: Path) -> Path:
    return next(location.glob("manifest_*.json"))


def segment(location: Path) -> Path:
    return next(location.glob("MAIN_*.columns"))


def contents(location: Path) -> Path:
    return next(location.glob("_MAIN_*.toc"))


STALE = [
    ("tokenizer", "jieba 0.1", "用 jieba 0.1 分词，现在装的是"),
    ("dictionary", "0" * 64, "词典与登记的不符"),
    ("schema", 999, "另一版引据建的（格式 999）"),
]


@pytest.mark.parametrize(("key", "value", "message"), STALE)
def test_stale(location: Path, key: str, value: object, message: str) -> None:
    path = manifest(location)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {key: value}), "utf-8")
    with pytest.raises(IndexStale) as caught:
        open_engine(str(location))
    assert message in str(caught.value)
    assert known_files(str(location)) == FILES
    assert_rebuild_helps(location, caught.value)


def assert_rebuild_helps(location: Path, error: Exception) -> None:
    """The message names the command, and what that command does repairs the index."""
    assert str(error).endswith(f"请运行：yinju index --rebuild --index {location}")
    write(location, 3, rebuild=True)
    assert total(location) == 2


Find = Callable[[Path], Path]
Harm = Callable[[Path], object]


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


DAMAGE: list[tuple[Find, Harm, str]] = [
    (segment, Path.unlink, "缺少索引文件"),
    (segment, halve, "与清单不符"),
    (contents, halve, "与清单不符"),
    (contents, lambda path: os.truncate(path, 0), "与清单不符"),
    (manifest, Path.unlink, "缺少索引文件"),
    (manifest, halve, "清单读不出来"),
    (manifest, lambda path: path.write_text("[]"), "清单读不出来"),
    (manifest, lambda path: path.write_text('{"files": {"a": {}}}'), "清单读不出来"),
    (manifest, lambda path: path.write_bytes(b"\xff\xfe\x00"), "清单读不出来"),
]


@pytest.mark.parametrize(("find", "harm", "message"), DAMAGE)
def test_corrupt(location: Path, find: Find, harm: Harm, message: str) -> None:
    harm(find(location))
    with pytest.raises(IndexCorrupt) as caught:
        open_engine(str(location))
    assert message in str(caught.value)
    assert_rebuild_helps(location, caught.value)


def texts(location: Path) -> Path:
    return next(location.glob("MAIN_*.texts"))


@pytest.mark.parametrize("find", [segment, texts, contents])
def test_damaged_bytes_are_named(location: Path, find: Find) -> None:
    """One byte in forty inverted, one after the other."""
    path = find(location)
    whole = path.read_bytes()
    for at in range(0, len(whole), 40):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with pytest.raises(IndexCorrupt, match=path.name):
            open_engine(str(location))


def test_a_damaged_index_is_not_added_to(location: Path) -> None:
    halve(contents(location))
    with pytest.raises(IndexCorrupt, match="--rebuild"):
        open_writer(str(location), LEXICON)


def test_check_names_what_does_not_match(location: Path) -> None:
    engine = open_engine(str(location))
    name = segment(location).name
    segment(location).unlink()
    assert list(engine.check()) == [f"{name}：文件不见了"]


def test_check_counts(tmp_path: Path) -> None:
    report_, paragraphs = report(0)
    with open_writer(str(tmp_path / "index"), LEXICON) as writer:
        writer.add(report_, paragraphs[:1])
        writer.commit({"/a": FileRecord("a", 1, 2, "ab", reports=("r0", "r9"))})
    assert list(open_engine(str(tmp_path / "index")).check()) == [
        "报告 r9 登记在册，索引里却没有",
        "报告 r0 应有2段，实有1段",
    ]


# --- readers beside a writer, and a writer killed ----------------------------------------------


def test_readers_see_whole_commits_only(location: Path) -> None:
    """Four threads ask while six commits each swap one report for the next."""
    engine = open_engine(str(location))
    done = threading.Event()
    wrong: list[object] = []

    def ask() -> None:
        while not done.is_set():
            try:
                page = engine.search(Query("医保", limit=0))
                if (page.total, page.reports, len(page.hits)) != (4, 2, 4):
                    wrong.append(page)
                engine.paragraphs(page.hits[0].report.id)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for number in range(2, 8):
            write(location, number, gone=(number - 1,))
    finally:
        done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert {hit.report.id for hit in engine.search(Query()).hits} == {"r0", "r7"}


def corpus(folder: Path, count: int) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        body = "".join(f"{number}号报告第{at}段谈医保基金监管。\n\n" for at in range(25))
        (folder / f"{number}.txt").write_text(f"{number}号县2024年工作总结\n\n{body}", "utf-8")
    return folder


def start(folder: Path, location: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "yinju", "index", str(folder), "--index", str(location)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)


def test_a_killed_writer_leaves_the_index_answering(tmp_path: Path) -> None:
    """SIGKILL at several moments of a run; the run after the last one repairs."""
    location = tmp_path / "index"
    folder = corpus(tmp_path / "corpus", 2)
    assert start(folder, location).wait() == 0
    engine = open_engine(str(location))
    before = engine.overview().paragraphs
    corpus(folder, 16)
    for moment in (0.0, 0.15):
        names = set(location.iterdir())
        process = start(folder, location)
        wait_for_writing(location, process, names)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
        again = open_engine(str(location))
        assert again.overview().paragraphs == before == engine.search(Query()).total
        assert list(again.check()) == []
    assert start(folder, location).wait() == 0
    assert engine.overview().reports == 16
    assert list(open_engine(str(location)).check()) == []
    kept = {path.suffix for path in location.iterdir()}
    assert kept == {".columns", ".texts", ".toc", ".json", ".npy", ""}


def wait_for_writing(location: Path, process: subprocess.Popen[bytes], before: set[Path]) -> None:
    """Until the process has begun a new file of the index."""
    while not set(location.iterdir()) - before:
        assert process.poll() is None, "the run ended before it was caught writing"
        time.sleep(0.005)
