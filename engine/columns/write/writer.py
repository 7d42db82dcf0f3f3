"""Whoosh's segment writer over columns: groups of documents go in by the batch.

The lock, generations, the table of contents and its atomic replacement are
Whoosh's; so is the moment at which segments are merged, of which ``merge_similar``
decides what.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.reading import SegmentReader as WhooshReader
from whoosh.writing import SegmentWriter

from engine.columns.codec import ColumnCodec, ColumnSegment
from engine.columns.damage import damaged
from engine.columns.layout import EXTENSION, write_columns
from engine.columns.read.segment_reader import DOCUMENT_KEY, GROUP_KEY, LABEL, STORED, SegmentReader
from engine.columns.write.document_writer import DocumentWriter, Group
from engine.columns.write.numbering import END_DOCUMENT, END_TOKEN
from engine.columns.write.pairing import pair
from engine.fields import EXACT, FIELDS, TITLE, WORDS

MAX_DOCUMENTS_PER_SEGMENT = 1 << 24  # and groups: places in its columns have 32 bits
MAX_DOCUMENTS_MERGED = 1 << 20  # segments that are not half empty are not merged to larger ones


def joined(tokens: Iterable[str]) -> str:
    """The tokens of one document as ``Group`` takes them."""
    return END_TOKEN.join([*tokens, END_DOCUMENT])


def merge_similar(writer: ColumnWriter, segments: Sequence[ColumnSegment]) -> list[ColumnSegment]:
    """A merge policy: the small segments that together are half as large as the next one.

    So sizes grow about threefold from one to the next, and their number with the
    logarithm of the documents. A segment half of which is deleted is merged too, as long
    as the result is no larger than a segment can be.
    """
    kept: list[ColumnSegment] = []
    size = writer.doc_count()
    for segment in sorted(segments, key=lambda segment: segment.doc_count()):
        live = segment.doc_count()
        half_empty = 2 * live <= segment.doc_count_all()
        similar = live <= 2 * size and live + size <= MAX_DOCUMENTS_MERGED
        if (half_empty or similar) and live + size <= MAX_DOCUMENTS_PER_SEGMENT:
            writer.add_reader(WhooshReader(writer.storage, writer.schema, segment))
            size += live
        else:
            kept.append(segment)
    return [segment for segment in segments if segment in kept]


class ColumnWriter(SegmentWriter):  # type: ignore[misc]
    """Writes one new segment, of groups put in and of segments merged."""

    def __init__(self, index: Any, **options: Any) -> None:
        super().__init__(index, codec=ColumnCodec(), **options)
        self._open: dict[str, Any] = {}  # the group that ``add_document`` is filling
        self._columns: dict[ColumnSegment, SegmentReader] = {}

    def add_group(self, group: Group) -> None:
        """Put in a group with all of its documents; raises ``OverflowError`` beyond the limit."""
        self._check_state()
        self._check_room(len(group.keys), 1)
        for name, text in ((WORDS, group.words), (EXACT, group.exact), (TITLE, group.title)):
            self.fieldwriter.add(name, text)
        self.perdocwriter.add(group)
        self.docnum = self.perdocwriter.documents
        self._added = True

    def add_document(self, **fields: Any) -> None:
        """Whoosh's way in, for one document; successive ones of a ``report`` are a group."""
        self._check_fields(self.schema, fields)
        key = fields.get(GROUP_KEY, "")
        if self._open and self._open["key"] != key:
            self._close_group()
        made = self._open = self._open or {"key": key, "title": fields.get(TITLE, ()), "parts": []}
        made["parts"].append(fields)

    def _close_group(self) -> None:
        made, self._open = self._open, {}
        parts = made["parts"]
        self.add_group(
            Group(
                key=made["key"].encode(),
                about=b"",
                title=joined(made["title"]),
                keys=[part.get(DOCUMENT_KEY, "").encode() for part in parts],
                labels=[part.get(LABEL, "") for part in parts],
                words="".join(joined(part.get(WORDS, ())) for part in parts),
                exact="".join(joined(part.get(EXACT, ())) for part in parts),
                stored=[part.get(STORED, "").encode() for part in parts],
            )
        )

    def delete_group(self, key: bytes) -> list[int]:
        """Take out the groups of a key; returns how many live documents each had."""
        counts = []
        for segment in self.segments:
            columns = self._opened(segment)
            for group in columns.sought(GROUP_KEY, key):
                members = set(columns.members(group))
                counts.append(len(members - segment.deleted))
                segment.gone.add(group)
                segment.deleted |= members
        return counts

    def _opened(self, segment: ColumnSegment) -> SegmentReader:
        """The columns of an old segment, opened once."""
        if segment not in self._columns:
            self._columns[segment] = SegmentReader(Path(self.storage.folder), segment)
        return self._columns[segment]

    def add_reader(self, reader: WhooshReader) -> None:
        """Merge a segment into the one being written, without the groups taken out.

        Single documents deleted from a group that stays go on being deleted. Raises
        ``IndexCorrupt``, or ``OverflowError`` for more documents than a segment can have.
        """
        columns: SegmentReader = reader._perdoc.columns
        segment: ColumnSegment = reader.segment()
        documents, groups = self.perdocwriter.old
        kept = np.array([g for g in range(columns.groups) if g not in segment.gone], np.int64)
        self._check_room(int(np.diff(columns.first)[kept].sum()), len(kept))
        moved = np.full(columns.documents, -1, np.int64)
        for group in kept.tolist():
            members = columns.members(group)
            moved[members.start : members.stop] = range(documents, documents + len(members))
            documents += len(members)
        moved_groups = np.full(columns.groups, -1, np.int64)
        moved_groups[kept] = np.arange(groups, groups + len(kept))
        try:
            self.fieldwriter.add_old(columns, moved, moved_groups)
            self.perdocwriter.add_old(columns, kept)
        except ValueError as error:
            raise damaged(columns.path, error) from error
        self.newsegment.deleted.update(int(moved[d]) for d in segment.deleted if moved[d] >= 0)
        self.docnum = self.perdocwriter.documents
        self._added = True

    def _check_room(self, documents: int, groups: int) -> None:
        writer: DocumentWriter = self.perdocwriter
        documents += writer.documents
        groups += writer.groups
        if max(documents, groups) > MAX_DOCUMENTS_PER_SEGMENT:
            raise OverflowError(
                f"{documents:,} documents in {groups:,} groups are more than a segment can hold"
            )

    def commit(self, mergetype: Any = merge_similar, **options: Any) -> None:
        """Whoosh's commit, by default with the merge policy of this module."""
        if self._open:
            self._close_group()
        super().commit(mergetype=mergetype, **options)

    def _flush_segment(self) -> None:
        postings, terms, ranges, sequences = self.fieldwriter.finish(*self.perdocwriter.old)
        lengths = {name: self.fieldwriter.lengths(name) for name in FIELDS}
        columns, labels = self.perdocwriter.finish(lengths)
        pairs = pair(postings, terms, ranges[EXACT], sequences[EXACT])
        columns |= postings._asdict() | {f"pair_{k}": v for k, v in pairs._asdict().items()}
        for name, held in sequences.items():
            columns |= {f"{name}_{k}": v for k, v in held._asdict().items()}
        columns |= {"term_data": terms.data, "term_at": terms.at}
        totals = columns["totals"].sum(axis=0).tolist()
        self.newsegment.length = dict(zip(FIELDS, totals, strict=True))
        path = Path(self.storage.folder) / self.newsegment.make_filename(EXTENSION)
        write_columns(path, columns, {"fields": ranges, "labels": labels})
