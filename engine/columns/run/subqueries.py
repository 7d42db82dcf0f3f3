"""A compiled sub-query, and in which order sub-queries are compiled."""

from __future__ import annotations

from typing import NamedTuple

from whoosh import query as wq

from engine.whoosh_queries import OneSentence


class SubQuery(NamedTuple):
    """A sub-query that has been compiled: the bitset of its matches, and how it scores.

    ``score_implies_match`` says that every document which gets a score from it matches it, so
    that scoring need not look at its bitset. A ``disjunction`` scores each child where that
    child matches; any other sub-query scores all of its children.
    """

    bitset: int
    score: tuple[int, ...] = ()  # the code of a step, and its operands after the bitset
    score_implies_match: bool = False
    disjunction: bool = False
    children: tuple[SubQuery, ...] = ()

    @property
    def scores(self) -> bool:
        return bool(self.score) or any(child.scores for child in self.children)


def boost_of(query: wq.Query) -> float:
    """Return the boost of a query; Whoosh ignores that of a ``Not``."""
    return 1.0 if isinstance(query, wq.Not) else getattr(query, "boost", 1.0)


def cost(query: wq.Query) -> int:
    """Return the rank of a sub-query in a conjunction; cheap ones have low ranks."""
    match query:
        case wq.Phrase():
            return 2
        case wq.Not():
            return 3
        case wq.Or(minmatch=least) if least:
            return 4
        case OneSentence():
            return 5
    return max((1 + (cost(child) > 1) for child in query.children()), default=0)
