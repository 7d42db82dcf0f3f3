"""Xapian, a C++ library, through Debian's Python binding (``apt install python3-xapian``).

Debian installs it for the system's Python only, so it is imported from there; that
works where this Python has the same version. Facets are codes in value slots, counted
by match spies in a search that visits every match.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from struct import pack
from typing import Any

from benchmarks.corpus import Record
from benchmarks.peers.coding import FACETS, Codes, values
from benchmarks.queries import And, Answer, Node, Or, Phrase, Prefix, Query, Term, Without

MAX_PARAGRAPHS = 0
READING = "tokens"
KEEP = True
WARM_UP = 0.0
_DEBIAN = "/usr/lib/python3/dist-packages"
_LONGEST = 60  # characters of a term; Xapian takes 245 bytes
_FLUSH = 20_000  # paragraphs a transaction


def _library() -> Any:
    sys.path.append(_DEBIAN)
    try:
        return import_module("xapian")
    finally:
        sys.path.remove(_DEBIAN)


def missing() -> str:
    try:
        _library()
    except ImportError as error:
        return f"apt install python3-xapian, for this version of Python ({error})"
    return ""


def version() -> str:
    return f"Xapian {_library().version_string()}"


def build(records: Iterable[Record], folder: Path) -> None:
    library = _library()
    database = library.WritableDatabase(str(folder), library.DB_CREATE_OR_OVERWRITE)
    codes = Codes()
    for number, record in enumerate(records):
        document = library.Document()
        for word in record.words.split():
            document.add_term(f"W{word[:_LONGEST]}")
        for position, token in enumerate(record.exact.split()):
            document.add_posting(f"E{token[:_LONGEST]}", position)
        for facet, of_facet in zip(FACETS, values(record), strict=True):
            for value in of_facet:
                document.add_boolean_term(f"F{facet}{value}")
        for slot, code in enumerate(codes.code(record)):
            document.add_value(slot, pack(">H", code))
        document.set_data(record.text)
        database.add_document(document)
        if number % _FLUSH == _FLUSH - 1:
            database.commit()
    database.commit()
    database.close()
    codes.save(folder)


def connect(folder: Path) -> Callable[[Query], Answer]:
    return _Searcher(_library(), folder).answer


class _Searcher:
    def __init__(self, library: Any, folder: Path) -> None:
        self.library = library
        self.query = library.Query
        self.database = library.Database(str(folder))
        self.codes = Codes.load(folder)

    def answer(self, query: Query) -> Answer:
        node = self.tree(query.node)
        filters = {
            facet: self.query(f"F{facet}{value}")
            for facet, value in (("region", query.region), ("year", query.year))
            if value
        }
        wanted = [facet for facet in FACETS if facet not in filters]
        matches, counts = self.count(self.filtered(node, filters.values()), wanted, 10)
        for facet in filters:  # a facet is counted without its own filter
            others = [query for name, query in filters.items() if name != facet]
            counts |= self.count(self.filtered(node, others), [facet], 0)[1]
        top = tuple(hit.docid - 1 for hit in matches)
        return Answer(matches.get_matches_estimated(), top, self.codes.add_up(counts))

    def count(
        self, query: Any, facets: list[str], limit: int
    ) -> tuple[Any, dict[str, dict[int, int]]]:
        """The best matches, and counts by code, exact because every match is checked."""
        enquire = self.library.Enquire(self.database)
        enquire.set_query(query)
        if not limit:
            enquire.set_weighting_scheme(self.library.BoolWeight())
        spies = {facet: self.library.ValueCountMatchSpy(FACETS.index(facet)) for facet in facets}
        for spy in spies.values():
            enquire.add_matchspy(spy)
        matches = enquire.get_mset(0, limit, self.database.get_doccount())
        counts = {
            facet: {int.from_bytes(value.term, "big"): value.termfreq for value in spy.values()}
            for facet, spy in spies.items()
        }
        return matches, counts

    def filtered(self, node: Any, filters: Iterable[Any]) -> Any:
        for query in filters:
            node = self.query(self.query.OP_FILTER, node, query)
        return node

    def tree(self, node: Node) -> Any:
        match node:
            case Term(text):
                return self.query(f"W{text}")
            case Prefix(text):
                any_number, fail = 0, self.query.WILDCARD_LIMIT_ERROR
                return self.query(self.query.OP_WILDCARD, f"W{text}", any_number, fail)
            case Phrase(tokens):
                terms = [f"E{token}" for token in tokens]
                return self.query(self.query.OP_PHRASE, terms, len(terms))
            case And(parts):
                return self.query(self.query.OP_AND, list(map(self.tree, parts)))
            case Or(parts):
                return self.query(self.query.OP_OR, list(map(self.tree, parts)))
            case Without(keep, drop):
                return self.query(self.query.OP_AND_NOT, self.tree(keep), self.tree(drop))
