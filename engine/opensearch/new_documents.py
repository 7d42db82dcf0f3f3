"""Reports, paragraphs and manifests as documents to be written to the index."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from itertools import chain
from typing import NamedTuple

from whoosh.util.numeric import byte_to_length, length_to_byte

from engine import facets
from engine.analyze import Analyzer, character_texts
from engine.fields import EXACT, TITLE, WORDS
from engine.model import UNKNOWN, FileRecord, Lexicon, Paragraph, Report, Wording
from engine.opensearch.client import Json
from engine.opensearch.documents import (
    FILE,
    MANIFEST,
    OUTDATED,
    PARAGRAPH,
    PLACES_PER_REPORT,
    REPORT,
    UNDATED_YEAR,
    document_id,
    group_of_one,
    paragraph_of,
)
from engine.opensearch.mapping import encoded, joined, joined_sentences
from engine.opensearch.sketches import encoded_sketches
from engine.packing import pack_paragraph, pack_report
from engine.sentences import sentence_tokens

_VALUES_PER_LIST = 50_000  # OpenSearch looks up 65,536 terms at most


class Document(NamedTuple):
    """A document to write; ``routing`` keeps a report's documents on one shard."""

    id: str
    source: Json
    routing: str = ""


def report_documents(
    report: Report, paragraphs: Sequence[Paragraph], analyzer: Analyzer, number: int, since: int
) -> Iterator[Document]:
    """A report and all of its paragraphs.

    ``number`` counts reports in the order in which they are added; ``since`` is the generation
    that brings this one.
    """
    title = character_texts(report.title)
    document = document_id(REPORT, report.id, since)
    shared = _shared_fields(report, number, since)
    sentences = [sentence_tokens(paragraph.text) for paragraph in paragraphs]
    tokens = [list(chain.from_iterable(of_text)) for of_text in sentences]
    totals = {WORDS: 0, EXACT: sum(map(len, tokens)), TITLE: len(title) * len(paragraphs)}
    for at, (paragraph, sketch) in enumerate(
        zip(paragraphs, encoded_sketches(tokens), strict=True)
    ):
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
            **_text_fields(words, sentences[at]),
            TITLE: joined(title),
            f"{TITLE}_length": _rounded(len(title)),
            **duplicate_fields(sketch, group_of_one(place), formulaic=False),
        }
        yield Document(document_id(PARAGRAPH, paragraph.id, since), source, report.id)
    source = {**shared, "type": REPORT, "key": report.id, "paragraphs": len(paragraphs)}
    source |= {f"{field}_total": total for field, total in totals.items()}
    source["former"] = list(report.former_ids)
    source["data"] = pack_report(report).decode()
    yield Document(document, source, report.id)


def _shared_fields(report: Report, number: int, since: int) -> Json:
    """The fields that a report's document and those of its paragraphs have in common."""
    fields: Json = {
        "since": since,
        "report": report.id,
        "number": number,
        "document_kind": report.kind or UNKNOWN,
        "region": facets.prefixes(report.region.names),
        "level": report.region.level,
        "year": UNDATED_YEAR if report.year is None else report.year,
        "arrived": report.arrived,
    }
    if day := facets.day(report):
        fields["day"] = day
    return fields


def _text_fields(words: Sequence[str], sentences: Sequence[Sequence[str]]) -> Json:
    """The fields made from a paragraph's text, of which ``_source`` keeps none."""
    return {
        "terms": encoded(dict.fromkeys(words)),
        WORDS: joined(words),
        EXACT: joined_sentences(sentences),
        f"{WORDS}_length": _rounded(len(words)),
        f"{EXACT}_length": _rounded(sum(map(len, sentences))),
    }


def _rounded(length: int) -> int:
    """A number of tokens, rounded as the embedded engine's byte for it is."""
    return int(byte_to_length(length_to_byte(length)))


def duplicate_fields(sketch: str, group: int, formulaic: bool) -> Json:
    """The fields of a paragraph that tell of its near-duplicates."""
    wording: Wording = "formulaic" if formulaic else "particular"
    fields: Json = {"cluster": group, "wording": wording}
    return fields | {"sketch": sketch} if sketch else fields


def updated_document(source: Json, fields: Json, analyzer: Analyzer, since: int) -> Document:
    """A paragraph's document again with other ``duplicate_fields``, for generation ``since``."""
    text = paragraph_of(source).text
    made = _text_fields(analyzer.word_texts(text), sentence_tokens(text))
    source = {**source, **made, **fields, "since": since}
    return Document(document_id(PARAGRAPH, source["key"], since), source, source["report"])


def outdated_documents(field: str, values: Sequence[object], since: int) -> Iterator[Document]:
    """The lists of what generation ``since`` outdates; ``field`` is ``GONE`` or ``REPLACED``."""
    for number, low in enumerate(range(0, len(values), _VALUES_PER_LIST)):
        batch = values[low : low + _VALUES_PER_LIST]
        source = {"type": OUTDATED, "since": since, field: batch}
        yield Document(document_id(OUTDATED, f"{field}-{number}", since), source)


def manifest_documents(
    files: Mapping[str, FileRecord],
    lexicon: Lexicon,
    gone: Sequence[str],
    replaced: Sequence[str],
    arrivals: Mapping[str, int],
    since: int,
) -> Iterator[Document]:
    """The manifest of generation ``since``, and a document for each source file.

    ``gone`` and ``replaced`` are the ids of the ``outdated_documents``.
    """
    for number, (path, record) in enumerate(files.items()):
        key = sha256(path.encode()).hexdigest()  # a path may be longer than an id
        source = {**_data_source(FILE, since, [path, asdict(record)]), "number": number}
        yield Document(document_id(FILE, key, since), source)
    manifest = {
        "lexicon": asdict(lexicon),
        "gone": list(gone),
        "replaced": list(replaced),
        "arrivals": dict(arrivals),
    }
    yield Document(document_id(MANIFEST, "", since), _data_source(MANIFEST, since, manifest))


def _data_source(kind: str, since: int, data: object) -> Json:
    return {"type": kind, "since": since, "data": json.dumps(data, ensure_ascii=False)}
