"""Reads the text layer of a PDF, line by line, in a child process.

A PDF can be made so that no parser ever finishes it, and a parser in C can crash. So a
child process reads it, with limits on time and memory, and returns the lines as JSON.
Whatever happens to that process, the indexing goes on.
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from engine.errors import ReadError
from indexer.draft import Block, Draft
from indexer.limits import (
    MAX_CHARACTERS,
    MAX_PAGES,
    MAX_PDF_BYTES_IN_MEMORY,
    MAX_PDF_SECONDS,
)

_ROOT = Path(__file__).resolve().parents[2]
_BROKEN = "PDF 已损坏或不完整；请重新下载，或用阅读器打开后另存"
_NO_TEXT = "扫描件没有文字层，请先做 OCR"
_TAIL_BYTES = 16 * 1024
_EDGE_LINES = 2  # at the top and at the bottom of a page, which may be furniture
_FURNITURE_SHARE = 0.6  # of the pages; a line that is on as many is furniture
_PAGE_NUMBER = re.compile(r"\d{1,4}")
_NEWLINE, _RETURN = 10, 13  # code points, as PDFium gives them
# PDFium's marks for a glyph without text and for a hyphen at the end of a line.
_INVISIBLE = (0, 2, 0xFFFE)
_MARGIN_SHARE = 0.05  # of the lines; the leftmost position where as many begin is the margin
_MIN_INDENT = 1.5  # characters to the right of the margin, where a paragraph begins


class Line(NamedTuple):
    """A line of a page: its text, its left edge, and the width of its first character.

    Both lengths are in points (72 to an inch), ``left`` from the left edge of the page.
    """

    text: str
    left: float
    width: float


def read(path: Path, source: str) -> Draft:
    """Read a ``.pdf`` file.

    An indented line begins with two full-width blanks, as in plain text. Raises
    ``ReadError`` for a PDF that has no text layer, has a password, is damaged, or
    exceeds the pages, text or time that ``indexer.limits`` allows.
    """
    if b"%%EOF" not in _tail(path):  # PDFium would repair it without telling what is missing
        raise ReadError(source, _BROKEN)
    command = [sys.executable, "-m", __name__, str(path.resolve())]
    try:
        child = subprocess.run(command, cwd=_ROOT, capture_output=True, timeout=MAX_PDF_SECONDS)
        answer = json.loads(child.stdout)
    except subprocess.TimeoutExpired as error:
        raise ReadError(source, f"PDF 读了 {MAX_PDF_SECONDS} 秒还没读完；请另存后再试") from error
    except ValueError as error:  # the process was killed, or ran out of memory
        raise ReadError(source, _BROKEN) from error
    if "problem" in answer:
        raise ReadError(source, answer["problem"])
    pages = [[Line(*line) for line in page] for page in answer["pages"]]
    blocks = tuple(_blocks([line for page in _without_furniture(pages) for line in page]))
    title = answer["title"].strip()
    # The title may be left over from a template; it counts only if the text has it too.
    is_in_text = any(title == block.text.strip() for block in blocks)
    return Draft(source, blocks, {"title": title} if title and is_in_text else {}, lines=True)


def _blocks(lines: list[Line]) -> Iterator[Block]:
    """One block for each line; an indented line begins with two full-width blanks."""
    counts = Counter(round(line.left) for line in lines)
    min_lines = max(2, _MARGIN_SHARE * len(lines))
    margin = min((left for left, count in counts.items() if count >= min_lines), default=0)
    for line in lines:
        indented = line.left > margin + _MIN_INDENT * line.width
        yield Block(f"　　{line.text}" if indented else line.text)


def _tail(path: Path) -> bytes:
    """The last bytes of a file; some servers append bytes of their own after the end mark."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        return file.read()


def _without_furniture(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without running heads, feet and page numbers.

    Furniture is a line at the top or bottom that most pages share; a number that counts
    the pages may differ. The first copy of a line that is the same on all pages stays,
    because it may be the title.
    """
    shared: Counter[str] = Counter()
    for page_number, page in enumerate(pages):
        edge = page[:_EDGE_LINES] + page[_EDGE_LINES:][-_EDGE_LINES:]
        shared.update({key for line in edge for key in _keys(line.text, page_number)})
    min_pages = max(3, _FURNITURE_SHARE * len(pages))
    seen_texts: set[str] = set()
    result = []
    for page_number, page in enumerate(pages):
        lines = []
        for index, line in enumerate(page):
            at_edge = index < _EDGE_LINES or index >= len(page) - _EDGE_LINES
            furniture = at_edge and any(
                shared[key] >= min_pages for key in _keys(line.text, page_number)
            )
            if not furniture or (shared[line.text] >= min_pages and line.text not in seen_texts):
                lines.append(line)
            if furniture:
                seen_texts.add(line.text)
        result.append(lines)
    return result


def _keys(text: str, page_number: int) -> Iterator[str]:
    """The forms under which a line may be the same on other pages: as it is, and with each of
    its numbers replaced by the difference to the page's number.

    ``第 3 页 共 9 页`` on page 2, counted from 0, gives ``第 <1> 页 共 9 页`` among others.
    """
    yield text
    for match in _PAGE_NUMBER.finditer(text):
        yield f"{text[: match.start()]}<{int(match[0]) - page_number}>{text[match.end() :]}"


def main(path: str) -> None:
    """Print the PDF's lines, or the problem with it, as JSON; run in the child process."""
    _limit_memory()
    import pypdfium2  # native code, which stays out of the parent

    try:
        with pypdfium2.PdfDocument(path) as document:
            answer = _answer(document)
    except pypdfium2.PdfiumError as error:
        encrypted = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        answer = {"problem": "PDF 已加密；请去掉密码后再放入" if encrypted else _BROKEN}
    print(json.dumps(answer))


def _limit_memory() -> None:
    """Limit the memory of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with contextlib.suppress(ValueError, OSError):  # the system may have a lower limit
        limit = MAX_PDF_BYTES_IN_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _answer(document: Any) -> dict[str, Any]:
    """The lines of an open document as ``{"title", "pages"}``, or ``{"problem"}``."""
    if len(document) > MAX_PAGES:
        return {"problem": f"PDF 超过 {MAX_PAGES} 页，请拆分"}
    pages: list[list[Line]] = []
    characters_left = MAX_CHARACTERS
    for page in document:
        text = page.get_textpage()
        characters_left -= text.count_chars()
        if characters_left < 0:
            return {"problem": f"PDF 的文字超过 {MAX_CHARACTERS // 10_000} 万字，请拆分"}
        pages.append(list(_lines(text)))
        page.close()
    if not any(pages):
        return {"problem": _NO_TEXT}
    return {"title": document.get_metadata_value("Title"), "pages": pages}


def _lines(page: Any) -> Iterator[Line]:
    """The lines of a page, without blank ones."""
    from pypdfium2 import raw

    codes = [raw.FPDFText_GetUnicode(page, index) for index in range(page.count_chars())]
    start = 0
    for end, code in enumerate([*codes, _NEWLINE]):
        if code in (_NEWLINE, _RETURN):
            visible = [at for at in range(start, end) if codes[at] not in _INVISIBLE]
            text = _decode(codes[at] for at in visible).strip()
            if text:
                first = next(at for at in visible if not chr(codes[at]).isspace())
                left, _, right, _ = page.get_charbox(first, loose=True)
                yield Line(text, left, right - left)
            start = end + 1


def _decode(codes: Iterable[int]) -> str:
    """The text of PDFium's numbers: code points, or UTF-16 units in older versions."""
    units = "".join(map(chr, codes)).encode("utf-16-le", "surrogatepass")
    return units.decode("utf-16-le", "replace")


if __name__ == "__main__":
    main(sys.argv[1])
