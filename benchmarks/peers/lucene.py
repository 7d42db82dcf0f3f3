"""Lucene 10, the library in Java that OpenSearch and others are made of, in a JVM of its own.

The programs in the folder ``lucene`` build and search; a query and its answer are a line of JSON
each, over pipes. Where there was a choice, the fastest one was taken that answers right, as found
with the benchmark's queries over 177,581 paragraphs (geometric means of times, one JVM each):

- Time is what the JVM measures, from the query's tree to documents and counts by value in its
  memory. Pipes and JSON do not count: they take 0.2 ms, ten times as long as a search for a rare
  word. The other engines are measured with their Python call.
- Before it is measured, it is asked all queries again and again (``WARM_UP``), so that HotSpot's
  second compiler has compiled what runs, as Lucene's own benchmarks (luceneutil) leave the first
  runs out. The flags are theirs too: a fixed heap of 2 GB, the parallel collector; and the Vector
  API, which its codec reads postings with. The query cache is off, as there.
- The index is merged to one segment, in memory maps. Documents keep their order, so that a hit's
  number needs no lookup.
- Facets are counted by a collector from one packed number a document, in bulk. Lucene's own
  facet module took longer: ``DrillSideways`` over a taxonomy about 2 times, over sorted-set doc
  values 2.5 times, and with collectors of codes in doc values 1.6 times as long.
- Where many documents match, the ten best come from a search that may skip (block-max WAND) and
  the counts from one that does not score; for few, and for phrases, one search that does both is
  faster. A document that fails one filter counts for that filter's facet only (drill-sideways).
- A search with many matches uses every processor, each for 250,000 documents or more.
"""

from __future__ import annotations

import json
import re
import subprocess
import weakref
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks import java
from benchmarks.corpus import Record
from benchmarks.peers.coding import Codes, values
from benchmarks.queries import And, Answer, Node, Or, Phrase, Prefix, Query, Term, Without

MAX_PARAGRAPHS = 0
READING = "tokens"
KEEP = False  # building is compared in every run
WARM_UP = 30.0

_PROGRAMS = Path(__file__).parent / "lucene"
_OPTIONS = (
    "-Xmx2g",
    "-XX:+UseParallelGC",
    "--add-modules=jdk.incubator.vector",
    "--enable-native-access=ALL-UNNAMED",
)
_SPACES = str.maketrans("\t\r\n", "   ")


def missing() -> str:
    try:
        java.class_path(_PROGRAMS)
    except RuntimeError as error:
        return str(error)
    return ""


def version() -> str:
    pom = (_PROGRAMS / "pom.xml").read_text("utf-8")
    number = re.search("<lucene.version>(.*)</lucene.version>", pom)
    assert number
    return f"Lucene {number[1]}, Java {java.release(java.home())}"


def build(records: Iterable[Record], folder: Path) -> None:
    codes = Codes()
    command = java.command(_PROGRAMS, _OPTIONS, "LuceneBuild", str(folder))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin
        for record in records:
            listed = ("\x1f".join(facet) for facet in values(record))
            fields = (
                record.words,
                record.exact,
                record.text.translate(_SPACES),
                *map(str, codes.code(record)),
                *listed,
            )
            process.stdin.write(("\t".join(fields) + "\n").encode())
    if process.returncode:
        raise RuntimeError(f"LuceneBuild ended with status {process.returncode}")
    codes.save(folder)


def connect(folder: Path) -> Callable[[Query], Answer]:
    return _Searcher(folder).answer


class _Searcher:
    def __init__(self, folder: Path) -> None:
        self.errors = folder / "errors.txt"
        command = java.command(_PROGRAMS, ("-Xms2g", *_OPTIONS), "LuceneSearch", str(folder))
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
            )
        weakref.finalize(self, _end, self.process)

    def answer(self, query: Query) -> Answer:
        year = str(query.year or "")
        said = self.ask({"node": _tree(query.node), "region": query.region, "year": year})
        return Answer(said["total"], tuple(said["top"]), said["facets"], said["nanoseconds"] / 1e9)

    def ask(self, query: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(query, ensure_ascii=False) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise RuntimeError(f"LuceneSearch ended\n{self.errors.read_text('utf-8')}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _end(process: subprocess.Popen[str]) -> None:
    """The program ends where its input does."""
    process.communicate()


def _tree(node: Node) -> list[Any]:
    """A node as ``LuceneSearch`` reads it."""
    match node:
        case Term(text):
            return ["term", text]
        case Prefix(text):
            return ["prefix", text]
        case Phrase(tokens):
            return ["phrase", *tokens]
        case And(parts):
            return ["and", *map(_tree, parts)]
        case Or(parts):
            return ["or", *map(_tree, parts)]
        case Without(keep, drop):
            return ["without", _tree(keep), _tree(drop)]
