"""Finds what an id leads to: a passage or a report, under the id that it has or once had."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.engine import Searcher
from engine.errors import NotFound
from engine.ids import is_paragraph_id, is_report_id, paragraph_ids, report_of
from engine.model import Hit, Query, Report
from engine.sentences import find_sentences
from search_app.passages import Passage

_FORMS = {  # of ids
    "一段": "段落的编号是报告的编号加上连字符和六个字母或数字",
    "篇报告": "报告的编号是八个字母或数字",
}
_SENTENCES = re.compile(r"([1-9][0-9]{0,5})(?:-([1-9][0-9]{0,5}))?")


class Unknown(NotFound):
    """No paragraph or report has the id; ``what`` names the kind in Chinese."""

    def __init__(self, what: str) -> None:
        hint = "编号可能抄漏了，或者它所在的文件已不在语料中"
        super().__init__(f"没有这{what}", hint)


class Malformed(Unknown):
    """The id is no paragraph's or report's, since none has this form."""

    def __init__(self, what: str) -> None:
        hint = f"{_FORMS[what]}。请对照引用重新输入"
        NotFound.__init__(self, f"编号写得不对，没有这{what}", hint)


class Gone(NotFound):
    """The report exists, but no longer has the paragraph; the page links the report."""

    def __init__(self, report_id: str, title: str) -> None:
        super().__init__("这一段已不在报告中", f"它所属的报告《{title}》还在：/r/{report_id}")
        self.report_id = report_id
        self.title = title


class Several(NotFound):
    """Several paragraphs (``kind`` p) or reports (r) may once have had the id."""

    def __init__(self, kind: str, ids: Sequence[str]) -> None:
        self.paths = [f"/{kind}/{each}" for each in ids]
        hint = f"它曾是几篇报告共有的编号，现在各有各的：{'、'.join(self.paths)}"
        super().__init__("这个编号指向不止一处", hint)


class NoSentence(NotFound):
    """The paragraph exists, but has no such sentences; ``count`` says how many it has."""

    def __init__(self, paragraph_id: str, wanted: str, count: int) -> None:
        message = f"这一段共 {count} 句，没有“{wanted[:20]}”"
        super().__init__(message, f"句子从 1 数起；整段在 /p/{paragraph_id}")
        self.paragraph_id = paragraph_id
        self.wanted = wanted
        self.count = count


def find_passage(searcher: Searcher, passage_id: str, query: Query | None = None) -> Passage:
    """The passage of an id, its paragraph highlighted for ``query``.

    Raises what ``find_paragraph`` raises, and ``NoSentence``.
    """
    paragraph_id, sign, wanted = passage_id.partition("~")
    hit = find_paragraph(searcher, paragraph_id, query)
    if not sign:
        return Passage(hit)
    count = len(find_sentences(hit.paragraph.text))
    match = _SENTENCES.fullmatch(wanted)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 0 < first <= last <= count:
        raise NoSentence(hit.paragraph.id, wanted, count)
    return Passage(hit, first, last)


def find_paragraph(searcher: Searcher, paragraph_id: str, query: Query | None = None) -> Hit:
    """The paragraph of an id, highlighted for ``query``; under a former id, it has another one.

    Raises ``Several`` where several paragraphs may have had this id, ``Malformed`` where no
    paragraph can have had it, ``Gone`` where its report exists without it, and ``Unknown`` where
    neither exists.
    """
    if hit := searcher.hit(paragraph_id, query):
        return hit
    report_id = report_of(paragraph_id)
    renamed = searcher.reports_once_called(report_id)
    moved = [new for report in renamed if (new := _present_id(searcher, report, paragraph_id))]
    if len(moved) == 1 and (hit := searcher.hit(moved[0], query)):
        return hit
    if moved:
        raise Several("p", moved)
    if not is_paragraph_id(paragraph_id):
        raise Malformed("一段")
    if report := searcher.report(report_id) or next(iter(renamed), None):
        raise Gone(report.id, report.title)
    raise Unknown("一段")


def find_report(searcher: Searcher, report_id: str) -> Report:
    """The report of an id, or of a former id; raises ``Several``, ``Unknown`` or ``Malformed``."""
    if report := searcher.report(report_id):
        return report
    renamed = searcher.reports_once_called(report_id)
    if len(renamed) > 1:
        raise Several("r", [report.id for report in renamed])
    if not renamed:
        raise Unknown("篇报告") if is_report_id(report_id) else Malformed("篇报告")
    return renamed[0]


def _present_id(searcher: Searcher, report: Report, former_id: str) -> str | None:
    """The id that a paragraph of a report has now, where its id once was ``former_id``."""
    paragraphs = searcher.paragraphs(report.id)
    former = paragraph_ids(report_of(former_id), (paragraph.raw for paragraph in paragraphs))
    return next((p.id for p, old in zip(paragraphs, former, strict=True) if old == former_id), None)
