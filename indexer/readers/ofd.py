"""Reads OFD (GB/T 33190-2016), the fixed-layout format of official documents.

A page states where each stretch of text stands. Stretches at the same height make a line, from
left to right; lines are joined to paragraphs later, as those of a hard-wrapped text are. Only
the pages' own text is read: no templates behind them, no annotations, no signatures.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from engine.errors import ReadError
from indexer.draft import Block, Draft
from indexer.limits import MAX_CHARACTERS, MAX_DOCX_BYTES, MAX_PAGES, MAX_XML_BYTES
from indexer.readers.archive import UNREADABLE, check_sizes

_BROKEN = "OFD 文件已损坏或不完整；请重新下载，或打开后另存为 PDF 再放入"
_INDENT = "\u3000\u3000"
_MIN_INDENT = 1.2  # character widths by which a paragraph's first line stands in from the margin
_MIN_GAP = 1.0  # character widths between two stretches that are no neighbours
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_SAME_HEIGHT = 0.5  # character heights by which the stretches of one line may differ


class _Stretch(NamedTuple):
    """A stretch of text on a page: its left end, its baseline, its right end, its size in mm."""

    left: float
    base: float
    right: float
    size: float
    text: str


def read(path: Path, source: str) -> Draft:
    """The text of an OFD file, page by page; raises ``ReadError`` where it is broken or has none.

    Pages without text, which are scans, are named in ``problems``.
    """
    try:
        with zipfile.ZipFile(path) as package:
            check_sizes(package, path.stat().st_size, MAX_DOCX_BYTES, source)
            title, pages = _Package(package).pages(source)
            lines = [list(_lines(page)) for page in pages]
    except (*UNREADABLE, KeyError, etree.LxmlError) as error:
        raise ReadError(source, _BROKEN) from error
    empty = [number for number, page in enumerate(lines, 1) if not page]
    if len(empty) == len(lines):
        raise ReadError(source, "里面没有文字，可能是扫描件；请先做文字识别（OCR），另存后再放入")
    problems = (
        [f"第 {'、'.join(map(str, empty))} 页没有文字，可能是扫描件；请先做文字识别（OCR）"]
        if empty
        else []
    )
    blocks = tuple(Block(line) for page in lines for line in page)
    shown = "".join(block.text for block in blocks)
    named = {"title": title} if title and "".join(title.split()) in "".join(shown.split()) else {}
    return Draft(source, blocks, named, lines=True, problems=tuple(problems))


class _Package:
    """The XML parts of an OFD file. Parts may name others relative to themselves or to the root."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.package = package
        self.names = {name.lstrip("/").lower(): name for name in package.namelist()}

    def pages(self, source: str) -> tuple[str, list[list[_Stretch]]]:
        """The title that the file states, and the stretches of each page.

        Raises ``ReadError`` for too many of them; a file may name a page again and again.
        """
        root = self.part("OFD.xml")
        title = _text(root, ".//{*}DocInfo/{*}Title")
        pages: list[list[_Stretch]] = []
        characters_left = MAX_CHARACTERS
        for body in root.iterfind(".//{*}DocRoot"):
            document = self.resolve("OFD.xml", body.text or "")
            for page in self.part(document).iterfind(".//{*}Pages/{*}Page"):
                if len(pages) == MAX_PAGES:
                    raise ReadError(source, f"OFD 超过 {MAX_PAGES} 页，请拆分")
                content = self.part(self.resolve(document, page.get("BaseLoc") or ""))
                page_stretches = [
                    stretch
                    for layer in content.iterfind(".//{*}Content/{*}Layer")
                    for stretch in _stretches(layer)
                ]
                characters_left -= sum(len(stretch.text) for stretch in page_stretches)
                if characters_left < 0:
                    raise ReadError(source, f"超过 {MAX_CHARACTERS // 10_000} 万字，请拆分")
                pages.append(page_stretches)
        return title, pages

    def part(self, name: str) -> etree._Element:
        info = self.package.getinfo(self.names[name.lstrip("/").lower()])
        if info.file_size > MAX_XML_BYTES:
            raise ValueError("an XML part that is too large")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        return etree.fromstring(self.package.read(info), parser)

    def resolve(self, base: str, location: str) -> str:
        location = location.strip()
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(base), location)).lstrip("/")
        return beside if beside.lower() in self.names else location.lstrip("/")


def _text(root: etree._Element, path: str) -> str:
    found = root.find(path)
    return "" if found is None else (found.text or "").strip()


def _stretches(layer: etree._Element) -> Iterator[_Stretch]:
    """The stretches of text in a layer, at their places on the page in millimetres."""
    for item in layer.iter("{*}TextObject"):
        if item.get("Visible", "true").lower() == "false":
            continue
        x, y, *_ = _numbers(item.get("Boundary")) or [0.0, 0.0]
        matrix = _numbers(item.get("CTM"))
        a, b, c, d, e, f = matrix if len(matrix) == 6 else _IDENTITY
        size = float(item.get("Size") or 4.0)
        at_x = at_y = 0.0
        for code in item.iterfind("{*}TextCode"):
            text = (code.text or "").replace("\n", "")
            at_x = float(code.get("X") or at_x)
            at_y = float(code.get("Y") or at_y)
            if text.strip():
                width = sum(_deltas(code.get("DeltaX"), len(text) - 1, size)) + size
                left, base = x + a * at_x + c * at_y + e, y + b * at_x + d * at_y + f
                scale = abs(a) or 1.0
                yield _Stretch(left, base, left + width * scale, size * (abs(d) or 1.0), text)


def _numbers(text: str | None) -> list[float]:
    return [float(number) for number in (text or "").split()]


def _deltas(text: str | None, count: int, size: float) -> list[float]:
    """The distances between neighbouring characters; ``g 3 5`` is three times 5."""
    words = (text or "").split()
    deltas: list[float] = []
    at = 0
    while at < len(words) and len(deltas) < count:
        if words[at] == "g" and at + 2 < len(words):
            deltas += [float(words[at + 2])] * min(int(words[at + 1]), count)
            at += 3
        else:
            deltas.append(float(words[at]))
            at += 1
    rest = deltas[-1] if deltas else size
    return (deltas + [rest] * count)[:count]


def _lines(stretches: Sequence[_Stretch]) -> Iterator[str]:
    """The lines of a page from its top to its bottom; first lines of paragraphs are indented."""
    rows: list[list[_Stretch]] = []
    for stretch in sorted(stretches, key=lambda one: (one.base, one.left)):
        if rows and abs(stretch.base - rows[-1][-1].base) <= _SAME_HEIGHT * stretch.size:
            rows[-1].append(stretch)
        else:
            rows.append([stretch])
    ordered = [sorted(row, key=lambda one: one.left) for row in rows]
    while ordered and _is_page_number(ordered[-1]):
        del ordered[-1]
    margin = _margin(ordered)
    for row in ordered:
        indented = _MIN_INDENT * row[0].size <= row[0].left - margin <= 3 * row[0].size
        yield (_INDENT if indented else "") + _joined(row)


def _margin(rows: Sequence[Sequence[_Stretch]]) -> float:
    """The left margin: where most lines begin, or the leftmost of few."""
    lefts = sorted(row[0].left for row in rows)
    return lefts[len(lefts) // 20] if lefts else 0.0


def _joined(row: Sequence[_Stretch]) -> str:
    """The stretches of a line, with a blank where there is a gap between them."""
    texts = [row[0].text]
    for before, after in pairwise(row):
        gap = after.left - before.right > _MIN_GAP * after.size
        texts += [" ", after.text] if gap else [after.text]
    return "".join(texts).strip()


_PAGE_NUMBER = re.compile(
    r"[-—–－\s]*[0-9０-９]{1,4}[-—–－\s]*|第\s*[0-9]+\s*页(?:\s*[,，/]?\s*共\s*[0-9]+\s*页)?"
)


def _is_page_number(row: Sequence[_Stretch]) -> bool:
    return _PAGE_NUMBER.fullmatch("".join(one.text for one in row)) is not None
