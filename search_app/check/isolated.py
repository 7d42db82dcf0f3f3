"""Reads and writes Word files in a process of their own, which a hostile file cannot leave.

Such a file may be made to take hours or all memory, or to crash a library. The process
(``word/child.py``) has limits and ends with its file; the caller gets an error that says what to
do. It is started anew, not forked, since the caller has threads.
"""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.errors import ReadError
from search_app.check.comments import Comment
from search_app.check.limits import MAX_WORD_SECONDS
from search_app.check.memo_text import MemoText
from search_app.check.word.packing import pack_comments, unpack_memo

_ROOT = Path(__file__).resolve().parents[2]
_COMMAND = (sys.executable, "-m", "search_app.check.word.child")
_GRACE = 2  # seconds more, for a child that limits its time by itself
_log = logging.getLogger(__name__)


def read_word(data: bytes) -> MemoText:
    """The text of a Word file, at most ``MAX_CHARACTERS``.

    Raises ``ReadError`` where the file cannot be read within the limits of ``limits``.
    """
    return unpack_memo(_ask(b"", data))


def with_comments(data: bytes, comments: Sequence[Comment]) -> bytes:
    """The bytes of a Word file with these comments added; raises ``ReadError`` as ``read_word``.

    Their pieces are those of the blocks that ``read_word`` gives for the same bytes.
    """
    return _ask(pack_comments(comments), data) if comments else data


def _ask(comments: bytes, data: bytes) -> bytes:
    """The answer of a child process to one file."""
    with subprocess.Popen(
        [*_COMMAND, str(MAX_WORD_SECONDS)],
        cwd=_ROOT,  # else a module that lies where the caller is would be imported
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the caller, who ends the child
    ) as child:
        try:
            printed, _ = child.communicate(comments + b"\n" + data, MAX_WORD_SECONDS + _GRACE)
        except subprocess.TimeoutExpired as error:
            raise _too_slow() from error
        finally:
            child.kill()
    if child.returncode:
        raise _ended(child.returncode)
    head, _, answer = printed.partition(b"\n")
    if problem := json.loads(head):
        if fault := problem.get("fault"):
            _log.error("Word: %s", fault)
        raise ReadError("Word 文件", problem["reason"])
    return answer


def _ended(status: int) -> ReadError:
    """The error for a child that ended without an answer."""
    if sys.platform != "win32" and -status in (signal.SIGALRM, signal.SIGXCPU):
        return _too_slow()
    _log.error("Word: the process that read a file ended with status %s", status)
    reason = "读到一半中止了，文件可能有异常；请用 Word 打开，另存为 .docx 后再试，或把文字贴上"
    return ReadError("Word 文件", reason)


def _too_slow() -> ReadError:
    reason = f"读了 {MAX_WORD_SECONDS} 秒还没读完；请用 Word 另存，或分成几份后再试"
    return ReadError("Word 文件", reason)
