"""Makes a memo: the passages whose ids the address lists, in that order. Nothing is stored.

This module writes a memo as text (Markdown) and as a table (CSV); ``memo_docx.py`` writes
it as a Word file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from engine.engine import Searcher
from engine.errors import QueryError
from engine.model import Hit
from search_app.cite import cite, escape_markdown
from search_app.passages import Passage
from search_app.permalinks import NotFound, find_passage
from search_app.present import permalink

MAX_MEMO_PARAGRAPHS = 200
REFERENCE_STYLE = "gbt7714-2025"


@dataclass(frozen=True, slots=True)
class Entry:
    """A quoted passage with its reference and its full address."""

    passage: Passage
    url: str
    reference: str

    @property
    def hit(self) -> Hit:
        return self.passage.hit

    @property
    def id(self) -> str:
        return self.passage.id

    @property
    def text(self) -> str:
        """The words quoted: of a paragraph, all or some sentences."""
        return self.passage.text


@dataclass(frozen=True, slots=True)
class Memo:
    """The passages that an address lists, and the ids of those that do not exist."""

    entries: tuple[Entry, ...]
    missing: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(entry.id for entry in self.entries)


def read_ids(values: Sequence[str]) -> tuple[str, ...]:
    """The ids of an address, each once, in order.

    Raises ``QueryError`` for more than ``MAX_MEMO_PARAGRAPHS``.
    """
    ids = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
    if len(ids) > MAX_MEMO_PARAGRAPHS:
        raise QueryError(
            f"这份备忘有 {len(ids)} 段", f"一份备忘至多 {MAX_MEMO_PARAGRAPHS} 段，请分成几份"
        )
    return ids


def gather(searcher: Searcher, ids: Sequence[str], root: str, accessed: date) -> Memo:
    """The memo of these ids; ``root`` (``http://host``) makes the permalinks absolute."""
    passages = {passage_id: _passage(searcher, passage_id) for passage_id in ids}
    entries = (entry(passage, root, accessed) for passage in passages.values() if passage)
    missing = (passage_id for passage_id, passage in passages.items() if not passage)
    return Memo(tuple(entries), tuple(missing))


def _passage(searcher: Searcher, passage_id: str) -> Passage | None:
    try:
        return find_passage(searcher, passage_id)
    except NotFound:
        return None


def entry(passage: Passage, root: str, accessed: date) -> Entry:
    """A passage with its reference, as a memo quotes it."""
    url = root + permalink(passage.id)
    return Entry(passage, url, cite(passage, url, REFERENCE_STYLE, accessed))


def memo_path(ids: Sequence[str], suffix: str = "") -> str:
    """The address of a memo, or of its file: ``/memo.docx?p=…``."""
    return f"/memo{suffix}?" + urlencode([("p", paragraph_id) for paragraph_id in ids])


def moved(ids: Sequence[str], at: int, by: int) -> tuple[str, ...]:
    """The ids, with the id at index ``at`` moved by ``by`` places."""
    order = list(ids)
    order.insert(at + by, order.pop(at))
    return tuple(order)


def as_markdown(memo: Memo) -> str:
    """The memo as Markdown: each paragraph as a quotation, with reference and permalink below."""
    parts = ["# 备忘\n"]
    for number, item in enumerate(memo.entries, 1):
        quote = escape_markdown(item.text).replace("\n", "\n> ")
        reference = escape_markdown(item.reference.removesuffix(f"{item.url}."))
        parts.append(f"> {quote}\n>\n> \\[{number}\\] {reference}<{item.url}>\n")
    return "\n".join(parts)


_COLUMNS = (
    *("序号", "正文", "报告", "发布单位", "发布日期", "地区", "年份"),
    *("文种", "主题", "标题路径", "第几段", "识别自扫描件", "链接", "引用"),
)


def as_csv(memo: Memo) -> bytes:
    """The memo as a table that Excel opens: UTF-8 with a byte-order mark, without formulas."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(_COLUMNS)
    for number, item in enumerate(memo.entries, 1):
        paragraph, report = item.hit.paragraph, item.hit.report
        cells = (
            item.text,
            report.title,
            report.issuer,
            report.published,
            "/".join(report.region.names),
            str(report.year or ""),
            report.kind,
            "；".join(theme.name for theme in paragraph.themes),
            " › ".join(paragraph.heading),
            str(paragraph.ordinal),
            "是" if paragraph.ocr else "",
            item.url,
            item.reference,
        )
        rows.writerow([str(number), *map(_harmless, cells)])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet takes as text: a formula sign in front gets an apostrophe."""
    return "'" + cell if cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) else cell
