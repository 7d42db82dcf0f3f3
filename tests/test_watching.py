"""When changes of files are told: once they are over, and only those that may matter."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from test_build import put
from users import unprivileged

from engine.errors import EngineUnavailable, IndexLocked, ReadError
from indexer.update import Summary
from indexer.watching import (
    MAX_BURST_SECONDS,
    TOO_MANY_FOLDERS,
    Burst,
    Watch,
    needs_polling,
)
from yinju import watching
from yinju.watching import keep_up

PATIENCE = 300.0  # seconds for what happens at once, on a busy machine
QUIET = 0.25  # seconds


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for less than people would want it to."""
    monkeypatch.setattr("indexer.watching.QUIET_SECONDS", QUIET)
    monkeypatch.setattr("indexer.watching._TICK_MS", 100)
    monkeypatch.setattr("indexer.watching._POLL_MS", 100)


def is_told(watch: Watch, seconds: float = PATIENCE) -> bool:
    """Whether a watch stops waiting because of a change, and not because its time is over."""
    over = False

    class Patient(Burst):
        def is_over(self, now: float) -> bool:
            nonlocal over
            over = super().is_over(now)
            return over

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.watching.Burst", Patient)
        watch.wait(seconds)
    return over


# --- bursts ----------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 12), min_size=1, max_size=100))
def test_a_burst_ends_when_files_are_left_alone_or_after_half_a_minute(eighths: list[int]) -> None:
    burst, now = Burst(0.0, 0.0), 0.0
    for pause in (eighth / 8 for eighth in eighths):  # exact, as floats go
        end = min(burst.last + QUIET, MAX_BURST_SECONDS)
        if now + pause >= end:
            assert burst.is_over(end)
            return
        now += pause
        burst.last = now
        assert not burst.is_over(now)


# --- what counts -----------------------------------------------------------------------------


CHANGES: dict[str, Callable[[Path], object]] = {
    "a new file": lambda corpus: put(corpus / "乙县.txt", "乙县", 2),
    "a file in a new folder": lambda corpus: put(corpus / "a/b/c/乙县.txt", "乙县", 2),
    "another text": lambda corpus: put(corpus / "甲县.txt", "甲县", 2),
    "a file that went": lambda corpus: (corpus / "甲县.txt").unlink(),
    "another name": lambda corpus: (corpus / "甲县.txt").rename(corpus / "乙县.txt"),
    "a table": lambda corpus: (corpus / "metadata.csv").write_text("file,year\n", "utf-8"),
    "other permissions": lambda corpus: (corpus / "甲县.txt").chmod(0o640),
    "no folder": shutil.rmtree,
    "another folder": lambda corpus: (corpus.rename(corpus.parent / "old"), corpus.mkdir()),
}
OTHERS: dict[str, Callable[[Path], object]] = {
    "nothing": lambda corpus: None,
    "a reader": lambda corpus: (corpus / "甲县.txt").read_bytes(),
    "a lock of Word": lambda corpus: (corpus / "~$甲县.docx").write_bytes(b"1"),
    "a hidden folder": lambda corpus: put(corpus / ".git/objects/1.txt", "乙县", 2),
    "a file beside": lambda corpus: put(corpus.parent / "乙县.txt", "乙县", 2),
    "the index": lambda corpus: (corpus / "index/manifest_2.json").write_bytes(b"{}"),
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder that has a hidden one above it, and the index in it."""
    folder = tmp_path / ".hidden/corpus"
    put(folder / "甲县.txt", "甲县", 1)
    (folder / "index").mkdir()
    return folder


@pytest.mark.parametrize("change", CHANGES)
def test_changes_are_told(corpus: Path, change: str) -> None:
    watch = Watch([corpus], corpus / "index")
    CHANGES[change](corpus)
    assert is_told(watch)


@pytest.mark.parametrize("change", sorted(CHANGES.keys() - {"other permissions"}))
def test_changes_are_seen_by_looking(
    corpus: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the time of change, in whole seconds: permissions are not seen so."""
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1")
    os.utime(corpus / "甲县.txt", (10**9, 10**9))
    watch = Watch([corpus], corpus / "index")
    CHANGES[change](corpus)
    assert is_told(watch)


@pytest.mark.parametrize("change", OTHERS)
def test_what_cannot_change_the_index_is_not_told(corpus: Path, change: str) -> None:
    watch = Watch([corpus], corpus / "index")
    OTHERS[change](corpus)
    assert not is_told(watch, 1.0)


def test_a_single_file_is_watched_though_editors_replace_it(tmp_path: Path) -> None:
    path = put(tmp_path / "甲县.txt", "甲县", 1)

    def save() -> None:
        put(tmp_path / "new", "甲县", 2).replace(path)

    watch = Watch([path], None)
    for _ in range(2):
        save()
        assert is_told(watch)


def test_a_folder_that_went_and_came_back_is_watched(corpus: Path) -> None:
    watch, away = Watch([corpus], None), corpus.parent / "away"
    corpus.rename(away)
    assert watch.wait(PATIENCE) == []
    away.rename(corpus)
    assert watch.wait(PATIENCE) == [corpus]
    put(corpus / "乙县.txt", "乙县", 2)
    assert is_told(watch)


def test_a_link_that_leads_to_another_folder_is_watched(tmp_path: Path) -> None:
    first, second = (put(tmp_path / name / "甲县.txt", "甲县", 1).parent for name in "ab")
    link = tmp_path / "reports"
    link.symlink_to(first)
    watch = Watch([link], None)
    link.unlink()
    link.symlink_to(second)
    assert is_told(watch)
    put(second / "乙县.txt", "乙县", 2)
    assert is_told(watch)


def test_a_folder_that_may_not_be_listed_keeps_no_other_from_being_watched(place: Path) -> None:
    put(place / "open/甲县.txt", "甲县", 1)
    closed = place / "closed"
    closed.mkdir()
    closed.chmod(0)
    try:
        with unprivileged():
            watch = Watch([place], None)
        put(place / "open/甲县.txt", "甲县", 2)
        assert is_told(watch)
        assert watch.warning == ""
    finally:
        closed.chmod(0o755)


# --- where the system does not tell ----------------------------------------------------------


LIMITED = """
import sys
from pathlib import Path
from indexer.watching import Watch
corpus = Path(sys.argv[1])
watch = Watch([corpus], None)
(corpus / "5" / "new.txt").write_text("x")
watch.wait(float(sys.argv[2]))
print(watch.warning)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
@pytest.mark.parametrize("limit", ["max_inotify_watches", "max_inotify_instances"])
def test_more_folders_than_the_system_watches_are_looked_through(
    tmp_path: Path, limit: str
) -> None:
    for name in range(9):
        (tmp_path / str(name)).mkdir()
    few = f'echo 0 > /proc/sys/user/{limit} && exec "$@"'
    alone = ["unshare", "--user", "--map-root-user", "sh", "-c", few, "sh"]
    if subprocess.run([*alone, "true"], capture_output=True).returncode:
        pytest.skip("this system lets nobody set a limit")
    ran = subprocess.run(
        [*alone, sys.executable, "-c", LIMITED, tmp_path, str(PATIENCE)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert ran.stdout == f"{TOO_MANY_FOLDERS}\n", ran.stderr


MOUNTS = r"""
22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p1 rw
30 22 0:40 / /srv/office rw shared:9 - nfs4 nas:/office rw,vers=4.2
31 22 0:41 / /srv/with\040blank rw - cifs //nas/reports rw
32 22 0:42 / /home/u/cloud rw - fuse.sshfs u@host: rw
33 22 0:43 / /media/usb rw - fuseblk /dev/sda1 rw
34 30 0:44 / /srv/office/local rw - ext4 /dev/sdb1 rw
35 22 0:45 / /twice rw - nfs nas:/twice rw
36 35 0:46 / /twice rw - ext4 /dev/sdc1 rw
""".strip()


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ("/var/reports", False),
        ("/srv/office", True),
        ("/srv/office/2024/reports", True),
        ("/srv/officeX", False),
        ("/srv/with blank/reports", True),
        ("/srv", True),  # a part of it is
        ("/", True),
        ("/home/u/cloud/reports", True),
        ("/media/usb/reports", False),
        ("/srv/office/local/reports", False),
        ("/twice/reports", False),
    ],
)
def test_folders_on_a_network_are_known(root: str, expected: bool) -> None:
    assert needs_polling([Path("/var"), Path(root)], MOUNTS) is expected
    assert needs_polling([Path(root)], "") is False  # a system that has no such list


# --- runs ------------------------------------------------------------------------------------


@pytest.fixture
def _own_signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the signals of this process as they are, and let runs follow each other at once."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(watching, "_RETRY_SECONDS", 0.0)
    monkeypatch.setattr(watching, "_COMPARE_SECONDS", 0.0)
    yield
    signal.signal(signal.SIGTERM, before)


pytestmark = pytest.mark.usefixtures("_own_signals")


class Runs:
    """Runs with the outcomes given, one after the other, then a Ctrl-C."""

    def __init__(self, *outcomes: Summary | Exception | Callable[[], Summary]) -> None:
        self._outcomes = iter(outcomes)
        self.roots: list[Sequence[Path]] = []

    def __call__(self, roots: Sequence[Path]) -> Summary:
        self.roots.append(roots)
        outcome = next(self._outcomes, KeyboardInterrupt())
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome if isinstance(outcome, Summary) else outcome()


def keep_up_with(corpus: Path, *outcomes: Any) -> Runs:
    runs = Runs(*outcomes)
    with pytest.raises(KeyboardInterrupt):
        keep_up([corpus], str(corpus.parent / "index"), runs)
    return runs


def test_a_change_during_a_run_is_followed_by_another_one(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_COMPARE_SECONDS", PATIENCE)

    def run() -> Summary:
        put(corpus / "乙县.txt", "乙县", 2)
        return Summary()

    began = time.monotonic()
    assert len(keep_up_with(corpus, run).roots) == 2
    assert time.monotonic() - began < PATIENCE  # so it was not the comparing from time to time


def test_another_writer_is_waited_for_and_named_once(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    locked = IndexLocked("索引正由另一个进程更新")
    keep_up_with(corpus, *[locked] * 3, Summary(added=["a"]))
    told = capsys.readouterr().err
    assert told.count("正由另一个进程更新") == 1
    assert "新收1个文件" in told


@pytest.mark.parametrize(
    "error", [ReadError("a", "没有"), EngineUnavailable("不能"), OSError(28, "")]
)
def test_what_is_wrong_in_the_first_run_ends_it(corpus: Path, error: Exception) -> None:
    with pytest.raises(type(error)):
        keep_up([corpus], str(corpus.parent / "index"), Runs(error))


def test_what_is_wrong_later_is_said_once_and_tried_again(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def first() -> Summary:
        put(corpus / "乙县.txt", "乙县", 2)
        return Summary()

    full, refused = OSError(28, "No space", "/i/MAIN.columns"), EngineUnavailable("集群没有应答")
    keep_up_with(corpus, first, full, full, MemoryError(), refused, refused, full, Summary())
    told = capsys.readouterr().err
    assert [told.count(word) for word in ("满了", "内存", "没有应答")] == [2, 1, 1]


def test_an_idle_run_says_nothing_and_a_lasting_problem_is_said_once(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unread, copy = ReadError("坏.docx", "已损坏"), ("二.txt", "一.txt")
    bad = Summary(failures=[unread], copies=[copy], unchanged=2)
    keep_up_with(corpus, bad, bad, Summary(unchanged=3), bad, bad)
    lines = capsys.readouterr().err.splitlines()
    assert [sum(word in line for line in lines) for word in ("坏.docx", "二.txt", "新收")] == [
        2,
        2,
        1,
    ]
    assert len(lines) == 6  # with the one that says how to stop it


def test_all_files_are_compared_from_time_to_time(corpus: Path) -> None:
    assert len(keep_up_with(corpus, Summary(), Summary()).roots) == 3
