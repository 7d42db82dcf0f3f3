"""``yinju index --watch``, a real process beside a real server, over real files."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from urllib.parse import quote

import pytest
from conftest import ROOT
from serving import serving
from test_build import ids, opened, put, run
from test_missing import NAMES, fill, found, sources

from engine.engine import open_writer
from engine.model import Lexicon
from yinju.cli import main

PATIENCE = 300.0  # seconds for what happens at once; kernels may have to be compiled first
RUN = "新收"  # in the line of each run that changed something
WATCHING = "正在看着"


class Watching:
    """A running ``yinju index --watch``; ``said`` has the lines that were waited for."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []
        self._lines: Queue[str] = Queue()
        self._listener = Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stderr
        with self.process.stderr as lines:
            for line in lines:
                self._lines.put(line)

    def until(self, word: str) -> str:
        """The next line that holds a word."""
        while word not in (line := self._lines.get(timeout=PATIENCE)):
            self.said.append(line)
        self.said.append(line)
        return line

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; the status with which the process ends, and all that it said."""
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE)
        self._listener.join()
        while not self._lines.empty():
            self.said.append(self._lines.get())
        return status

    @property
    def runs(self) -> int:
        """How many runs have changed something."""
        return sum(RUN in line for line in self.said)


@contextmanager
def watching(*corpus: Path, index: Path) -> Iterator[Watching]:
    command = [sys.executable, "-m", "yinju", "index", "--watch", *corpus, "--index", index]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, encoding="utf-8")
    try:
        yield Watching(process)
    finally:
        process.kill()
        process.wait()


def eventually(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; on this, the test depends, and not on how long it takes."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_each_change_is_seen_on_the_page_of_a_server_beside_it(tmp_path: Path) -> None:
    folder, index = fill(tmp_path / "corpus"), tmp_path / "index"

    with watching(folder, index=index) as watch:
        watch.until(WATCHING)
        permalinks = ids(tmp_path)
        with serving(str(index)) as address:
            page = f"{address}/?q="

            def shows(text: str, query: str) -> Callable[[], bool]:
                url = page + quote(query)
                return lambda: text in urllib.request.urlopen(url).read().decode()

            put(folder / "new/己县.txt", "己县", 6)
            eventually(shows("己县全年", '"己县全年追回"'))
            put(folder / "甲县.txt", "甲县", 77)
            eventually(shows("万元", '"基金77万元"'))
            (folder / "metadata.csv").write_text("file,year\n乙县.txt,1999\n", "utf-8")
            eventually(shows("1999", '"乙县全年追回"'))
            (folder / "丙县.txt").rename(folder / "癸县.txt")
            eventually(lambda: "corpus/癸县.txt" in found(tmp_path))
            (folder / "丁县.txt").unlink()
            eventually(lambda: "corpus/丁县.txt" not in found(tmp_path))
        assert watch.stop() == 0
        assert not any("不见了" in line or "未读" in line for line in watch.said)
    now = ids(tmp_path)
    kept = [text for text in permalinks if text[:2] in ("乙县", "丙县", "戊县")]
    assert len(kept) >= 6
    assert {text: now[text] for text in kept} == {text: permalinks[text] for text in kept}


def test_many_files_are_one_run(tmp_path: Path) -> None:
    folder, index = fill(tmp_path / "corpus"), tmp_path / "index"
    names = [f"第{number}县" for number in range(300)]
    ready = fill(tmp_path / "ready", names)
    with watching(folder, index=index) as watch:
        watch.until(WATCHING)
        for path in list(ready.iterdir()):
            path.rename(folder / path.name)
        assert "新收300个文件" in watch.until(RUN)
        assert watch.stop() == 0
        assert watch.runs == 2
    assert found(tmp_path) == sources("corpus", NAMES + names)


def test_a_folder_that_disappears_loses_nothing_and_is_watched_when_it_comes_back(
    tmp_path: Path,
) -> None:
    first, second = fill(tmp_path / "first", NAMES[:2]), fill(tmp_path / "second", NAMES[2:])
    everything = sources("first", NAMES[:2]) | sources("second", NAMES[2:])
    with watching(first, second, index=tmp_path / "index") as watch:
        watch.until(WATCHING)
        second.rename(tmp_path / "away")
        watch.until("不见了3个")
        assert found(tmp_path) == everything
        put(first / "己县.txt", "己县", 6)
        assert "新收1个文件" in watch.until(RUN)
        (tmp_path / "away").rename(second)
        put(second / "庚县.txt", "庚县", 7)
        assert "新收1个文件" in watch.until(RUN)
        assert watch.stop() == 0
        assert sum("不见了" in line for line in watch.said) == 1
    new = sources("first", ["己县"]) | sources("second", ["庚县"])
    assert found(tmp_path) == everything | new


def test_a_folder_emptied_by_a_disk_that_went_keeps_its_reports(tmp_path: Path) -> None:
    folder = fill(tmp_path / "corpus")
    with watching(folder, index=tmp_path / "index") as watch:
        watch.until(WATCHING)
        shutil.rmtree(folder)
        folder.mkdir()
        assert "--remove" in watch.until("不见了5个")
        assert found(tmp_path) == sources("corpus")
        assert watch.stop() == 0


def test_the_index_may_lie_inside_the_folder(tmp_path: Path) -> None:
    folder = fill(tmp_path)
    with watching(folder, index=tmp_path / "index") as watch:
        watch.until(WATCHING)
        put(folder / "己县.txt", "己县", 6)
        assert "新收1个文件" in watch.until(RUN)
        assert watch.stop() == 0
        assert not any("未读" in line for line in watch.said)
    assert found(tmp_path) == sources(folder.name, [*NAMES, "己县"])


def test_the_index_may_not_be_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(tmp_path)
    for options in ([], ["--watch"]):
        with pytest.raises(SystemExit) as end:
            main(["index", *options, str(tmp_path), "--index", str(tmp_path)])
        assert end.value.code == 2
        assert "--index" in capsys.readouterr().err


def test_another_writer_is_waited_for(tmp_path: Path) -> None:
    folder, index = fill(tmp_path / "corpus"), tmp_path / "index"
    with open_writer(str(index), Lexicon()) as writer, watching(folder, index=index) as watch:
        watch.until("正由另一个进程更新")
        writer.__exit__(None, None, None)
        assert "新收5个文件" in watch.until(RUN)
        assert watch.stop() == 0


def test_a_file_that_cannot_be_read_is_named_until_it_can(tmp_path: Path) -> None:
    folder = fill(tmp_path / "corpus")
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 no")
    with watching(folder, index=tmp_path / "index") as watch:
        watch.until("坏.docx")
        watch.until(WATCHING)
        put(folder / "己县.txt", "己县", 6)
        assert "读不了的1处" in watch.until(RUN)
        (folder / "坏.docx").unlink()
        put(folder / "庚县.txt", "庚县", 7)
        assert "读不了的0处" in watch.until(RUN)
        assert watch.stop() == 0
        assert sum("坏.docx" in line for line in watch.said) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_a_run_leaves_a_whole_index(tmp_path: Path, number: int) -> None:
    folder, index = fill(tmp_path / "corpus"), tmp_path / "index"
    run(tmp_path)
    with watching(folder, index=index) as watch:
        watch.until(WATCHING)
        more = [f"第{number}县" for number in range(200)]
        fill(tmp_path / "ready", more).rename(folder / "more")
        contents = set(index.iterdir())
        eventually(lambda: set(index.iterdir()) != contents)  # the next segment is being written
        assert watch.stop(number) == 0
        (told,) = [line for line in watch.said if "已" in line and RUN not in line]
    assert list(opened(tmp_path).check()) == []
    is_in = len(found(tmp_path)) > len(NAMES)
    assert is_in is ("原来的样子" not in told)
    run(tmp_path)
    assert len(found(tmp_path)) == len(NAMES) + len(more)


@pytest.mark.parametrize("option", ["--rebuild", "--remove"])
def test_what_would_drop_files_is_for_single_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["index", "--watch", option, str(fill(tmp_path / "corpus"))])
    assert end.value.code == 2
    assert "--watch" in capsys.readouterr().err
