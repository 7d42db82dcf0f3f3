"""Word documents: paragraphs and table rows in the order of the page.

python-docx opens the package and knows the styles; the walk over the body is
our own, because its paragraphs leave out what stands in content controls, text
boxes and tracked insertions.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from defusedxml import ElementTree

from engine.errors import ReadError
from indexer.draft import Block, Draft
from indexer.limits import MAX_DOCX_BYTES, MAX_XML_BYTES
from indexer.readers.archive import check_sizes

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTES = ("/footnotes", "/endnotes")
_LEVEL = re.compile(r"(?:heading|标题) ?([1-6])", re.IGNORECASE)
_TITLES = ("title", "标题")
_CELL = "｜"  # between the cells of a table's row
_OLE = b"\xd0\xcf\x11\xe0"  # what .doc files and encrypted .docx files begin with
_BROKEN = "Word 文档已损坏；请用 Word 或 WPS 打开，另存为 .docx 后再试"


def read(path: Path, source: str) -> Draft:
    """Read a ``.docx`` file; raises ``ReadError`` where it is broken, encrypted or a bomb."""
    _check(path, source)
    import docx  # costs a fifth of a second, so only where there is a document to read

    try:
        document = docx.Document(str(path))
        blocks = tuple(_blocks(document))
        title = (document.core_properties.title or "").strip()
    except Exception as error:  # python-docx raises whatever its parts raise
        raise ReadError(source, _BROKEN) from error
    # A template's title outlives its text; one that the text repeats can be trusted.
    known = any(title == block.text.strip() for block in blocks)
    return Draft(source, blocks, {"title": title} if title and known else {})


def _check(path: Path, source: str) -> None:
    """Look at the package before anything is unpacked."""
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            raise ReadError(source, "是加密的或旧版的 Word 文档；请去掉密码，另存为 .docx 后再试")
    try:
        with zipfile.ZipFile(path) as package:
            check_sizes(package, path.stat().st_size, MAX_DOCX_BYTES, source)
            parts = [info for info in package.infolist() if info.filename.endswith(".xml")]
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise ReadError(source, _BROKEN) from error
    if any(part.file_size > MAX_XML_BYTES for part in parts):
        raise ReadError(source, "Word 文档的正文过大，请拆分成几个文件")


def _blocks(document: Any) -> Iterator[Block]:
    """The body's blocks, then the notes'."""
    levels = {style.style_id: _style_level(style) for style in document.styles if style.style_id}
    yield from _walk(document.element.body, levels)
    for relation in document.part.rels.values():
        if relation.reltype.endswith(_NOTES) and not relation.is_external:
            yield from _walk(ElementTree.fromstring(relation.target_part.blob), levels)


def _style_level(style: Any) -> int:
    """The heading level that a style, or the one it is based on, stands for."""
    seen = set()
    while style is not None and style.style_id not in seen:
        seen.add(style.style_id)
        name = style.name or ""
        match = _LEVEL.fullmatch(name)
        if match:
            return int(match[1])
        if name.lower() in _TITLES:
            return 1
        style = getattr(style, "base_style", None)
    return 0


def _walk(root: Any, levels: dict[str, int]) -> Iterator[Block]:
    """Paragraphs and rows below an element, whatever wraps them."""
    for child in root:
        if child.tag == f"{_W}p":
            yield from _paragraph(child, levels)
        elif child.tag == f"{_W}tr":
            yield from _row(child, levels)
        elif child.tag != _FALLBACK:
            yield from _walk(child, levels)


def _paragraph(paragraph: Any, levels: dict[str, int]) -> Iterator[Block]:
    """A paragraph, then the paragraphs of the text boxes that hang on it."""
    boxes: list[Any] = []
    text = "".join(_text(paragraph, boxes))
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    level = levels.get(style.get(f"{_W}val"), 0) if style is not None else 0
    outline = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    if outline is not None and outline.get(f"{_W}val", "") in "012345":
        level = int(outline.get(f"{_W}val")) + 1
    for line in text.split("\n"):
        if line.strip():
            yield Block(line, level)
    for box in boxes:
        yield from _walk(box, levels)


def _text(element: Any, boxes: list[Any]) -> Iterator[str]:
    """The visible text inside a paragraph; text boxes met on the way go to ``boxes``."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag == f"{_W}tab":
            yield "\t"
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag == f"{_W}txbxContent":
            boxes.append(child)
        elif child.tag not in (_FALLBACK, f"{_W}pPr"):
            yield from _text(child, boxes)


def _row(row: Any, levels: dict[str, int]) -> Iterator[Block]:
    """A row of data as one block; a row of layout, with long cells, paragraph by paragraph."""
    cells = [list(_walk(cell, levels)) for cell in row]
    filled = [cell for cell in cells if cell]
    if len(filled) > 1 and all(len(cell) == 1 for cell in filled):
        yield Block(_CELL.join(cell[0].text.strip() for cell in filled))
    else:
        for cell in filled:
            yield from cell
