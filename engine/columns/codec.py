"""Whoosh's codec for columns: the entry of a segment in the table of contents, and the
readers and writers of segments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from whoosh.codec import base

from engine.columns import texts
from engine.columns.read.segment_reader import SegmentReader
from engine.columns.read.whoosh_readers import DocumentReader, TermsReader


class ColumnSegment(base.Segment):  # type: ignore[misc]
    """The entry of a segment in the table of contents.

    ``length`` maps fields to their number of tokens. ``deleted`` are the numbers of deleted
    documents, ``gone`` those of deleted groups. ``contents.read_segments`` checks all of this,
    so the names are part of the format.
    """

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self.documents = 0
        self.length: dict[str, int] = {}
        self.deleted: set[int] = set()
        self.gone: set[int] = set()

    def codec(self) -> ColumnCodec:
        return ColumnCodec()

    def should_assemble(self) -> bool:
        return False

    def doc_count_all(self) -> int:
        return self.documents

    def set_doc_count(self, doccount: int) -> None:
        self.documents = doccount

    def deleted_count(self) -> int:
        return len(self.deleted)

    def deleted_docs(self) -> Iterator[int]:
        return iter(sorted(self.deleted))

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        (self.deleted.add if delete else self.deleted.discard)(docnum)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self.deleted


class ColumnCodec(base.Codec):  # type: ignore[misc]
    """Opens and creates segments that are columns; ``writer.ColumnWriter`` fills them."""

    length_stats = False

    def __init__(self) -> None:
        self._open = lru_cache(maxsize=1)(SegmentReader)  # Whoosh opens a segment twice

    def new_segment(self, storage: Any, indexname: str) -> ColumnSegment:
        return ColumnSegment(indexname)

    def per_document_writer(self, storage: Any, segment: ColumnSegment) -> Any:
        from engine.columns.write.document_writer import DocumentWriter

        return DocumentWriter(Path(storage.folder) / segment.make_filename(texts.EXTENSION))

    def field_writer(self, storage: Any, segment: ColumnSegment) -> Any:
        from engine.columns.write.field_writer import FieldWriter

        return FieldWriter()

    def per_document_reader(self, storage: Any, segment: ColumnSegment) -> DocumentReader:
        return DocumentReader(self._open(Path(storage.folder), segment))

    def terms_reader(self, storage: Any, segment: ColumnSegment) -> TermsReader:
        return TermsReader(self._open(Path(storage.folder), segment))
