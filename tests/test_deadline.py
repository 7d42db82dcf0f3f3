"""No file takes for ever: a time limit for each, and no rule that takes quadratic time."""

from __future__ import annotations

import re
import signal
import threading
from collections import deque
from itertools import repeat
from pathlib import Path

import pytest
from drafts import only

from engine.errors import ReadError
from indexer import ahead, read
from indexer.ahead import FileRead, read_ahead, read_and_assemble
from indexer.deadline import time_limit
from indexer.draft import Draft
from indexer.readers import text
from indexer.stamps import Stamp

needs_timer = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs setitimer")


def forever(path: Path, source: str) -> Draft:
    while True:
        try:
            re.match(r"(?:a|a)*b", "a" * 50)  # its steps double with each character
        except Exception:  # a parser that takes whatever happens for a fault of the file
            continue


@needs_timer
def test_reading_that_does_not_end_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "MAX_FILE_SECONDS", 0.2)
    monkeypatch.setitem(read._BY_SUFFIX, ".txt", forever)  # type: ignore[arg-type]
    path = tmp_path / "a.txt"
    path.write_text("正文。", encoding="utf-8")
    result = only(path)
    assert isinstance(result, ReadError)
    assert "处理超过 0 秒，已停止" in result.reason


@needs_timer
def test_labelling_that_does_not_end_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "MAX_FILE_SECONDS", 0.2)
    monkeypatch.setattr(ahead, "assemble", lambda draft, stated: forever(tmp_path, ""))
    path = tmp_path / "a.txt"
    path.write_text("正文。", encoding="utf-8")
    (error,) = read_and_assemble(path, "a.txt", "").outcomes
    assert isinstance(error, ReadError)
    assert (error.source, "已停止" in error.reason) == ("a.txt", True)


@needs_timer
def test_the_timer_is_off_afterwards() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with time_limit(60, "a"):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_other_threads_have_no_limit() -> None:
    done: list[bool] = []

    def work() -> None:
        with time_limit(0.001, "a"):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


PIECES = (
    "<!--",
    "<",
    "&amp;",
    "**",
    "> ",
    "[^1]",
    "(yī",
    "1 ",
    "打印 ",
    " ",
    "　",
    "å·¥",
    "锛",
    "\x0c",
    "—",
)


@pytest.mark.parametrize("piece", PIECES)
def test_much_of_the_same_is_read(tmp_path: Path, piece: str) -> None:
    """With a rule that takes quadratic time these would take minutes."""
    path = tmp_path / "a.txt"
    path.write_text(piece * (150_000 // len(piece)) + "\n正文。", encoding="utf-8")
    (outcome,) = read_and_assemble(path, "a.txt", "").outcomes
    assert not isinstance(outcome, ReadError), outcome


@pytest.mark.parametrize(
    "piece", ["<style>", "<style>a", "<td>a", "<a>", "<sup>1</sup>", "data:;base64,"]
)
def test_much_markup_is_read(piece: str) -> None:
    markup = f"<html><body><p>正文。</p>{piece * (60_000 // len(piece))}"
    assert text.parse(markup, "a.txt").blocks


def _slow_in_c(path: Path, source: str, stated: str) -> FileRead:
    """Stands in for reading: one file keeps a loop in C, which looks for no signals, going."""
    with time_limit(1.0, source):
        if source == "endless":
            deque(repeat(None), maxlen=0)
    return FileRead(Stamp(sha256="read"), [])


@pytest.mark.parametrize("least", [1, 64])  # files for several processes
def test_what_never_returns_from_c_ends_its_process_and_not_the_run(
    monkeypatch: pytest.MonkeyPatch, least: int
) -> None:
    monkeypatch.setattr(ahead, "_MIN_FILES_FOR_PROCESSES", least)
    monkeypatch.setattr(ahead, "may_hang", lambda path: True)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(ahead, "read_and_assemble", _slow_in_c)
    names = ["0", "1", "endless", "2", "3"]
    results = dict(zip(names, read_ahead([(Path(name), name, "") for name in names]), strict=True))
    stuck = results.pop("endless")
    assert [read.stamp.sha256 for read in results.values()] == ["read"] * 4
    (error,) = stuck.outcomes
    assert isinstance(error, ReadError)
    assert error.source == "endless"
    assert "另存为 .docx" in error.reason
    assert stuck.stamp == Stamp()  # so that the next run tries again
