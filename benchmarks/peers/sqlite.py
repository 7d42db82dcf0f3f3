"""SQLite's full-text search, FTS5, from Python's own library.

Its ``ascii`` tokenizer (its simplest one) cuts at blanks and at ASCII signs. Signs are
replaced by private-use characters, so that ``98.25`` and ``%`` stay tokens. Facets are
codes in an ordinary table beside the full-text table.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks.corpus import Record
from benchmarks.peers.coding import FACETS, Codes
from benchmarks.queries import And, Answer, Node, Or, Phrase, Prefix, Query, Term, Without

MAX_PARAGRAPHS = 0
READING = "tokens"
KEEP = True
WARM_UP = 0.0
_SIGNS = {
    code: 0xE000 + code for code in range(0x21, 0x7F) if not chr(code).isalnum()
}  # private-use characters count as letters for the tokenizer
_TABLES = """
    CREATE VIRTUAL TABLE tokens USING fts5(words, exact, content='', tokenize='ascii');
    CREATE TABLE paragraph(id INTEGER PRIMARY KEY, region INT, year INT, theme INT, text TEXT);
"""


def missing() -> str:
    with sqlite3.connect(":memory:") as connection:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    return "" if "ENABLE_FTS5" in options else "Python's sqlite3 is built without FTS5"


def version() -> str:
    return f"SQLite FTS5 {sqlite3.sqlite_version}"


def build(records: Iterable[Record], folder: Path) -> None:
    codes = Codes()
    connection = sqlite3.connect(folder / "index.db")
    connection.executescript(_TABLES)
    with connection:
        for number, record in enumerate(records):
            fields = (record.words.translate(_SIGNS), record.exact.translate(_SIGNS))
            connection.execute(
                "INSERT INTO tokens(rowid, words, exact) VALUES (?, ?, ?)", (number, *fields)
            )
            connection.execute(
                "INSERT INTO paragraph VALUES (?, ?, ?, ?, ?)",
                (number, *codes.code(record), record.text),
            )
        connection.execute("INSERT INTO tokens(tokens) VALUES ('optimize')")
    connection.close()
    codes.save(folder)


def connect(folder: Path) -> Callable[[Query], Answer]:
    return _Searcher(folder).answer


class _Searcher:
    def __init__(self, folder: Path) -> None:
        self.connection = sqlite3.connect(folder / "index.db")
        self.connection.execute("PRAGMA mmap_size = 8000000000")
        self.connection.execute("PRAGMA cache_size = -500000")
        self.codes = Codes.load(folder)

    def answer(self, query: Query) -> Answer:
        match = _match(query.node)
        kept = {
            facet: f"{facet} IN ({','.join(map(str, self.codes.codes_of(facet, str(value))))})"
            for facet, value in (("region", query.region), ("year", query.year))
            if value
        }
        total, counts = self._count(match, kept)
        where = " AND ".join(("tokens MATCH ?", *kept.values()))
        join = "JOIN paragraph ON id = tokens.rowid" if kept else ""
        top = self.connection.execute(
            f"SELECT tokens.rowid FROM tokens {join} WHERE {where} ORDER BY rank LIMIT 10", [match]
        )
        return Answer(total, tuple(row[0] for row in top), self.codes.add_up(counts))

    def _count(self, match: str, kept: dict[str, str]) -> tuple[int, dict[str, dict[int, int]]]:
        """Total and counts by code, from one statement that runs the match once."""
        rows = self.connection.execute(
            "WITH hit AS MATERIALIZED (SELECT region, year, theme FROM tokens JOIN paragraph"
            " ON id = tokens.rowid WHERE tokens MATCH ?) " + " UNION ALL ".join(_groups(kept)),
            [match],
        )
        total = 0
        counts: dict[str, dict[int, int]] = {facet: {} for facet in FACETS}
        for facet, code, count in rows:
            if facet == "total":
                total = count
            else:
                counts[facet][code] = count
        return total, counts


def _groups(kept: dict[str, str]) -> Iterator[str]:
    """A SELECT for each facet, with all filters but its own, and one for the total."""
    for facet in FACETS:
        where = " AND ".join(test for name, test in kept.items() if name != facet) or "1"
        yield f"SELECT '{facet}', {facet}, count(*) FROM hit WHERE {where} GROUP BY {facet}"
    yield f"SELECT 'total', 0, count(*) FROM hit WHERE {' AND '.join(kept.values()) or '1'}"


def _match(node: Node) -> str:
    """A node in the query language of FTS5."""
    match node:
        case Term(text):
            return f'words : "{text.translate(_SIGNS)}"'
        case Prefix(text):
            return f'words : "{text.translate(_SIGNS)}" *'
        case Phrase(tokens):
            return f'exact : "{" ".join(tokens).translate(_SIGNS)}"'
        case And(parts):
            return " AND ".join(f"({_match(part)})" for part in parts)
        case Or(parts):
            return " OR ".join(f"({_match(part)})" for part in parts)
        case Without(keep, drop):
            return f"({_match(keep)}) NOT ({_match(drop)})"
