"""Reports and paragraphs as documents of the index, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import NamedTuple

from whoosh.util.numeric import byte_to_length, length_to_byte

from engine import facets
from engine.analyze import Analyzer, character_texts
from engine.columns.opened import EXACT, TITLE, WORDS
from engine.model import FileRecord, Lexicon, Paragraph, Report
from engine.opensearch.client import Json
from engine.opensearch.mapping import ready
from engine.packing import (
    pack_paragraph,
    pack_report,
    unpack_paragraph,
    unpack_record,
    unpack_report,
)

PARAGRAPH, REPORT, FILE, MANIFEST = "paragraph", "report", "file", "manifest"  # ``type``
UNDATED_YEAR = -1
_MOST = 1 << 20  # paragraphs of a report, for their places


class Document(NamedTuple):
    """What is sent of one; ``routing`` keeps a report's documents on one shard."""

    id: str
    source: Json
    routing: str = ""


def document_id(kind: str, key: str, generation: int) -> str:
    """Documents of one key in two generations are two, so that readers can tell them apart."""
    return f"{kind}-{key}@{generation}"


def report_documents(
    report: Report, paragraphs: Sequence[Paragraph], analyzer: Analyzer, number: int, since: int
) -> Iterator[Document]:
    """A report with all of its paragraphs, as they come in with a generation.

    ``number`` is the report's, in the order of all reports.
    """
    title = character_texts(report.title)
    shared: Json = {
        "since": since,
        "report": report.id,
        "number": number,
        "region": facets.prefixes(report.region.names),
        "year": UNDATED_YEAR if report.year is None else report.year,
    }
    if day := facets.day(report):
        shared["day"] = day
    totals = {WORDS: 0, EXACT: 0, TITLE: len(title) * len(paragraphs)}
    for at, paragraph in enumerate(paragraphs):
        words, exact = analyzer.word_texts(paragraph.text), character_texts(paragraph.text)
        totals[WORDS] += len(words)
        totals[EXACT] += len(exact)
        source = {
            **shared,
            "type": PARAGRAPH,
            "key": paragraph.id,
            "place": number * _MOST + at,
            "kind": paragraph.kind,
            "theme": facets.theme_values([theme.name for theme in paragraph.themes]),
            "terms": list(dict.fromkeys(ready([word]) for word in words)),
            "data": pack_paragraph(paragraph).decode(),
        }
        for field, tokens in ((WORDS, words), (EXACT, exact), (TITLE, title)):
            source[field] = ready(tokens)
            source[f"{field}_length"] = byte_to_length(length_to_byte(len(tokens)))
        yield Document(document_id(PARAGRAPH, paragraph.id, since), source, report.id)
    source = {**shared, "type": REPORT, "key": report.id, "paragraphs": len(paragraphs)}
    source |= {f"{field}_total": total for field, total in totals.items()}
    source["data"] = pack_report(report).decode()
    yield Document(document_id(REPORT, report.id, since), source, report.id)


def manifest_documents(
    files: Mapping[str, FileRecord], lexicon: Lexicon, gone: Sequence[str], since: int
) -> Iterator[Document]:
    """The manifest of a generation; ``gone`` are the reports that it takes out."""
    for number, (path, record) in enumerate(files.items()):
        key = sha256(path.encode()).hexdigest()  # a path may be longer than an id
        source = {**_source(FILE, since, [path, asdict(record)]), "number": number}
        yield Document(document_id(FILE, key, since), source)
    told = {"lexicon": asdict(lexicon), "gone": list(gone)}
    yield Document(document_id(MANIFEST, "", since), _source(MANIFEST, since, told))


def _source(kind: str, since: int, data: object) -> Json:
    return {"type": kind, "since": since, "data": json.dumps(data, ensure_ascii=False)}


def paragraph_of(source: Json) -> Paragraph:
    """The paragraph of a document."""
    return unpack_paragraph(source["key"], source["report"], source["data"].encode())


def report_of(source: Json) -> Report:
    """The report of a document."""
    return unpack_report(source["data"].encode())


def file_of(source: Json) -> tuple[str, FileRecord]:
    """The path and record of a document."""
    path, told = json.loads(source["data"])
    return path, unpack_record(told)


def neighbours(place: int, many: int) -> range:
    """The places of so many paragraphs on either side in the same report, and its own."""
    first = place - place % _MOST
    return range(max(first, place - many), place + many + 1)
