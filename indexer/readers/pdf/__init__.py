"""Reads PDF files: paragraphs, table rows and notes, by where they stand on the page.

A PDF can be made so that no parser ever finishes it, and a parser in C can crash. So a child
process reads it (``child.py``), with limits on time and memory, and returns blocks as JSON.
Whatever happens to that process, the indexing goes on.
"""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.errors import ReadError
from indexer.draft import Block, Draft
from indexer.limits import MAX_PDF_SECONDS
from indexer.readers.child_process import ask
from indexer.readers.pdf.ocr import Lines, is_installed, recognise

_BROKEN = "PDF 已损坏或不完整；请重新下载，或用阅读器打开后另存"
_SCAN = "没有文字层；请先做 OCR"
_INSTALL = "，或安装识别程序：pip install 'yinju[ocr]'"
_NO_MAP = "字体没有可用的字符对照表，文字读不出来；请从原文件重新导出，或先做 OCR"
_END = b"%%EOF"
_OBJECT = re.compile(rb"\d{1,10} \d{1,5} obj\b")


def read(path: Path, source: str) -> Draft:
    """Read a ``.pdf`` file.

    Raises ``ReadError`` for a PDF that has no text layer, has a password, is damaged, or
    exceeds the pages, text or time that ``indexer.limits`` allows. Pages that are pictures or
    whose text cannot be read are named in the draft's problems.
    """
    if not _is_complete(path):  # PDFium would repair it without telling what is missing
        raise ReadError(source, _BROKEN)
    answer = _ask(path, source, {})
    unread = sorted({*answer["scans"], *answer["garbled"]})
    if unread and is_installed():
        answer = _ask(path, source, recognise(path, unread, source))
    scans, garbled = answer["scans"], answer["garbled"]
    blocks = tuple(Block(*block) for block in answer["blocks"])
    advice = "" if is_installed() else _INSTALL
    if not blocks or len({*scans, *garbled}) == answer["pages"]:
        no_map = len(garbled) > len(scans)
        raise ReadError(source, (_NO_MAP if no_map else f"扫描件{_SCAN}") + advice)
    problems = [f"第 {page_ranges(scans)} 页是扫描件，{_SCAN}{advice}"] if scans else []
    problems += [f"第 {page_ranges(garbled)} 页的{_NO_MAP}{advice}"] if garbled else []
    stated = answer["stated"].strip()
    # The title may be left over from a template; it counts only if the text has it too.
    is_in_text = any(stated == block.text.strip() for block in blocks)
    title = stated if stated and is_in_text else answer["title"]
    return Draft(source, blocks, {"title": title} if title else {}, problems=tuple(problems))


def page_ranges(numbers: Sequence[int]) -> str:
    """Pages, counted from 0, for a message: ``[1, 4, 5, 6]`` → ``2、5—7``."""
    starts = [each for each in numbers if each - 1 not in numbers]
    ends = [each for each in numbers if each + 1 not in numbers]
    return "、".join(
        f"{first + 1}" if first == last else f"{first + 1}—{last + 1}"
        for first, last in zip(starts, ends, strict=True)
    )


def _is_complete(path: Path) -> bool:
    """Whether a PDF has its end mark, and no more objects after it.

    Servers append bytes of their own. A file that was changed has an end mark for each change,
    and may be cut off in the last one.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        end = data.rfind(_END)
        return end >= 0 and _OBJECT.search(data, end) is None


def _ask(path: Path, source: str, recognised: Mapping[int, Lines]) -> dict[str, Any]:
    """What the child process says of a PDF; raises ``ReadError`` for a problem with it.

    ``recognised`` are the lines of pages that are pictures.
    """
    given = json.dumps(recognised).encode()
    try:
        answer = ask(f"{__name__}.child", path, MAX_PDF_SECONDS, given)
    except TimeoutError as error:
        raise ReadError(source, f"PDF 读了 {MAX_PDF_SECONDS} 秒还没读完；请另存后再试") from error
    except ValueError as error:  # the process was killed, or ran out of memory
        raise ReadError(source, _BROKEN) from error
    if "problem" in answer:
        raise ReadError(source, answer["problem"])
    return answer
