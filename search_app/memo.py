"""A memo: paragraphs in the order their ids stand in the address. Nothing is stored.

The same memo as text (Markdown) and as a table (CSV) is here; as a Word file
it is in ``memo_docx.py``.
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
from search_app.present import permalink

MOST = 200  # paragraphs of one memo
STYLE = "gbt7714-2025"


@dataclass(frozen=True, slots=True)
class Entry:
    """A quoted paragraph with its reference and its full address."""

    hit: Hit
    url: str
    reference: str


@dataclass(frozen=True, slots=True)
class Memo:
    """What an address asks for: the paragraphs there are, and the ids of those that are not."""

    entries: tuple[Entry, ...]
    missing: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(entry.hit.paragraph.id for entry in self.entries)


def read_ids(values: Sequence[str]) -> tuple[str, ...]:
    """The ids of an address, each once, in order; raises ``QueryError`` past ``MOST``."""
    ids = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
    if len(ids) > MOST:
        raise QueryError(f"这份备忘有 {len(ids)} 段", f"一份备忘至多 {MOST} 段，请分成几份")
    return ids


def gather(searcher: Searcher, ids: Sequence[str], root: str, accessed: date) -> Memo:
    """The memo of these ids; ``root`` (``http://host``) makes the permalinks absolute."""
    hits = {wanted: searcher.hit(wanted) for wanted in ids}
    entries = (entry(hit, root, accessed) for hit in hits.values() if hit)
    return Memo(tuple(entries), tuple(wanted for wanted, hit in hits.items() if not hit))


def entry(hit: Hit, root: str, accessed: date) -> Entry:
    """A paragraph as it stands in a memo."""
    url = root + permalink(hit.paragraph.id)
    return Entry(hit, url, cite(hit.report, hit.paragraph, url, STYLE, accessed))


def memo_path(ids: Sequence[str], suffix: str = "") -> str:
    """The address of a memo, or of its file: ``/memo.docx?p=…``."""
    return f"/memo{suffix}?" + urlencode([("p", wanted) for wanted in ids])


def moved(ids: Sequence[str], at: int, by: int) -> tuple[str, ...]:
    """The ids with the one at ``at`` moved by so many places."""
    order = list(ids)
    order.insert(at + by, order.pop(at))
    return tuple(order)


def as_markdown(memo: Memo) -> str:
    """Each paragraph as a quotation, its reference and permalink below it."""
    parts = ["# 备忘\n"]
    for number, item in enumerate(memo.entries, 1):
        quote = escape_markdown(item.hit.paragraph.text).replace("\n", "\n> ")
        reference = escape_markdown(item.reference.removesuffix(f"{item.url}."))
        parts.append(f"> {quote}\n>\n> \\[{number}\\] {reference}<{item.url}>\n")
    return "\n".join(parts)


_COLUMNS = (
    *("序号", "正文", "报告", "发布单位", "发布日期", "地区", "年份"),
    *("主题", "标题路径", "第几段", "链接", "引用"),
)


def as_csv(memo: Memo) -> bytes:
    """A table that Excel opens: UTF-8 with a byte-order mark, no cell a formula."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(_COLUMNS)
    for number, item in enumerate(memo.entries, 1):
        paragraph, report = item.hit.paragraph, item.hit.report
        cells = (
            paragraph.text,
            report.title,
            report.issuer,
            report.published,
            "/".join(report.region.names),
            str(report.year or ""),
            "；".join(theme.name for theme in paragraph.themes),
            " › ".join(paragraph.heading),
            str(paragraph.ordinal),
            item.url,
            item.reference,
        )
        rows.writerow([str(number), *map(_harmless, cells)])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet takes as text: a formula sign in front gets an apostrophe."""
    return "'" + cell if cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) else cell
