"""Walks over a story of a Word file (its body, a note, a header), paragraph by paragraph.

The text is that of the memo with its tracked changes accepted: insertions count, deletions do
not. What Word does not show is left out: hidden text, the codes of fields, pinyin above
characters, prompts of empty controls, and the second copy of alternative contents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from search_app.check.word.fields import Fields
from search_app.check.word.markup import (
    attribute,
    child,
    children,
    is_in_paragraph,
    is_on,
    name_of,
    value,
)
from search_app.check.word.objects import (
    UNREAD,
    UNREAD_CHARACTER,
    UNREAD_EQUATION,
    UNREAD_SYMBOL,
    chosen,
    equation,
    raised,
    shown,
    symbol,
)
from search_app.check.word.paragraph import NoteMark, Paragraph
from search_app.check.word.places import Places
from search_app.check.word.styles import Style, Styles

_CHARACTERS = {"w:tab": " ", "w:ptab": " ", "w:br": " ", "w:cr": " ", "w:noBreakHyphen": "-"}
_NOT_SHOWN = (
    *("w:pPr", "w:rPr", "w:sdtPr", "w:sdtEndPr", "w:smartTagPr", "w:customXmlPr", "w:sectPr"),
    *("w:tblPr", "w:tblGrid", "w:tblPrEx", "w:trPr", "w:tcPr", "w:ffData", "w:rubyPr", "w:rt"),
    *("w:del", "w:moveFrom", "w:delText", "w:delInstrText"),
)
_NOTES = {"w:footnoteReference": "footnote", "w:endnoteReference": "endnote"}


@dataclass(slots=True)
class Findings:
    """What the stories of a document add up: Chinese names of what was not read, with how often,
    and the paragraphs where bookmarks begin."""

    unread: Counter[str] = field(default_factory=Counter)
    bookmarks: dict[str, Paragraph] = field(default_factory=dict)


class Story:
    """Walks over one story; ``paragraphs`` are those with text, in reading order.

    ``targets`` are the addresses of hyperlinks by the ids of their relations. ``label`` is the
    place of all paragraphs; with "" each has its own.
    """

    def __init__(
        self,
        root: Any,
        styles: Styles,
        targets: Mapping[str, str],
        found: Findings,
        label: str = "",
    ) -> None:
        self.paragraphs: list[Paragraph] = []
        self._styles = styles
        self._targets = targets
        self._found = found
        self._label = label
        self._places = Places(label)
        self._box: Any = None  # the text box that the walk is in
        self._boxes: list[Any] = []  # of the open paragraph
        self._bookmarks: list[str] = []  # between paragraphs, of the next one
        self._paragraph: Paragraph | None = None
        self._style = Style()
        self._is_hidden = False
        self._fields = Fields(root)
        self._hyperlinks: list[str] = []
        self._readers = self._all_readers()
        self._read_all(root)
        self._finish()

    def _all_readers(self) -> dict[str, Callable[[Any], None]]:
        """What reads an element, by its name. Of others, what is in them is read."""
        return {
            "w:p": self._read_paragraph,
            "w:tbl": self._read_table,
            "w:tr": self._read_row,
            "w:tc": self._read_cell,
            "w:txbxContent": self._keep_box,
            "w:r": self._read_run,
            "w:t": self._read_text,
            "w:sym": self._read_symbol,
            "m:oMath": self._read_equation,
            "w:object": self._read_object,
            "w:hyperlink": self._read_hyperlink,
            "w:fldSimple": self._read_simple_field,
            "w:fldChar": self._read_field_mark,
            "w:instrText": lambda its: self._fields.add_code(its.text or ""),
            "w:bookmarkStart": self._read_bookmark,
            "w:sdt": self._read_control,
            "mc:AlternateContent": self._read_alternatives,
            **dict.fromkeys(_NOTES, self._read_note_mark),
            **dict.fromkeys(_CHARACTERS, lambda its: self._show(_CHARACTERS[name_of(its)], its)),
            **dict.fromkeys(_NOT_SHOWN, lambda its: None),
        }

    def _read_all(self, element: Any) -> None:
        """Read what is in an element."""
        for its in element:
            name = name_of(its)
            if name in UNREAD and self._is_visible():
                self._found.unread[UNREAD[name]] += 1
            self._readers.get(name, self._read_all)(its)

    # Paragraphs, and where they stand

    def _read_paragraph(self, element: Any) -> None:
        properties = child(element, "w:pPr")
        if self._paragraph is None:
            self._style = self._styles.of_paragraph(properties)
            is_indented = self._style.is_indented_quotation and self._places.is_in_body()
            is_quotation = self._style.is_named_quotation or is_indented
            self._paragraph = Paragraph(
                story=self._label, is_quotation=is_quotation, anchor=self._box
            )
            self._found.bookmarks |= dict.fromkeys(self._bookmarks, self._paragraph)
            self._bookmarks.clear()
        self._read_all(element)
        if not _goes_on(properties):
            self._finish()

    def _finish(self) -> None:
        """Close the open paragraph, then read the text boxes in it."""
        closed, self._paragraph = self._paragraph, None
        if closed is None:
            return
        if closed.text.strip():
            closed.place = self._places.count_paragraph()
            self.paragraphs.append(closed)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._read_box(box)

    def _keep_box(self, box: Any) -> None:
        if self._is_visible():
            self._boxes.append(box)

    def _read_box(self, box: Any) -> None:
        state = (self._box, self._fields, self._hyperlinks)
        self._box = box if self._box is None else self._box
        self._fields, self._hyperlinks = Fields(box), []
        with self._places.box():
            self._read_all(box)
            self._finish()
        self._box, self._fields, self._hyperlinks = state

    def _read_table(self, table: Any) -> None:
        self._finish()
        with self._places.table():
            self._read_all(table)

    def _read_row(self, row: Any) -> None:
        gone = children(child(row, "w:trPr"), "w:del", "w:moveFrom", "w:hidden")
        if not any(map(is_on, gone)):
            self._places.count_row()
            self._read_all(row)

    def _read_cell(self, cell: Any) -> None:
        with self._places.cell():
            if child(child(cell, "w:tcPr"), "w:cellDel") is None:
                self._read_all(cell)
                self._finish()

    def _read_bookmark(self, element: Any) -> None:
        name = attribute(element, "w:name")
        if self._paragraph is None:
            self._bookmarks.append(name)
        else:
            self._found.bookmarks[name] = self._paragraph

    # Text

    def _is_visible(self) -> bool:
        return not self._is_hidden and not self._fields.hide()

    def _show(self, text: str, element: Any) -> None:
        if self._paragraph is not None and self._is_visible():
            hyperlink = self._hyperlinks[-1] if self._hyperlinks else ""
            self._paragraph.show(text, element, hyperlink or self._fields.target())
            self._fields.has_text()

    def _read_run(self, run: Any) -> None:
        before = self._is_hidden
        self._is_hidden = self._styles.is_hidden(child(run, "w:rPr"), self._style)
        self._read_all(run)
        self._is_hidden = before

    def _read_text(self, element: Any) -> None:
        text = shown(element)
        is_raised = value(child(element.getparent(), "w:rPr"), "w:vertAlign") == "superscript"
        before = self._paragraph.text if self._paragraph else ""
        self._show(raised(before, text) if is_raised else text, element)

    def _read_symbol(self, element: Any) -> None:
        sign, is_known = symbol(element)
        self._show(sign, element)
        if not is_known and self._is_visible():
            self._found.unread[UNREAD_SYMBOL] += 1

    def _read_equation(self, element: Any) -> None:
        text = equation(element) if is_in_paragraph(element) else ""
        self._show(text, element)
        if text in ("", UNREAD_CHARACTER) and self._is_visible():
            self._found.unread[UNREAD_EQUATION] += 1

    def _read_object(self, element: Any) -> None:
        """An embedded object; its picture is not read, too."""
        self._show(UNREAD_CHARACTER, element)

    def _read_note_mark(self, element: Any) -> None:
        if self._paragraph is not None and self._is_visible():
            kind, note = _NOTES[name_of(element)], attribute(element, "w:id")
            mark = NoteMark(len(self._paragraph.text), kind, note, element)
            self._paragraph.notes.append(mark)

    def _read_control(self, control: Any) -> None:
        """A content control, unless it shows but a prompt."""
        if not is_on(child(child(control, "w:sdtPr"), "w:showingPlcHdr")):
            self._read_all(control)

    def _read_alternatives(self, element: Any) -> None:
        if (its := chosen(element)) is not None:
            self._read_all(its)

    # Links and fields

    def _read_hyperlink(self, element: Any) -> None:
        target = self._targets.get(attribute(element, "r:id"), "")
        anchor = attribute(element, "w:anchor")
        self._hyperlinks.append(target + (f"#{anchor}" if anchor else ""))
        self._read_all(element)
        self._hyperlinks.pop()

    def _read_simple_field(self, element: Any) -> None:
        self._fields.begin(attribute(element, "w:instr"))
        self._fields.separate()
        self._read_all(element)
        self._close_field(element)

    def _read_field_mark(self, mark: Any) -> None:
        if not self._fields.is_whole(mark):
            return
        match attribute(mark, "w:fldCharType"):
            case "begin":
                self._fields.begin()
            case "separate":
                self._fields.separate()
            case "end":
                self._close_field(mark)

    def _close_field(self, element: Any) -> None:
        unread = self._fields.close()
        if unread and self._is_visible():
            self._show(UNREAD_CHARACTER, element)
            self._found.unread[unread] += 1


def _goes_on(properties: Any) -> bool:
    """Whether a paragraph runs on in the next one: its mark is deleted, moved away or hidden.

    So does a large initial, which stands in a paragraph of its own.
    """
    mark, frame = child(properties, "w:rPr"), child(properties, "w:framePr")
    if frame is not None and attribute(frame, "w:dropCap", "none") != "none":
        return True
    return any(map(is_on, children(mark, "w:del", "w:moveFrom", "w:vanish")))
