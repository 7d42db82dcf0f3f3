"""The postings of one term as a Whoosh matcher, for Whoosh's own searcher."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from whoosh.formats import Existence
from whoosh.matching import LeafMatcher
from whoosh.matching.mcore import ReadTooFar
from whoosh.system import pack_uint

from engine.arrays import Array
from engine.columns.layout import BLOCK, LARGE, MIN_DENSE, POSTINGS_PER_WORD, Postings

NO_MORE = 2**31 - 1  # comes after every document, as in Lucene


class Decoded(NamedTuple):
    """The documents of a term, how often it stands in each, and at which positions.

    The positions in ``docs[i]`` are ``positions[starts[i]:starts[i + 1]]``. Both arrays are
    empty for a field without positions.
    """

    docs: Array  # int64
    freqs: Array  # int64
    starts: Array  # int64
    positions: Array  # int64


def decode(postings: Postings, term: int) -> Decoded:
    """Decode the documents and frequencies of a term, without positions."""
    docs = documents(postings, term)
    low, high = postings.freqs_at[term : term + 2].tolist()
    begin = low - low % POSTINGS_PER_WORD
    words = postings.freqs[begin // POSTINGS_PER_WORD : -(-high // POSTINGS_PER_WORD)]
    shifts = np.arange(0, 64, 4, dtype=np.uint64)
    freqs = (words[:, np.newaxis] >> shifts & np.uint64(LARGE)).ravel().astype(np.int64)
    freqs = freqs[low - begin : high - begin]
    large = np.flatnonzero(freqs == LARGE)
    freqs[large] = postings.large[np.searchsorted(postings.large_at, large + low)]
    return Decoded(docs, freqs, np.empty(0, np.int64), np.empty(0, np.int64))


def documents(postings: Postings, term: int) -> Array:
    """Decode the documents of a term (int64)."""
    docs_at, row = int(postings.docs_at[term]), int(postings.dense_at[term])
    runs = [np.empty(0, np.int64)]
    for run in range(postings.runs[term], postings.runs[term + 1]):
        size = int(postings.run_size[run]) + 1
        if size >= MIN_DENSE:
            bits = np.unpackbits(postings.dense[row].view(np.uint8), bitorder="little")
            docs = np.flatnonzero(bits)
            row += 1
        else:
            docs = postings.docs[docs_at : docs_at + size].astype(np.int64)
            docs_at += size
        runs.append(docs + int(postings.run_block[run]) * BLOCK)
    return np.concatenate(runs)


class ColumnMatcher(LeafMatcher):  # type: ignore[misc]
    """Walks the decoded postings of a term."""

    def __init__(
        self, term: tuple[str, bytes], format_: Any, postings: Decoded, scorer: Any
    ) -> None:
        self._term = term
        self.format = format_
        self.scorer = scorer
        self._postings = postings
        self._at = 0

    def is_active(self) -> bool:
        return self._at < len(self._postings.docs)

    def reset(self) -> None:
        self._at = 0

    def copy(self) -> ColumnMatcher:
        twin = ColumnMatcher(self._term, self.format, self._postings, self.scorer)
        twin._at = self._at
        return twin

    def id(self) -> int:
        """Return the current document; ``NO_MORE`` at the end, where some of Whoosh's
        matchers ask for it."""
        return int(self._postings.docs[self._at]) if self.is_active() else NO_MORE

    def all_ids(self) -> Any:
        return iter(self._postings.docs[self._at :].tolist())

    def next(self) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at += 1

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at = max(self._at, int(np.searchsorted(self._postings.docs, id)))

    def weight(self) -> float:
        return float(self._postings.freqs[self._at])

    def value(self) -> bytes:
        """Return the posting's value as the field's format encodes it."""
        if self.supports("positions"):
            return bytes(self.format.encode(self._positions()))
        if isinstance(self.format, Existence):
            return b""
        return bytes(pack_uint(int(self._postings.freqs[self._at])))  # as ``formats.Frequency``

    def value_as(self, astype: str) -> Any:
        """Return the decoded value; positions, which may be many, are not encoded first."""
        if astype == "positions" and self.supports(astype):
            return self._positions()
        return super().value_as(astype)

    def _positions(self) -> Any:
        low, high = self._postings.starts[self._at : self._at + 2]
        return self._postings.positions[low:high].tolist()

    def supports_block_quality(self) -> bool:
        return False
