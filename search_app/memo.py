"""Makes a memo: the paragraphs whose ids the address lists, in that order. Nothing is stored.

``memo_docx.py``, ``memo_markdown.py`` and ``memo_table.py`` write it as files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from engine.engine import Searcher
from engine.errors import QueryError
from engine.model import Hit
from search_app.cite import cite
from search_app.permalinks import NotFound, find_paragraph
from search_app.present import permalink

MAX_MEMO_PARAGRAPHS = 200
MAX_TITLE_CHARACTERS = 100
DEFAULT_TITLE = "备忘"
REFERENCE_STYLE = "gbt7714-2025"


@dataclass(frozen=True, slots=True)
class Entry:
    """A quoted paragraph with its reference and its full address."""

    hit: Hit
    url: str
    reference: str


@dataclass(frozen=True, slots=True)
class Memo:
    """The paragraphs that an address lists, and the ids of those that do not exist."""

    entries: tuple[Entry, ...]
    missing: tuple[str, ...]
    title: str = DEFAULT_TITLE

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(entry.hit.paragraph.id for entry in self.entries)


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


def read_title(value: str) -> str:
    """The title of an address, on one line; without one it is ``DEFAULT_TITLE``."""
    return " ".join(value.split())[:MAX_TITLE_CHARACTERS].rstrip() or DEFAULT_TITLE


def gather(
    searcher: Searcher,
    ids: Sequence[str],
    root: str,
    accessed: date,
    title: str = DEFAULT_TITLE,
) -> Memo:
    """The memo of these ids; ``root`` (``http://host``) makes the permalinks absolute."""
    hits = {paragraph_id: _hit(searcher, paragraph_id) for paragraph_id in ids}
    entries = (entry(hit, root, accessed) for hit in hits.values() if hit)
    missing = (paragraph_id for paragraph_id, hit in hits.items() if not hit)
    return Memo(tuple(entries), tuple(missing), title)


def _hit(searcher: Searcher, paragraph_id: str) -> Hit | None:
    try:
        return find_paragraph(searcher, paragraph_id)
    except NotFound:
        return None


def entry(hit: Hit, root: str, accessed: date) -> Entry:
    """A paragraph with its reference, as a memo quotes it."""
    url = root + permalink(hit.paragraph.id)
    return Entry(hit, url, cite(hit.report, hit.paragraph, url, REFERENCE_STYLE, accessed))


def memo_path(ids: Sequence[str], suffix: str = "", title: str = DEFAULT_TITLE) -> str:
    """The address of a memo, or of its file: ``/memo.docx?t=…&p=…``."""
    pairs = [("p", paragraph_id) for paragraph_id in ids]
    if title != DEFAULT_TITLE:
        pairs.insert(0, ("t", title))
    return f"/memo{suffix}?" + urlencode(pairs)


def moved(ids: Sequence[str], at: int, by: int) -> tuple[str, ...]:
    """The ids, with the id at index ``at`` moved by ``by`` places."""
    order = list(ids)
    order.insert(at + by, order.pop(at))
    return tuple(order)
