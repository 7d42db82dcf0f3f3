"""The text inside a paragraph as Word shows it.

Left out is what Word does not show: deleted and hidden text, text where it was moved away
from, the codes of fields, pinyin above characters, and the prompts of empty controls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from indexer.readers.word import fields
from indexer.readers.word.equations import M, equation
from indexer.readers.word.package import W, is_on, value
from indexer.readers.word.raised import plain
from indexer.readers.word.styles import Style, Styles, is_on_attribute
from indexer.readers.word.symbols import shown

TEXT_PATH = "{urn:schemas-microsoft-com:vml}textpath"  # WordArt
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_PLACED = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_OLE = "{urn:schemas-microsoft-com:office:office}OLEObject"
_CHARACTERS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
UNSHOWN = (
    f"{W}pPr",
    f"{W}rPr",
    f"{W}sdtPr",
    f"{W}sdtEndPr",
    f"{W}tblPr",
    f"{W}tblGrid",
    f"{W}trPr",
    f"{W}tcPr",
    f"{W}sectPr",
    f"{W}ffData",
    f"{W}del",
    f"{W}moveFrom",
    f"{W}delText",
    f"{W}delInstrText",
    f"{W}rt",
    f"{W}rubyPr",
)
_TEXT_OBJECT = re.compile(r"equation|mathtype|excel|et\.|word|wps", re.IGNORECASE)
_MAX_NESTED_FIELDS = 20  # as in Word
_MAX_CODE = 10_000  # characters of a field's code, which may come in any number of pieces
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}


@dataclass(slots=True)
class _Field:
    """An open field: its code so far, and whether its result has begun, and has text."""

    form: Any = None
    code: str = ""
    in_result: bool = False
    has_text: bool = False

    def add_code(self, piece: str) -> None:
        self.code += piece[: _MAX_CODE - len(self.code)]

    def hides(self) -> bool:
        """Whether the text inside is not shown: a code, or a table of contents."""
        return not self.in_result or fields.is_contents(self.code)


@dataclass(slots=True)
class Line:
    """What a paragraph shows: ``parts`` for ``raised.plain``, and what is anchored in it."""

    parts: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)  # text boxes, WordArt and diagrams
    notes: list[tuple[str, str]] = field(default_factory=list)  # kind and id
    objects: int = 0  # embedded ones, such as equations, which are pictures to us
    has_contents: bool = False  # of a table of contents, which is left out

    def text(self) -> str:
        """The text, with ``\\n`` for a line break."""
        return plain(self.parts)


class Inline:
    """Reads the paragraphs of one story, one after the other: a field may cover several."""

    def __init__(self, root: Any, styles: Styles) -> None:
        self._styles = styles
        self._fields: list[_Field] = []
        self._paired = _paired(root)
        self._line = Line()

    def read(self, paragraph: Any, style: Style, line: Line) -> None:
        """Add what a paragraph shows to ``line``."""
        self._line = line
        for child in paragraph:
            self._read(child, style)

    def _read(self, element: Any, style: Style) -> None:
        tag = element.tag
        if tag in UNSHOWN or not isinstance(tag, str):
            return
        if tag == f"{W}t":
            self._show(shown(element.text or "", style.font), style)
        elif tag in _CHARACTERS:
            self._show(_CHARACTERS[tag], style)
        elif tag == f"{W}sym":
            self._show(_sign(element), style)
        elif tag in (f"{M}oMath", f"{M}oMathPara"):
            before = element.getprevious()
            is_apart = before is None or before.tag != element.tag  # else it is the next line
            self._show(equation(element) if is_apart else f" {equation(element)}", style)
        elif tag in (f"{W}fldChar", f"{W}instrText", f"{W}fldSimple"):
            self._read_field(element, style)
        elif tag in (f"{W}txbxContent", TEXT_PATH, DIAGRAM):
            self._anchor(element, style)
        elif tag in _NOTES:
            if self._is_visible(style):
                self._line.notes.append((_NOTES[tag], element.get(f"{W}id", "")))
        else:
            self._read_others(element, style)

    def _read_others(self, element: Any, style: Style) -> None:
        """Read an element that only contains others."""
        if element.tag == f"{W}r":
            style = self._styles.of_run(element.find(f"{W}rPr"), style)
        elif element.tag == f"{W}sdt" and is_unshown(element):
            return
        elif _is_text_object(element) and self._is_visible(style):
            self._line.objects += 1
        for child in element:
            self._read(child, style)

    def _read_field(self, element: Any, style: Style) -> None:
        """Follow the marks of a field: its beginning, its code, its result and its end."""
        if element.tag == f"{W}fldSimple":
            open_field = _Field(code=element.get(f"{W}instr", "")[:_MAX_CODE], in_result=True)
            self._fields.append(open_field)
            for child in element:
                self._read(child, style)
            self._close_field(style)
        elif element.tag == f"{W}instrText":
            if self._fields and not self._fields[-1].in_result:
                self._fields[-1].add_code(element.text or "")
        elif element in self._paired:
            match element.get(f"{W}fldCharType"):
                case "begin":
                    self._fields.append(_Field(element.find(f"{W}ffData")))
                case "separate" if self._fields:
                    self._fields[-1].in_result = True
                case "end" if self._fields:
                    self._close_field(style)

    def _close_field(self, style: Style) -> None:
        """Close the innermost field; where it has no stored result, show what its code says."""
        closed = self._fields.pop()
        if not closed.has_text:
            self._show(fields.result(closed.code, closed.form), style)

    def _anchor(self, element: Any, style: Style) -> None:
        """Keep a text box to be read after its paragraph, unless it is hidden."""
        if self._is_visible(style) and not _is_hidden(element):
            self._line.boxes.append(element)

    def _show(self, text: str, style: Style) -> None:
        if not text:
            return
        if any(fields.is_contents(its.code) for its in self._fields):
            self._line.has_contents = True
        if self._is_visible(style):
            self._line.parts.append((text, style.raised))
            for its in self._fields:
                its.has_text = True

    def _is_visible(self, style: Style) -> bool:
        return not style.hidden and not any(its.hides() for its in self._fields)


def _is_text_object(element: Any) -> bool:
    """Whether an element is an embedded object of text, such as an equation or a table."""
    return element.tag == _OLE and _TEXT_OBJECT.match(element.get("ProgID", "")) is not None


def _sign(element: Any) -> str:
    """The sign of a ``w:sym``, "" where its code is none."""
    try:
        sign = chr(int(element.get(f"{W}char", ""), 16))
    except (ValueError, OverflowError):
        return ""
    return shown(sign, element.get(f"{W}font", ""))


def _paired(root: Any) -> frozenset[Any]:
    """The marks of the fields that both begin and end: Word passes over a lone beginning."""
    begun: list[list[Any]] = []
    paired: set[Any] = set()
    for mark in root.iter(f"{W}fldChar"):
        if any(its.tag in UNSHOWN for its in mark.iterancestors()):
            continue
        match mark.get(f"{W}fldCharType"):
            case "begin":
                begun.append([mark])
            case "separate" if begun:
                begun[-1].append(mark)
            case "end" if begun:
                marks = [*begun.pop(), mark]
                paired.update(marks if len(begun) < _MAX_NESTED_FIELDS else ())
    return frozenset(paired)


def _is_hidden(box: Any) -> bool:
    """Whether a text box or WordArt is hidden, or a watermark."""
    for outer in box.iterancestors():
        if outer.tag == f"{W}p":
            break
        about = outer.find(f"{_PLACED}docPr")
        if about is not None and is_on_attribute(about.get("hidden")):
            return True
        if "visibility:hidden" in outer.get("style", "").replace(" ", ""):
            return True
        if "watermark" in outer.get("id", "").lower():
            return True
    return False


def is_unshown(control: Any) -> bool:
    """Whether a content control shows no text of the author: an empty one, or the contents."""
    return _is_prompt(control) or is_contents(control)


def _is_prompt(control: Any) -> bool:
    """Whether a content control shows the prompt to fill it in."""
    return is_on(control.find(f"{W}sdtPr/{W}showingPlcHdr"))


def is_contents(control: Any) -> bool:
    """Whether a content control is a table of contents."""
    properties = control.find(f"{W}sdtPr")
    kinds = [] if properties is None else [properties.find(f"{W}docPartObj")]
    return any(value(kind, "docPartGallery") == "Table of Contents" for kind in kinds)
