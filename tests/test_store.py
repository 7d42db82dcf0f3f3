"""The embedded index: commits, named damage, and readers while another process writes."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import test_contract
from conftest import ROOT
from manifests import manifest_path, rewrite_manifest
from test_contract import FILES, LEXICON, STALE
from users import unprivileged
from whoosh.query import Term

from engine.engine import known_files, leftovers, open_engine, open_writer
from engine.errors import EngineUnavailable, IndexCorrupt, IndexMissing, IndexStale
from engine.local.store import open_index
from engine.model import Query

# Whoosh leaves a file open that it fails to read; the warning must come within the test.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    yield
    gc.collect()


def write(location: Path, *numbers: int, **options: Any) -> None:
    """Commit reports ``r<n>`` of two paragraphs each."""
    test_contract.write(str(location), *numbers, **options)


@pytest.fixture
def location(tmp_path: Path) -> Path:
    """An index of the reports r0 and r1."""
    write(tmp_path / "index", 0, 1, files=FILES)
    return tmp_path / "index"


def total(location: Path) -> int:
    return test_contract.total(str(location))


def test_an_open_engine_sees_an_index_built_again_in_its_place(location: Path) -> None:
    """The new index starts with generation 1 again."""
    engine = open_engine(str(location))
    shutil.rmtree(location)
    write(location, 7)
    assert engine.search(Query("医保")).total == 2
    assert engine.report("r7") is not None


def test_an_open_engine_sees_a_folder_replaced_by_another_of_the_same_time(
    location: Path, tmp_path: Path
) -> None:
    write(tmp_path / "other", 7)
    times = [next(folder.glob("_MAIN_*.toc")) for folder in (location, tmp_path / "other")]
    for path in times:
        os.utime(path, ns=(10**18, 10**18))
    engine = open_engine(str(location))
    assert engine.report("r7") is None
    location.rename(tmp_path / "old")
    (tmp_path / "other").rename(location)
    assert engine.report("r7") is not None


def loop(location: Path) -> None:
    location.rename(location.with_name("old"))
    location.symlink_to(location)


def lock(location: Path) -> None:
    location.chmod(0)


def lock_a_file(location: Path) -> None:
    manifest_path(location).chmod(0)


@pytest.mark.parametrize("harm", [loop, lock, lock_a_file])
def test_an_index_that_may_not_be_read(place: Path, harm: Callable[[Path], None]) -> None:
    """Neither at opening, nor where a commit brought it, is it taken for a missing one."""
    location = place / "index"
    write(location, 0, 1)
    engine = open_engine(str(location))
    write(location, 2)
    harm(location)
    try:
        with unprivileged():
            for ask in (lambda: open_engine(str(location)), lambda: engine.search(Query("医保"))):
                with pytest.raises(EngineUnavailable, match=r"现在读不了.+请检查"):
                    ask()
    finally:
        if not location.is_symlink():
            location.chmod(0o755)


def test_an_index_gone_under_an_open_engine(location: Path) -> None:
    engine = open_engine(str(location))
    shutil.rmtree(location)
    with pytest.raises(IndexMissing):
        engine.search(Query("医保"))


def test_old_generations_leave_nothing_behind(location: Path) -> None:
    for number in range(2, 6):
        write(location, number, gone=(number - 2,))
    names = [path.name for path in location.iterdir() if path.suffix in (".json", ".toc")]
    assert sorted(names) == ["_MAIN_5.toc", "manifest_5.json"]
    assert total(location) == 4


MAPS = Path("/proc/self/maps")


@pytest.mark.skipif(not MAPS.exists(), reason="this system does not list what is mapped")
def test_replaced_files_are_let_go_at_once(location: Path) -> None:
    """By counting references, not at some later collection of garbage; but not before the
    last search over them has ended."""
    engine = open_engine(str(location))

    def replace_a_report(number: int) -> None:
        write(location, number, gone=(number - 2,))
        engine.search(Query("医保基金怎么监管"))
        engine.search(Query('"医保基金" 标题:报告', themes=("unknown",), sort="oldest"))
        engine.vocabulary()
        assert engine.hit(f"r{number}-0")
        assert list(engine.check()) == []

    replace_a_report(2)  # compiles, which leaves garbage
    whoosh = open_index(location).searcher()
    gc.collect()
    gc.disable()
    try:
        for number in range(3, 8):
            replace_a_report(number)
        names = {file.partition(".")[0] for file in deleted_maps(location)}
        assert names == {
            leaf.reader().segment().segment_id() for leaf, _ in whoosh.leaf_searchers()
        }
        assert whoosh.search(Term("exact", "医"), limit=None).scored_length() == 4
        del whoosh
        assert deleted_maps(location) == set()
    finally:
        gc.enable()


def deleted_maps(location: Path) -> set[str]:
    """The deleted files of a folder that are still mapped into memory."""
    ends = (line.partition(f"{location}/")[2] for line in MAPS.read_text().splitlines())
    return {end.removesuffix(" (deleted)") for end in ends if end.endswith(" (deleted)")}


def test_an_index_from_before_there_were_synonyms_answers(location: Path) -> None:
    dropped = []
    rewrite_manifest(location, lambda data: dropped.append(data["lexicon"].pop("synonyms")))
    assert dropped == [[["医保", "医疗保障"]]]
    assert open_engine(str(location)).lexicon() == replace(LEXICON, synonyms=())
    assert (total(location), open_engine(str(location)).search(Query("医疗保障")).total) == (4, 0)


def test_more_than_a_segment_holds(location: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.columns.write.writer.MAX_DOCUMENTS_PER_SEGMENT", 3)
    with pytest.raises(EngineUnavailable, match="请把文件分成几个文件夹"):
        write(location, 2, 3)
    write(location, 2)
    assert total(location) == 6


@pytest.mark.parametrize(
    "limit", ["engine.arrays.MAX_UINT32", "engine.local.duplicates.MAX_DOCUMENTS"]
)
def test_more_than_a_column_counts(
    location: Path, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing wraps around: the change is refused, and what was there still answers."""
    monkeypatch.setattr(limit, 5)
    with pytest.raises(EngineUnavailable, match="请把文件分成几个文件夹"):
        write(location, 2, 3)
    monkeypatch.undo()
    assert total(location) == 4
    write(location, 2, 3)
    assert total(location) == 8


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


def segment(location: Path) -> Path:
    return next(location.glob("MAIN_*.columns"))


def contents(location: Path) -> Path:
    return next(location.glob("_MAIN_*.toc"))


@pytest.mark.parametrize(("key", "value", "message"), STALE)
def test_stale(location: Path, key: str, value: object, message: str) -> None:
    rewrite_manifest(location, lambda data: data.update({key: value}))
    with pytest.raises(IndexStale) as caught:
        open_engine(str(location))
    assert message in str(caught.value)
    assert known_files(str(location)) == FILES
    assert_rebuild_helps(location, caught.value)


def assert_rebuild_helps(location: Path, error: Exception) -> None:
    """The message names the command that repairs the index, and the command does so."""
    option = "" if isinstance(error, IndexStale) else " --rebuild"
    assert str(error).endswith(f"请运行：yinju index{option} --index {location}")
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
    (manifest_path, Path.unlink, "缺少索引文件"),
    (manifest_path, halve, "清单读不出来"),
    (manifest_path, lambda path: path.write_text("[]"), "清单读不出来"),
    (manifest_path, lambda path: path.write_text('{"files": {"a": {}}}'), "清单读不出来"),
    (manifest_path, lambda path: path.write_bytes(b"\xff\xfe\x00"), "清单读不出来"),
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
    """Some bytes are inverted, one at a time; ``faults.at_rest`` has more ways."""
    path = find(location)
    whole = path.read_bytes()
    for at in range(0, len(whole), 401):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with pytest.raises(IndexCorrupt, match=path.name):
            open_engine(str(location))


def test_a_damaged_manifest_is_noticed(location: Path) -> None:
    """Every byte is changed by one bit, one at a time."""
    path = manifest_path(location)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        with pytest.raises(IndexCorrupt):
            open_engine(str(location))


@pytest.mark.parametrize("name", ["reports", "paragraphs"])
def test_check_counts_what_the_manifest_counts(location: Path, name: str) -> None:
    rewrite_manifest(location, lambda data: data.update({name: data[name] + 1}))
    listed = {"reports": "3篇4段", "paragraphs": "2篇5段"}[name]
    assert list(open_engine(str(location)).check()) == [f"登记了{listed}，实有2篇4段"]


def test_a_damaged_index_is_not_added_to(location: Path) -> None:
    halve(contents(location))
    with pytest.raises(IndexCorrupt, match="--rebuild"):
        open_writer(str(location), LEXICON)


def test_check_names_what_does_not_match(location: Path) -> None:
    engine = open_engine(str(location))
    name = segment(location).name
    segment(location).unlink()
    assert list(engine.check()) == [f"{name}：文件不见了"]


# --- what writers leave behind -----------------------------------------------------------------

LEFT = (
    *("_MAIN_1.toc", "_MAIN_3.toc.1764512345.678", "manifest_3.json", "clusters_3.npy"),
    *(f"MAIN_{'a1' * 8}{end}" for end in (".texts", ".columns")),
)
NOT_OURS = (
    *("README.md", "MAIN_notes.txt", "_MAIN_old.toc", "_MAIN_3.toc.bak", "manifest.json"),
    *("clusters_x.npy", f"MAIN_{'a1' * 8}.zip", "my_MAIN_1.toc"),
)


def with_leftovers(location: Path) -> None:
    write(location, 2)
    for name in (*LEFT, *NOT_OURS):
        (location / name).write_bytes(b"x" * 10)
    (location / "MAIN.tmp").mkdir()


def empty_commit(location: Path) -> None:
    write(location)


def given_up(location: Path) -> None:
    with open_writer(str(location), LEXICON) as writer:
        writer.add(*test_contract.report(9))


@pytest.mark.parametrize("run", [empty_commit, given_up])
def test_a_writer_removes_what_others_left(location: Path, run: Callable[[Path], None]) -> None:
    """Whether it commits or not, and nothing else; what was open before goes on."""
    with_leftovers(location)
    number, size = leftovers(str(location))
    assert (number, size >= 10 * len(LEFT)) == (len(LEFT) + 1, True)
    engine = open_engine(str(location))
    run(location)
    assert leftovers(str(location)) == (0, 0)
    there = {path.name: path for path in location.iterdir()}
    assert there.keys() >= {*NOT_OURS, "MAIN_WRITELOCK"}
    assert "MAIN.tmp" not in there
    assert all(there[name].read_bytes() != b"x" * 10 for name in LEFT if name in there)
    assert engine.overview().reports == total(location) / 2 == 3
    assert list(open_engine(str(location)).check()) == []


def test_a_used_folder_and_a_link_are_not_followed(location: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text("{}")
    (location / "manifest_9.json").symlink_to(kept)
    (location / "MAIN.tmp").mkdir()
    (location / "MAIN.tmp" / "mine").touch()
    write(location, 2)
    assert kept.exists()
    assert (location / "MAIN.tmp" / "mine").exists()
    assert not (location / "manifest_9.json").is_symlink()


@pytest.mark.parametrize("find", [contents, manifest_path])
def test_what_may_be_the_rest_of_an_index_stays(location: Path, find: Find) -> None:
    halve(find(location))
    before = sorted(location.iterdir())
    assert leftovers(str(location)) == (0, 0)
    with pytest.raises(IndexCorrupt):
        write(location, 2)
    made = {path.suffix for path in location.iterdir() if path not in before}
    assert made <= {".texts"}  # of the writer that gave up


def test_a_second_writer_touches_nothing(location: Path) -> None:
    with open_writer(str(location), LEXICON) as writer:
        writer.add(*test_contract.report(2))
        halve(contents(location))
        for rebuild in (False, True):
            with pytest.raises(EngineUnavailable, match="正由另一个进程更新"):
                open_writer(str(location), LEXICON, rebuild)
        writer.commit(FILES)
    assert total(location) == 6


# --- readers beside a writer, and a writer killed ----------------------------------------------


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
    """A last run repairs the index; ``faults.kills`` has many more moments."""
    location = tmp_path / "index"
    folder = corpus(tmp_path / "corpus", 2)
    assert start(folder, location).wait() == 0
    engine = open_engine(str(location))
    before = engine.overview().paragraphs
    corpus(folder, 16)
    names = set(location.iterdir())
    process = start(folder, location)
    wait_for_writing(location, process, names)
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
    """Wait until the process has created a new file of the index."""
    while not set(location.iterdir()) - before:
        assert process.poll() is None, "the run ended before it was caught writing"
        time.sleep(0.005)
