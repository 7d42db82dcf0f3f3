"""A segment as Whoosh's own searcher reads it: terms, postings, stored fields, field lengths.

It walks these one posting at a time. ``run.collector`` does not ask them, it reads the columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from engine.columns.read.matcher import ColumnMatcher, Decoded, decode
from engine.columns.read.segment_reader import (
    DOCUMENT_KEY,
    GROUP_KEY,
    LABEL,
    LENGTHS,
    STORED,
    SegmentReader,
)
from engine.columns.read.terms import FIRST, find
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


_NOTHING = Decoded(*(np.empty(0, np.int64) for _ in Decoded._fields))


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """The terms of the text fields and the keys, with their postings."""

    def __init__(self, columns: SegmentReader) -> None:
        self.columns = columns
        self._decode = lru_cache(maxsize=32)(self._decode_afresh)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        fieldname, text = term
        if fieldname in FIELDS:
            return self.columns.term(fieldname, text) >= 0
        return fieldname in self.columns.keys and bool(self._keyed(fieldname, text))

    def indexed_field_names(self) -> list[str]:
        return sorted((*FIELDS, DOCUMENT_KEY, GROUP_KEY))

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for fieldname in self.indexed_field_names():
            yield from self.terms_from(fieldname, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        columns = self.columns
        if fieldname in FIELDS:
            high = columns.range[fieldname][1]
            first = find(columns.dictionary, [(FIELDS.index(fieldname), prefix)])[0, FIRST]
            for number in range(first, high):
                yield fieldname, columns.terms.get(number)
        else:
            keys = set(columns.keys[fieldname].all())
            yield from ((fieldname, key) for key in sorted(keys) if key >= prefix)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def frequency(self, fieldname: str, text: bytes) -> int:
        return int(self._decode(fieldname, text).freqs.sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return len(self._decode(fieldname, text).docs)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Raises ``KeyError`` for a term that is not there."""
        found = self._decode(fieldname, text)
        lengths = DocumentReader(self.columns)
        held = [lengths.doc_field_length(docnum, fieldname, 1) for docnum in found.docs]
        return TermInfo(
            weight=float(found.freqs.sum()),
            df=len(found.docs),
            minlength=min(held),
            maxlength=max(held),
            maxweight=float(found.freqs.max()),
            minid=int(found.docs[0]),
            maxid=int(found.docs[-1]),
        )

    def matcher(
        self, fieldname: str, text: bytes, format_: Any, scorer: Any = None
    ) -> ColumnMatcher:
        try:
            found = self._decode(fieldname, text)
        except KeyError as error:
            raise TermNotFound(f"No term {fieldname}:{text!r}") from error
        return ColumnMatcher((fieldname, text), format_, found, scorer)

    def _decode_afresh(self, fieldname: str, text: bytes) -> Decoded:
        """The postings of a term by document; those of a title stand for all of its group."""
        found = _NOTHING
        if fieldname in self.columns.keys:
            docs = np.array(self._keyed(fieldname, text), np.int64)
            found = _NOTHING._replace(docs=docs, freqs=np.ones(len(docs), np.int64))
        elif (term := self.columns.term(fieldname, text)) >= 0:
            found = decode(self.columns.postings, term)
            if fieldname in POSITIONAL:
                sequences = self.columns.sequences[fieldname]
                code = int(sequences.codes[term - self.columns.range[fieldname][0]])
                starts, at = places(sequences, code, found.docs)
                found = found._replace(starts=starts, places=at)
            found = self._spread(found) if fieldname == TITLE else found
        if not len(found.docs):
            raise KeyError((fieldname, text))
        return found

    def _keyed(self, fieldname: str, text: bytes) -> list[int]:
        numbers = self.columns.sought(fieldname, text)
        if fieldname == DOCUMENT_KEY:
            return numbers
        return [docnum for number in numbers for docnum in self.columns.members(number)]

    def _spread(self, found: Decoded) -> Decoded:
        sizes = np.diff(self.columns.first)[found.docs]
        docs = [docnum for group in found.docs for docnum in self.columns.members(group)]
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
