"""Makes small indexes in columns and in stock Whoosh from the same documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whoosh import query as wq
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.searching import Searcher

from engine.columns.run.collector import ColumnCollector, run_query
from engine.columns.run.ops import SegmentFilter
from engine.columns.run.searcher import ColumnSearcher
from engine.columns.write.writer import ColumnWriter
from engine.local.store import NAME, schema


@dataclass(frozen=True)
class Doc:
    """A document, as tokens by field. The documents of a report are consecutive."""

    report: str = "r"
    words: Sequence[str] = ()
    exact: Sequence[str] = ()
    title: Sequence[str] = ()
    label: str = "body"
    id: str = field(default="")


def new_index(folder: Path) -> FileIndex:
    folder.mkdir(parents=True, exist_ok=True)
    return FileIndex.create(FileStorage(str(folder)), schema(), NAME)


def put(writer: Any, docs: Iterable[Doc]) -> None:
    """Add documents as Whoosh does."""
    for number, doc in enumerate(docs):
        writer.add_document(
            id=doc.id or str(number),
            report=doc.report,
            label=doc.label,
            words=list(doc.words),
            exact=list(doc.exact),
            title=list(doc.title),
            data=f"text {number}",
        )


def columns(folder: Path, *commits: Sequence[Doc], **options: Any) -> FileIndex:
    """Make an index in columns, with a commit for each list of documents."""
    index = new_index(folder)
    for docs in commits:
        writer = ColumnWriter(index)
        put(writer, docs)
        writer.commit(**options)
    return index


def stock(folder: Path, docs: Sequence[Doc]) -> Searcher:
    """Make an index of Whoosh's own, and return Whoosh's own searcher."""
    index = new_index(folder)
    writer = index.writer()
    put(writer, docs)
    writer.commit()
    return index.searcher()


def run(
    opened: ColumnSearcher,
    query: wq.Query,
    limit: int = 10_000,
    filters: Sequence[SegmentFilter] = (),
) -> ColumnCollector:
    return run_query(opened, query, limit, filters)


def scores(result: ColumnCollector) -> dict[int, float]:
    return {document: score for score, document in result.items}


def stock_scores(searcher: Searcher, query: wq.Query) -> dict[int, float]:
    hits = searcher.search(query, limit=None, optimize=False)
    return {hit.docnum: hit.score for hit in hits}
