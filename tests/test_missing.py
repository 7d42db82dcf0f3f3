"""What a run does not find or cannot read: it stays in the index, and is named."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from manifests import manifest_path
from test_build import counts, ids, opened, put, run
from users import unprivileged

from engine.errors import EngineUnavailable, IndexCorrupt, ReadError
from engine.model import Lexicon, Query
from indexer import ahead
from indexer.build import Interrupted, build
from indexer.obstacles import obstacle
from indexer.readers import archive
from yinju.cli import main

NAMES = ["甲县", "乙县", "丙县", "丁县", "戊县"]


def fill(folder: Path, names: list[str] = NAMES) -> Path:
    for amount, name in enumerate(names, 1):
        put(folder / f"{name}.txt", name, amount)
    return folder


def found(place: Path) -> set[str]:
    """The sources of all reports in the index."""
    return {hit.report.source for hit in opened(place).search(Query(limit=0)).hits}


def sources(root: str, names: list[str] = NAMES) -> set[str]:
    return {f"{root}/{name}.txt" for name in names}


# --- folders ---------------------------------------------------------------------------------


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


@pytest.mark.parametrize("lose", [empty, shutil.rmtree])
def test_a_disk_that_is_not_connected_loses_nothing(
    tmp_path: Path, lose: Callable[[Path], object]
) -> None:
    """Neither where the folder itself is indexed, nor where another one is."""
    first, second = fill(tmp_path / "first", NAMES[:2]), fill(tmp_path / "second", NAMES[2:])
    run(tmp_path, first, second)
    lose(second)
    second.mkdir(exist_ok=True)
    put(first / "己县.txt", "己县", 6)
    for roots in ((first,), (first, second), (second,)):
        summary = run(tmp_path, *roots)
        assert summary.removed == []
        (fault,) = summary.failures
        assert fault.source == str(second)
        assert "不见了3个" in fault.reason
        assert "--remove" in fault.reason
        everything = sources("first", [*NAMES[:2], "己县"]) | sources("second", NAMES[2:])
        assert found(tmp_path) == everything
    summary = build([first], str(tmp_path / "index"), remove=True)
    assert (len(summary.removed), summary.failures) == (3, [])
    assert found(tmp_path) == sources("first", [*NAMES[:2], "己县"])


def test_files_that_come_back_are_as_before(tmp_path: Path) -> None:
    folder = fill(tmp_path / "corpus")
    run(tmp_path)
    before = ids(tmp_path)
    folder.rename(tmp_path / "away")
    folder.mkdir()
    assert len(run(tmp_path).failures) == 1
    folder.rmdir()
    (tmp_path / "away").rename(folder)
    summary = run(tmp_path)
    assert (counts(summary), summary.failures) == ((0, 0, 0, 5), [])
    assert ids(tmp_path) == before


@pytest.mark.parametrize(("lost", "stay"), [(2, 3), (3, 5)])
def test_more_than_half_must_be_confirmed(tmp_path: Path, lost: int, stay: int) -> None:
    folder = fill(tmp_path / "corpus")
    run(tmp_path)
    for name in NAMES[:lost]:
        (folder / f"{name}.txt").unlink()
    run(tmp_path)
    assert len(found(tmp_path)) == stay


def test_a_folder_of_another_name_is_no_loss(tmp_path: Path) -> None:
    fill(tmp_path / "corpus")
    run(tmp_path)
    before = ids(tmp_path)
    moved = (tmp_path / "corpus").rename(tmp_path / "elsewhere")
    summary = run(tmp_path, moved)
    assert (summary.failures, len(summary.removed)) == ([], 5)
    assert found(tmp_path) == sources("elsewhere")
    assert ids(tmp_path) == before


def test_a_folder_that_may_not_be_listed_keeps_its_files(place: Path) -> None:
    folder = fill(place / "corpus", NAMES[:3])
    inner = fill(folder / "inner", NAMES[3:])
    with unprivileged():
        run(place)
    inner.chmod(0)
    try:
        with unprivileged():
            summaries = run(place), build([folder], str(place / "index"), remove=True)
        for summary in summaries:
            assert {failure.source for failure in summary.failures} >= {str(inner)}
        assert found(place) == sources("corpus", NAMES[:3]) | sources("corpus/inner", NAMES[3:])
    finally:
        inner.chmod(0o755)
    with unprivileged():
        assert run(place).removed == []  # the folder, which the runs before named, was no report


def test_a_rebuild_by_other_words_does_not_begin_without_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "corpus")
    run(tmp_path)
    empty(tmp_path / "corpus")
    monkeypatch.setattr("indexer.build._lexicon", lambda: Lexicon(version="2"))
    with pytest.raises(EngineUnavailable, match="--remove"):
        run(tmp_path)
    assert found(tmp_path) == sources("corpus")


def test_a_rebuild_names_what_it_drops(tmp_path: Path) -> None:
    first, second = fill(tmp_path / "first", NAMES[:2]), fill(tmp_path / "second", NAMES[2:])
    run(tmp_path, first, second)
    assert set(run(tmp_path, first, rebuild=True).removed) == sources("second", NAMES[2:])


# --- files -----------------------------------------------------------------------------------


def test_a_file_that_may_not_be_read_keeps_its_report(place: Path) -> None:
    folder = fill(place / "corpus")
    with unprivileged():
        run(place)
    path = put(folder / "甲县.txt", "甲县", 77)
    path.chmod(0)
    with unprivileged():
        summary = run(place)
    assert [(f.source, "权限" in f.reason) for f in summary.failures] == [("corpus/甲县.txt", True)]
    assert found(place) == sources("corpus")
    path.chmod(0o644)
    with unprivileged():
        assert run(place).changed == ["corpus/甲县.txt"]
    assert opened(place).search(Query('"基金77万元"')).total == 1


def test_a_table_that_may_not_be_read_keeps_what_it_stated(place: Path) -> None:
    folder = fill(place / "corpus")
    table = folder / "metadata.csv"
    table.write_text("file,year\n甲县.txt,2001\n乙县.txt,2002\n", "utf-8")
    with unprivileged():
        run(place)
    put(folder / "乙县.txt", "乙县", 78)
    table.chmod(0)
    with unprivileged():
        summary = run(place)
    assert [Path(failure.source).name for failure in summary.failures] == ["metadata.csv"]
    assert counts(summary) == (0, 1, 0, 4)
    years = ((2001, 2001), (2002, 2002))
    assert [opened(place).search(Query(years=(year,))).reports for year in years] == [1, 1]


def test_a_full_disk_is_no_fault_of_an_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its members stay in the index, and those of a new one are tried again."""
    folder = fill(tmp_path / "corpus", NAMES[:1])
    pack(folder / "旧.zip", NAMES[1:3])
    run(tmp_path)
    pack(folder / "旧.zip", NAMES[1:3], more="另有一段。")
    pack(folder / "新.zip", NAMES[3:])

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(ahead, "may_hang", lambda path: False)  # so that this process reads it
        patch.setattr(archive.shutil, "copyfileobj", full)
        summary = run(tmp_path)
    assert {(f.source, "满了" in f.reason) for f in summary.failures} == {
        ("corpus/旧.zip", True),
        ("corpus/新.zip", True),
    }
    assert len(found(tmp_path)) == 3
    summary = run(tmp_path)
    assert (counts(summary), summary.failures) == ((1, 1, 0, 1), [])
    assert len(found(tmp_path)) == 5
    assert opened(tmp_path).search(Query('"另有一段"')).total == 2


def pack(path: Path, names: list[str], more: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path, "w") as target:
        for amount, name in enumerate(names, 30):
            target.write(put(Path(folder, f"{name}.txt"), name, amount, more), f"{name}.txt")


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (OSError(errno.ENOSPC, "full"), "磁盘"),
        (OSError(errno.EMFILE, "many"), "打开的文件太多"),
        (PermissionError(errno.EACCES, "no"), "权限"),
        (MemoryError(), "内存"),
        (OSError(errno.EINVAL, "seek"), ""),
        (OSError("a parser says so"), ""),
        (ValueError(), ""),
    ],
)
def test_errors_of_the_machine(error: Exception, word: str) -> None:
    """Also below the error that a reader makes of it."""
    message = ReadError("甲.zip", "压缩包已损坏")
    message.__cause__ = error
    for each in (error, message):
        told = obstacle("甲.zip", each)
        assert (told is not None and word in told.reason) if word else told is None


# --- the index -------------------------------------------------------------------------------


def newest_contents(folder: Path) -> Path:
    return max(folder.glob("_MAIN_*.toc"), key=lambda path: int(path.stem.split("_")[2]))


def truncate(folder: Path) -> None:
    os.truncate(newest_contents(folder), 20)


def add_stray_contents(folder: Path) -> None:
    (folder / "_MAIN_99.toc").write_bytes(b"junk")


def add_stray_manifest(folder: Path) -> None:
    add_stray_contents(folder)
    (folder / "manifest_99.json").write_text("{}", "utf-8")


def drop_contents(folder: Path) -> None:
    newest_contents(folder).unlink()


LOSSES = [truncate, add_stray_contents, add_stray_manifest, drop_contents]


@pytest.mark.parametrize("lose", LOSSES)
def test_a_lost_table_of_contents_forgets_no_folder(
    tmp_path: Path, lose: Callable[[Path], object]
) -> None:
    first, second = fill(tmp_path / "first", NAMES[:2]), fill(tmp_path / "second", NAMES[2:])
    run(tmp_path, first)
    run(tmp_path, second)
    before = ids(tmp_path)
    lose(tmp_path / "index")
    summary = run(tmp_path, first)
    assert summary.rebuilt
    assert found(tmp_path) == sources("first", NAMES[:2]) | sources("second", NAMES[2:])
    assert ids(tmp_path) == before
    assert list(opened(tmp_path).check()) == []
    assert counts(run(tmp_path, first)) == (0, 0, 0, 5)


@pytest.mark.parametrize("lose", LOSSES)
def test_a_repair_that_is_stopped_can_be_repeated(
    tmp_path: Path, lose: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = fill(tmp_path / "first", NAMES[:2]), fill(tmp_path / "second", NAMES[2:])
    run(tmp_path, first, second)
    lose(tmp_path / "index")
    with monkeypatch.context() as patch:
        patch.setattr(ahead, "assemble", interrupt)
        with pytest.raises(Interrupted):
            run(tmp_path, first)
    run(tmp_path, first)
    assert found(tmp_path) == sources("first", NAMES[:2]) | sources("second", NAMES[2:])


def damage_text(index: Path) -> None:
    segment = next(index.glob("*.columns"))
    data = segment.read_bytes()
    at = data.index("医保".encode())
    segment.write_bytes(data[:at] + b"\xe4\xb8\x80" + data[at + 3 :])


def damage_count(index: Path) -> None:
    clusters = next(index.glob("clusters_*.npy"))
    clusters.write_bytes(bytes(len(clusters.read_bytes())))


@pytest.mark.parametrize("with_default", [False, True])
@pytest.mark.parametrize(
    "damage",
    [
        lambda index: os.truncate(next(index.glob("_MAIN_*.toc")), 100),
        lambda index: next(index.glob("_MAIN_*.toc")).unlink(),
        lambda index: (index / "_MAIN_99.toc").write_text("junk"),
        lambda index: next(index.glob("*.columns")).unlink(),
        damage_text,
        damage_count,
    ],
)
def test_what_check_says_to_run_repairs_the_index_and_drops_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], object],
    with_default: bool,
) -> None:
    first, second = fill(tmp_path / "first", NAMES[:2]), fill(tmp_path / "second", NAMES[2:])
    run(tmp_path, first, second)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YINJU_CORPUS", raising=False)
    if with_default:
        fill(tmp_path / "corpus", ["己县"])
    damage(tmp_path / "index")
    with pytest.raises(SystemExit):
        main(["check"])
    said = re.search("请先?运行：yinju (.+)", "".join(capsys.readouterr()))
    assert said
    with pytest.raises(SystemExit) as ended:
        main(said[1].split())
    assert ended.value.code == 0
    expected = sources("first", NAMES[:2]) | sources("second", NAMES[2:])
    assert found(tmp_path) == expected | (sources("corpus", ["己县"]) if with_default else set())
    main(["check"])


def test_without_a_manifest_nobody_knows_what_went_in(tmp_path: Path) -> None:
    first, second = fill(tmp_path / "first", NAMES[:2]), fill(tmp_path / "second", NAMES[2:])
    run(tmp_path, first, second)
    os.truncate(manifest_path(tmp_path / "index"), 100)
    with pytest.raises(IndexCorrupt, match=r"全部文件夹再运行：yinju index --rebuild"):
        run(tmp_path, first)
    run(tmp_path, first, second, rebuild=True)
    assert len(found(tmp_path)) == 5


# --- Ctrl-C ----------------------------------------------------------------------------------


def interrupt(*_: Any) -> Any:
    raise KeyboardInterrupt


def test_ctrl_c_before_the_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "corpus")
    run(tmp_path)
    put(tmp_path / "corpus" / "己县.txt", "己县", 6)
    monkeypatch.setattr(ahead, "assemble", interrupt)
    with pytest.raises(Interrupted) as caught:
        run(tmp_path)
    assert not caught.value.committed
    assert found(tmp_path) == sources("corpus")


@pytest.mark.parametrize("step", ["_tell_apart", "warm_up"])
def test_ctrl_c_after_the_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    fill(tmp_path / "corpus")
    with monkeypatch.context() as patch:
        patch.setattr(f"indexer.build.{step}", interrupt)
        with pytest.raises(Interrupted) as caught:
            run(tmp_path)
    assert caught.value.committed
    assert found(tmp_path) == sources("corpus")


# --- the terminal ----------------------------------------------------------------------------


def test_a_name_that_would_act_on_the_terminal_is_escaped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = fill(tmp_path / "corpus", NAMES[:1])
    try:
        (folder / "坏\x1b[31m\n未读  好\u202e.docx").write_bytes(b"no")
    except OSError:
        pytest.skip("this file system takes no such names")
    with pytest.raises(SystemExit):
        main(["index", str(folder), "--index", str(tmp_path / "index")])
    told = capsys.readouterr().err
    assert r"坏\x1b[31m\n未读  好\u202e.docx" in told
    assert "\x1b" not in told


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "满了；请腾出空间后再运行"),
        (OSError(errno.ENOSPC, "No space left", "/i/MAIN.columns"), "/i/MAIN.columns：磁盘"),
        (MemoryError(), "内存不够；请稍后再运行"),
        (FileNotFoundError(errno.ENOENT, "no", "/nowhere"), "/nowhere：No such file"),
        (KeyboardInterrupt(), "已中断\n"),
    ],
)
def test_what_the_system_refuses_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    told: str,
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("indexer.build.build", refuse)
    with pytest.raises(SystemExit):
        main(["index", "corpus", "--index", "nowhere"])
    message = capsys.readouterr().err
    assert told in message
    assert "\n" not in message.strip()


def test_ctrl_c_while_modules_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt\n")
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    ran = subprocess.run([sys.executable, "-m", "yinju"], env=env, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (130, "已中断\n")
