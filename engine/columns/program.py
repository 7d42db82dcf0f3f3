"""A Whoosh query tree to a program for ``kernels.search``.

What is cheap comes first, so that phrases need to be looked up only in documents
that still matter: each part of a conjunction is told the bitset of what the parts
before it left. Scores are the business of a second walk over the tree, from the
top, over the documents that were kept: a part scores where it and everything
above it matched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from whoosh import query as wq

from engine.columns import kernels as k
from engine.columns.layout import WORDS, Array
from engine.columns.opened import TEXT, TITLE, Columns
from engine.columns.queries import Implied, Term, Terms, UnsupportedQuery, key, words
from engine.columns.slots import LAST, NOT_HAN

Titles = Callable[[wq.Query], tuple[Array, Array]]


class _Part(NamedTuple):
    """A part of the query as placed in the program: its bitset, and what scores in it.

    ``enough`` says that whatever has a score of it matches it, so that scoring needs
    no other look. An ``either`` scores its parts where they match, another all of them.
    """

    bits: int
    slots: tuple[int, int] = (0, 0)
    constant: float = 0.0
    mask: int | None = None
    enough: bool = False
    either: bool = False
    parts: tuple[_Part, ...] = ()

    @property
    def scores(self) -> bool:
        return (
            self.slots[0] < self.slots[1]
            or self.constant != 0
            or self.mask is not None
            or any(part.scores for part in self.parts)
        )


class Compiler:
    """Makes the program of one query over one segment.

    ``titles`` answers what is asked of titles; without it, groups are searched as
    documents of their titles.
    """

    def __init__(
        self, columns: Columns, blocks: int, terms: Terms, titles: Titles | None = None
    ) -> None:
        self._postings = columns.postings
        self._han = range(*columns.pairs.terms.tolist())
        self._blocks = blocks
        self._terms = terms
        self._titles = titles
        self._bitsets = k.RESERVED
        self._steps: list[tuple[int, ...]] = []
        self._lists: list[int] = []
        self._slots: list[tuple[int, int, int, int, int]] = []  # see ``slots.TERM``
        self._weights: list[float] = []
        self._constants: list[float] = []
        self._masks: list[tuple[Array, Array]] = []

    def compile(self, query: wq.Query) -> k.Program:
        """The program; raises ``UnsupportedQuery``."""
        part = self._find(query, k.NEEDED, 1.0)
        matching = len(self._steps)
        if part.scores:
            self._score(part, k.TOP)
        return k.Program(
            np.array(self._steps, np.int64),
            matching,
            part.bits,
            self._bitsets,
            np.array(self._lists, np.int64),
            np.array(self._slots, np.int64) if self._slots else _NO_SLOTS,
            np.array(self._weights, np.float32),
            np.array(self._constants, np.float32),
            *_masks(self._masks, self._blocks),
        )

    # --- finding

    def _find(self, query: wq.Query, within: int, boost: float) -> _Part:
        """Place a part; it need be right only for documents in the bitset ``within``."""
        boost *= _boost(query)
        match query:
            case wq.And():
                return self._all(query.subqueries, within, boost)
            case wq.Or():
                return self._any(query, within, boost)
            case wq.Every(fieldname=None):
                return _Part(self._step(k.EVERY), constant=boost, enough=True)
            case wq.Term() | wq.Phrase() if query.fieldname == TITLE and self._titles:
                return self._title(query, self._titles, boost)
            case wq.Term():
                return self._terms_of([key(query)], [boost], k.ANY)
            case wq.Prefix():
                return self._prefix(query, boost)
            case wq.Phrase(slop=1):
                return self._phrase(query, within, boost)
            case wq.AndNot(a=keep, b=drop):
                part = self._find(keep, within, boost)
                return _Part(self._without(part.bits, drop), parts=(part,))
            case wq.Not():  # scores 1, as Whoosh's does
                bits = self._without(self._step(k.EVERY), query.query)
                return _Part(bits, constant=boost)
        raise UnsupportedQuery(repr(query))

    def _step(self, code: int, *operands: int) -> int:
        """Add a step with a new bitset for its result, which is returned."""
        result = self._bitsets
        self._bitsets += 1
        self._put(code, result, *operands)
        return result

    def _put(self, code: int, *operands: int) -> None:
        self._steps.append((code, *operands, *[k.NONE] * (k.STEP - 1 - len(operands))))

    def _terms_of(self, terms: Sequence[Term], boosts: Sequence[float], code: int) -> _Part:
        """Any or all of some terms, in one step."""
        low = len(self._slots)
        for term, boost in zip(terms, boosts, strict=True):
            if (number := self._terms.numbers.get(term)) is not None:
                self._slot(term, number, self._terms.idf[term] * boost)
            elif code == k.ALL:
                return self._leaf(k.ANY, low, low)  # nothing
        return self._leaf(code, low, len(self._slots), any(boosts))

    def _prefix(self, query: wq.Prefix, boost: float) -> _Part:
        term, low = key(query), len(self._slots)
        numbers = self._terms.prefixes[term]
        if query.constantscore or not boost:
            mask = np.zeros((self._blocks, WORDS), np.uint64)
            k.spread(self._postings, numbers.start, numbers.stop, mask)
            self._masks.append((mask, np.empty(0, np.float32)))
            return _Part(self._step(k.MASK, len(self._masks) - 1), constant=boost)
        field = self._field(term)
        self._slots += ((number, field, 0, LAST, NOT_HAN) for number in numbers)
        self._weights += (self._terms.prefix_idf[term] * boost).tolist()
        return self._leaf(k.ANY, low, len(self._slots))

    def _slot(
        self, term: Term, number: int, weight: float, shift: int = 0, follower: int = LAST
    ) -> None:
        han = number - self._han.start if number in self._han else NOT_HAN
        self._slots.append((number, self._field(term), shift, follower, han))
        self._weights.append(weight)

    def _field(self, term: Term) -> int:
        return TEXT.index(term[0]) if self._titles else 0

    def _leaf(self, code: int, low: int, high: int, scores: bool = True) -> _Part:
        bits = self._step(code, low, high)
        return _Part(bits, (low, high) if scores else (0, 0), enough=code == k.ANY)

    def _phrase(self, query: wq.Phrase, within: int, boost: float) -> _Part:
        terms = words(query)
        if len(terms) == 1 or not all(term in self._terms.numbers for term in terms):
            found = terms if len(terms) == 1 else []
            return self._terms_of(found, [boost] * len(found), k.ANY)
        low = len(self._slots)
        numbers = [self._terms.numbers[term] for term in terms]
        at = self._postings.freqs_at
        sizes = [int(at[number + 1] - at[number]) for number in numbers]
        places = sorted(range(len(terms)), key=sizes.__getitem__)  # the rarest first
        slot_of = {place: low + at for at, place in enumerate(places)}
        for place in places:
            weight = self._terms.idf[terms[place]] * boost
            after = slot_of.get(place + 1, LAST)
            self._slot(terms[place], numbers[place], weight, place, after)
        slots = (low, len(self._slots))
        known = k.NONE
        if isinstance(query, Implied):
            known = self._terms_of([key(query.by)], [0.0], k.ANY).bits
        bits = self._step(k.PHRASE, *slots, within, known)
        return _Part(bits, slots if boost else (0, 0))

    def _title(self, query: wq.Query, titles: Titles, boost: float) -> _Part:
        mask, scores = titles(query.with_boost(1.0))
        self._masks.append((mask, scores * boost))
        number = len(self._masks) - 1
        return _Part(self._step(k.MASK, number), mask=number if boost else None, enough=True)

    def _all(self, queries: Sequence[wq.Query], within: int, boost: float) -> _Part:
        """Whatever is cheap first; then what is excluded; then what counts its parts."""
        parts: list[_Part] = []
        left = k.NONE
        terms, queries = self._plain(queries)
        if terms:
            boosts = [boost * query.boost for query in terms]
            parts.append(self._terms_of([key(query) for query in terms], boosts, k.ALL))
            left = parts[0].bits
        for query in sorted(queries, key=_cost):
            if isinstance(query, wq.Not):
                left = self._step(k.EVERY) if left == k.NONE else left
                left = self._without(left, query.query)
                parts.append(_Part(left, constant=boost))
            else:
                part = self._find(query, within if left == k.NONE else left, boost)
                left = part.bits if left == k.NONE else self._step(k.AND, left, part.bits)
                parts.append(part)
        return _Part(left if parts else self._step(k.ANY, 0, 0), parts=tuple(parts))

    def _plain(self, queries: Sequence[wq.Query]) -> tuple[list[wq.Term], list[wq.Query]]:
        """Those of the queries that are terms of documents, and the others."""
        terms: list[wq.Term] = []
        others: list[wq.Query] = []
        for query in queries:
            plain = isinstance(query, wq.Term) and not (query.fieldname == TITLE and self._titles)
            (terms if plain else others).append(query)
        return terms, others

    def _without(self, bits: int, query: wq.Query) -> int:
        return self._step(k.WITHOUT, bits, self._find(query, bits, 0.0).bits)

    def _any(self, query: wq.Or, within: int, boost: float) -> _Part:
        """What scores nothing is looked for only where the parts before it are not."""
        parts: list[_Part] = []
        found = k.NONE
        terms, children = self._plain(query.subqueries)
        if query.minmatch:  # each part counts by itself
            terms, children = [], list(query.subqueries)
        if terms:
            boosts = [boost * child.boost for child in terms]
            parts.append(self._terms_of([key(child) for child in terms], boosts, k.ANY))
            found = parts[0].bits
        for child in sorted(children, key=_cost):
            silent = _boost(child) * boost == 0 and not query.minmatch
            again = silent and found != k.NONE
            where = self._step(k.WITHOUT, within, found) if again else within
            part = self._find(child, where, boost)
            found = part.bits if found == k.NONE else self._step(k.OR, found, part.bits)
            parts.append(part)
        if query.minmatch:
            low = len(self._lists)
            self._lists += (part.bits for part in parts)
            found = self._step(k.AT_LEAST, low, len(self._lists), query.minmatch, within)
        if not parts:
            found = self._step(k.ANY, 0, 0)
        return _Part(found, either=True, parts=tuple(parts))

    # --- scoring

    def _score(self, part: _Part, where: int) -> None:
        """Add the scores of a part to documents in the bitset ``where``, which match it."""
        if part.constant:
            self._put(k.SCORE_CONSTANT, k.NONE, where, len(self._constants))
            self._constants.append(part.constant)
        if part.mask is not None:
            self._put(k.SCORE_MASK, k.NONE, where, part.mask)
        if part.slots[0] < part.slots[1]:
            self._put(k.SCORE, k.NONE, where, *part.slots)
        for child in part.parts:
            if child.scores:
                apart = part.either and not child.enough
                self._score(child, self._step(k.AND, where, child.bits) if apart else where)


def _boost(query: wq.Query) -> float:
    """A query's own boost; Whoosh does not heed that of a ``Not``."""
    return 1.0 if isinstance(query, wq.Not) else getattr(query, "boost", 1.0)


def _cost(query: wq.Query) -> int:
    """Roughly, in what order parts of a conjunction should be looked at."""
    match query:
        case wq.Phrase():
            return 2
        case wq.Not():
            return 3
        case wq.Or(minmatch=least) if least:
            return 4
    return max((1 + (_cost(child) > 1) for child in query.children()), default=0)


def _masks(masks: Sequence[tuple[Array, Array]], blocks: int) -> tuple[Array, Array]:
    """Bitsets found beforehand, and the scores of their groups (none, for some)."""
    if not masks:
        return _NO_MASKS
    groups = max(len(scores) for _, scores in masks)
    of_groups = np.zeros((len(masks), groups), np.float32)
    for row, (_, scores) in zip(of_groups, masks, strict=True):
        row[: len(scores)] = scores
    return np.array([mask for mask, _ in masks], np.uint64), of_groups


_NO_SLOTS = np.empty((0, 5), np.int64)
_NO_MASKS = np.empty((0, 0, WORDS), np.uint64), np.empty((0, 0), np.float32)
