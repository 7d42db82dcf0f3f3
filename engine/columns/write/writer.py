"""Whoosh's segment writer for columns, which takes whole groups of documents.

The lock, the generations, the table of contents and its atomic replacement are Whoosh's. Whoosh
also decides when to merge segments; ``merge_similar`` decides which ones.
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
from engine.columns.write.numbering import END_DOCUMENT, END_SENTENCE, END_TOKEN
from engine.columns.write.pairing import pair
from engine.fields import EXACT, FIELDS, TITLE, WORDS

MAX_DOCUMENTS_PER_SEGMENT = 1 << 24  # and groups; offsets in its columns have 32 bits
MAX_DOCUMENTS_MERGED = 1 << 20  # no merge makes a larger segment, except of half-empty ones


def join_tokens(tokens: Iterable[str]) -> str:
    """Join the tokens of a document in the form that ``Group`` takes."""
    return END_TOKEN.join([*tokens, END_DOCUMENT])


def join_sentences(sentences: Iterable[Iterable[str]]) -> str:
    """Join the sentences of a document, which are tokens, in the same form."""
    return END_SENTENCE.join(END_TOKEN.join([*tokens, ""]) for tokens in sentences) + END_DOCUMENT


def merge_similar(writer: ColumnWriter, segments: Sequence[ColumnSegment]) -> list[ColumnSegment]:
    """Merge small segments that together are half as large as the next larger one.

    This is a merge policy of Whoosh; it returns the segments that stay. Each segment is about
    three times as large as the next smaller one, so the number of segments grows with the
    logarithm of the documents. A segment half of whose documents are deleted is merged too,
    unless the result would be larger than a segment can be.
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
    """Writes one new segment from new groups and from the segments that are merged."""

    def __init__(self, index: Any, **options: Any) -> None:
        super().__init__(index, codec=ColumnCodec(), **options)
        self._group: list[dict[str, Any]] = []  # the documents that ``add_document`` collects
        self._readers: dict[ColumnSegment, SegmentReader] = {}

    def add_group(self, group: Group) -> None:
        """Add a group with all of its documents; raises ``OverflowError`` beyond the limit."""
        self._check_state()
        self._check_room(len(group.keys), 1)
        for name, text in ((WORDS, group.words), (EXACT, group.exact), (TITLE, group.title)):
            self.fieldwriter.add(name, text)
        self.perdocwriter.add(group)
        self.docnum = self.perdocwriter.documents
        self._added = True

    def add_document(self, **fields: Any) -> None:
        """Add a document as Whoosh does; consecutive documents of a ``report`` form a group."""
        self._check_fields(self.schema, fields)
        if self._group and self._group[0].get(GROUP_KEY, "") != fields.get(GROUP_KEY, ""):
            self._close_group()
        self._group.append(fields)

    def _close_group(self) -> None:
        documents, self._group = self._group, []
        self.add_group(
            Group(
                key=documents[0].get(GROUP_KEY, "").encode(),
                about=b"",
                title=join_tokens(documents[0].get(TITLE, ())),
                keys=[document.get(DOCUMENT_KEY, "").encode() for document in documents],
                labels=[document.get(LABEL, "") for document in documents],
                words="".join(join_tokens(document.get(WORDS, ())) for document in documents),
                exact="".join(join_tokens(document.get(EXACT, ())) for document in documents),
                stored=[document.get(STORED, "").encode() for document in documents],
            )
        )

    def delete_group(self, key: bytes) -> list[int]:
        """Delete the groups that have a key; return the number of live documents of each."""
        counts = []
        for segment in self.segments:
            reader = self._reader(segment)
            for group in reader.find_key(GROUP_KEY, key):
                members = set(reader.members(group))
                counts.append(len(members - segment.deleted))
                segment.gone.add(group)
                segment.deleted |= members
        return counts

    def _reader(self, segment: ColumnSegment) -> SegmentReader:
        """Return the reader of an old segment, which is opened once."""
        if segment not in self._readers:
            self._readers[segment] = SegmentReader(Path(self.storage.folder), segment)
        return self._readers[segment]

    def add_reader(self, reader: WhooshReader) -> None:
        """Merge a segment into the new one, without its deleted groups.

        Single deleted documents of a group that stays remain deleted. Raises ``IndexCorrupt``,
        or ``OverflowError`` for more documents than a segment can have.
        """
        columns: SegmentReader = reader._perdoc.reader
        segment: ColumnSegment = reader.segment()
        documents, groups = self.perdocwriter.merged
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
            self.fieldwriter.merge(columns, moved, moved_groups)
            self.perdocwriter.merge(columns, kept)
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
        """Commit as Whoosh does, by default with the merge policy of this module."""
        if self._group:
            self._close_group()
        super().commit(mergetype=mergetype, **options)

    def _flush_segment(self) -> None:
        postings, terms, ranges, sequences = self.fieldwriter.finish(*self.perdocwriter.merged)
        lengths = {name: self.fieldwriter.lengths(name) for name in FIELDS}
        columns, labels = self.perdocwriter.finish(lengths)
        pairs = pair(postings, terms, ranges[EXACT], sequences[EXACT])
        columns |= postings._asdict() | {f"pair_{k}": v for k, v in pairs._asdict().items()}
        for name, of_field in sequences.items():
            columns |= {f"{name}_{k}": v for k, v in of_field._asdict().items()}
        columns |= {"term_data": terms.data, "term_at": terms.at}
        totals = columns["totals"].sum(axis=0).tolist()
        self.newsegment.length = dict(zip(FIELDS, totals, strict=True))
        path = Path(self.storage.folder) / self.newsegment.make_filename(EXTENSION)
        write_columns(path, columns, {"fields": ranges, "labels": labels})
