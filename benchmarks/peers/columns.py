"""The product's columns, asked for the same token trees as the other engines.

``ours`` is built on them; here they are without the product's query language,
tokenizer, stored data and pages. A region or a year is a filter on groups (reports),
as in the product. Counts by group and by label are added up to values of every level.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from importlib.metadata import version as version_of
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.corpus import Record
from benchmarks.peers.coding import values
from benchmarks.peers.whoosh import tree
from benchmarks.queries import Answer, Query
from engine.columns.run.collector import run_query
from engine.columns.run.ops import SegmentFilter
from engine.columns.run.searcher import ColumnSearcher
from engine.columns.run.tally import Tally
from engine.local.store import NAME, schema

MAX_PARAGRAPHS = 0
READING = "tokens"
KEEP = False
WARM_UP = 0.0


def missing() -> str:
    return ""


def version() -> str:
    return f"yinju {version_of('yinju')}, numba {version_of('numba')}"


def build(records: Iterable[Record], folder: Path) -> None:
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex

    from engine.columns.write.document_writer import Group
    from engine.columns.write.numbering import END_DOCUMENT
    from engine.columns.write.writer import ColumnWriter

    writer = ColumnWriter(FileIndex.create(FileStorage(str(folder)), schema(), NAME))
    number = 0
    for report, group in groupby(records, key=lambda record: record.report):
        paragraphs = list(group)
        region, year, _ = values(paragraphs[0])
        writer.add_group(
            Group(
                key=str(report).encode(),
                about=json.dumps([region, year]).encode(),
                title=END_DOCUMENT,
                keys=[str(number + at).encode() for at in range(len(paragraphs))],
                labels=["\n".join(values(record)[2]) for record in paragraphs],
                words="".join(_document(record.words) for record in paragraphs),
                exact="".join(_document(record.exact) for record in paragraphs),
                stored=[record.text.replace("\n", " ").encode() for record in paragraphs],
            )
        )
        number += len(paragraphs)
    writer.commit()


def _document(tokens: str) -> str:
    from engine.columns.write.numbering import END_DOCUMENT, END_TOKEN

    return (tokens.replace(" ", END_TOKEN) + END_TOKEN if tokens else "") + END_DOCUMENT


def connect(folder: Path) -> Callable[[Query], Answer]:
    from whoosh.index import open_dir

    return _Searcher(open_dir(str(folder), NAME).searcher()).answer


class _Searcher:
    def __init__(self, searcher: Any) -> None:
        self.searcher = searcher
        self.opened = ColumnSearcher(searcher)
        (part,) = self.opened.segments  # one commit makes one segment
        about = [json.loads(part.reader.about.get(group)) for group in range(part.reader.groups)]
        self.region = Tally([region for region, _ in about])
        self.year = Tally([year for _, year in about])
        self.theme = Tally([name.split("\n") for name in part.reader.label_names])
        self.every_label = np.ones(len(part.reader.label_names), np.bool_)
        self.every_group = np.ones(part.reader.groups, np.bool_)

    def answer(self, query: Query) -> Answer:
        in_region = self.region.items_with([query.region]) if query.region else self.every_group
        in_year = self.year.items_with([str(query.year)]) if query.year else self.every_group
        keep = []
        if query.region or query.year:
            fails = (~in_region).view(np.uint8) + (~in_year).view(np.uint8)
            keep = [SegmentFilter(True, fails, False, self.every_label)]
        found = run_query(self.opened, tree(query.node), 10, keep)
        if not found.matched:
            return Answer(0, (), {"region": {}, "year": {}, "theme": {}})
        return Answer(
            found.total,
            tuple(document for _, document in found.items),
            {
                "region": self.region.add_up(found.group_counts[0], in_year),
                "year": self.year.add_up(found.group_counts[0], in_region),
                "theme": self.theme.add_up(found.label_counts[0], self.every_label),
            },
        )
