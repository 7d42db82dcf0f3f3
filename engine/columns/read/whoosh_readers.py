"""A segment as Whoosh's own searcher reads it: terms, postings, stored fields, field lengths.

It walks these one posting at a time. ``run.collector`` does not ask them, it reads the columns.
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
from engine.columns.sequences import places
from engine.fields import FIELDS, POSITIONAL, TEXT, TITLE


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Stored fields and lengths of documents."""

    def __init__(self, columns: SegmentReader) -> None:
        self.columns = columns
        self._segment = columns.segment

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
            return int(LENGTHS[self.columns.lengths[TEXT.index(fieldname), docnum]])
        if fieldname == TITLE:
            return int(LENGTHS[self.columns.title_lengths[self.columns.group(docnum)]])
        return default

    def field_length(self, fieldname: str) -> int:
        return self._segment.length.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        return min(self._lengths(fieldname), default=0)

    def max_field_length(self, fieldname: str) -> int:
        return max(self._lengths(fieldname), default=0)

    def _lengths(self, fieldname: str) -> list[int]:
        docs = range(self.columns.documents)
        return [self.doc_field_length(docnum, fieldname) for docnum in docs]

    def stored_fields(self, docnum: int) -> dict[str, str]:
        columns = self.columns
        return {
            DOCUMENT_KEY: columns.keys[DOCUMENT_KEY].get(docnum).decode(),
            GROUP_KEY: columns.keys[GROUP_KEY].get(columns.group(docnum)).decode(),
            LABEL: columns.label_names[columns.labels[docnum]],
            STORED: columns.stored(docnum).decode(),
        }


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """The terms of the text fields and the keys, with their postings.

    Keys of deleted documents are among the terms until these are merged away, as in Whoosh's
    own codec; whoever asks for postings leaves out what is deleted.
    """

    def __init__(self, columns: SegmentReader) -> None:
        self.columns = columns
        self._postings = lru_cache(maxsize=32)(partial(_postings, columns))

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        fieldname, text = term
        if fieldname in FIELDS:
            return self.columns.term(fieldname, text) >= 0
        return fieldname in self.columns.keys and bool(self.columns.with_key(fieldname, text))

    def indexed_field_names(self) -> list[str]:
        return sorted((*FIELDS, *self.columns.keys))

    def cursor(self, fieldname: str, fieldobj: Any) -> TermCursor:
        return TermCursor(self, fieldname, fieldobj)

    def sorted_terms(self, fieldname: str) -> SortedStrings:
        """The terms of a field; of keys, one for each document or group that has it."""
        columns = self.columns
        if fieldname in columns.keys:
            return columns.sorted_keys[fieldname]
        return SortedStrings(columns.terms, range(*columns.range.get(fieldname, (0, 0))))

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms from this one on, of the field and of those after it."""
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
        """Raises ``KeyError`` for a term that is not there."""
        found = self._postings(fieldname, text)
        length = DocumentReader(self.columns).doc_field_length
        lengths = [length(docnum, fieldname) for docnum in found.docs]
        return TermInfo(
            weight=float(found.freqs.sum()),
            df=len(found.docs),
            minlength=min(lengths),
            maxlength=max(lengths),
            maxweight=float(found.freqs.max()),
            minid=int(found.docs[0]),
            maxid=int(found.docs[-1]),
        )

    def matcher(
        self, fieldname: str, text: bytes, format_: Any, scorer: Any = None
    ) -> ColumnMatcher:
        try:
            found = self._postings(fieldname, text)
        except KeyError as error:
            raise TermNotFound(f"No term {fieldname}:{text!r}") from error
        return ColumnMatcher((fieldname, text), format_, found, scorer)


class TermCursor(base.FieldCursor):  # type: ignore[misc]
    """Walks the terms of a field in byte order, by which Whoosh finds similar ones.

    Every move returns the text of the term at hand, None behind the last one.
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


_NOTHING = Decoded(*(np.empty(0, np.int64) for _ in Decoded._fields))


def _postings(columns: SegmentReader, fieldname: str, text: bytes) -> Decoded:
    """The postings of a term by document; raises ``KeyError`` where there are none."""
    found = _NOTHING
    if fieldname in columns.keys:
        docs = _documents_with_key(columns, fieldname, text)
        found = _NOTHING._replace(docs=docs, freqs=np.ones(len(docs), np.int64))
    elif fieldname in FIELDS and (term := columns.term(fieldname, text)) >= 0:
        found = decode(columns.postings, term)
        if fieldname in POSITIONAL:
            sequences = columns.sequences[fieldname]
            code = int(sequences.codes[term - columns.range[fieldname][0]])
            starts, at = places(sequences, code, found.docs)
            found = found._replace(starts=starts, places=at)
        found = _of_members(columns, found) if fieldname == TITLE else found
    if not len(found.docs):
        raise KeyError((fieldname, text))
    return found


def _documents_with_key(columns: SegmentReader, fieldname: str, text: bytes) -> Array:
    numbers = columns.with_key(fieldname, text)
    if fieldname == GROUP_KEY:
        numbers = [docnum for group in numbers for docnum in columns.members(group)]
    return np.array(numbers, np.int64)


def _of_members(columns: SegmentReader, found: Decoded) -> Decoded:
    """The postings of a title's term, which count groups, for all documents of the groups."""
    sizes = np.diff(columns.first)[found.docs]
    docs = [docnum for group in found.docs for docnum in columns.members(group)]
    spots = [
        found.places[low:high]
        for low, high, size in zip(found.starts, found.starts[1:], sizes, strict=False)
        for _ in range(size)
    ]
    counts = np.repeat(np.diff(found.starts), sizes)
    return Decoded(
        np.array(docs, np.int64),
        np.repeat(found.freqs, sizes),
        np.concatenate([[0], np.cumsum(counts)]),
        np.concatenate([np.empty(0, np.int64), *spots]),
    )
