"""Compiles a Whoosh query tree to a program for ``kernels.search``.

Cheap sub-queries come first, so that phrases are looked up only in documents that still matter:
each sub-query of a conjunction gets the bitset that the ones before it left. A second walk over
the tree, from the top, makes the scoring steps. They run over the documents that passed all
filters; a sub-query scores where it and everything above it matches.

A compiled query is the same for all segments. It refers to terms by their places in
``Compiled.keys``; ``bind`` replaces these by the terms' numbers in a segment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from whoosh import query as wq

from engine.arrays import Array
from engine.columns.run import ops
from engine.columns.run.queries import (
    DocumentSet,
    Key,
    Term,
    UnsupportedQuery,
    key,
    prefix_keys,
    words,
)
from engine.columns.run.subqueries import SubQuery, boost_of, cost
from engine.fields import EXACT, FIELDS, POSITIONAL, TEXT, TITLE
from engine.whoosh_queries import Implied, OneSentence


class Compiled(NamedTuple):
    """A query as a program.

    ``numbers`` is a header with the sizes of what follows, then the steps, the lists of bitsets,
    the slots and the prefixes, as ``bind`` reads them. ``floats`` has the boosts of slots, the
    boosts of prefixes and the constant scores. ``scored_prefixes`` are the places of the first
    keys of the prefixes, empty if no prefix scores. ``masks`` are queries over titles, and sets
    of documents; they have to be found beforehand, each with its boost.
    """

    numbers: Array  # int64
    floats: Array  # float32
    keys: list[Key]
    scored_prefixes: list[int]
    masks: list[tuple[wq.Query, float]]


class Compiler:
    """Makes the program of one query, over documents or, ``by_title``, over titles."""

    def __init__(self, by_title: bool = False) -> None:
        self._fields: tuple[str, ...] = (TITLE,) if by_title else TEXT
        self._bitsets = ops.RESERVED
        self._steps: list[int] = []
        self._lists: list[int] = []
        self._slots: list[int] = []
        self._prefixes: list[int] = []
        self._boosts: list[float] = []
        self._prefix_boosts: list[float] = []
        self._constants: list[float] = []
        self._keys: list[Key] = []
        self._places: dict[Term, int] = {}
        self._masks: list[tuple[wq.Query, float]] = []

    def compile(self, query: wq.Query) -> Compiled:
        """Return the program; raises ``UnsupportedQuery``."""
        root = self._match(query, ops.COUNTABLE, 1.0)
        matching = len(self._steps) // ops.STEP_SIZE
        self._score(root, ops.MATCHES)
        header = (
            *(matching, root.bitset, self._bitsets, len(self._steps) // ops.STEP_SIZE),
            *(len(self._lists), len(self._boosts), len(self._prefix_boosts)),
        )
        numbers = [*header, *self._steps, *self._lists, *self._slots, *self._prefixes]
        floats = [*self._boosts, *self._prefix_boosts, *self._constants]
        return Compiled(
            np.array(numbers, np.int64),
            np.array(floats, np.float32),
            self._keys,
            self._prefixes[:: ops.PREFIX_SIZE] if any(self._prefix_boosts) else [],
            self._masks,
        )

    # --- matching

    def _match(self, query: wq.Query, within: int, boost: float) -> SubQuery:
        """Compile a sub-query. Its result may be wrong outside the bitset ``within``."""
        boost *= boost_of(query)
        match query:
            case wq.And():
                return self._conjunction(query.subqueries, within, boost)
            case wq.Or():
                return self._disjunction(query, within, boost)
            case wq.AndNot(a=keep, b=drop):
                kept = self._match(keep, within, boost)
                return SubQuery(self._exclude(kept.bitset, drop), children=(kept,))
            case wq.AndMaybe(a=required, b=optional):
                needed = self._match(required, within, boost)
                other = self._match(optional, needed.bitset, boost)
                maybe = SubQuery(ops.NO_BITSET, disjunction=True, children=(other,))
                return SubQuery(needed.bitset, children=(needed, maybe))
            case wq.Not():  # scores 1, as Whoosh's does
                bitset = self._exclude(self._add_step(ops.EVERY), query.query)
                return SubQuery(bitset, self._constant(boost))
        return self._leaf(query, within, boost)

    def _leaf(self, query: wq.Query, within: int, boost: float) -> SubQuery:
        match query:
            case wq.Term() | wq.Phrase(slop=1) if query.fieldname == TITLE != self._fields[0]:
                return self._mask(query.with_boost(1.0), boost)
            case DocumentSet():
                return self._mask(query, 0.0)
            case wq.Term() if query.fieldname in self._fields:
                return self._terms([key(query)], [boost], ops.ANY)
            case OneSentence():
                return self._one_sentence(query, within)
            case wq.Every(fieldname=None):
                every = self._add_step(ops.EVERY)
                return SubQuery(every, self._constant(boost), score_implies_match=True)
            case wq.Prefix() if query.fieldname in self._fields:
                return self._prefix(query, boost)
            case wq.Phrase(slop=1) if query.fieldname in POSITIONAL and (
                query.fieldname in self._fields
            ):
                return self._phrase(query, within, boost)
        raise UnsupportedQuery(repr(query))

    def _add_step(self, code: int, *operands: int) -> int:
        """Add a step whose result is a new bitset, and return that bitset."""
        result = self._bitsets
        self._bitsets += 1
        self._append(code, result, *operands)
        return result

    def _append(self, code: int, *operands: int) -> None:
        self._steps += (code, *operands, *_FILL[len(operands) :])

    def _constant(self, boost: float) -> tuple[int, ...]:
        if not boost:
            return ()
        self._constants.append(boost)
        return ops.SCORE_CONSTANT, len(self._constants) - 1

    def _terms(self, terms: Sequence[Term], boosts: Sequence[float], code: int) -> SubQuery:
        """Compile any or all of some terms to one step."""
        low = len(self._boosts)
        for term, boost in zip(terms, boosts, strict=True):
            self._slot(term, boost)
        high = len(self._boosts)
        score = (ops.SCORE, low, high) if any(boosts) else ()
        bitset = self._add_step(code, low, high)
        return SubQuery(bitset, score, score_implies_match=code == ops.ANY)

    def _slot(self, term: Term, boost: float) -> None:
        place = self._places.setdefault(term, len(self._keys))
        if place == len(self._keys):
            self._keys.append((FIELDS.index(term[0]), term[1]))
        self._slots += (place, self._fields.index(term[0]))
        self._boosts.append(boost)

    def _prefix(self, query: wq.Prefix, boost: float) -> SubQuery:
        field, text = key(query)
        number = len(self._prefix_boosts)
        self._prefixes += (len(self._keys), self._fields.index(field))
        self._keys += prefix_keys(FIELDS.index(field), text)
        self._prefix_boosts.append(0.0 if query.constantscore else boost)
        score = self._constant(boost) if query.constantscore else (ops.SCORE_PREFIX, number)
        bitset = self._add_step(ops.PREFIX, number)
        return SubQuery(bitset, score if boost else (), score_implies_match=True)

    def _phrase(self, query: wq.Phrase, within: int, boost: float) -> SubQuery:
        terms = words(query)
        if len(terms) < 2:
            return self._terms(terms, [boost] * len(terms), ops.ANY)
        low = len(self._boosts)
        for term in terms:
            self._slot(term, boost)
        high = len(self._boosts)
        certain = ops.NO_BITSET
        if isinstance(query, Implied):
            certain = self._terms([key(query.by)], [0.0], ops.ANY).bitset
        bitset = self._add_step(ops.PHRASE, low, high, within, certain)
        return SubQuery(bitset, (ops.SCORE, low, high) if boost else ())

    def _one_sentence(self, query: OneSentence, within: int) -> SubQuery:
        """Compile a query for terms in one sentence; ``one_sentence_kernels`` has its list."""
        spellings = [(n, spelling) for n, term in enumerate(query.terms) for spelling in term]
        low = len(self._lists)
        self._lists += (len(query.terms), len(self._boosts))
        for term, tokens in spellings:
            self._lists += (term, len(tokens))
            for token in tokens:
                self._slot((EXACT, token.encode()), 0.0)
        if within == ops.NO_BITSET:
            within = self._add_step(ops.EVERY)
        bitset = self._add_step(ops.ONE_SENTENCE, low, len(self._lists), within)
        return SubQuery(bitset)

    def _mask(self, query: wq.Query, boost: float) -> SubQuery:
        """Compile a query whose documents are found beforehand."""
        number = len(self._masks)
        self._masks.append((query, boost))
        score = (ops.SCORE_MASK, number) if boost else ()
        return SubQuery(self._add_step(ops.MASK, number), score, score_implies_match=True)

    def _conjunction(self, queries: Sequence[wq.Query], within: int, boost: float) -> SubQuery:
        """Compile an And: cheap sub-queries first, then exclusions, then what counts its parts."""
        children: list[SubQuery] = []
        left = ops.NO_BITSET
        terms, others = self._split_terms(queries)
        if terms:
            boosts = [boost * term.boost for term in terms]
            children.append(self._terms([key(term) for term in terms], boosts, ops.ALL))
            left = children[0].bitset
        for query in sorted(others, key=cost):
            if isinstance(query, wq.Not):
                left = self._add_step(ops.EVERY) if left == ops.NO_BITSET else left
                left = self._exclude(left, query.query)
                children.append(SubQuery(left, self._constant(boost)))
            else:
                child = self._match(query, within if left == ops.NO_BITSET else left, boost)
                both = (ops.AND, left, child.bitset)
                left = child.bitset if left == ops.NO_BITSET else self._add_step(*both)
                children.append(child)
        bitset = left if children else self._add_step(ops.ANY, 0, 0)
        return SubQuery(bitset, children=tuple(children))

    def _split_terms(self, queries: Sequence[wq.Query]) -> tuple[list[wq.Term], list[wq.Query]]:
        """Separate terms of the searched fields from other queries."""
        terms: list[wq.Term] = []
        others: list[wq.Query] = []
        for query in queries:
            plain = isinstance(query, wq.Term) and query.fieldname in self._fields
            (terms if plain else others).append(query)
        return terms, others

    def _exclude(self, bitset: int, query: wq.Query) -> int:
        """Return the bitset of the documents in ``bitset`` that do not match the query."""
        return self._add_step(ops.WITHOUT, bitset, self._match(query, bitset, 0.0).bitset)

    def _disjunction(self, query: wq.Or, within: int, boost: float) -> SubQuery:
        """Compile an Or. A child that scores nothing is matched only where no earlier one is."""
        children: list[SubQuery] = []
        matched = ops.NO_BITSET
        terms, others = self._split_terms(query.subqueries)
        if query.minmatch:  # each part counts separately
            terms, others = [], list(query.subqueries)
        if terms:
            boosts = [boost * term.boost for term in terms]
            children.append(self._terms([key(term) for term in terms], boosts, ops.ANY))
            matched = children[0].bitset
        for other in sorted(others, key=cost):
            silent = boost_of(other) * boost == 0 and not query.minmatch
            rest = silent and matched != ops.NO_BITSET
            where = self._add_step(ops.WITHOUT, within, matched) if rest else within
            child = self._match(other, where, boost)
            either = (ops.OR, matched, child.bitset)
            matched = child.bitset if matched == ops.NO_BITSET else self._add_step(*either)
            children.append(child)
        if query.minmatch:
            low = len(self._lists)
            self._lists += (child.bitset for child in children)
            operands = low, len(self._lists), query.minmatch, within
            matched = self._add_step(ops.AT_LEAST, *operands)
        if not children:
            matched = self._add_step(ops.ANY, 0, 0)
        return SubQuery(matched, disjunction=True, children=tuple(children))

    # --- scoring

    def _score(self, query: SubQuery, where: int) -> None:
        """Add the steps that score the documents in the bitset ``where``, which match the query."""
        if query.score:
            code, *operands = query.score
            self._append(code, ops.NO_BITSET, where, *operands)
        for child in query.children:
            if child.scores:
                separate = query.disjunction and not child.score_implies_match
                matched = self._add_step(ops.AND, where, child.bitset) if separate else where
                self._score(child, matched)


_FILL = (ops.NO_BITSET,) * (ops.STEP_SIZE - 1)
