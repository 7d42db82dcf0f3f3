"""Writes a memo as a Word file in the format of official documents, GB/T 9704—2012.

The package that ``Document`` opens has everything but the text: page and grid
(``word/document.xml``), styles, numbering of headings, fonts, page numbers. So what is written
here is text in named styles, and whoever edits the file changes a style once for all of it.
Above each quotation an empty paragraph is left for one's own words. Words searched for are bold,
which every program prints; LibreOffice leaves out emphasis dots (着重号).
"""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from docx.document import Document as Docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph as Block
from docx.text.run import Run

from search_app.memo import Memo
from search_app.quotation import Quotation, marks_note, missing_note, quotation
from search_app.xml_text import in_xml

_PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_rels.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/document.xml": "document.xml",
    "word/styles.xml": "styles.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
    "word/fontTable.xml": "fonts.xml",
    "word/footer1.xml": "footer_odd.xml",
    "word/footer2.xml": "footer_even.xml",
}
_TITLE_LINE = 20  # characters of a line of the title
_BREAK = re.compile("(?<=[的、，：；”》）])(?![、，：；”》）])|(?=[“《（])")  # between words


def as_docx(memo: Memo, made: date) -> bytes:
    """The memo as the bytes of a ``.docx`` file, made on this day."""
    document = Document(io.BytesIO(_empty_package()))
    _set_properties(document, memo.title, made)
    _add(document, "Title", _in_two_lines(memo.title))
    _add(document, "Date", f"（{made.year}年{made.month}月{made.day}日）")
    _add(document, "Body Text")
    quotations = [*enumerate(map(quotation, memo.entries), 1)]
    if quotations:
        _add(document, "Heading 1", "引文摘录")
        if note := marks_note(memo):
            _add(document, "引文提示", f"（{note}）")
        for number, quoted in quotations:
            _add_quotation(document, number, quoted)
        _add(document, "Heading 1", "引文来源")
        for number, quoted in quotations:
            _add_source(document, number, quoted)
    if memo.missing:
        _add(document, "Heading 1", "未列入的段落")
        _add(document, "Body Text", missing_note(memo))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@cache
def _empty_package() -> bytes:
    folder = Path(__file__).with_name("word")
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name, file in _PARTS.items():
            package.writestr(name, (folder / file).read_bytes())
    return out.getvalue()


def _set_properties(document: Docx, title: str, made: date) -> None:
    properties = document.core_properties
    properties.title = in_xml(title)
    properties.language = "zh-CN"
    properties.created = properties.modified = datetime.combine(made, time())
    properties.last_modified_by = ""


def _in_two_lines(title: str) -> str:
    """A title that is longer than a line, broken between words where its halves are most alike.

    GB/T 9704, 7.3.1, asks for both. Where no such break fits, the title is left to Word.
    """
    ends = [match.start() for match in _BREAK.finditer(title)]
    longest = {end: max(end, len(title) - end) for end in ends}
    end = min(longest, key=longest.__getitem__, default=0)
    if len(title) <= _TITLE_LINE or not end or longest[end] > _TITLE_LINE:
        return title
    return f"{title[:end]}\n{title[end:]}"


def _add_quotation(document: Docx, number: int, quoted: Quotation) -> None:
    _add(document, "Body Text")
    block = _add(document, "Quote")
    for text, in_query in quoted.pieces:
        _write(block, text, "检索词" if in_query else None)
    run = _write(block, f"[{number}]", "endnote reference")
    _link(block, run).set(qn("w:anchor"), _bookmark_name(number))
    if quoted.caution:
        _add(document, "引文提示", quoted.caution)


def _add_source(document: Docx, number: int, quoted: Quotation) -> None:
    block = _add(document, "Bibliography")
    _mark(block, number)
    _write(block, f"[{number}]\t{quoted.before}")
    to = block.part.relate_to(quoted.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    _link(block, _write(block, quoted.url, "Hyperlink")).set(qn("r:id"), to)
    _write(block, f"{quoted.after}\n{quoted.details}")


def _add(document: Docx, style: str, text: str = "") -> Block:
    block = document.add_paragraph(style=style)
    if text:
        _write(block, text)
    return block


def _write(block: Block, text: str, style: str | None = None) -> Run:
    run = block.add_run(in_xml(text), style)
    # Quotation marks and dashes are Latin to Word, and narrow, unless this says otherwise.
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
    return run


def _link(block: Block, run: Run) -> BaseOxmlElement:
    """Make the last run of a paragraph a link, to be given a target; python-docx has no call."""
    link = OxmlElement("w:hyperlink")
    link.append(run._element)
    block._p.append(link)
    return link


def _mark(block: Block, number: int) -> None:
    """Put the bookmark of a source at the beginning of its paragraph."""
    for name in ("w:bookmarkStart", "w:bookmarkEnd"):
        element = OxmlElement(name)
        element.set(qn("w:id"), str(number))
        if name == "w:bookmarkStart":
            element.set(qn("w:name"), _bookmark_name(number))
        block._p.append(element)


def _bookmark_name(number: int) -> str:
    return f"source{number}"
