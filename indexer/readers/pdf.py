"""PDF: the text layer, line by line, read in a process of its own.

A PDF can be made so that no parser ever comes to its end, and a parser in C can
fall over. So a child process reads it, with a limit on its time and memory, and
hands the lines back as JSON; whatever happens to it, the indexing goes on.
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
_TAIL = 16 * 1024
_EDGE = 2  # lines at the top and at the bottom of a page that may be furniture
_MOST = 0.6  # of the pages; a line that stands on as many is furniture
_NUMBER = re.compile(r"\d{1,4}")
_NEWLINE, _RETURN = 10, 13  # PDFium gives characters as numbers
_UNSEEN = (0, 2, 0xFFFE)  # its marks for a glyph without text and a hyphen at a line's end
_SOME = 0.05  # of the lines; the leftmost place where as many begin is the margin
_INDENT = 1.5  # characters further right than the margin: a paragraph begins


class Line(NamedTuple):
    """A line of a page: its text, where it begins, how wide its first character is.

    In points, 72 to an inch, from the page's left edge.
    """

    text: str
    left: float
    width: float


def read(path: Path, source: str) -> Draft:
    """Read a ``.pdf`` file.

    A line that is indented begins with two full-width blanks, as in plain text.
    Raises ``ReadError`` where there is no text layer, a password, damage, or more
    pages, text or time needed than ``indexer.limits`` allows.
    """
    if b"%%EOF" not in _tail(path):  # PDFium would mend it, and never say what is missing
        raise ReadError(source, _BROKEN)
    command = [sys.executable, "-m", __name__, str(path.resolve())]
    try:
        child = subprocess.run(command, cwd=_ROOT, capture_output=True, timeout=MAX_PDF_SECONDS)
        answer = json.loads(child.stdout)
    except subprocess.TimeoutExpired as error:
        raise ReadError(source, f"PDF 读了 {MAX_PDF_SECONDS} 秒还没读完；请另存后再试") from error
    except ValueError as error:  # it was ended from outside, or ran out of memory
        raise ReadError(source, _BROKEN) from error
    if "problem" in answer:
        raise ReadError(source, answer["problem"])
    pages = [[Line(*line) for line in page] for page in answer["pages"]]
    blocks = tuple(_blocks([line for page in _without_furniture(pages) for line in page]))
    title = answer["title"].strip()
    # A template's title outlives its text; one that the text repeats can be trusted.
    known = any(title == block.text.strip() for block in blocks)
    return Draft(source, blocks, {"title": title} if title and known else {}, lines=True)


def _blocks(lines: list[Line]) -> Iterator[Block]:
    """A block a line, with the two blanks before it that an indent is in plain text."""
    places = Counter(round(line.left) for line in lines)
    least = max(2, _SOME * len(lines))
    margin = min((place for place, count in places.items() if count >= least), default=0)
    for line in lines:
        indented = line.left > margin + _INDENT * line.width
        yield Block(f"　　{line.text}" if indented else line.text)


def _tail(path: Path) -> bytes:
    """The last bytes of a file; some servers leave bytes of their own after the end mark."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return file.read()


def _without_furniture(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without running heads, feet and page numbers.

    Furniture is a line at a page's edge that most pages share, but for a number
    that counts the pages. Of a head that is the same on all of them the first
    stays: it may be the title.
    """
    shared: Counter[str] = Counter()
    for number, page in enumerate(pages):
        edge = page[:_EDGE] + page[_EDGE:][-_EDGE:]
        shared.update({key for line in edge for key in _keys(line.text, number)})
    least = max(3, _MOST * len(pages))
    seen: set[str] = set()
    kept = []
    for number, page in enumerate(pages):
        lines = []
        for at, line in enumerate(page):
            at_edge = at < _EDGE or at >= len(page) - _EDGE
            furniture = at_edge and any(shared[key] >= least for key in _keys(line.text, number))
            if not furniture or (shared[line.text] >= least and line.text not in seen):
                lines.append(line)
            if furniture:
                seen.add(line.text)
        kept.append(lines)
    return kept


def _keys(text: str, number: int) -> Iterator[str]:
    """What a line shares with its like on other pages: itself, or all but the page's number.

    ``第 3 页 共 9 页`` on page 2, counted from 0, gives ``第 <1> 页 共 9 页`` among others.
    """
    yield text
    for match in _NUMBER.finditer(text):
        yield f"{text[: match.start()]}<{int(match[0]) - number}>{text[match.end() :]}"


def main(path: str) -> None:
    """The child process: print the PDF's lines, or what is wrong with it, as JSON."""
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
    """Give this process an upper limit, where the system knows such a thing."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with contextlib.suppress(ValueError, OSError):  # the system may allow even less
        limit = MAX_PDF_BYTES_IN_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _answer(document: Any) -> dict[str, Any]:
    """``{"title", "pages"}`` or ``{"problem"}`` of an open document."""
    if len(document) > MAX_PAGES:
        return {"problem": f"PDF 超过 {MAX_PAGES} 页，请拆分"}
    pages: list[list[Line]] = []
    left = MAX_CHARACTERS
    for page in document:
        text = page.get_textpage()
        left -= text.count_chars()
        if left < 0:
            return {"problem": f"PDF 的文字超过 {MAX_CHARACTERS // 10_000} 万字，请拆分"}
        pages.append(list(_lines(text)))
        page.close()
    if not any(pages):
        return {"problem": _NO_TEXT}
    return {"title": document.get_metadata_value("Title"), "pages": pages}


def _lines(page: Any) -> Iterator[Line]:
    """The lines of a page that are not blank."""
    from pypdfium2 import raw

    codes = [raw.FPDFText_GetUnicode(page, index) for index in range(page.count_chars())]
    start = 0
    for end, code in enumerate([*codes, _NEWLINE]):
        if code in (_NEWLINE, _RETURN):
            seen = [at for at in range(start, end) if codes[at] not in _UNSEEN]
            text = _decode(codes[at] for at in seen).strip()
            if text:
                first = next(at for at in seen if not chr(codes[at]).isspace())
                left, _, right, _ = page.get_charbox(first, loose=True)
                yield Line(text, left, right - left)
            start = end + 1


def _decode(codes: Iterable[int]) -> str:
    """Text from PDFium's numbers: code points, or halves of them in older versions."""
    units = "".join(map(chr, codes)).encode("utf-16-le", "surrogatepass")
    return units.decode("utf-16-le", "replace")


if __name__ == "__main__":
    main(sys.argv[1])
