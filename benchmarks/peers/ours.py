"""The product's embedded engine, through the ``Engine`` protocol, as a user asks it.

A query is typed in the product's language. There a Han word also stands for the
same characters in a row, wherever the tokenizer cut. So its reading is ``typed``: for
comparison, the reference is asked for the characters (``queries.as_typed``). Phrases
mean the same in both readings. A word that the tokenizer would cut further
is put in quotation marks, which finds the same paragraphs. Building includes the
product's own tokenizing; its writer takes no ready-made tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version as version_of
from itertools import groupby
from pathlib import Path

from benchmarks import queries
from benchmarks.corpus import Record
from benchmarks.queries import And, Answer, Node, Or, Phrase, Term, Without
from engine.analyze import Analyzer
from engine.engine import open_engine, open_writer
from engine.model import FacetCount, Paragraph, Query, Region, Report, Theme
from indexer import lexicon

MAX_PARAGRAPHS = 0
READING = "typed"
KEEP = False
WARM_UP = 0.0


def missing() -> str:
    return ""


def version() -> str:
    return f"yinju {version_of('yinju')}"


def build(records: Iterable[Record], folder: Path) -> None:
    write(records, str(folder))


def write(records: Iterable[Record], location: str) -> None:
    """Write the product's index of the records at any location."""
    numbered = enumerate(records)
    with open_writer(location, lexicon.policy_phrases()) as writer:
        for number, group in groupby(numbered, key=lambda pair: pair[1].report):
            paragraphs = list(group)
            writer.add(_report(number, paragraphs[0][1], len(paragraphs)), list(_in(paragraphs)))
        writer.commit({})


def _report(number: int, first: Record, size: int) -> Report:
    names = tuple(first.region.split("/")) if first.region else ()
    region = Region(names, ("000000",) * len(names))
    year = first.year or None
    return Report(f"r{number}", "报告", f"{number}.txt", region=region, year=year, paragraphs=size)


def _in(paragraphs: Iterable[tuple[int, Record]]) -> Iterator[Paragraph]:
    for ordinal, (number, record) in enumerate(paragraphs, 1):
        themes = tuple(map(Theme, record.themes))
        text = record.text
        yield Paragraph(str(number), f"r{record.report}", ordinal, text, text, themes=themes)


def connect(folder: Path) -> Callable[[queries.Query], Answer]:
    return asking(str(folder))


def asking(location: str) -> Callable[[queries.Query], Answer]:
    """A function that asks the product's index at any location."""
    engine = open_engine(location)
    analyzer = Analyzer(engine.lexicon().phrases)

    def answer(query: queries.Query) -> Answer:
        text = queries.spell(_quoted(query.node, analyzer))
        regions = (query.region,) if query.region else ()
        years = ((query.year, query.year),) if query.year else ()
        page = engine.search(Query(text, regions=regions, years=years, synonyms=False))
        # No paragraph has every word; those shown have some of them.
        if page.understood.relaxed or page.understood.pieces:
            return Answer(0, (), {facet: {} for facet in page.facets})
        top = tuple(int(hit.paragraph.id) for hit in page.hits)
        return Answer(
            page.total, top, {facet: dict(_flat(page.facets[facet])) for facet in page.facets}
        )

    return answer


def _quoted(node: Node, analyzer: Analyzer) -> Node:
    """The node with phrases in place of words that the tokenizer would cut further."""
    match node:
        case Term(text) if [word.text for word in analyzer.cut(text)] != [text]:
            return Phrase(tuple(text))
        case And(parts):
            return And(tuple(_quoted(part, analyzer) for part in parts))
        case Or(parts):
            return Or(tuple(_quoted(part, analyzer) for part in parts))
        case Without(keep, drop):
            return Without(_quoted(keep, analyzer), _quoted(drop, analyzer))
    return node


def _flat(counts: Iterable[FacetCount]) -> Iterator[tuple[str, int]]:
    for value in counts:
        if value.count:
            yield value.path, value.count
        yield from _flat(value.children)
