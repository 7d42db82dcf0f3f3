"""What the files of a memo say of a quoted paragraph; each file takes it from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.model import Paragraph, Report
from search_app.memo import Entry, Memo
from search_app.navigate import UNMARKED


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quoted text and its source, in words.

    The reference is ``before``, ``url`` and ``after`` in one. ``details`` add where the text
    stands in its report, and of which region and year this is. ``flaws`` are reasons to compare
    the text with the original, and ``caution`` asks for it.
    """

    id: str
    text: str
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
        text=entry.text,
        before=before,
        url=entry.url,
        after=after,
        details=_details(paragraph, entry.hit.report),
        flaws=tuple(_flaws(paragraph)),
    )


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


def _flaws(paragraph: Paragraph) -> Iterator[str]:
    if paragraph.damaged:
        yield "原文此处乱码"
    if paragraph.ocr:
        yield "识别自扫描件"
