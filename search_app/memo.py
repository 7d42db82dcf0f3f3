"""Makes a memo: the passages whose ids the address lists, in that order. Nothing is stored.

An id that leads to no paragraph any more keeps its place, with what became of it. Of queries that
the address lists too, the words are marked. ``memo_docx.py``, ``memo_markdown.py`` and
``memo_table.py`` write it as files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, groupby
from urllib.parse import urlencode

from engine.engine import Searcher
from engine.errors import QueryError
from engine.model import Hit, Query, Span
from search_app import marks
from search_app.cite import cite
from search_app.passages import Passage
from search_app.permalinks import Gone, NoSentence, Several, Unknown, find_passage
from search_app.present import permalink

MAX_MEMO_PARAGRAPHS = 200
MAX_TITLE_CHARACTERS = 100
MAX_MEMO_QUERIES = 10
DEFAULT_TITLE = "备忘"
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

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether a query matches it; these alternate."""
        spans = [span for span in self.hit.spans if span.kind == "query"]
        runs = marks.runs(self.passage.paragraph.text, spans, *self.passage.range)
        groups = groupby((part for run in runs for part in run.parts), key=lambda part: part[1])
        return [("".join(text for text, _ in group), in_query) for in_query, group in groups]

    @property
    def found_words(self) -> list[str]:
        """The different pieces that a query matches, in the order of the text."""
        return list(dict.fromkeys(text for text, in_query in self.pieces if in_query))


@dataclass(frozen=True, slots=True)
class Missing:
    """An id without a paragraph: what became of it, and links (path, text) to look at instead."""

    id: str
    message: str
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Memo:
    """What an address lists, in its order; ``faults`` are of queries that cannot be read."""

    items: tuple[Entry | Missing, ...]
    title: str = DEFAULT_TITLE
    queries: tuple[str, ...] = ()
    faults: tuple[QueryError, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(item for item in self.items if isinstance(item, Entry))

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items if isinstance(item, Missing))


def read_ids(values: Sequence[str]) -> tuple[str, ...]:
    """The ids of an address, each once, in order."""
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def refuse_too_many(ids: Sequence[str]) -> None:
    """Raise ``QueryError`` for more than ``MAX_MEMO_PARAGRAPHS``: a file must not leave any out."""
    if len(ids) > MAX_MEMO_PARAGRAPHS:
        raise QueryError(
            f"这份备忘有 {len(ids)} 段", f"一份备忘至多 {MAX_MEMO_PARAGRAPHS} 段，请分成几份"
        )


def read_title(value: str) -> str:
    """The title of an address, on one line; without one it is ``DEFAULT_TITLE``."""
    return " ".join(value.split())[:MAX_TITLE_CHARACTERS].rstrip() or DEFAULT_TITLE


def read_queries(values: Sequence[str]) -> tuple[str, ...]:
    """The queries of an address, each once; of more than ``MAX_MEMO_QUERIES`` the last."""
    return read_ids(values)[-MAX_MEMO_QUERIES:]


def searched(query: Query) -> tuple[str, ...]:
    """The texts of a query, as a memo takes them: a run that was searched exactly is in quotes."""
    texts = filter(None, (*query.inside, query.text))
    return tuple(map(_quoted, texts)) if query.exact else tuple(texts)


def _quoted(text: str) -> str:
    return " ".join(f'"{run}"' if run.isalnum() else run for run in text.split())


def gather(
    searcher: Searcher,
    ids: Sequence[str],
    root: str,
    accessed: date,
    title: str = DEFAULT_TITLE,
    queries: Sequence[str] = (),
) -> Memo:
    """The memo of these ids; ``root`` (``http://host``) makes the permalinks absolute."""
    items = (_item(searcher, paragraph_id, root, accessed) for paragraph_id in ids)
    once = {item.id: item for item in items}  # a former id and the present one are one paragraph
    return _marked(searcher, Memo(tuple(once.values()), title), queries)


def _marked(searcher: Searcher, memo: Memo, queries: Sequence[str]) -> Memo:
    """The memo with the words of the queries marked in its entries."""
    texts = [entry.passage.paragraph.text for entry in memo.entries]
    found: dict[str, Sequence[Sequence[Span]]] = {}
    faults = []
    for query in queries:
        try:
            found[query] = searcher.spans(texts, Query(query))
        except QueryError as fault:
            faults.append(fault)
    spans = {
        entry.id: tuple(sorted(chain.from_iterable(of_entry)))
        for entry, *of_entry in zip(memo.entries, *found.values(), strict=True)
    }
    items = tuple(
        _with_spans(item, spans[item.id]) if isinstance(item, Entry) else item
        for item in memo.items
    )
    return replace(memo, items=items, queries=tuple(found), faults=tuple(faults))


def _with_spans(entry: Entry, spans: tuple[Span, ...]) -> Entry:
    return replace(entry, passage=replace(entry.passage, hit=replace(entry.hit, spans=spans)))


def _item(searcher: Searcher, paragraph_id: str, root: str, accessed: date) -> Entry | Missing:
    try:
        return entry(find_passage(searcher, paragraph_id), root, accessed)
    except Gone as gone:
        message = "这一段的文字在报告里改过或删去了，不拿相似的段落顶替。报告还在："
        return Missing(paragraph_id, message, ((f"/r/{gone.report_id}", gone.title),))
    except Several as several:
        message = "这个编号曾是几处共有的，现在各有各的："
        return Missing(paragraph_id, message, tuple((path, path) for path in several.paths))
    except NoSentence as few:
        message = f"这一段共 {few.count} 句，没有“{few.wanted}”。这一段在："
        return Missing(paragraph_id, message, ((permalink(few.paragraph_id), few.paragraph_id),))
    except Unknown:
        message = "索引里没有这一段：编号可能抄漏了，或者它所在的文件已不在语料中。"
        return Missing(paragraph_id, message)


def entry(passage: Passage, root: str, accessed: date) -> Entry:
    """A passage with its reference, as a memo quotes it."""
    url = root + permalink(passage.id)
    return Entry(passage, url, cite(passage, url, REFERENCE_STYLE, accessed))


def memo_pairs(
    ids: Sequence[str], title: str = DEFAULT_TITLE, queries: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """The parameters of a memo's address."""
    titled = [("t", title)] if title != DEFAULT_TITLE else []
    return [*titled, *(("q", query) for query in queries), *(("p", each) for each in ids)]


def memo_path(
    ids: Sequence[str],
    suffix: str = "",
    title: str = DEFAULT_TITLE,
    queries: Sequence[str] = (),
) -> str:
    """The address of a memo, or of its file: ``/memo.docx?t=…&q=…&p=…``."""
    parameters = urlencode(memo_pairs(ids, title, queries))
    return f"/memo{suffix}?{parameters}" if parameters else f"/memo{suffix}"


def moved(ids: Sequence[str], at: int, by: int) -> tuple[str, ...]:
    """The ids, with the id at index ``at`` moved by ``by`` places, at most to an end."""
    order = list(ids)
    order.insert(max(0, at + by), order.pop(at))
    return tuple(order)
