"""Timing all engines on the same queries, in turns; only right answers count.

The engines take turns query by query, so that whatever else the machine does
affects all of them alike. Each is asked once before, untimed. That answer must
have the total and the facet counts of the reference, or its time does not count.

In its turn an engine is asked twice, and the second time counts: the first one
brings the engine's data back into the processor's caches, after the others had
them, and wakes a process that slept. Without it a search of 0.1 ms takes two to
three times as long, inside a JVM and in Python alike.
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

_MAX_SECONDS = 1.0  # seconds that the timed repeats of one query may take an engine
_LONG = 0.05  # seconds; a search that takes longer is asked once a turn
_TOP = 10

Ask = Callable[[Query], Answer]


@dataclass(frozen=True, slots=True)
class Timing:
    """Median seconds that an engine took for a query, or what was wrong with its answer.

    ``reading`` is how the query was understood, see ``peers``.
    """

    peer: str
    query: Query
    reading: str
    seconds: float
    wrong: str = ""


def warm_up(ask: Ask, queries: Sequence[Query], seconds: float) -> None:
    """Ask all queries in rounds until the time is over, for an engine compiled at run time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for query in queries:
            ask(query)


def measure(
    peers: Mapping[str, Ask], queries: Iterable[Query], reference: str, repeats: int
) -> Iterator[Timing]:
    """Time every engine on every query, in each reading that some engine has."""
    readings = {name: peer(name).READING for name in peers}
    for query in queries:
        for reading in dict.fromkeys((readings[reference], *readings.values())):
            # The reference answers in every reading, for the others to compare with.
            ask = {
                name: _as_reading(ask, query, reading, readings[name])
                for name, ask in peers.items()
                if name == reference or readings[name] == reading
            }
            yield from _measure_one(ask, query, reading, reference, repeats)


def _as_reading(ask: Ask, query: Query, reading: str, own: str) -> Callable[[], Answer]:
    """Ask an engine for a query in a reading that need not be its ``own``."""
    if reading != own:
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
    seconds: dict[str, list[float]] = {name: [] for name in peers}
    names = list(peers)
    gc.collect()
    gc.disable()
    for turn in range(repeats):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            if sum(seconds[name]) < _MAX_SECONDS:
                seconds[name].append(_time(peers[name]))
    gc.enable()
    for name in names:
        wrong = difference(answers[name], answers[reference])
        yield Timing(name, query, reading, median(seconds[name]), wrong)


def _time(ask: Callable[[], Answer]) -> float:
    """Seconds of a search with its data in the caches."""
    for _ in range(2):
        began = time.perf_counter()
        answer = ask()
        seconds = answer.seconds or time.perf_counter() - began
        if seconds > _LONG:
            break
    return seconds


def difference(answer: Answer, right: Answer) -> str:
    """How an answer differs from the right one; empty where it does not."""
    if answer.total != right.total:
        return f"total {answer.total}, not {right.total}"
    if not len(answer.top) == len(set(answer.top)) == min(_TOP, answer.total):
        return f"{len(answer.top)} hits shown of {answer.total}, {len(set(answer.top))} different"
    for facet, right_counts in right.facets.items():
        counts = answer.facets[facet]
        for value in sorted(right_counts.keys() | counts.keys()):
            if counts.get(value, 0) != right_counts.get(value, 0):
                return f"{facet} {value}: {counts.get(value, 0)}, not {right_counts.get(value, 0)}"
    return ""


@dataclass(frozen=True, slots=True)
class Figures:
    """An engine over a set of queries: milliseconds, and its time divided by the reference's.

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
    """Figures of one engine from timings of one reading.

    Counts queries that it and the reference answered right; None where there are none.
    """
    base = {t.query: t.seconds for t in timings if t.peer == reference and not t.wrong}
    asked = [t for t in timings if t.peer == name]
    right = [t for t in asked if not t.wrong and t.query in base]
    if not right:
        return None
    ratios = [(t.seconds / base[t.query], str(t.query)) for t in right]
    worst, where = max(ratios)
    ms = [t.seconds * 1000 for t in right]
    p95 = quantiles(ms, n=20, method="inclusive")[-1] if len(ms) > 1 else ms[0]
    geometric = exp(fmean(log(ratio) for ratio, _ in ratios))
    return Figures(len(right), len(asked), median(ms), p95, geometric, worst, where)
