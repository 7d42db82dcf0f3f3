"""Reads Word documents: paragraphs and table rows in the order of the page.

python-docx opens the package and knows the styles. The walk over the body is our own,
because the paragraphs of python-docx lack the text in content controls, text boxes and
tracked insertions.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from defusedxml import ElementTree

from engine.errors import ReadError
from indexer.draft import Block, Draft, table_row
from indexer.limits import MAX_DOCX_BYTES, MAX_XML_BYTES
from indexer.readers.archive import check_sizes
from indexer.readers.numbering import Numbers

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTE_PARTS = ("/footnotes", "/endnotes")
_HEADING_STYLE = re.compile(r"(?:heading|标题) ?([1-6])", re.IGNORECASE)
_VAL = f"{_W}val"
_CHARACTERS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_TITLE_STYLES = ("title", "标题")
_OLE = b"\xd0\xcf\x11\xe0"  # what .doc files and encrypted .docx files begin with
_BROKEN = "Word 文档已损坏；请用 Word 或 WPS 打开，另存为 .docx 后再试"


def read(path: Path, source: str) -> Draft:
    """Read a ``.docx`` file; raises ``ReadError`` where it is broken, encrypted or a bomb."""
    _check(path, source)
    import docx  # costs a fifth of a second, so only where there is a document to read

    try:
        document = docx.Document(str(path))
        blocks = tuple(_Body(document).blocks())
        title = (document.core_properties.title or "").strip()
    except Exception as error:  # python-docx raises whatever its parts raise
        raise ReadError(source, _BROKEN) from error
    # The title may be left over from a template; it counts only if the text has it too.
    is_in_text = any(title == block.text.strip() for block in blocks)
    return Draft(source, blocks, {"title": title} if title and is_in_text else {})


def _check(path: Path, source: str) -> None:
    """Check the sizes in the package before anything is unpacked; raises ``ReadError``."""
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


class _ParagraphStyle(NamedTuple):
    """What a style gives a paragraph: its heading level, its list and its depth in that list."""

    level: int = 0
    number: str = ""
    depth: int = 0


class _Body:
    """Walks over a document, with its styles and the counters of its numbered lists."""

    def __init__(self, document: Any) -> None:
        parts = [relation for relation in document.part.rels.values() if not relation.is_external]
        lists = [part.target_part.blob for part in parts if part.reltype.endswith("/numbering")]
        self._numbers = Numbers(ElementTree.fromstring(lists[0]) if lists else None)
        self._styles = {style.style_id: _style(style) for style in document.styles}
        notes = [part.target_part.blob for part in parts if part.reltype.endswith(_NOTE_PARTS)]
        self._roots = [document.element.body, *map(ElementTree.fromstring, notes)]

    def blocks(self) -> Iterator[Block]:
        """The blocks of the body, then those of the notes."""
        for root in self._roots:
            yield from self._walk(root)

    def _walk(self, root: Any) -> Iterator[Block]:
        """The paragraphs and rows inside an element, at any depth."""
        for child in root:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tr":
                yield from self._row(child)
            elif child.tag != _FALLBACK:
                yield from self._walk(child)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        """A paragraph, then the paragraphs of the text boxes anchored in it."""
        boxes: list[Any] = []
        text = "".join(_text(paragraph, boxes))
        style_ref = paragraph.find(f"{_W}pPr/{_W}pStyle")
        style = self._styles.get(
            style_ref.get(_VAL) if style_ref is not None else None, _ParagraphStyle()
        )
        style = _overridden(paragraph.find(f"{_W}pPr"), style)
        # Even for an empty paragraph, which advances the counter too.
        label = self._numbers.label(style.number, style.depth)
        if text.strip():
            text = label + text
        for line in text.split("\n"):
            if line.strip():
                yield Block(line, style.level)
        for box in boxes:
            yield from self._walk(box)

    def _row(self, row: Any) -> Iterator[Block]:
        """One block for a row of data; the paragraphs of its cells for a row used as layout.

        In a row of data, every cell has one paragraph.
        """
        cells = [cell for cell in (list(self._walk(cell)) for cell in row) if cell]
        if len(cells) > 1 and all(len(cell) == 1 for cell in cells):
            yield table_row([cell[0].text for cell in cells])
        else:
            for cell in cells:
                yield from cell


def _style(style: Any) -> _ParagraphStyle:
    """What a style gives a paragraph, by itself or through the style that it is based on."""
    if style is None:
        return _ParagraphStyle()
    name = style.name or ""
    match = _HEADING_STYLE.fullmatch(name)
    result = _style(getattr(style, "base_style", None))
    if match or name.lower() in _TITLE_STYLES:
        result = result._replace(level=int(match[1]) if match else 1)
    return _overridden(style.element.find(f"{_W}pPr"), result)


def _overridden(properties: Any, style: _ParagraphStyle) -> _ParagraphStyle:
    """The style, overridden by the properties of the paragraph itself."""
    if properties is None:
        return style
    outline = properties.find(f"{_W}outlineLvl")
    number = properties.find(f"{_W}numPr/{_W}numId")
    depth = properties.find(f"{_W}numPr/{_W}ilvl")
    if outline is not None:  # 0 to 8; 9 is body text
        level = int(outline.get(_VAL)) + 1
        style = style._replace(level=level if level <= 6 else 0)
    if number is not None:
        style = style._replace(number=number.get(_VAL))
    return style if depth is None else style._replace(depth=int(depth.get(_VAL)))


def _text(element: Any, boxes: list[Any]) -> Iterator[str]:
    """The visible text inside a paragraph; its text boxes are appended to ``boxes``."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag == f"{_W}txbxContent":
            boxes.append(child)
        elif child.tag not in (_FALLBACK, f"{_W}pPr"):
            yield from _text(child, boxes)
