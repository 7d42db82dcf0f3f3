"""One state of an index, ready to be searched: segments with what scoring needs to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import log
from typing import NamedTuple

import numpy as np
from whoosh import query as wq
from whoosh.reading import SegmentReader
from whoosh.searching import Searcher

from engine.columns import kernels as k
from engine.columns.layout import ESCAPE, Array, bitsets
from engine.columns.matcher import decode
from engine.columns.opened import EXACT, LENGTHS, TITLE, WORDS, Columns
from engine.columns.queries import Term, Terms, key, leaves, words
from engine.columns.scoring import K1, B
from engine.columns.tokens import find

_NO_ESCAPES = 256  # a length code that no document has
_ESCAPES = int(np.searchsorted(LENGTHS, ESCAPE))  # the code of the shortest length with one
_AFTER = b"\xff"  # comes after whatever UTF-8 may follow a prefix with


class Part(NamedTuple):
    """A segment as it is searched: documents, and groups as documents of their titles."""

    columns: Columns
    documents: int  # the number of its first document in the index
    groups: int
    segment: k.Segment
    titles: k.Segment


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
                    _documents(columns, worth, *text),
                    _titles(columns, *title),
                )
            )
            self.groups += columns.groups

    def _impacts(self, field: str) -> tuple[Array, Array]:
        """BM25F as Whoosh computes it (``whoosh.scoring.bm25``), by frequency and length."""
        average = self.searcher.avg_field_length(field) or 1
        norms = K1 * ((1 - B) + B * LENGTHS / average)
        freqs = np.arange(k.FREQUENCIES)[:, np.newaxis]
        impacts = freqs * (K1 + 1) / (freqs + norms)
        return impacts.astype(np.float32), norms.astype(np.float32)

    def terms(self, query: wq.Query) -> list[Terms]:
        """The numbers of a query's terms, part by part, and their weights."""
        wanted: dict[str, list[bytes]] = {}
        prefixes: list[Term] = []
        for leaf in leaves(query):
            if isinstance(leaf, wq.Prefix):
                prefixes.append(key(leaf))
            elif isinstance(leaf, wq.Phrase):
                wanted.setdefault(leaf.fieldname, []).extend(text for _, text in words(leaf))
            else:
                wanted.setdefault(leaf.fieldname, []).append(key(leaf)[1])
        numbers: list[dict[Term, int]] = []
        frequency: dict[Term, int] = {}
        for part in self.parts:
            known: dict[Term, int] = {}
            for field, texts in wanted.items():
                rows = find(part.columns.terms, *part.columns.range[field], texts).tolist()
                for text, (number, same) in zip(texts, rows, strict=True):
                    if same:
                        known[field, text] = number
            for term, number in known.items():
                many = _frequency(part.columns, term[0], number)
                frequency[term] = frequency.get(term, 0) + many
            numbers.append(known)
        weights = {term: log(self.documents / (n + 1)) + 1 for term, n in frequency.items()}
        if not prefixes:
            return [Terms(known, weights, {}, {}) for known in numbers]
        ranges = {prefix: self.expand(prefix) for prefix in prefixes}
        weighed = {prefix: self._weigh(found) for prefix, found in ranges.items()}
        return [
            Terms(
                known,
                weights,
                {prefix: found[at] for prefix, found in ranges.items()},
                {prefix: found[at] for prefix, found in weighed.items()},
            )
            for at, known in enumerate(numbers)
        ]

    def has(self, field: str, text: str) -> bool:
        """Whether a term stands anywhere."""
        return any(part.columns.term(field, text.encode()) >= 0 for part in self.parts)

    def expand(self, prefix: Term) -> list[range]:
        """The numbers of the terms that begin so, part by part."""
        field, text = prefix
        found = []
        for part in self.parts:
            bounds = part.columns.range[field]
            rows = find(part.columns.terms, *bounds, [text, text + _AFTER])
            found.append(range(int(rows[0, 0]), int(rows[1, 0])))
        return found

    def _weigh(self, ranges: Sequence[range]) -> list[Array]:
        """The weights of the terms in these ranges; one term may be in several parts."""
        counts = [
            np.diff(part.columns.postings.freqs_at[terms.start : terms.stop + 1])
            for part, terms in zip(self.parts, ranges, strict=True)
        ]
        if len(self.parts) == 1:
            return [self._idf(counts[0])]
        total: Counter[bytes] = Counter()
        names = []
        for part, terms, count in zip(self.parts, ranges, counts, strict=True):
            names.append([part.columns.terms.get(term) for term in terms])
            for name, one in zip(names[-1], count.tolist(), strict=True):
                total[name] += one
        return [self._idf(np.array([total[name] for name in held], np.int64)) for held in names]

    def _idf(self, frequency: Array) -> Array:
        """The weights (``whoosh.scoring.WeightingModel.idf``) of many document frequencies."""
        idf: Array = np.log(self.documents / (frequency + 1)) + 1
        return idf


def _frequency(columns: Columns, field: str, term: int) -> int:
    """In how many documents a term stands."""
    if field == TITLE:
        groups = decode(columns.postings, term).docs
        return int(np.diff(columns.first)[groups].sum())
    freqs_at = columns.postings.freqs_at
    return int(freqs_at[term + 1] - freqs_at[term])


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
        np.array([_NO_ESCAPES, _ESCAPES]),
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
    return k.Segment(live, first, labels, one, lengths, impacts, norms, np.array([_ESCAPES]))
