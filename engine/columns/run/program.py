"""A Whoosh query tree to a program for ``kernels.search``.

What is cheap comes first, so that phrases need to be looked up only in documents
that still matter: each part of a conjunction is told the bitset of what the parts
before it left. Scores are the business of a second walk over the tree, from the
top, over the documents that were kept: a part scores where it and everything
above it matched.

A program is the same for all segments. Its terms are told by their places among
``Compiled.keys``; ``laying`` puts in what they are in a segment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from whoosh import query as wq

from engine.arrays import Array
from engine.columns.run import ops
from engine.columns.run.bind import ASKED_SPAN
from engine.columns.run.queries import Chosen, Key, Term, UnsupportedQuery, key, prefix_keys, words
from engine.fields import FIELDS, POSITIONAL, TEXT, TITLE
from engine.whoosh_queries import Implied


class Compiled(NamedTuple):
    """A query as a program.

    ``numbers`` are how many there are of what follows and, as ``laying`` reads them, the
    steps, lists of bitsets, slots and prefixes; ``floats`` the boosts of slots and of
    prefixes, then constant scores. ``prefixes`` are the places of the keys that begin
    one, if any of them scores. ``masks`` have to be found beforehand, each with its
    boost: titles and what is ``Chosen``.
    """

    numbers: Array  # int64
    floats: Array  # float32
    keys: list[Key]
    prefixes: list[int]
    masks: list[tuple[wq.Query, float]]


class _Part(NamedTuple):
    """A part of the query as placed in the program: its bitset, and what scores in it.

    ``enough`` says that whatever has a score of it matches it, so that scoring needs
    no other look. An ``either`` scores its parts where they match, another all of them.
    """

    bits: int
    score: tuple[int, ...] = ()  # a step's code and its operands after the bitset
    enough: bool = False
    either: bool = False
    parts: tuple[_Part, ...] = ()

    @property
    def scores(self) -> bool:
        return bool(self.score) or any(part.scores for part in self.parts)


class Compiler:
    """Makes the program of one query, over documents or, ``by_title``, over titles."""

    def __init__(self, by_title: bool = False) -> None:
        self._fields: tuple[str, ...] = (TITLE,) if by_title else TEXT
        self._bitsets = ops.RESERVED
        self._steps: list[int] = []
        self._lists: list[int] = []
        self._slots: list[int] = []
        self._spans: list[int] = []
        self._boosts: list[float] = []
        self._span_boosts: list[float] = []
        self._constants: list[float] = []
        self._keys: list[Key] = []
        self._places: dict[Term, int] = {}
        self._masks: list[tuple[wq.Query, float]] = []

    def compile(self, query: wq.Query) -> Compiled:
        """The program; raises ``UnsupportedQuery``."""
        part = self._find(query, ops.NEEDED, 1.0)
        matching = len(self._steps) // ops.STEP
        self._score(part, ops.TOP)
        spans = self._spans
        head = (
            *(matching, part.bits, self._bitsets, len(self._steps) // ops.STEP),
            *(len(self._lists), len(self._boosts), len(self._span_boosts)),
        )
        numbers = [*head, *self._steps, *self._lists, *self._slots, *spans]
        floats = [*self._boosts, *self._span_boosts, *self._constants]
        return Compiled(
            np.array(numbers, np.int64),
            np.array(floats, np.float32),
            self._keys,
            spans[::ASKED_SPAN] if any(self._span_boosts) else [],
            self._masks,
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
            case wq.AndNot(a=keep, b=drop):
                part = self._find(keep, within, boost)
                return _Part(self._without(part.bits, drop), parts=(part,))
            case wq.AndMaybe(a=needed, b=more):
                part = self._find(needed, within, boost)
                other = self._find(more, part.bits, boost)
                return _Part(part.bits, parts=(part, _Part(ops.NONE, either=True, parts=(other,))))
            case wq.Not():  # scores 1, as Whoosh's does
                bits = self._without(self._step(ops.EVERY), query.query)
                return _Part(bits, self._constant(boost))
        return self._leaf(query, within, boost)

    def _leaf(self, query: wq.Query, within: int, boost: float) -> _Part:
        match query:
            case wq.Term() | wq.Phrase(slop=1) if query.fieldname == TITLE != self._fields[0]:
                return self._beforehand(query.with_boost(1.0), boost)
            case Chosen():
                return self._beforehand(query, 0.0)
            case wq.Term() if query.fieldname in self._fields:
                return self._terms_of([key(query)], [boost], ops.ANY)
            case wq.Every(fieldname=None):
                return _Part(self._step(ops.EVERY), self._constant(boost), enough=True)
            case wq.Prefix() if query.fieldname in self._fields:
                return self._prefix(query, boost)
            case wq.Phrase(slop=1) if query.fieldname in POSITIONAL and (
                query.fieldname in self._fields
            ):
                return self._phrase(query, within, boost)
        raise UnsupportedQuery(repr(query))

    def _step(self, code: int, *operands: int) -> int:
        """Add a step with a new bitset for its result, which is returned."""
        result = self._bitsets
        self._bitsets += 1
        self._put(code, result, *operands)
        return result

    def _put(self, code: int, *operands: int) -> None:
        self._steps += (code, *operands, *_FILL[len(operands) :])

    def _constant(self, boost: float) -> tuple[int, ...]:
        if not boost:
            return ()
        self._constants.append(boost)
        return ops.SCORE_CONSTANT, len(self._constants) - 1

    def _terms_of(self, terms: Sequence[Term], boosts: Sequence[float], code: int) -> _Part:
        """Any or all of some terms, in one step."""
        low = len(self._boosts)
        for term, boost in zip(terms, boosts, strict=True):
            self._slot(term, boost)
        high = len(self._boosts)
        score = (ops.SCORE, low, high) if any(boosts) else ()
        return _Part(self._step(code, low, high), score, enough=code == ops.ANY)

    def _slot(self, term: Term, boost: float) -> None:
        number = self._places.setdefault(term, len(self._keys))
        if number == len(self._keys):
            self._keys.append((FIELDS.index(term[0]), term[1]))
        self._slots += (number, self._fields.index(term[0]))
        self._boosts.append(boost)

    def _prefix(self, query: wq.Prefix, boost: float) -> _Part:
        field, text = key(query)
        number = len(self._span_boosts)
        self._spans += (len(self._keys), self._fields.index(field))
        self._keys += prefix_keys(FIELDS.index(field), text)
        self._span_boosts.append(0.0 if query.constantscore else boost)
        score = self._constant(boost) if query.constantscore else (ops.SCORE_PREFIX, number)
        return _Part(self._step(ops.PREFIX, number), score if boost else (), enough=True)

    def _phrase(self, query: wq.Phrase, within: int, boost: float) -> _Part:
        terms = words(query)
        if len(terms) < 2:
            return self._terms_of(terms, [boost] * len(terms), ops.ANY)
        low = len(self._boosts)
        for term in terms:
            self._slot(term, boost)
        high = len(self._boosts)
        known = ops.NONE
        if isinstance(query, Implied):
            known = self._terms_of([key(query.by)], [0.0], ops.ANY).bits
        bits = self._step(ops.PHRASE, low, high, within, known)
        return _Part(bits, (ops.SCORE, low, high) if boost else ())

    def _beforehand(self, query: wq.Query, boost: float) -> _Part:
        number = len(self._masks)
        self._masks.append((query, boost))
        score = (ops.SCORE_MASK, number) if boost else ()
        return _Part(self._step(ops.MASK, number), score, enough=True)

    def _all(self, queries: Sequence[wq.Query], within: int, boost: float) -> _Part:
        """Whatever is cheap first; then what is excluded; then what counts its parts."""
        parts: list[_Part] = []
        left = ops.NONE
        terms, queries = self._plain(queries)
        if terms:
            boosts = [boost * query.boost for query in terms]
            parts.append(self._terms_of([key(query) for query in terms], boosts, ops.ALL))
            left = parts[0].bits
        for query in sorted(queries, key=_cost):
            if isinstance(query, wq.Not):
                left = self._step(ops.EVERY) if left == ops.NONE else left
                left = self._without(left, query.query)
                parts.append(_Part(left, self._constant(boost)))
            else:
                part = self._find(query, within if left == ops.NONE else left, boost)
                left = part.bits if left == ops.NONE else self._step(ops.AND, left, part.bits)
                parts.append(part)
        return _Part(left if parts else self._step(ops.ANY, 0, 0), parts=tuple(parts))

    def _plain(self, queries: Sequence[wq.Query]) -> tuple[list[wq.Term], list[wq.Query]]:
        """Those of the queries that are terms of what is searched, and the others."""
        terms: list[wq.Term] = []
        others: list[wq.Query] = []
        for query in queries:
            plain = isinstance(query, wq.Term) and query.fieldname in self._fields
            (terms if plain else others).append(query)
        return terms, others

    def _without(self, bits: int, query: wq.Query) -> int:
        return self._step(ops.WITHOUT, bits, self._find(query, bits, 0.0).bits)

    def _any(self, query: wq.Or, within: int, boost: float) -> _Part:
        """What scores nothing is looked for only where the parts before it are not."""
        parts: list[_Part] = []
        found = ops.NONE
        terms, children = self._plain(query.subqueries)
        if query.minmatch:  # each part counts by itself
            terms, children = [], list(query.subqueries)
        if terms:
            boosts = [boost * child.boost for child in terms]
            parts.append(self._terms_of([key(child) for child in terms], boosts, ops.ANY))
            found = parts[0].bits
        for child in sorted(children, key=_cost):
            silent = _boost(child) * boost == 0 and not query.minmatch
            again = silent and found != ops.NONE
            where = self._step(ops.WITHOUT, within, found) if again else within
            part = self._find(child, where, boost)
            found = part.bits if found == ops.NONE else self._step(ops.OR, found, part.bits)
            parts.append(part)
        if query.minmatch:
            low = len(self._lists)
            self._lists += (part.bits for part in parts)
            found = self._step(ops.AT_LEAST, low, len(self._lists), query.minmatch, within)
        if not parts:
            found = self._step(ops.ANY, 0, 0)
        return _Part(found, either=True, parts=tuple(parts))

    # --- scoring

    def _score(self, part: _Part, where: int) -> None:
        """Add the scores of a part to documents in the bitset ``where``, which match it."""
        if part.score:
            code, *operands = part.score
            self._put(code, ops.NONE, where, *operands)
        for child in part.parts:
            if child.scores:
                apart = part.either and not child.enough
                self._score(child, self._step(ops.AND, where, child.bits) if apart else where)


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


_FILL = (ops.NONE,) * (ops.STEP - 1)
