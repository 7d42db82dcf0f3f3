"""Reads PDF files: paragraphs, table rows and notes, by where they stand on the page.

A PDF can be made so that no parser ever finishes it, and a parser in C can crash. So a child
process reads it (``child.py``), with limits on time and memory, and returns blocks as JSON.
Whatever happens to that process, the indexing goes on.
"""

from __future__ import annotations

import json
import mmap
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from engine.errors import ReadError
from indexer.draft import Block, Draft
from indexer.limits import MAX_PDF_SECONDS

_ROOT = Path(__file__).resolve().parents[3]
_BROKEN = "PDF 已损坏或不完整；请重新下载，或用阅读器打开后另存"
_NO_TEXT = "扫描件没有文字层，请先做 OCR，或安装识别程序：pip install 'yinju[ocr]'"
_GARBLED = "字体没有字符对照表，文字无法读出；请从原文件重新导出，或先做 OCR"
_END = b"%%EOF"
_OBJECT = re.compile(rb"\d+ \d+ obj\b")


def read(path: Path, source: str) -> Draft:
    """Read a ``.pdf`` file.

    Raises ``ReadError`` for a PDF that has no text layer, has a password, is damaged, or
    exceeds the pages, text or time that ``indexer.limits`` allows. Pages that are pictures or
    whose text cannot be read are named in the draft's problems.
    """
    if not _is_complete(path):  # PDFium would repair it without telling what is missing
        raise ReadError(source, _BROKEN)
    answer = _ask(path, source)
    blocks = tuple(Block(*block) for block in answer["blocks"])
    unread = {*answer["scans"], *answer["garbled"]}
    if not blocks or len(unread) == answer["pages"]:
        garbled = len(answer["garbled"]) > len(answer["scans"])
        raise ReadError(source, _GARBLED if garbled else _NO_TEXT)
    title = answer["title"]
    stated = answer["stated"].strip()
    # The title may be left over from a template; it counts only if the text has it too.
    if stated and any(stated == block.text.strip() for block in blocks):
        title = stated
    return Draft(
        source, blocks, {"title": title} if title else {}, problems=tuple(_problems(answer))
    )


def _problems(answer: dict[str, Any]) -> list[str]:
    problems = []
    for key, reason in (("scans", "是扫描件，没有文字"), ("garbled", "的字体没有字符对照表")):
        if answer[key]:
            problems.append(f"第 {answer[key]} 页{reason}")
    return problems


def _is_complete(path: Path) -> bool:
    """Whether a PDF has its end mark, and no more objects after it.

    Servers append bytes of their own. A file that was changed has an end mark for each change,
    and may be cut off in the last one.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        end = data.rfind(_END)
        return end >= 0 and _OBJECT.search(data, end) is None


def _ask(path: Path, source: str) -> dict[str, Any]:
    """What the child process says of a PDF; raises ``ReadError`` for a problem with it."""
    command = [sys.executable, "-m", f"{__name__}.child", str(path.resolve())]
    try:
        child = subprocess.run(command, cwd=_ROOT, capture_output=True, timeout=MAX_PDF_SECONDS)
        answer: dict[str, Any] = json.loads(child.stdout)
    except subprocess.TimeoutExpired as error:
        raise ReadError(source, f"PDF 读了 {MAX_PDF_SECONDS} 秒还没读完；请另存后再试") from error
    except ValueError as error:  # the process was killed, or ran out of memory
        raise ReadError(source, _BROKEN) from error
    if "problem" in answer:
        raise ReadError(source, answer["problem"])
    return answer
