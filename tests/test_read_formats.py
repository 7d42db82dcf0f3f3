"""The PDF reader: complete texts, and metadata."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafts import drafted, only
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from engine.errors import ReadError
from indexer.draft import Draft
from indexer.readers import pdf


def texts(draft: Draft) -> list[str]:
    return [block.text for block in draft.blocks]


def refused(path: Path, why: str) -> None:
    result = only(path)
    assert isinstance(result, ReadError)
    assert (result.source, why in result.reason) == (path.name, True), result.reason


# ---- PDF

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


def printed(
    path: Path, pages: list[list[str]], title: str = "", password: str | None = None
) -> Path:
    """A PDF with these lines; each page has a running head and its number."""
    canvas = Canvas(str(path), pagesize=A4, encrypt=password)
    canvas.setTitle(title)
    for number, lines in enumerate(pages, start=1):
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(200, 800, "某县医疗保障局工作总结")
        for row, line in enumerate(lines):
            indent = 24 * line.startswith("　　")
            canvas.drawString(72 + indent, 770 - 20 * row, line.strip())
        canvas.drawString(280, 30, f"— {number} —")
        canvas.showPage()
    canvas.save()
    return path


def test_a_pdf_line_by_line_without_its_furniture(tmp_path: Path) -> None:
    pages = [
        [
            f"　　{n}月，基金运行平稳，约谈机构{n}家，其中民营机构占了一半还多，第{n}批名单另",
            f"行公布{n}。",
        ]
        + [f"　　{what}{n * n}项。" for what in ("完成", "新增", "续办")]
        for n in range(2, 7)
    ]
    draft = drafted(printed(tmp_path / "a.pdf", pages, title="某县医疗保障局工作总结"))
    assert texts(draft) == ["　　某县医疗保障局工作总结"] + [
        line for page in pages for line in page
    ]
    assert (draft.lines, draft.metadata) == (True, {"title": "某县医疗保障局工作总结"})


def test_pdfs_that_cannot_be_read(tmp_path: Path) -> None:
    refused(printed(tmp_path / "locked.pdf", [["正文。"]], password="x"), "已加密")
    path = printed(tmp_path / "a.pdf", [["正文。"] * 30] * 5)
    path.write_bytes(path.read_bytes()[:-600])
    refused(path, "已损坏")
    path.write_bytes(b"%PDF-1.4 nothing in it %%EOF")
    refused(path, "已损坏")
    canvas = Canvas(str(path))
    canvas.rect(10, 10, 100, 100)
    canvas.save()
    refused(path, "OCR")


def test_a_pdf_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PDF_SECONDS", 0.01)
    refused(printed(tmp_path / "a.pdf", [["正文。"]]), "还没读完")
