"""One state of an index, ready to be searched: segments with what scoring needs to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from whoosh.reading import SegmentReader as WhooshReader
from whoosh.searching import Searcher

from engine.arrays import Array
from engine.columns.handles import Handle, hold
from engine.columns.layout import LARGE, bitsets
from engine.columns.read.matcher import decode
from engine.columns.read.segment_reader import LENGTHS, SegmentReader
from engine.columns.read.terms import COUNT, FIRST, NUMBER, find
from engine.columns.run import ops
from engine.columns.run.queries import Key, prefix_keys
from engine.fields import EXACT, FIELDS, TITLE, WORDS
from engine.ranking import K1, B


class SearchTarget(NamedTuple):
    """Documents, or groups as documents of their titles; ``handle`` is of ``ops.SegmentView``."""

    segment: ops.Segment
    handle: Handle

    @classmethod
    def of(
        cls, columns: SegmentReader, field: str, segment: ops.Segment, documents: int
    ) -> SearchTarget:
        sequences = columns.sequences[field]
        held = ops.SegmentView(
            *(columns.postings, columns.pairs, sequences, sequences.data.view(np.uint64)),
            *(columns.range[field][0], segment, documents),
        )
        return cls(segment, hold(held))


class Label(NamedTuple):
    """The name of a label, and a mark that tells apart documents which bear it."""

    name: str
    mark: int


class Part(NamedTuple):
    """A segment as it is searched."""

    columns: SegmentReader
    documents: int  # the number of its first document in the index
    groups: int
    texts: SearchTarget
    titles: SearchTarget
    labels: list[Label]  # by which documents are filtered and counted


class ColumnSearcher:
    """One state of an index, ready to be searched; safe to share between threads.

    ``worth`` says, by the name of a document's label, what its score is multiplied by.
    ``marks`` (uint8[documents]) tell apart documents of the same label.
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
        self.parts: list[Part] = []
        impacts = {name: self._impacts(name) for name in (WORDS, EXACT, TITLE)}
        text = tuple(np.stack(both) for both in zip(impacts[WORDS], impacts[EXACT], strict=True))
        title = tuple(one[np.newaxis] for one in impacts[TITLE])
        base = 0
        for columns in segments(searcher):
            numbers, labels = columns.labels, [Label(name, 0) for name in columns.label_names]
            if marks is not None:
                numbers, labels = _marked(columns, marks[base : base + columns.documents])
            worths = np.array([worth(label.name) for label in labels], np.float32)
            documents = _documents(columns, numbers, worths, *text)
            self.parts.append(
                Part(
                    *(columns, base, self.groups),
                    SearchTarget.of(columns, EXACT, documents, self.documents),
                    SearchTarget.of(columns, TITLE, _titles(columns, *title), self.documents),
                    labels,
                )
            )
            base += columns.documents
            self.groups += columns.groups

    def _impacts(self, field: str) -> tuple[Array, Array]:
        """BM25F as Whoosh computes it (``whoosh.scoring.bm25``), by frequency and length."""
        average = self.searcher.avg_field_length(field) or 1
        norms = K1 * ((1 - B) + B * LENGTHS / average)
        freqs = np.arange(LARGE)[:, np.newaxis]
        impacts = freqs * (K1 + 1) / (freqs + norms)
        return impacts.astype(np.float32), norms.astype(np.float32)

    def find(self, keys: Sequence[Key], by_title: bool = False) -> list[Array]:
        """The terms of a query, part by part (see ``tokens.find``), counted in the whole index.

        Counts are numbers of documents, of terms of titles too.
        """
        found = [find(part.columns.dictionary, keys) for part in self.parts]
        if by_title:
            for part, terms in zip(self.parts, found, strict=True):
                terms[:, COUNT] = [_documents_titled(part.columns, n) for n in terms[:, NUMBER]]
        if len(found) > 1:
            total = sum(terms[:, COUNT] for terms in found)
            for terms in found:
                terms[:, COUNT] = total
        return found

    def expanded(self, prefixes: Sequence[int], found: Sequence[Array]) -> list[Array]:
        """How many documents of the index have each term of prefixes, part by part.

        A prefix begins at these rows of ``found`` and ends at the next ones. Nothing where
        there is one part, which knows it.
        """
        if not prefixes or len(found) == 1:
            return [_NO_COUNTS] * len(found)
        total: Counter[bytes] = Counter()
        names: list[list[bytes]] = []
        for part, terms in zip(self.parts, found, strict=True):
            spans = [range(*terms[row : row + 2, FIRST].tolist()) for row in prefixes]
            at, get = part.columns.postings.freqs_at, part.columns.terms.get
            name = {term: get(term) for span in spans for term in span}
            total.update({name[term]: int(at[term + 1]) - int(at[term]) for term in name})
            names.append([name[term] for span in spans for term in span])
        return [np.array([total[name] for name in held], np.int64) for held in names]

    def has(self, field: str, text: str) -> bool:
        """Whether a term stands anywhere."""
        return any(part.columns.term(field, text.encode()) >= 0 for part in self.parts)

    def counts(self, terms: Sequence[tuple[str, str]]) -> list[int]:
        """How many documents hold each term."""
        keys = [(FIELDS.index(field), text.encode()) for field, text in terms]
        found: list[int] = self.find(keys)[0][:, COUNT].tolist() if self.parts else [0] * len(keys)
        return found

    def expansion(self, field: str, prefix: str) -> int:
        """How many terms of a part begin so, at the most."""
        keys = prefix_keys(FIELDS.index(field), prefix.encode())
        return max((int(np.diff(terms[:, FIRST])[0]) for terms in self.find(keys)), default=0)


_NO_COUNTS = np.empty(0, np.int64)


def segments(searcher: Searcher) -> list[SegmentReader]:
    """The columns of each segment, in the order of their documents."""
    readers = [leaf.reader() for leaf, _ in searcher.leaf_searchers()]
    # The reader of an index without any is of another class.
    return [one._perdoc.columns for one in readers if isinstance(one, WhooshReader)]


def _documents_titled(columns: SegmentReader, term: int) -> int:
    """In how many documents' titles a term stands."""
    if term < 0:
        return 0
    return int(np.diff(columns.first)[decode(columns.postings, term).docs].sum())


def _marked(columns: SegmentReader, marks: Array) -> tuple[Array, list[Label]]:
    """Labels with the marks that their documents bear, and each document's number of one."""
    several = int(marks.max(initial=0)) + 1
    numbers = columns.labels * np.uint32(several) + marks
    borne = np.zeros(len(columns.label_names) * several, np.bool_)
    borne[numbers] = True
    labels = (divmod(number, several) for number in np.flatnonzero(borne).tolist())
    numbers = (np.cumsum(borne, dtype=np.uint32) - 1)[numbers]
    numbers.flags.writeable = False  # as the columns of a file, for which kernels are compiled
    return numbers, [Label(columns.label_names[name], mark) for name, mark in labels]


def _documents(
    columns: SegmentReader, labels: Array, worths: Array, impacts: Array, norms: Array
) -> ops.Segment:
    return ops.Segment(
        columns.live,
        columns.first,
        labels,
        worths,
        columns.lengths,
        impacts,
        norms,
    )


def _titles(columns: SegmentReader, impacts: Array, norms: Array) -> ops.Segment:
    """The groups of a segment as documents, each a group of its own, without labels."""
    live = bitsets(np.ones(columns.groups, np.bool_))
    first = np.arange(columns.groups + 1)
    labels = np.zeros(columns.groups, np.uint32)
    for column in (live, first, labels):
        column.flags.writeable = False  # as those of a file, for which the kernel is compiled
    one = np.ones(1, np.float32)
    lengths = columns.title_lengths[np.newaxis]
    return ops.Segment(live, first, labels, one, lengths, impacts, norms)
