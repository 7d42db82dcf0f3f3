"""Documents of the index as they are read: their types, ids and numbers, and what they hold."""

from __future__ import annotations

import json
from typing import TypeVar

from engine.arrays import Array
from engine.model import FileRecord, Paragraph, Report
from engine.opensearch.client import Json
from engine.packing import unpack_paragraph, unpack_record, unpack_report

PARAGRAPH, REPORT, FILE = "paragraph", "report", "file"  # values of the field ``type``
MANIFEST, OUTDATED = "manifest", "outdated"
GONE, REPLACED = "gone", "replaced"  # fields of ``OUTDATED``: ids of reports, places
UNDATED_YEAR = -1
PLACES_PER_REPORT = 1 << 20  # more than any report has paragraphs

Number = TypeVar("Number", int, Array)  # a number, or an array of numbers


def document_id(kind: str, key: str, generation: int) -> str:
    """The id of a document. Two generations give a key two documents, of which readers see one."""
    return f"{kind}-{key}@{generation}"


def paragraph_of(source: Json) -> Paragraph:
    """The paragraph of a document."""
    return unpack_paragraph(source["key"], source["report"], source["data"].encode())


def report_of(source: Json) -> Report:
    """The report of a document."""
    return unpack_report(source["data"].encode())


def file_of(source: Json) -> tuple[str, FileRecord]:
    """The path and record of a document."""
    path, record = json.loads(source["data"])
    return path, unpack_record(record)


def group_of_one(places: Number) -> Number:
    """The duplicate group of a paragraph that has no near-duplicates: below 0, and its own."""
    return -1 - places


def number_of(places: Number) -> Number:
    """The number of the report in which a place is."""
    return places // PLACES_PER_REPORT


def neighbours(place: int, distance: int) -> range:
    """The places up to ``distance`` before and after a place, in the same report, and itself.

    Behind the end of the report there are places without a paragraph.
    """
    first = place - place % PLACES_PER_REPORT
    return range(max(first, place - distance), place + distance + 1)
