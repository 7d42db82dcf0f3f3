"""What the files of a memo say of a quoted paragraph; each file takes it from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.model import Paragraph, Report
from search_app.memo import Entry, Memo
from search_app.navigate import UNMARKED


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quoted text and its source, in words; ``pieces`` are those of ``Entry``.

    The reference is ``before``, ``url`` and ``after`` in one. ``details`` add where the text
    stands in its report, and of which region and year this is. ``flaws`` are reasons to compare
    the text with the original, and ``caution`` asks for it.
    """

    id: str
    pieces: list[tuple[str, bool]]
    before: str
    url: str
    after: str
    details: str
    flaws: tuple[str, ...]

    @property
    def caution(self) -> str:
        return f"（{'；'.join(self.flaws)}，引用前请核对原件。）" if self.flaws else ""


def quotation(entry: Entry) -> Quotation:
    """The words for an entry of a memo."""
    paragraph = entry.hit.paragraph
    before, _, after = entry.reference.rpartition(entry.url)
    return Quotation(
        id=entry.id,
        pieces=entry.pieces,
        before=before,
        url=entry.url,
        after=after,
        details=_details(paragraph, entry.hit.report),
        flaws=tuple(flaws(paragraph)),
    )


def marks_note(memo: Memo) -> str:
    """A sentence that says what is in bold; empty where nothing is.

    Whoever reads a quotation must know that its source has no such marks.
    """
    if not any(entry.found_words for entry in memo.entries):
        return ""
    return f"检索词：{'、'.join(memo.queries)}。引文中的粗体标出检索到的词，为摘录时所加。"


def missing_note(memo: Memo) -> str:
    """A sentence that names the ids of a memo that lead to no paragraph."""
    return f"以下各段未能列入（索引中找不到）：{'、'.join(memo.missing)}。"


def _details(paragraph: Paragraph, report: Report) -> str:
    facts = {
        "位置": " › ".join(paragraph.heading),
        "地区": "".join(report.region.names) or UNMARKED,
        "年份": str(report.year or UNMARKED),
    }
    return "；".join(f"{name}：{fact}" for name, fact in facts.items() if fact) + "。"


def flaws(paragraph: Paragraph) -> Iterator[str]:
    """Why a text must be compared with the original before it is quoted."""
    if paragraph.damaged:
        yield "原文此处乱码"
    if paragraph.ocr:
        yield "识别自扫描件"
