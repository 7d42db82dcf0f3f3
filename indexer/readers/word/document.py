"""Walks over a Word document: its body, its text boxes, its notes and its letterhead.

The walk is our own, because no library gives what the page shows: the text in content
controls and text boxes, the numbers of lists, tracked changes as they end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from indexer.draft import Block
from indexer.readers.word.contents import (
    is_contents_title,
    is_in_contents,
    without_typed_contents,
)
from indexer.readers.word.inline import (
    DIAGRAM,
    TEXT_PATH,
    UNSHOWN,
    Inline,
    Line,
    is_contents,
    is_unshown,
)
from indexer.readers.word.letterhead import letterhead
from indexer.readers.word.lines import join_lines
from indexer.readers.word.numbering import Numbers, lists_of
from indexer.readers.word.package import R, W, inside, integer, is_on, value
from indexer.readers.word.styles import Style, Styles
from indexer.readers.word.tables import Cell, table_blocks


@dataclass(slots=True)
class Sources:
    """The parts of a document: root elements, and None or nothing where it has none.

    ``notes`` are elements by kind (``footnote``) and id. By the id of a reference, ``header``
    finds a header's root element or None, ``inserted`` reads a document that this one inserts
    (``w:altChunk``), and ``diagram`` the texts of a diagram. ``problems`` are the parts that
    could not be read.
    """

    body: Any
    styles: Any = None
    numbering: Any = None
    notes: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    header: Callable[[str], Any] = lambda name: None
    inserted: Callable[[str], list[Block]] = lambda name: []
    diagram: Callable[[str], list[Block]] = lambda name: []
    problems: list[str] = field(default_factory=list)


def document_blocks(sources: Sources) -> list[Block]:
    """The blocks of a document: its letterhead, its body, then the notes that it refers to."""
    walk = _Walk(sources)
    body = without_typed_contents(walk.story(sources.body))
    notes = [note for key in walk.notes if (note := sources.notes.get(key)) is not None]
    below = [block for note in notes for block in walk.story(note)]
    if walk.objects:
        sources.problems.append(
            f"有 {walk.objects} 处嵌入的公式或表格是图片，没有读取；请在 Word 里改成文字后再试"
        )
    return [*_letterhead(walk, sources, body), *body, *below]


def _letterhead(walk: _Walk, sources: Sources, body: list[Block]) -> list[Block]:
    """The letterhead in the header of the first page."""
    section = next(sources.body.iter(f"{W}sectPr"), None)
    if section is None:
        return []
    kinds = {its.get(f"{W}type"): its.get(f"{R}id") for its in section.iter(f"{W}headerReference")}
    is_first = is_on(section.find(f"{W}titlePg"))
    header = sources.header(kinds.get("first" if is_first else "default") or "")
    blocks = walk.story(header) if header is not None else []
    return letterhead(blocks, body, is_first)


def stated_title(title: str | None, blocks: Sequence[Block]) -> dict[str, str]:
    """The metadata with a document's own title, which may be left over from a template.

    So it counts only if the text has it, too.
    """
    title = (title or "").strip()
    is_in_text = any(title == block.text.strip() for block in blocks)
    return {"title": title} if title and is_in_text else {}


class _Walk:
    """Walks over the stories of a document, with its styles and the counters of its lists."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._styles = Styles(sources.styles)
        self._numbers = Numbers(lists_of(sources.numbering))
        self._inline = Inline(sources.body, self._styles)
        self.notes: dict[tuple[str, str], None] = {}  # in the order of their references
        self.objects = 0

    def story(self, root: Any) -> list[Block]:
        """The blocks of the body, a note or a header."""
        self._inline = Inline(root, self._styles)
        return self._blocks(root)

    def _blocks(self, root: Any) -> list[Block]:
        """The blocks of a story, a cell or a text box."""
        blocks: list[Block] = []
        line, style = Line(), Style()
        for element in _parts(root):
            if element.tag == f"{W}p":
                style = self._styles.of_paragraph(element.find(f"{W}pPr"))
                self._inline.read(element, style, line)
                if _goes_on(element):
                    continue
            self._finish(line, style, element, blocks)
            line = Line()
            if element.tag == f"{W}tbl":
                blocks += table_blocks(list(self._rows(element)))
            elif element.tag == f"{W}altChunk":
                blocks += self._sources.inserted(element.get(f"{R}id", ""))
        self._finish(line, style, None, blocks)
        return blocks

    def _finish(self, line: Line, style: Style, element: Any, blocks: list[Block]) -> None:
        """Append the paragraphs of a line, then those of what is anchored in it."""
        text = line.text()
        is_entry = (style.in_contents and is_in_contents(text)) or (
            line.has_contents and is_contents_title(text)
        )
        is_control = element is not None and element.tag == f"{W}sdt"
        if is_entry or is_control or line.has_contents:
            text = "" if is_entry else text
            if blocks and is_contents_title(blocks[-1].text):
                blocks.pop()
        if element is not None and element.tag == f"{W}p":
            label = self._label(style, text)  # an empty paragraph has a number, but no text
            text = label + text if text.strip() else ""
        blocks += [Block(its, style.level) for its in join_lines(text.split("\n"), style.level > 0)]
        self.notes |= dict.fromkeys(line.notes)
        self.objects += line.objects
        for box in line.boxes:
            blocks += self._box(box)

    def _label(self, style: Style, text: str) -> str:
        """Advance the list of a paragraph; returns the paragraph's number."""
        depth = self._numbers.depth_of_styles(style.number, style.number_styles)
        depth = style.depth if depth is None else depth
        return self._numbers.label(style.number, depth, text.lstrip())

    def _box(self, box: Any) -> list[Block]:
        """The blocks of a text box, of WordArt or of a diagram."""
        if box.tag == TEXT_PATH:
            text = box.get("string", "")
            return [Block(text)] if text.strip() else []
        if box.tag == DIAGRAM:
            return self._sources.diagram(box.get(f"{R}dm", ""))
        return self._blocks(box)

    def _rows(self, table: Any) -> Iterator[list[Cell]]:
        """The rows of a table, without those that are deleted or hidden."""
        for row in inside(table, f"{W}tr", UNSHOWN):
            properties = row.find(f"{W}trPr")
            gone = ("del", "moveFrom", "hidden")
            if properties is not None and any(is_on(properties.find(f"{W}{it}")) for it in gone):
                continue
            cells = []
            column = integer(value(properties, "gridBefore"), 0)
            for cell in inside(row, f"{W}tc", UNSHOWN):
                about = cell.find(f"{W}tcPr")
                span = max(1, integer(value(about, "gridSpan"), 1))
                merge = about.find(f"{W}vMerge") if about is not None else None
                goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue"
                blocks = [] if _is_deleted(about) else self._blocks(cell)
                cells.append(Cell(column, span, blocks, goes_on))
                column += span
            yield cells


def _parts(root: Any) -> Iterator[Any]:
    """The paragraphs, tables and inserted documents inside an element, and contents left out."""
    for child in root:
        if child.tag in (f"{W}p", f"{W}tbl", f"{W}altChunk"):
            yield child
        elif child.tag == f"{W}sdt" and is_unshown(child):
            if is_contents(child):
                yield child
        elif child.tag not in UNSHOWN:
            yield from _parts(child)


def _is_deleted(cell: Any) -> bool:
    return cell is not None and cell.find(f"{W}cellDel") is not None


def _goes_on(paragraph: Any) -> bool:
    """Whether a paragraph runs on in the next one: its mark is deleted, moved or hidden.

    So does the initial that stands in a frame of its own.
    """
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        return False
    frame = properties.find(f"{W}framePr")
    if frame is not None and frame.get(f"{W}dropCap", "none") != "none":
        return True
    mark = properties.find(f"{W}rPr")
    gone = ("del", "moveFrom", "vanish")
    return mark is not None and any(is_on(mark.find(f"{W}{name}")) for name in gone)
