"""Reports and paragraphs as documents of the index, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import NamedTuple, TypeVar

from whoosh.util.numeric import byte_to_length, length_to_byte

from engine import facets
from engine.analyze import Analyzer, character_texts
from engine.columns.layout import Array
from engine.columns.opened import EXACT, TITLE, WORDS
from engine.model import FileRecord, Lexicon, Paragraph, Report, Wording
from engine.opensearch.client import Json
from engine.opensearch.mapping import ready, spelled
from engine.opensearch.sketches import sketched
from engine.packing import (
    pack_paragraph,
    pack_report,
    unpack_paragraph,
    unpack_record,
    unpack_report,
)

PARAGRAPH, REPORT, FILE = "paragraph", "report", "file"  # ``type``
MANIFEST, OUTDATED = "manifest", "outdated"
GONE, REPLACED = "gone", "replaced"  # what is listed of reports and of places
UNDATED_YEAR = -1
_MOST = 1 << 20  # paragraphs of a report, for their places
_LISTED = 50_000  # values in one list; OpenSearch looks up 65,536

Number = TypeVar("Number", int, Array)  # one, or an array of them


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
    document = document_id(REPORT, report.id, since)
    shared: Json = {
        "since": since,
        "report": report.id,
        "number": number,
        "region": facets.prefixes(report.region.names),
        "year": UNDATED_YEAR if report.year is None else report.year,
    }
    if day := facets.day(report):
        shared["day"] = day
    exact = [character_texts(paragraph.text) for paragraph in paragraphs]
    totals = {WORDS: 0, EXACT: sum(map(len, exact)), TITLE: len(title) * len(paragraphs)}
    for at, (paragraph, sketch) in enumerate(zip(paragraphs, sketched(exact), strict=True)):
        words = analyzer.word_texts(paragraph.text)
        totals[WORDS] += len(words)
        place = number * _MOST + at
        source = {
            **shared,
            "type": PARAGRAPH,
            "key": paragraph.id,
            "of": document,
            "place": place,
            "kind": paragraph.kind,
            "theme": facets.theme_values([theme.name for theme in paragraph.themes]),
            "data": pack_paragraph(paragraph).decode(),
            **_searched(words, exact[at]),
            TITLE: ready(title),
            f"{TITLE}_length": _length(title),
            **likeness(sketch, alone(place), often=False),
        }
        yield Document(document_id(PARAGRAPH, paragraph.id, since), source, report.id)
    source = {**shared, "type": REPORT, "key": report.id, "paragraphs": len(paragraphs)}
    source |= {f"{field}_total": total for field, total in totals.items()}
    source["data"] = pack_report(report).decode()
    yield Document(document, source, report.id)


def _searched(words: Sequence[str], exact: Sequence[str]) -> Json:
    """What is made of a paragraph's text."""
    source: Json = {"terms": spelled(dict.fromkeys(words))}
    for field, tokens in ((WORDS, words), (EXACT, exact)):
        source |= {field: ready(tokens), f"{field}_length": _length(tokens)}
    return source


def _length(tokens: Sequence[str]) -> int:
    """How many tokens there are, as roughly as the columns know it."""
    return int(byte_to_length(length_to_byte(len(tokens))))


def likeness(sketch: str, cluster: int, often: bool) -> Json:
    """What a paragraph's document says of near-duplicates; ``often``: its cluster is formulaic."""
    wording: Wording = "formulaic" if often else "particular"
    told: Json = {"cluster": cluster, "wording": wording}
    return told | {"sketch": sketch} if sketch else told


def changed(source: Json, alike: Json, analyzer: Analyzer, since: int) -> Document:
    """A paragraph's document with another ``likeness``, and with what is in no ``_source``."""
    text = paragraph_of(source).text
    made = _searched(analyzer.word_texts(text), character_texts(text))
    source = {**source, **made, **alike, "since": since}
    return Document(document_id(PARAGRAPH, source["key"], since), source, source["report"])


def outdated_documents(what: str, values: Sequence[object], since: int) -> Iterator[Document]:
    """Lists of what a generation does away with: ``GONE`` or ``REPLACED``."""
    for number, low in enumerate(range(0, len(values), _LISTED)):
        source = {"type": OUTDATED, "since": since, what: values[low : low + _LISTED]}
        yield Document(document_id(OUTDATED, f"{what}-{number}", since), source)


def manifest_documents(
    files: Mapping[str, FileRecord],
    lexicon: Lexicon,
    gone: Sequence[str],
    replaced: Sequence[str],
    since: int,
) -> Iterator[Document]:
    """The manifest of a generation.

    ``gone`` and ``replaced`` are ids of ``outdated_documents``: of the reports that it takes
    out, and of the paragraphs that stand in new documents.
    """
    for number, (path, record) in enumerate(files.items()):
        key = sha256(path.encode()).hexdigest()  # a path may be longer than an id
        source = {**_source(FILE, since, [path, asdict(record)]), "number": number}
        yield Document(document_id(FILE, key, since), source)
    told = {"lexicon": asdict(lexicon), "gone": list(gone), "replaced": list(replaced)}
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


def alone(places: Number) -> Number:
    """The cluster of a paragraph without near-duplicates, which no other bears; below 0."""
    return -1 - places


def number_of(places: Number) -> Number:
    """The number of the report of a place."""
    return places // _MOST


def neighbours(place: int, many: int) -> range:
    """The places of so many paragraphs on either side in the same report, and its own."""
    first = place - place % _MOST
    return range(max(first, place - many), place + many + 1)
