"""Reports, paragraphs and manifests as documents to be written to the index."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import NamedTuple

from whoosh.util.numeric import byte_to_length, length_to_byte

from engine import facets
from engine.analyze import Analyzer, character_texts
from engine.fields import EXACT, TITLE, WORDS
from engine.model import FileRecord, Lexicon, Paragraph, Report, Wording
from engine.opensearch.client import Json
from engine.opensearch.documents import (
    FILE,
    MANIFEST,
    OUTDATED,
    PARAGRAPH,
    PLACES_PER_REPORT,
    REPORT,
    UNDATED_YEAR,
    alone,
    document_id,
    paragraph_of,
)
from engine.opensearch.mapping import ready, spelled
from engine.opensearch.sketches import sketched
from engine.packing import pack_paragraph, pack_report

_LISTED = 50_000  # values in one list; OpenSearch looks up 65,536


class Document(NamedTuple):
    """What is sent of one; ``routing`` keeps a report's documents on one shard."""

    id: str
    source: Json
    routing: str = ""


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
        place = number * PLACES_PER_REPORT + at
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
