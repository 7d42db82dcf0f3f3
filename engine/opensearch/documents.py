"""Documents of the index as they are read: their kinds, ids and numbers, and what they hold."""

from __future__ import annotations

import json
from typing import TypeVar

from engine.arrays import Array
from engine.model import FileRecord, Paragraph, Report
from engine.opensearch.client import Json
from engine.packing import unpack_paragraph, unpack_record, unpack_report

PARAGRAPH, REPORT, FILE = "paragraph", "report", "file"  # ``type``
MANIFEST, OUTDATED = "manifest", "outdated"
GONE, REPLACED = "gone", "replaced"  # what is listed of reports and of places
UNDATED_YEAR = -1
PLACES_PER_REPORT = 1 << 20  # more than the paragraphs of any report

Number = TypeVar("Number", int, Array)  # one, or an array of them


def document_id(kind: str, key: str, generation: int) -> str:
    """Documents of one key in two generations are two, so that readers can tell them apart."""
    return f"{kind}-{key}@{generation}"


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
    return places // PLACES_PER_REPORT


def neighbours(place: int, many: int) -> range:
    """The places of so many paragraphs on either side in the same report, and its own."""
    first = place - place % PLACES_PER_REPORT
    return range(max(first, place - many), place + many + 1)
