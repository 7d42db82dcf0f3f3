"""One state of an index, ready to be searched: segments with what scoring needs to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from whoosh.reading import SegmentReader
from whoosh.searching import Searcher

from engine.columns import steps as k
from engine.columns.handles import Handle, hold
from engine.columns.layout import LARGE, Array, bitsets
from engine.columns.matcher import decode
from engine.columns.opened import EXACT, FIELDS, LENGTHS, TITLE, WORDS, Columns
from engine.columns.queries import Key, prefix_keys
from engine.columns.scoring import K1, B
from engine.columns.tokens import COUNT, FIRST, NUMBER, find


class Searched(NamedTuple):
    """Documents, or groups as documents of their titles; ``handle`` is of ``k.Searched``."""

    segment: k.Segment
    handle: Handle

    @classmethod
    def of(cls, columns: Columns, field: str, segment: k.Segment, documents: int) -> Searched:
        sequences = columns.sequences[field]
        held = k.Searched(
            *(columns.postings, columns.pairs, sequences, sequences.data.view(np.uint64)),
            *(columns.range[field][0], segment, documents),
        )
        return cls(segment, hold(held))


class Part(NamedTuple):
    """A segment as it is searched."""

    columns: Columns
    documents: int  # the number of its first document in the index
    groups: int
    texts: Searched
    titles: Searched


class Opened:
    """One state of an index, ready to be searched; safe to share between threads.

    ``worth`` says, by the name of a document's label, what its score is multiplied by.
    """

    def __init__(self, searcher: Searcher, worth: Callable[[str], float] = lambda label: 1) -> None:
        self.searcher = searcher
        self.documents = searcher.doc_count_all()
        self.groups = 0
        self.parts: list[Part] = []
        readers = [(leaf.reader(), base) for leaf, base in searcher.leaf_searchers()]
        impacts = {name: self._impacts(name) for name in (WORDS, EXACT, TITLE)}
        text = tuple(np.stack(both) for both in zip(impacts[WORDS], impacts[EXACT], strict=True))
        title = tuple(one[np.newaxis] for one in impacts[TITLE])
        for reader, base in readers:
            if not isinstance(reader, SegmentReader):
                continue  # an index without segments
            columns: Columns = reader._perdoc.columns
            self.parts.append(
                Part(
                    *(columns, base, self.groups),
                    Searched.of(columns, EXACT, _documents(columns, worth, *text), self.documents),
                    Searched.of(columns, TITLE, _titles(columns, *title), self.documents),
                )
            )
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
        found = [find(part.columns.lexicon, keys) for part in self.parts]
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


def _documents_titled(columns: Columns, term: int) -> int:
    """In how many documents' titles a term stands."""
    if term < 0:
        return 0
    return int(np.diff(columns.first)[decode(columns.postings, term).docs].sum())


def _documents(
    columns: Columns, worth: Callable[[str], float], impacts: Array, norms: Array
) -> k.Segment:
    return k.Segment(
        columns.live,
        columns.first,
        columns.labels,
        np.array([worth(name) for name in columns.label_names], np.float32),
        columns.lengths,
        impacts,
        norms,
    )


def _titles(columns: Columns, impacts: Array, norms: Array) -> k.Segment:
    """The groups of a segment as documents, each a group of its own, without labels."""
    live = bitsets(np.ones(columns.groups, np.bool_))
    first = np.arange(columns.groups + 1)
    labels = np.zeros(columns.groups, np.uint32)
    for column in (live, first, labels):
        column.flags.writeable = False  # as those of a file, for which the kernel is compiled
    one = np.ones(1, np.float32)
    lengths = columns.title_lengths[np.newaxis]
    return k.Segment(live, first, labels, one, lengths, impacts, norms)
