"""Stock Whoosh, with its own storage, postings and collectors.

The tokens and fields are those of the product's index. Facets are codes in Whoosh's
columns, counted by its grouping. Filters are terms that do not score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from benchmarks.corpus import Record
from benchmarks.peers.coding import FACETS, Codes, values
from benchmarks.queries import And, Answer, Node, Or, Phrase, Prefix, Query, Term, Without
from engine.local.store import ReadyTokens

MAX_PARAGRAPHS = 20_000  # it indexes some hundreds a second
READING = "tokens"
KEEP = True
WARM_UP = 0.0


def missing() -> str:
    return ""


def version() -> str:
    return f"Whoosh {version_of('whoosh')}, stock"


def build(records: Iterable[Record], folder: Path) -> None:
    from whoosh import fields, formats, index

    schema = fields.Schema(
        words=fields.FieldType(formats.Frequency(), ReadyTokens(), scorable=True),
        exact=fields.FieldType(formats.Positions(), ReadyTokens(), scorable=True),
        number=fields.STORED(),
        text=fields.STORED(),
        **{facet: fields.FieldType(formats.Existence(), ReadyTokens()) for facet in FACETS},
        **{f"{facet}_code": fields.NUMERIC(sortable=True, bits=32) for facet in FACETS},
    )
    writer = index.create_in(str(folder), schema).writer(limitmb=512)
    codes = Codes()
    for number, record in enumerate(records):
        coded = zip(FACETS, codes.code(record), strict=True)
        writer.add_document(
            words=record.words.split(),
            exact=record.exact.split(),
            number=number,
            text=record.text,
            **dict(zip(FACETS, values(record), strict=True)),
            **{f"{facet}_code": code for facet, code in coded},
        )
    writer.commit()
    codes.save(folder)


def connect(folder: Path) -> Callable[[Query], Answer]:
    from whoosh import index

    return _Searcher(index.open_dir(str(folder)).searcher(), Codes.load(folder)).answer


class _Searcher:
    def __init__(self, searcher: Any, codes: Codes) -> None:
        self.searcher = searcher
        self.codes = codes

    def answer(self, query: Query) -> Answer:
        from whoosh import query as wq

        node = tree(query.node)
        filters = {
            facet: wq.Term(facet, str(value))
            for facet, value in (("region", query.region), ("year", query.year))
            if value
        }
        wanted = [facet for facet in FACETS if facet not in filters]
        results, counts = self.count(node, list(filters.values()), wanted)
        for facet in filters:  # a facet is counted without its own filter
            others = [query for name, query in filters.items() if name != facet]
            counts |= self.count(node, others, [facet])[1]
        top = tuple(hit["number"] for hit in results[:10])  # unoptimized, there may be more
        return Answer(len(results), top, self.codes.add_up(counts))

    def count(
        self, node: Any, filters: list[Any], facets: list[str]
    ) -> tuple[Any, dict[str, dict[int, int]]]:
        from whoosh import query as wq
        from whoosh.sorting import Count, Facets, FieldFacet

        grouped = Facets()
        for facet in facets:
            grouped.add_facet(facet, FieldFacet(f"{facet}_code", maptype=Count))
        results = self.searcher.search(
            node,
            limit=10,
            filter=wq.And(filters) if filters else None,
            groupedby=grouped,
            optimize=False,  # documents that are skipped would not be counted
        )
        return results, {facet: results.groups(facet) for facet in facets}


def tree(node: Node) -> Any:
    from whoosh import query as wq

    match node:
        case Term(text):
            return wq.Term("words", text)
        case Prefix(text):
            return wq.Prefix("words", text)
        case Phrase((text,)):
            return wq.Term("exact", text)
        case Phrase(tokens):
            return wq.Phrase("exact", list(tokens))
        case And(parts):
            return wq.And(list(map(tree, parts)))
        case Or(parts):
            return wq.Or(list(map(tree, parts)))
        case Without(keep, drop):
            # AndNot is wrong where the first match of ``drop`` is before the first of ``keep``
            return wq.And([tree(keep), wq.Not(tree(drop))])
