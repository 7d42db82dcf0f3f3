"""In which order a document uses its schemes of numbers.

Most documents number in the order of ``Scheme``: ``一、`` above ``（一）`` above ``1.``. Some
do otherwise, and show it: where the series of one scheme begins anew between two numbers of
another one that follow each other (``1.`` ``（一）`` ``（二）`` ``2.``), it stands below that one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from indexer.kinds import is_date
from indexer.numbering import Number, Scheme
from indexer.piece import Piece

Order = Mapping[Scheme, int]  # the place of each scheme; the first stands above all others

_USUAL: Order = {scheme: place for place, scheme in enumerate(Scheme)}


def orders(pieces: Sequence[Piece], numbers: Sequence[Number | None]) -> list[Order]:
    """For each piece the order of schemes in its part; an annex or a date begins a part."""
    found: list[Order] = []
    start = 0
    for at in range(1, len(pieces) + 1):
        if at == len(pieces) or _begins_part(pieces[at - 1], numbers[at]):
            order = _order([number for number in numbers[start:at] if number is not None])
            found += [order] * (at - start)
            start = at
    return found


def _begins_part(before: Piece, number: Number | None) -> bool:
    is_annex = number is not None and number.scheme is Scheme.ANNEX
    return is_annex or (before.kind == "dateline" and is_date(before.text))


def _order(numbers: Sequence[Number]) -> Order:
    if len({number.scheme for number in numbers}) < 2:
        return _USUAL
    scores = _scores(numbers)
    order = list(Scheme)
    for upper, lower in sorted(scores):
        unusual = lower < upper and scores[upper, lower] > max(0, scores[lower, upper])
        if unusual and order.index(lower) < order.index(upper):
            order.remove(upper)
            order.insert(order.index(lower), upper)
    return {scheme: place for place, scheme in enumerate(order)}


def _scores(numbers: Sequence[Number]) -> Counter[tuple[Scheme, Scheme]]:
    """How often the numbers show of two schemes that the first stands above the second.

    A series of the second that begins between two successive numbers of the first counts for
    it; a number of the first between two successive numbers of the second counts against it.
    """
    scores: Counter[tuple[Scheme, Scheme]] = Counter()
    last: dict[Scheme, int] = {}
    since: defaultdict[Scheme, set[Scheme]] = defaultdict(set)  # schemes since its last number
    begun: defaultdict[Scheme, set[Scheme]] = defaultdict(set)  # those that began a series
    for scheme, value in numbers:
        if last.get(scheme) == value - 1 and value > 1:
            scores.update((scheme, other) for other in begun[scheme])
            scores.subtract((other, scheme) for other in since[scheme])
        last[scheme] = value
        since[scheme], begun[scheme] = set(), set()
        for other in last:
            if other is not scheme:
                since[other].add(scheme)
                if value == 1:
                    begun[other].add(scheme)
    return scores
