"""Reads OpenDocument texts (.odt, .ott, .fodt) as LibreOffice and WPS show them.

The format keeps deleted text apart from the body, and numbers lists by their nesting; what
a page shows is otherwise as in Word, so signs, numbers and tables are those of ``word/``.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.errors import ReadError
from indexer.draft import Block, Draft
from indexer.readers.word.contents import is_in_contents, without_typed_contents
from indexer.readers.word.document import stated_title
from indexer.readers.word.letterhead import letterhead
from indexer.readers.word.lines import join_lines
from indexer.readers.word.numbering import List, Numbers
from indexer.readers.word.odf import DRAW, OFFICE, STYLE, SVG, TABLE, TEXT, Look, OdfStyles
from indexer.readers.word.package import BadPart, Package, inside, integer, open_zip, parse
from indexer.readers.word.raised import plain
from indexer.readers.word.symbols import shown
from indexer.readers.word.tables import Cell, table_blocks

_BROKEN = "ODT 文档已损坏；请用 WPS 或 LibreOffice 打开，另存为 .docx 后再试"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_LINK = "{http://www.w3.org/1999/xlink}href"
_MATH = "{http://www.w3.org/1998/Math/MathML}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_MANIFEST = "META-INF/manifest.xml"
_BLANKS = re.compile(r"[ \t\r\n]+")
_MAX_REPEATED, _MAX_REPEATED_LENGTH = 20, 50  # cells that one element stands for, characters
_HEADINGS = "headings"  # the name of the list that numbers them
_UNSHOWN = (
    f"{TEXT}tracked-changes",
    f"{TEXT}table-of-content",
    f"{TEXT}illustration-index",
    f"{TEXT}table-index",
    f"{TEXT}ruby-text",
    f"{TEXT}note-citation",
    f"{TEXT}hidden-text",
    f"{TEXT}placeholder",
    f"{TEXT}number",
    f"{OFFICE}annotation",
    f"{OFFICE}forms",
    f"{SVG}title",
    f"{SVG}desc",
)


def read(path: Path, source: str) -> Draft:
    """Read an OpenDocument text; raises ``ReadError`` where it is broken or encrypted."""
    try:
        if not zipfile.is_zipfile(path):  # .fodt is one XML file
            root = parse(path.read_bytes())
            return _draft(_Walk([root], Package({})), [root], source)
        with path.open("rb") as file:
            package = open_zip(file, source)
        if b"encryption-data" in package.get(_MANIFEST):
            raise ReadError(source, "已加密；请去掉密码后再放入")
        roots = [package.xml(name) for name in ("styles.xml", "content.xml") if package.get(name)]
        about = [package.xml("meta.xml")] if package.get("meta.xml") else []
        return _draft(_Walk(roots, package), about, source)
    except (BadPart, ValueError, StopIteration) as error:
        raise ReadError(source, _BROKEN) from error
    except RecursionError as error:
        raise ReadError(source, "ODT 文档嵌套过深；请把内容复制到新文档后再试") from error


def _draft(walk: _Walk, about: list[Any], source: str) -> Draft:
    """The draft of a document; ``about`` are the root elements that may hold its title."""
    blocks = tuple(walk.document())
    title = next((its.text for root in about for its in root.iter(_TITLE)), "")
    return Draft(source, blocks, stated_title(title, blocks))


class _Walk:
    """Walks over the text of a document."""

    def __init__(self, roots: list[Any], package: Package) -> None:
        self._roots, self._package = roots, package
        self._styles = OdfStyles(roots)
        self._lists = {_HEADINGS: List(_HEADINGS, self._styles.headings, {})}
        self._numbers = Numbers(self._lists)
        self._latest: dict[str, str] = {}  # the last list of each style
        self._aliases: dict[str, str] = {}  # lists, and the names of their counters
        self._parts: list[tuple[str, str]] = []
        self._anchored: list[Any] = []
        self._notes: list[Any] = []

    def document(self) -> list[Block]:
        """The letterhead, the text and the notes; raises ``StopIteration`` without a text."""
        body = next(its for root in self._roots for its in root.iter(f"{OFFICE}text"))
        blocks = without_typed_contents(list(self._blocks(body)))
        head, is_first = self._header(body)
        above = letterhead(list(self._blocks(head)), blocks, is_first) if head is not None else []
        return [*above, *blocks, *(block for note in self._notes for block in self._blocks(note))]

    def _header(self, body: Any) -> tuple[Any, bool]:
        """The header of the first page, and whether it is that of no other page."""
        first = next(body.iter(f"{TEXT}p", f"{TEXT}h"), None)
        name = "" if first is None else first.get(f"{TEXT}style-name", "")
        page = self._styles.look("paragraph", name).page or "Standard"
        for layout in (its for root in self._roots for its in root.iter(f"{STYLE}master-page")):
            if layout.get(f"{STYLE}name") == page:
                first_only = layout.find(f"{STYLE}header-first")
                if first_only is not None:
                    return first_only, True
                following = layout.get(f"{STYLE}next-style-name", page)
                return layout.find(f"{STYLE}header"), following != page
        return None, False

    def _blocks(self, root: Any) -> Iterator[Block]:
        """The blocks inside an element."""
        for child in root:
            if child.tag in (f"{TEXT}p", f"{TEXT}h"):
                yield from self._paragraph(child)
            elif child.tag == f"{TEXT}list":
                yield from self._list(child, "", "", 0)
            elif child.tag == f"{TABLE}table":
                yield from table_blocks(list(self._rows(child)))
            elif child.tag == f"{TEXT}section" and child.get(f"{TEXT}display") == "none":
                continue
            elif child.tag not in _UNSHOWN:
                yield from self._blocks(child)

    def _list(self, element: Any, name: str, style: str, depth: int) -> Iterator[Block]:
        """The blocks of a list; ``name`` and ``style`` are those of the list that it is in."""
        style = element.get(f"{TEXT}style-name") or style
        if not name:
            name = self._name(element, style)
            self._lists.setdefault(name, List(name, self._styles.lists.get(style, {}), {}))
        for item in element:
            is_numbered = item.tag == f"{TEXT}list-item"
            if start := item.get(f"{TEXT}start-value"):
                self._numbers.restart(name, depth, integer(start, 1))
            for child in item:
                if child.tag == f"{TEXT}list":
                    yield from self._list(child, name, style, depth + 1)
                elif child.tag in (f"{TEXT}p", f"{TEXT}h"):
                    yield from self._paragraph(child, name if is_numbered else "", depth)
                    is_numbered = False
                else:
                    yield from self._blocks([child])

    def _name(self, element: Any, style: str) -> str:
        """The name of the counters of a list: its own, or those of the list it continues."""
        own = str(element.get(_XML_ID) or f"list {len(self._lists)}")
        continued = element.get(f"{TEXT}continue-list", "")
        if not continued and element.get(f"{TEXT}continue-numbering") == "true":
            continued = self._latest.get(style, "")
        name = self._aliases.get(continued, own)
        self._aliases[own], self._latest[style] = name, own
        return name

    def _paragraph(self, element: Any, name: str = "", depth: int = 0) -> Iterator[Block]:
        """A paragraph, then what is anchored in it; ``name`` is the list that numbers it."""
        look = self._styles.look("paragraph", element.get(f"{TEXT}style-name", ""))
        level = integer(element.get(f"{TEXT}outline-level"), look.level)
        if element.tag == f"{TEXT}h" and not name:
            name, depth = _HEADINGS, level - 1
        self._parts, self._anchored = [], []
        hidden = next(element.iter(f"{TEXT}hidden-paragraph"), None)
        if hidden is None or hidden.get(f"{TEXT}is-hidden", "true") != "true":
            self._read(element, look)
        text, anchored = plain(self._parts).strip(" "), self._anchored
        if look.in_contents and is_in_contents(text):
            return
        label = self._numbers.label(name, depth, text) if name else ""
        lines = join_lines((label + text if text.strip() else "").split("\n"), level > 0)
        yield from (Block(line, level if level <= 6 else 0) for line in lines)
        for element in anchored:
            yield from self._blocks(element)

    def _read(self, element: Any, look: Look) -> None:
        """Collect the text inside an element, and what is anchored there."""
        self._show(element.text, look)
        for child in element:
            self._read_child(child, look)
            self._show(child.tail, look)

    def _read_child(self, child: Any, look: Look) -> None:
        tag = child.tag
        if tag in _UNSHOWN or (look.hidden and tag != f"{TEXT}span"):  # which may be shown again
            return
        if tag == f"{TEXT}s":
            self._parts.append((" " * min(integer(child.get(f"{TEXT}c"), 1), 100), look.raised))
        elif tag in (f"{TEXT}tab", f"{TEXT}line-break"):
            self._parts.append(("\t" if tag == f"{TEXT}tab" else "\n", look.raised))
        elif tag == f"{TEXT}note":
            self._notes += child.iterfind(f"{TEXT}note-body")
        elif tag == f"{DRAW}object":
            self._show(self._equation(child), look)
        elif tag == f"{DRAW}text-box" or (tag.startswith(DRAW) and _holds_paragraphs(child)):
            self._anchored.append(child)
        elif tag == f"{TEXT}span":
            self._read(child, self._styles.look("text", child.get(f"{TEXT}style-name", ""), look))
        else:
            self._read(child, look)

    def _show(self, text: str | None, look: Look) -> None:
        """Add text; white space is as in HTML: one blank for several."""
        if not text or look.hidden:
            return
        text = _BLANKS.sub(" ", text)
        ended = self._parts[-1][0][-1:] if self._parts else " "
        text = text[1:] if text[0] == " " and ended in " \n" else text
        if text:
            self._parts.append((shown(text, look.font), look.raised))

    def _equation(self, element: Any) -> str:
        """The text of an embedded equation, "" for any other object."""
        root = element.find(f"{_MATH}math")
        if root is None:
            try:
                root = self._package.xml(f"{element.get(_LINK, '').lstrip('./')}/content.xml")
            except BadPart:
                return ""
        return _mathml(root) if root.tag == f"{_MATH}math" else ""

    def _rows(self, table: Any) -> Iterator[list[Cell]]:
        """The rows of a table; a cell below one that covers several rows goes on with it."""
        covered: dict[int, int] = {}  # columns, and the rows that a cell above still covers
        for row in inside(table, f"{TABLE}table-row", _UNSHOWN):
            cells: list[Cell] = []
            column = 0
            for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                blocks = list(self._blocks(cell))
                for _ in range(_repeats(cell, blocks)):
                    if covered.get(column, 0) > 0:
                        covered[column] -= 1
                        cells.append(Cell(column, 1, (), goes_on=True))
                    elif cell.tag == f"{TABLE}table-cell":
                        covered[column] = integer(cell.get(f"{TABLE}number-rows-spanned"), 1) - 1
                        span = integer(cell.get(f"{TABLE}number-columns-spanned"), 1)
                        cells.append(Cell(column, span, blocks))
                    column += 1
            yield cells


def _repeats(cell: Any, blocks: list[Block]) -> int:
    """The number of cells that an element stands for; no large one is repeated."""
    if any(block.row for block in blocks) or sum(map(_length, blocks)) > _MAX_REPEATED_LENGTH:
        return 1
    return min(integer(cell.get(f"{TABLE}number-columns-repeated"), 1), _MAX_REPEATED)


def _length(block: Block) -> int:
    return len(block.text)


def _holds_paragraphs(element: Any) -> bool:
    return any(child.tag in (f"{TEXT}p", f"{TEXT}list") for child in element)


def _mathml(element: Any) -> str:
    """The text of an equation in MathML: ``x²``, ``a/b``."""
    name = str(element.tag).removeprefix(_MATH)
    if name.startswith("annotation"):
        return ""
    parts = [_mathml(child) for child in element]
    if name == "mfrac" and len(parts) == 2:
        return "/".join(part if part.isalnum() else f"({part})" for part in parts)
    if name == "msup" and len(parts) == 2:
        return plain([(parts[0], ""), (parts[1], "superscript")])
    if name in ("msqrt", "mroot"):
        return f"√({parts[0] if parts else ''})"
    return str(element.text or "").strip() + "".join(parts)
