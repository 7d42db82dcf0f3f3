"""Asking all engines the same, in turns, and counting only right answers.

The engines take turns query by query, so that whatever else the machine does
meets all of them alike. Each is asked once before, untimed; that answer must
have the total and the facet counts of the reference, or its time does not count.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import exp, log
from statistics import fmean, median, quantiles

from benchmarks.peers import peer
from benchmarks.queries import Answer, Query, as_typed

_PATIENCE = 1.0  # seconds that repeating one query may take an engine
_TOP = 10

Ask = Callable[[Query], Answer]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds an engine took for a query (median), or what was wrong with its answer.

    ``reading`` is how the query was meant, see ``peers``.
    """

    peer: str
    query: Query
    reading: str
    seconds: float
    wrong: str = ""


def measure(
    peers: Mapping[str, Ask], queries: Iterable[Query], reference: str, repeats: int
) -> Iterator[Timing]:
    """Time every engine on every query, in each reading that somebody has."""
    reads = {name: peer(name).READS for name in peers}
    for query in queries:
        for reading in dict.fromkeys((reads[reference], *reads.values())):
            # What is compared with the reference, the reference answers too.
            ask = {
                name: _asking(ask, query, reading, reads[name])
                for name, ask in peers.items()
                if name == reference or reads[name] == reading
            }
            yield from _measure_one(ask, query, reading, reference, repeats)


def _asking(ask: Ask, query: Query, reading: str, reads: str) -> Callable[[], Answer]:
    """Ask an engine for a query as ``reading`` means it."""
    if reading != reads:
        query = replace(query, node=as_typed(query.node))
    return partial(ask, query)


def _measure_one(
    peers: Mapping[str, Callable[[], Answer]],
    query: Query,
    reading: str,
    reference: str,
    repeats: int,
) -> Iterator[Timing]:
    answers = {name: ask() for name, ask in peers.items()}
    taken: dict[str, list[float]] = {name: [] for name in peers}
    names = list(peers)
    gc.collect()
    gc.disable()
    for turn in range(repeats):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            if sum(taken[name]) < _PATIENCE:
                began = time.perf_counter()
                peers[name]()
                taken[name].append(time.perf_counter() - began)
    gc.enable()
    for name in names:
        wrong = difference(answers[name], answers[reference])
        yield Timing(name, query, reading, median(taken[name]), wrong)


def difference(answer: Answer, right: Answer) -> str:
    """How an answer departs from the right one, or nothing."""
    if answer.total != right.total:
        return f"total {answer.total}, not {right.total}"
    if not len(answer.top) == len(set(answer.top)) == min(_TOP, answer.total):
        return f"{len(answer.top)} hits shown of {answer.total}, {len(set(answer.top))} different"
    for facet, counts in right.facets.items():
        found = answer.facets[facet]
        for value in sorted(counts.keys() | found.keys()):
            if found.get(value, 0) != counts.get(value, 0):
                return f"{facet} {value}: {found.get(value, 0)}, not {counts.get(value, 0)}"
    return ""


@dataclass(frozen=True, slots=True)
class Figures:
    """An engine over all queries: milliseconds, and how often the reference's time it took.

    ``ratio`` is the geometric mean, ``worst`` the greatest, at the query ``where``.
    """

    counted: int
    asked: int
    median: float
    p95: float
    ratio: float
    worst: float
    where: str


def figures(timings: Sequence[Timing], name: str, reference: str) -> Figures | None:
    """Figures of one engine from the timings of one reading; None where no answer was right."""
    base = {t.query: t.seconds for t in timings if t.peer == reference}
    asked = [t for t in timings if t.peer == name]
    right = [t for t in asked if not t.wrong]
    if not right:
        return None
    ratios = [(t.seconds / base[t.query], str(t.query)) for t in right]
    worst, where = max(ratios)
    ms = [t.seconds * 1000 for t in right]
    p95 = quantiles(ms, n=20, method="inclusive")[-1] if len(ms) > 1 else ms[0]
    ratio = exp(fmean(log(one) for one, _ in ratios))
    return Figures(len(right), len(asked), median(ms), p95, ratio, worst, where)
