"""The process that reads a PDF: prints its blocks, or the problem with it, as JSON.

``python -m indexer.readers.pdf.child FILE`` takes from standard input what was recognised in
pictures, as JSON (see ``recognised.py``), by page, counted from 0.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pypdfium2

from indexer.limits import MAX_CHARACTERS, MAX_PAGES, MAX_PDF_BYTES_IN_MEMORY
from indexer.readers.child_process import limit_memory
from indexer.readers.pdf.additions import additions
from indexer.readers.pdf.document import assemble
from indexer.readers.pdf.garble import FontCensus
from indexer.readers.pdf.glyphs import read_sheet
from indexer.readers.pdf.pages import Page, read_page
from indexer.readers.pdf.recognised import recognised_page

BROKEN = "PDF 已损坏或不完整；请重新下载，或用阅读器打开后另存"
_MIN_GARBLED = 0.5  # of a page's characters; with more of garbled fonts the page is named


def main(path: str) -> None:
    """Read the PDF and print the answer."""
    limit_memory(MAX_PDF_BYTES_IN_MEMORY)
    recognised = {int(page): lines for page, lines in json.load(sys.stdin).items()}
    try:
        with pypdfium2.PdfDocument(path) as document:
            answer = _answer(document, recognised)
    except pypdfium2.PdfiumError as error:
        encrypted = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        answer = {"problem": "PDF 已加密；请去掉密码后再放入" if encrypted else BROKEN}
    print(json.dumps(answer))


def _answer(document: Any, recognised: Mapping[int, Sequence[Any]]) -> dict[str, Any]:
    """The blocks of an open document, or ``{"problem"}``.

    ``scans`` and ``garbled`` are pages, counted from 0, that have no text to read.
    """
    if len(document) > MAX_PAGES:
        return {"problem": f"PDF 超过 {MAX_PAGES} 页，请拆分"}
    with contextlib.suppress(pypdfium2.PdfiumError):  # a form that is broken has no values
        document.init_forms()
    form = document.formenv.raw if document.formenv else None
    census = FontCensus()
    pages: list[Page] = []
    characters_left = MAX_CHARACTERS
    for number, page in enumerate(document):
        if recognised.get(number):
            pages.append(recognised_page(recognised[number], page.get_size()))
            continue
        sheet = read_sheet(page)
        characters_left -= len(sheet.glyphs) + len(sheet.turned)
        if characters_left < 0:
            return {"problem": f"PDF 的文字超过 {MAX_CHARACTERS // 10_000} 万字，请拆分"}
        census.add(sheet.glyphs)
        pages.append(read_page(sheet, list(additions(page, form))))
        page.close()
    garbled = census.garbled()
    result = assemble(pages, garbled)
    return {
        "title": result.title,
        "stated": document.get_metadata_value("Title"),
        "blocks": [
            (block.text, block.level, block.row, block.ocr, block.damaged)
            for block in result.blocks
        ],
        "pages": len(pages),
        "scans": [number for number, page in enumerate(pages) if page.scan],
        "garbled": [number for number, page in enumerate(pages) if _is_garbled(page, garbled)],
    }


def _is_garbled(page: Page, garbled: frozenset[str]) -> bool:
    """Whether most of a page is in fonts whose text is not what they show."""
    return sum(page.fonts[font] for font in garbled) > _MIN_GARBLED * page.fonts.total()


if __name__ == "__main__":
    main(sys.argv[1])
