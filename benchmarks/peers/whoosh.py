"""Stock Whoosh, with its own storage, postings and collectors.

The tokens and fields are those of the product's index; facets are codes in its
columns, counted by its own grouping. A filter is a term that scores nothing.
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

MOST = 20_000  # paragraphs; it indexes some hundreds a second
READS = "tokens"
KEEP = True


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
        found, counts = self.count(node, list(filters.values()), wanted)
        for facet in filters:  # what a facet counts, its own filter does not lower
            others = [one for name, one in filters.items() if name != facet]
            counts |= self.count(node, others, [facet])[1]
        top = tuple(hit["number"] for hit in found[:10])  # without optimizing there may be more
        return Answer(len(found), top, self.codes.add_up(counts))

    def count(
        self, node: Any, filters: list[Any], facets: list[str]
    ) -> tuple[Any, dict[str, dict[int, int]]]:
        from whoosh import query as wq
        from whoosh.sorting import Count, Facets, FieldFacet

        grouped = Facets()
        for facet in facets:
            grouped.add_facet(facet, FieldFacet(f"{facet}_code", maptype=Count))
        found = self.searcher.search(
            node,
            limit=10,
            filter=wq.And(filters) if filters else None,
            groupedby=grouped,
            optimize=False,  # skipping what cannot be among the best would miss it in the counts
        )
        return found, {facet: found.groups(facet) for facet in facets}


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
            # not AndNot, which errs where the first of ``drop`` comes before the first of ``keep``
            return wq.And([tree(keep), wq.Not(tree(drop))])
