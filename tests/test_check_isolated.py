"""Word files that are made to harm: each gets an answer, and nothing is left of its process."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import hostile
import pytest
from sockets import PATIENCE, until

from engine.errors import ReadError
from search_app.check import isolated
from search_app.check.comments import Comment
from search_app.check.isolated import read_word, with_comments
from search_app.check.memo_text import Block, Link, MemoText, Piece
from search_app.check.word import read_word as read_word_here
from search_app.check.word import with_comments as with_comments_here
from search_app.check.word.packing import pack_memo, unpack_memo

ROOT = Path(__file__).parents[1]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
MEMO = hostile.archive(hostile.parts(hostile.document(hostile.PARAGRAPH * 3)))


def descendants(process: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    found: list[int] = []
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, file.read_text().split()):
            found += [child, *descendants(child)]
    return found


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    before = descendants(os.getpid()) if sys.platform == "linux" else []  # of other tests
    yield
    assert list(temporary.iterdir()) == []
    if sys.platform == "linux":
        assert set(descendants(os.getpid())) <= set(before)


@pytest.mark.parametrize(("make", "words"), hostile.KINDS.values(), ids=hostile.KINDS)
def test_a_hostile_file_is_refused_or_read(make: Callable[[], bytes], words: str) -> None:
    if not words:
        assert any(hostile.QUOTED in block.text for block in read_word(make()).blocks)
        return
    with pytest.raises(ReadError) as refused:
        read_word(make())
    assert words in refused.value.reason


@pytest.mark.parametrize("make", hostile.ENDLESS.values(), ids=hostile.ENDLESS)
def test_an_endless_file_is_stopped(
    make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolated, "MAX_WORD_SECONDS", 1)
    with pytest.raises(ReadError, match="1 秒还没读完"):
        read_word(make())


def test_a_child_is_stopped_where_the_system_has_no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: the child gets an hour, and only the caller looks at the time."""
    monkeypatch.setattr(isolated, "MAX_WORD_SECONDS", 3600)
    monkeypatch.setattr(isolated, "_GRACE", -3599)
    with pytest.raises(ReadError, match="还没读完"):
        read_word(hostile.style_of_digits())


ENDS = {
    "a crash": (signal.SIGSEGV, "中止"),
    "killed by the system": (signal.SIGKILL, "中止"),
    "no more processor time": (getattr(signal, "SIGXCPU", 0), "还没读完"),
}


@LINUX
@pytest.mark.parametrize(("number", "words"), ENDS.values(), ids=ENDS)
def test_whatever_ends_the_child_is_an_error(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals, words: str
) -> None:
    code = f"import os; os.kill(os.getpid(), {int(number)})"
    monkeypatch.setattr(isolated, "_COMMAND", (sys.executable, "-c", code))
    with pytest.raises(ReadError, match=words):
        read_word(MEMO)


def sizes(data: bytes) -> dict[str, int]:
    """The sizes of the parts of a file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {its.filename: its.file_size for its in archive.infolist()}


def test_the_answers_are_those_of_the_reader() -> None:
    memo = read_word(MEMO)
    assert memo == read_word_here(MEMO)
    words = [Comment((Piece(0, 3, 9), Piece(1, 0, 4)), ("甲\n乙", "丙"), "http://a/p/b")]
    commented = with_comments(MEMO, words)
    assert read_word(commented) == memo
    assert sizes(commented) == sizes(with_comments_here(MEMO, words))  # only times differ
    assert with_comments(MEMO, []) == MEMO


def test_a_memo_survives_packing() -> None:
    links = (Link(0, 1, "http://a"), Link(1, 1, ""))
    memo = MemoText(
        (Block("甲\n乙\ud800", "正文第1段", True, links, "脚注1"), Block("")), ("某处",)
    )
    assert unpack_memo(pack_memo(memo)) == memo


def test_no_module_of_the_working_folder_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lxml", "json", "search_app"):
        (tmp_path / f"{name}.py").write_text("import os; os._exit(7)")
    monkeypatch.chdir(tmp_path)
    assert read_word(MEMO) == read_word_here(MEMO)


@LINUX
def test_ctrl_c_ends_the_command_and_its_child(tmp_path: Path) -> None:
    file = tmp_path / "备忘.docx"
    file.write_bytes(hostile.style_of_digits())
    command = [sys.executable, "-m", "yinju", "memo-check", str(file), "--index", "none"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, encoding="utf-8")
    until(lambda: descendants(process.pid))
    children = descendants(process.pid)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said.strip()) == (130, "已中断")
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


@LINUX
def test_a_child_ends_by_itself_where_nobody_waits() -> None:
    """Its parent was killed: the alarm ends it, while it still would work for hours."""
    code = (
        "import sys, hostile\n"
        "from search_app.check import isolated\n"
        "isolated.MAX_WORD_SECONDS = 2\n"
        "isolated.read_word(hostile.style_of_digits())"
    )
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    environment = {**os.environ, "PYTHONPATH": path}
    parent = subprocess.Popen([sys.executable, "-c", code], env=environment)
    until(lambda: descendants(parent.pid))
    children = descendants(parent.pid)
    parent.kill()
    parent.wait()
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
