"""Whoosh's table of contents, read as data.

Whoosh stores the list of segments as a pickle. A pickle may name any function, which is called
when the pickle is read. The format must stay, since ``whoosh.index.open_dir`` has to open our
indexes. So this reader admits a single class, creates empty objects instead of its instances,
and copies their attributes only if these have the types and values that a writer gives them.
"""

from __future__ import annotations

import pickle
import re
from typing import IO, Any

from engine.columns.codec import ColumnSegment
from engine.fields import FIELDS

_ADMITTED = (ColumnSegment.__module__, ColumnSegment.__qualname__)
_SEGMENT_ID = re.compile("[0-9a-z]+")  # part of a file's name, so it must not form a path
_ATTRIBUTES = {"indexname", "segid", "compound", "documents", "length", "deleted", "gone"}


class _Unpickler(pickle.Unpickler):
    """Reads segments as objects that have no methods."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream)
        # A new class each time, since a pickle can also set attributes of a class.
        self.blank = type("Blank", (), {})

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) != _ADMITTED:
            raise pickle.UnpicklingError(f"{module}.{name} does not belong here")
        return self.blank


def read_segments(stream: IO[bytes], indexname: str) -> list[ColumnSegment]:
    """Read the segments of an index from the pickle in its table of contents.

    Raises ``ValueError`` for anything that ``ColumnWriter`` would not write.
    """
    unpickler = _Unpickler(stream)
    try:
        listed = unpickler.load()
    except Exception as error:  # a damaged pickle fails in a dozen ways
        raise ValueError(f"not a list of segments: {error}") from error
    if type(listed) is not list or any(type(item) is not unpickler.blank for item in listed):
        raise ValueError("not a list of segments")
    segments = [_segment(item.__dict__, indexname) for item in listed]
    if len({segment.segid for segment in segments}) < len(segments):
        raise ValueError("a segment is listed twice")
    return segments


def _segment(attributes: dict[str, Any], indexname: str) -> ColumnSegment:
    if attributes.keys() != _ATTRIBUTES:
        raise ValueError("a segment has other attributes")
    segid, documents = attributes["segid"], attributes["documents"]
    length, deleted = attributes["length"], attributes["deleted"]
    valid = (
        attributes["indexname"] == indexname
        and type(segid) is str
        and _SEGMENT_ID.fullmatch(segid)
        and attributes["compound"] is False  # a compound file has a pickle of its own
        and _is_count(documents)
        and type(length) is dict
        and length.keys() == set(FIELDS)
        and all(map(_is_count, length.values()))
        and _are_counts(deleted)
        and max(deleted, default=-1) < documents
        and _are_counts(attributes["gone"])  # ``SegmentReader`` knows how many groups there are
    )
    if not valid:
        raise ValueError("a segment has an attribute of another type or value")
    segment = ColumnSegment(indexname)
    segment.__dict__.update(attributes)
    return segment


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _are_counts(values: object) -> bool:
    return type(values) is set and set(map(type, values)) <= {int} and min(values, default=0) >= 0
