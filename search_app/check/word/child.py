"""The process that reads one Word file, or writes comments into it (see ``isolated``).

Standard input has the comments in one line, an empty one where the file is only read, then the
bytes of the file. Standard output has a line of JSON, null or what is the matter with the file,
then the text, or the bytes of the file with comments.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback

from engine.errors import ReadError
from search_app.check.limits import MAX_CHARACTERS, MAX_WORD_BYTES_IN_MEMORY, MEGABYTE
from search_app.check.word import read_word, with_comments
from search_app.check.word.packing import pack_memo, unpack_comments

_MAX_MEMO_BYTES = 8 * MEGABYTE  # with its links, packed
_MAX_OUTPUT_BYTES = 64 * MEGABYTE
_TOO_MUCH = "内容太多，内存放不下；请删去图片和多余的链接，或分成几份后再试"
_FAULT = "有读不了的内容；请用 Word 或 WPS 打开，另存为 .docx 后再试，或把文字贴上"


def main(seconds: int) -> None:
    """Answer one request, within so many seconds."""
    _limit(seconds)
    comments = sys.stdin.buffer.readline().strip()
    problem, answer = _answer(sys.stdin.buffer.read(), comments)
    sys.stdout.buffer.write(json.dumps(problem).encode() + b"\n" + answer)


def _limit(seconds: int) -> None:
    """Limit this process. On Windows, only the time is limited, by whoever waits for it.

    The alarm also ends a process that nobody waits for any more.
    """
    if sys.platform == "win32":
        return
    import resource

    limits = {
        resource.RLIMIT_AS: MAX_WORD_BYTES_IN_MEMORY,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,  # it writes no file
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in limits.items():
        hard = resource.getrlimit(kind)[1]
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        # At its soft limit of time a process gets SIGXCPU, which says why; at the hard one SIGKILL.
        most = allowed + (kind == resource.RLIMIT_CPU and allowed != hard)
        resource.setrlimit(kind, (allowed, most))
    signal.alarm(seconds)
    os.nice(10)  # pages are answered first


def _answer(data: bytes, comments: bytes) -> tuple[dict[str, str] | None, bytes]:
    """What is the matter with a file, if anything, and the answer."""
    try:
        answer = with_comments(data, unpack_comments(comments)) if comments else _text(data)
        if len(answer) > (_MAX_OUTPUT_BYTES if comments else _MAX_MEMO_BYTES):
            raise MemoryError
    except ReadError as error:
        return {"reason": error.reason}, b""
    except MemoryError:
        return {"reason": _TOO_MUCH}, b""
    except Exception as error:  # a fault of our rules, or a file that was made for that
        frame = traceback.extract_tb(error.__traceback__)[-1]
        fault = f"{type(error).__name__} in line {frame.lineno} of {frame.filename}"
        return {"reason": _FAULT, "fault": fault}, b""
    return None, answer


def _text(data: bytes) -> bytes:
    memo = read_word(data)
    length = sum(len(block.text) for block in memo.blocks)
    if length > MAX_CHARACTERS:
        most = f"一次至多核对 {MAX_CHARACTERS:,} 字"
        raise ReadError("", f"有 {length:,} 字；{most}，请分成几份")
    return pack_memo(memo)


if __name__ == "__main__":
    main(int(sys.argv[1]))
