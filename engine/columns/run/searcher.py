"""One state of an index, ready to be searched: its segments, with what scoring needs."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from whoosh.reading import SegmentReader as WhooshReader
from whoosh.searching import Searcher

from engine.arrays import Array
from engine.columns.damage import damaged
from engine.columns.layout import LARGE, bitsets
from engine.columns.native import Handle
from engine.columns.read.matcher import documents
from engine.columns.read.segment_reader import LENGTHS, SegmentReader
from engine.columns.read.terms import DOCUMENT_COUNT, INSERTION_POINT, TERM_NUMBER, find
from engine.columns.run import ops
from engine.columns.run.queries import Key, prefix_keys
from engine.fields import EXACT, FIELDS, TITLE, WORDS
from engine.ranking import K1, B


class SearchTarget(NamedTuple):
    """What a kernel searches: the documents of a segment, or its groups by their titles."""

    columns: ops.DocumentColumns
    handle: Handle[ops.SegmentView]

    @classmethod
    def of(
        cls, reader: SegmentReader, field: str, columns: ops.DocumentColumns, documents: int
    ) -> SearchTarget:
        """``field`` is the field of phrases, ``documents`` the size of the whole index."""
        view = ops.SegmentView(
            *(reader.postings, reader.pairs, reader.sequences[field]),
            *(reader.range[field][0], columns, documents),
        )
        return cls(columns, Handle(view))


class Label(NamedTuple):
    """The name of a label, and a mark that distinguishes documents of the same label."""

    name: str
    mark: int


class SearchedSegment(NamedTuple):
    """A segment as it is searched."""

    reader: SegmentReader
    first_document: int  # its number in the index
    first_group: int  # its number in the index
    texts: SearchTarget
    titles: SearchTarget
    labels: list[Label]  # by which documents are filtered and counted


class ColumnSearcher:
    """One state of an index, ready to be searched. Threads may share it.

    ``worth`` returns the factor of a label, by which the scores of its documents are multiplied.
    ``marks`` (uint8[documents]) distinguish documents of the same label.
    """

    def __init__(
        self,
        searcher: Searcher,
        worth: Callable[[str], float] = lambda label: 1,
        marks: Array | None = None,
    ) -> None:
        self.searcher = searcher
        self.documents = searcher.doc_count_all()
        self.groups = 0
        self.segments: list[SearchedSegment] = []
        impacts = {name: self._impacts(name) for name in (WORDS, EXACT, TITLE)}
        text = tuple(np.stack(both) for both in zip(impacts[WORDS], impacts[EXACT], strict=True))
        title = tuple(table[np.newaxis] for table in impacts[TITLE])
        base = 0
        for reader in segment_readers(searcher):
            numbers, labels = reader.labels, [Label(name, 0) for name in reader.label_names]
            if marks is not None:
                numbers, labels = _marked(reader, marks[base : base + reader.documents])
            worths = np.array([worth(label.name) for label in labels], np.float32)
            texts = _document_columns(reader, numbers, worths, *text)
            titles = _title_columns(reader, *title)
            self.segments.append(
                SearchedSegment(
                    *(reader, base, self.groups),
                    SearchTarget.of(reader, EXACT, texts, self.documents),
                    SearchTarget.of(reader, TITLE, titles, self.documents),
                    labels,
                )
            )
            base += reader.documents
            self.groups += reader.groups
        self._first = [segment.first_document for segment in self.segments]

    def segment_of(self, document: int) -> tuple[SearchedSegment, int]:
        """Return the segment that holds a document, and the document's number in it."""
        segment = self.segments[bisect_right(self._first, document) - 1]
        return segment, document - segment.first_document

    def _impacts(self, field: str) -> tuple[Array, Array]:
        """Compute BM25F as ``whoosh.scoring.bm25`` does, for each frequency and length code.

        Returns ``impacts`` and ``norms`` as in ``ops.DocumentColumns``.
        """
        average = self.searcher.avg_field_length(field) or 1
        norms = K1 * ((1 - B) + B * LENGTHS / average)
        freqs = np.arange(LARGE)[:, np.newaxis]
        impacts = freqs * (K1 + 1) / (freqs + norms)
        return impacts.astype(np.float32), norms.astype(np.float32)

    def find(self, keys: Sequence[Key], by_title: bool = False) -> list[Array]:
        """Look up terms in each segment (see ``terms.find``), with counts of the whole index.

        ``by_title`` counts documents for terms of titles, whose postings count groups.
        """
        rows = [find(segment.reader.dictionary, keys) for segment in self.segments]
        if by_title:
            for segment, terms in zip(self.segments, rows, strict=True):
                terms[:, DOCUMENT_COUNT] = [
                    _documents_titled(segment.reader, n) for n in terms[:, TERM_NUMBER]
                ]
        if len(rows) > 1:
            total = sum(terms[:, DOCUMENT_COUNT] for terms in rows)
            for terms in rows:
                terms[:, DOCUMENT_COUNT] = total
        return rows

    def prefix_counts(self, prefixes: Sequence[int], rows: Sequence[Array]) -> list[Array]:
        """Count the documents in the index of each term that has one of the prefixes.

        ``prefixes`` are rows of ``rows``, the result of ``find``: a prefix begins at such a row
        and ends at the next one. Returns the counts for each segment. They are empty where the
        index has one segment, which knows them itself.
        """
        if not prefixes or len(rows) == 1:
            return [_NO_COUNTS] * len(rows)
        total: Counter[bytes] = Counter()
        names: list[list[bytes]] = []
        for segment, terms in zip(self.segments, rows, strict=True):
            ranges = [range(*terms[row : row + 2, INSERTION_POINT].tolist()) for row in prefixes]
            at, get = segment.reader.postings.freqs_at, segment.reader.terms.get
            name = {term: get(term) for of_prefix in ranges for term in of_prefix}
            total.update({name[term]: int(at[term + 1]) - int(at[term]) for term in name})
            names.append([name[term] for of_prefix in ranges for term in of_prefix])
        return [np.array([total[name] for name in of_segment], np.int64) for of_segment in names]

    def has(self, field: str, text: str) -> bool:
        """Return whether a term stands anywhere."""
        return any(segment.reader.term(field, text.encode()) >= 0 for segment in self.segments)

    def counts(self, terms: Sequence[tuple[str, str]]) -> list[int]:
        """Return the number of documents of each term."""
        keys = [(FIELDS.index(field), text.encode()) for field, text in terms]
        if not self.segments:
            return [0] * len(keys)
        counts: list[int] = self.find(keys)[0][:, DOCUMENT_COUNT].tolist()
        return counts

    def expansion(self, field: str, prefix: str) -> int:
        """Return the number of terms with a prefix, in the segment that has the most of them."""
        keys = prefix_keys(FIELDS.index(field), prefix.encode())
        return max(
            (int(np.diff(terms[:, INSERTION_POINT])[0]) for terms in self.find(keys)), default=0
        )


_NO_COUNTS = np.empty(0, np.int64)


def segment_readers(searcher: Searcher) -> list[SegmentReader]:
    """Return the reader of each segment, in the order of their documents."""
    readers = [leaf.reader() for leaf, _ in searcher.leaf_searchers()]
    # An index without segments has a reader of another class.
    return [reader._perdoc.reader for reader in readers if isinstance(reader, WhooshReader)]


def _documents_titled(reader: SegmentReader, term: int) -> int:
    """Return the number of documents in whose titles a term stands."""
    if term < 0:
        return 0
    groups = documents(reader.postings, term)
    if groups.max(initial=0) >= reader.groups:
        raise damaged(reader.path, "docs")
    return int(np.diff(reader.first)[groups].sum())


def _marked(reader: SegmentReader, marks: Array) -> tuple[Array, list[Label]]:
    """Combine labels and marks; return the number of each document's label, and the labels."""
    different = int(marks.max(initial=0)) + 1
    numbers = reader.labels * np.uint32(different) + marks
    used = np.zeros(len(reader.label_names) * different, np.bool_)
    used[numbers] = True
    labels = (divmod(number, different) for number in np.flatnonzero(used).tolist())
    numbers = (np.cumsum(used, dtype=np.uint32) - 1)[numbers]
    numbers.flags.writeable = False  # as the columns of a file are
    return numbers, [Label(reader.label_names[name], mark) for name, mark in labels]


def _document_columns(
    reader: SegmentReader, labels: Array, worths: Array, impacts: Array, norms: Array
) -> ops.DocumentColumns:
    return ops.DocumentColumns(
        reader.live,
        reader.first,
        labels,
        worths,
        reader.lengths,
        impacts,
        norms,
    )


def _title_columns(reader: SegmentReader, impacts: Array, norms: Array) -> ops.DocumentColumns:
    """Present the groups of a segment as documents, each in a group of its own, without labels."""
    live = bitsets(np.ones(reader.groups, np.bool_))
    first = np.arange(reader.groups + 1)
    labels = np.zeros(reader.groups, np.uint32)
    for column in (live, first, labels):
        column.flags.writeable = False  # as the columns of a file are
    worth = np.ones(1, np.float32)
    lengths = reader.title_lengths[np.newaxis]
    return ops.DocumentColumns(live, first, labels, worth, lengths, impacts, norms)
