"""Writes a memo as a Word file: quotations in 仿宋, references in 宋体, clickable permalinks."""

from __future__ import annotations

import io
import re
from datetime import date

from docx import Document
from docx.document import Document as Docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as Block
from docx.text.run import Run

from search_app.memo import Entry, Memo

_TITLE_FONT, _QUOTE_FONT, _NOTE_FONT = "黑体", "仿宋", "宋体"
_LATIN_FONT = "Times New Roman"
# Characters that XML 1.0 forbids; the text of a damaged file may have them.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_docx(memo: Memo, made: date) -> bytes:
    """The memo as the bytes of a ``.docx`` file."""
    document: Docx = Document()
    _set_up(document, made)
    _write(document.add_paragraph(), "备忘", _TITLE_FONT, 18)
    for number, entry in enumerate(memo.entries, 1):
        _add_entry(document, number, entry)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: Docx, made: date) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.8)
    document.core_properties.title = "备忘"
    document.core_properties.author = ""
    document.core_properties.comments = ""
    _write(page.footer.paragraphs[0], f"引据 {made.isoformat()} 整理", _NOTE_FONT, 9)


def _add_entry(document: Docx, number: int, entry: Entry) -> None:
    quote = document.add_paragraph()
    quote.paragraph_format.first_line_indent = Pt(28)
    quote.paragraph_format.line_spacing = Pt(26)
    quote.paragraph_format.space_before = Pt(14)
    _write(quote, entry.text, _QUOTE_FONT, 14)
    note = document.add_paragraph()
    note.paragraph_format.left_indent = Pt(28)
    _write(note, f"[{number}] {entry.reference.removesuffix(f'{entry.url}.')}", _NOTE_FONT, 10.5)
    _link(note, entry.url)


def _write(block: Block, text: str, font: str, size: float) -> Run:
    run = block.add_run(_NOT_IN_XML.sub("\ufffd", text))
    run.font.name = _LATIN_FONT
    run.font.size = Pt(size)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    # Word takes the font of Chinese characters from this attribute alone.
    fonts.set(qn("w:eastAsia"), font)
    return run


def _link(block: Block, url: str) -> None:
    """Append a clickable address to a paragraph; python-docx has no call for it."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), block.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = _write(block, url, _NOTE_FONT, 10.5)
    run.font.color.rgb = RGBColor(0x1A, 0x5F, 0xB4)
    run.font.underline = True
    link.append(run._element)
    block._p.append(link)
