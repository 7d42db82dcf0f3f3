"""tantivy, a Rust library in Lucene's manner, through its Python binding.

Tokens go in joined by blanks and are cut at blanks again. The ten best come from
one search, which does not count and so may skip documents. Total and facets come from
aggregations, one for each set of filters that the counts need. Measured with common
and rare words over 2,000 and 20,000 paragraphs, this was the fastest way: faster than
counting in the search or filters inside one aggregation, and about as fast as
aggregating integer codes, which would have to be added up afterwards. One indexing
thread makes one segment; two were no faster over 20,000 paragraphs.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from benchmarks.corpus import Record
from benchmarks.peers.coding import FACETS, values
from benchmarks.queries import And, Answer, Node, Or, Phrase, Prefix, Query, Term, Without

MAX_PARAGRAPHS = 0
READING = "tokens"
KEEP = False  # building is compared in every run
WARM_UP = 0.0
_HEAP = 1_000_000_000  # bytes of memory after which the writer begins another segment
_VALUES = 10_000  # more than a facet has


def missing() -> str:
    return "" if importlib.util.find_spec("tantivy") else "pip install tantivy"


def version() -> str:
    return f"tantivy (Python binding) {version_of('tantivy')}"


def build(records: Iterable[Record], folder: Path) -> None:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("exact", tokenizer_name="whitespace", index_option="position")
    for facet in FACETS:
        builder.add_text_field(facet, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("id", fast=True)
    builder.add_bytes_field("text", stored=True)
    schema = builder.build()
    writer = tantivy.Index(schema, path=str(folder)).writer(_HEAP, 1)
    for number, record in enumerate(records):
        document = {
            "words": record.words,
            "exact": record.exact,
            **dict(zip(FACETS, values(record), strict=True)),
            "id": number,
            "text": record.text.encode(),
        }
        writer.add_document(tantivy.Document.from_dict(document, schema))
    writer.commit()
    writer.wait_merging_threads()


def connect(folder: Path) -> Callable[[Query], Answer]:
    import tantivy

    index = tantivy.Index.open(str(folder))
    return _Searcher(tantivy, index).answer


class _Searcher:
    def __init__(self, library: Any, index: Any) -> None:
        self.schema = index.schema
        self.searcher = index.searcher()
        self.query = library.Query
        self.occur = library.Occur
        self.counts = {facet: {"terms": {"field": facet, "size": _VALUES}} for facet in FACETS}

    def answer(self, query: Query) -> Answer:
        node = self.tree(query.node)
        filters = {
            facet: self.query.const_score_query(self.term(facet, str(value), "basic"), 0.0)
            for facet, value in (("region", query.region), ("year", query.year))
            if value
        }
        chosen = self.filtered(node, filters.values())
        hits = self.searcher.search(chosen, 10, count=False).hits
        ids = self.searcher.fast_field_values("id", [address for _, address in hits])
        wanted = {facet: self.counts[facet] for facet in FACETS if facet not in filters}
        counted = self.searcher.aggregate(
            chosen, {**wanted, "total": {"value_count": {"field": "id"}}}
        )
        total = int(counted.pop("total")["value"])
        for facet in filters:  # a facet is counted without its own filter
            others = [query for name, query in filters.items() if name != facet]
            counted |= self.searcher.aggregate(
                self.filtered(node, others), {facet: self.counts[facet]}
            )
        facets = {
            facet: {bucket["key"]: int(bucket["doc_count"]) for bucket in counted[facet]["buckets"]}
            for facet in FACETS
        }
        return Answer(total, tuple(map(int, ids)), facets)

    def filtered(self, node: Any, filters: Iterable[Any]) -> Any:
        parts = [node, *filters]
        return self.all_of(parts) if len(parts) > 1 else node

    def all_of(self, parts: Iterable[Any]) -> Any:
        return self.query.boolean_query([(self.occur.Must, part) for part in parts])

    def term(self, field: str, text: str, option: str) -> Any:
        return self.query.term_query(self.schema, field, text, index_option=option)

    def tree(self, node: Node) -> Any:
        match node:
            case Term(text):
                return self.term("words", text, "freq")
            case Prefix(text):  # prefixes have no characters special to regular expressions
                return self.query.regex_query(self.schema, "words", f"{text}.*")
            case Phrase((text,)):
                return self.term("exact", text, "freq")
            case Phrase(tokens):
                return self.query.phrase_query(self.schema, "exact", list(tokens))
            case And(parts):
                return self.all_of(map(self.tree, parts))
            case Or(parts):
                return self.query.boolean_query(
                    [(self.occur.Should, self.tree(part)) for part in parts]
                )
            case Without(keep, drop):
                return self.query.boolean_query(
                    [(self.occur.Must, self.tree(keep)), (self.occur.MustNot, self.tree(drop))]
                )
