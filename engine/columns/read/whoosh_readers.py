"""A segment for Whoosh's own searcher: terms, postings, stored fields and field lengths.

Whoosh's searcher walks these one posting at a time. ``run.collector`` reads the columns instead.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import groupby
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from engine.arrays import Array, SortedStrings
from engine.columns.read.matcher import ColumnMatcher, Decoded, decode
from engine.columns.read.segment_reader import (
    DOCUMENT_KEY,
    GROUP_KEY,
    LABEL,
    LENGTHS,
    STORED,
    SegmentReader,
)
from engine.columns.sequences import positions
from engine.fields import FIELDS, POSITIONAL, TEXT, TITLE


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Stored fields and lengths of documents."""

    def __init__(self, reader: SegmentReader) -> None:
        self.reader = reader
        self._segment = reader.segment

    def doc_count(self) -> int:
        return self._segment.documents - len(self._segment.deleted)

    def doc_count_all(self) -> int:
        return self._segment.documents

    def has_deletions(self) -> bool:
        return bool(self._segment.deleted)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._segment.deleted

    def deleted_docs(self) -> Iterator[int]:
        return iter(sorted(self._segment.deleted))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        if fieldname in TEXT:
            return int(LENGTHS[self.reader.lengths[TEXT.index(fieldname), docnum]])
        if fieldname == TITLE:
            return int(LENGTHS[self.reader.title_lengths[self.reader.group(docnum)]])
        return default

    def field_length(self, fieldname: str) -> int:
        return self._segment.length.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        return min(self._lengths(fieldname), default=0)

    def max_field_length(self, fieldname: str) -> int:
        return max(self._lengths(fieldname), default=0)

    def _lengths(self, fieldname: str) -> list[int]:
        docs = range(self.reader.documents)
        return [self.doc_field_length(docnum, fieldname) for docnum in docs]

    def stored_fields(self, docnum: int) -> dict[str, str]:
        reader = self.reader
        return {
            DOCUMENT_KEY: reader.keys[DOCUMENT_KEY].get(docnum).decode(),
            GROUP_KEY: reader.keys[GROUP_KEY].get(reader.group(docnum)).decode(),
            LABEL: reader.label_names[reader.labels[docnum]],
            STORED: reader.stored(docnum).decode(),
        }


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """The terms of the text fields and the keys, with their postings.

    The keys of deleted documents stay among the terms until a merge drops the documents, as in
    Whoosh's own codec. Whoosh's reader leaves deleted documents out of postings.
    """

    def __init__(self, reader: SegmentReader) -> None:
        self.reader = reader
        self._postings = lru_cache(maxsize=32)(partial(_postings, reader))

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        fieldname, text = term
        if fieldname in FIELDS:
            return self.reader.term(fieldname, text) >= 0
        return fieldname in self.reader.keys and bool(self.reader.with_key(fieldname, text))

    def indexed_field_names(self) -> list[str]:
        return sorted((*FIELDS, *self.reader.keys))

    def cursor(self, fieldname: str, fieldobj: Any) -> TermCursor:
        return TermCursor(self, fieldname, fieldobj)

    def sorted_terms(self, fieldname: str) -> SortedStrings:
        """Return the terms of a field. A key is there once for each document or group."""
        reader = self.reader
        if fieldname in reader.keys:
            return reader.sorted_keys[fieldname]
        return SortedStrings(reader.terms, range(*reader.range.get(fieldname, (0, 0))))

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the terms from ``prefix`` on, of this field and of the fields after it."""
        for name in self.indexed_field_names():
            if name >= fieldname:
                terms = self.sorted_terms(name)
                begin = bisect_left(terms, prefix) if name == fieldname else 0
                for text, _ in groupby(terms[place] for place in range(begin, len(terms))):
                    yield name, text

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return self.items_from("", b"")

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def frequency(self, fieldname: str, text: bytes) -> int:
        return int(self._postings(fieldname, text).freqs.sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return len(self._postings(fieldname, text).docs)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return statistics of a term; raises ``KeyError`` for one that is not there."""
        postings = self._postings(fieldname, text)
        length = DocumentReader(self.reader).doc_field_length
        lengths = [length(docnum, fieldname) for docnum in postings.docs]
        return TermInfo(
            weight=float(postings.freqs.sum()),
            df=len(postings.docs),
            minlength=min(lengths),
            maxlength=max(lengths),
            maxweight=float(postings.freqs.max()),
            minid=int(postings.docs[0]),
            maxid=int(postings.docs[-1]),
        )

    def matcher(
        self, fieldname: str, text: bytes, format_: Any, scorer: Any = None
    ) -> ColumnMatcher:
        try:
            postings = self._postings(fieldname, text)
        except KeyError as error:
            raise TermNotFound(f"No term {fieldname}:{text!r}") from error
        return ColumnMatcher((fieldname, text), format_, postings, scorer)


class TermCursor(base.FieldCursor):  # type: ignore[misc]
    """Walks the terms of a field in byte order; Whoosh needs it to find similar terms.

    Every move returns the text of the current term, or None behind the last one.
    """

    def __init__(self, reader: TermsReader, fieldname: str, fieldobj: Any) -> None:
        self._reader = reader
        self._fieldname = fieldname
        self._fieldobj = fieldobj
        self._terms = reader.sorted_terms(fieldname)
        self._place = 0

    def is_valid(self) -> bool:
        return self._place < len(self._terms)

    def text(self) -> str | None:
        return self._fieldobj.from_bytes(self._terms[self._place]) if self.is_valid() else None

    def term_info(self) -> TermInfo | None:
        if not self.is_valid():
            return None
        return self._reader.term_info(self._fieldname, self._terms[self._place])

    def first(self) -> str | None:
        self._place = 0
        return self.text()

    def find(self, text: str | bytes) -> str | None:
        """Go to the first term that does not come before ``text``."""
        self._place = bisect_left(self._terms, self._fieldobj.to_bytes(text))
        return self.text()

    def next(self) -> str | None:
        if self.is_valid():
            self._place = bisect_right(self._terms, self._terms[self._place], self._place)
        return self.text()


_NO_POSTINGS = Decoded(*(np.empty(0, np.int64) for _ in Decoded._fields))


def _postings(reader: SegmentReader, fieldname: str, text: bytes) -> Decoded:
    """Return the postings of a term by document; raises ``KeyError`` where there are none."""
    decoded = _NO_POSTINGS
    if fieldname in reader.keys:
        docs = _documents_with_key(reader, fieldname, text)
        decoded = decoded._replace(docs=docs, freqs=np.ones(len(docs), np.int64))
    elif fieldname in FIELDS and (term := reader.term(fieldname, text)) >= 0:
        decoded = decode(reader.postings, term)
        if fieldname in POSITIONAL:
            sequences = reader.sequences[fieldname]
            code = int(sequences.codes[term - reader.range[fieldname][0]])
            starts, spots = positions(sequences, code, decoded.docs)
            decoded = decoded._replace(starts=starts, positions=spots)
        decoded = _of_members(reader, decoded) if fieldname == TITLE else decoded
    if not len(decoded.docs):
        raise KeyError((fieldname, text))
    return decoded


def _documents_with_key(reader: SegmentReader, fieldname: str, text: bytes) -> Array:
    numbers = reader.with_key(fieldname, text)
    if fieldname == GROUP_KEY:
        numbers = [docnum for group in numbers for docnum in reader.members(group)]
    return np.array(numbers, np.int64)


def _of_members(reader: SegmentReader, of_groups: Decoded) -> Decoded:
    """Give the postings of a title's term, which count groups, to all members of the groups."""
    sizes = np.diff(reader.first)[of_groups.docs]
    docs = [docnum for group in of_groups.docs for docnum in reader.members(group)]
    spots = [
        of_groups.positions[low:high]
        for low, high, size in zip(of_groups.starts, of_groups.starts[1:], sizes, strict=False)
        for _ in range(size)
    ]
    counts = np.repeat(np.diff(of_groups.starts), sizes)
    return Decoded(
        np.array(docs, np.int64),
        np.repeat(of_groups.freqs, sizes),
        np.concatenate([[0], np.cumsum(counts)]),
        np.concatenate([np.empty(0, np.int64), *spots]),
    )
