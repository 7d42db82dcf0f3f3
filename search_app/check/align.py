"""Where a quotation stands in a text, exactly or nearly, and what is otherwise there.

Both are letters (``letters.py``). A quotation that does not stand there is held by the runs that
both share: the best chain of them in order. What lies between two runs differs, and so does what
is left at an end; there the source may begin and end where it fits best.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import LCSseq, Levenshtein

from search_app.check.letters import BEGIN, END

_RUN = 3  # letters of the shortest run that holds
_MAX_PLACES = 24  # of one run; what is more frequent holds nothing
_MAX_RUNS = 300
_GAP = 0.1  # letters that a run counts less for each letter by which a gap is uneven
_MAX_GAP = 10.0
_MAX_END = 200  # letters of an end that is fitted
_SLACK = 8  # letters that the source may be longer than the end of a quotation


class Edit(NamedTuple):
    """``quoted`` letters of a quotation that stand for other ``source`` letters; half-open."""

    quoted: tuple[int, int]
    source: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Alignment:
    """The stretch ``start`` to ``end`` of a source that a quotation quotes, and where it differs.

    ``share`` is the part of the quotation's letters that the source has, 0 to 1.
    """

    start: int
    end: int
    edits: tuple[Edit, ...]
    share: float


def find_all(quoted: str, source: str, start: int = 0) -> Iterator[int]:
    """The places from ``start`` on where a quotation stands letter by letter."""
    while quoted and (start := source.find(quoted, start)) >= 0:
        yield start
        start += 1


def align(quoted: str, source: str) -> Alignment | None:
    """The alignment of a quotation with the most similar stretch of a source.

    None where the two share no run of letters.
    """
    chain = _chain(_runs(quoted, source))
    if not chain:
        return None
    first, last = chain[0], chain[-1]
    start = _beginning(quoted[: first.quoted], source[: first.source])
    behind = last.source + last.length
    end = behind + _ending(quoted[last.quoted + last.length :], source[behind:])
    bounds = [_Run(0, start, 0), *chain, _Run(len(quoted), end, 0)]
    edits: list[Edit] = []
    for before, after in pairwise(bounds):
        edits += _edits(before, after, quoted, source)
    missing = sum(each.quoted[1] - each.quoted[0] for each in edits)
    return Alignment(start, end, tuple(_joined(edits)), 1 - missing / len(quoted))


class _Run(NamedTuple):
    """A run that stands in both; of its ``length``, the bounds of numbers are no ``letters``."""

    quoted: int
    source: int
    length: int
    letters: int = 0


def _runs(quoted: str, source: str) -> list[_Run]:
    """The longest common runs, in the order of the quotation."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    wanted = {quoted[at : at + _RUN] for at in range(len(quoted) - _RUN + 1)}
    for at in range(len(source) - _RUN + 1):
        if (run := source[at : at + _RUN]) in wanted:
            places[run].append(at)
    found = []
    for at in range(len(quoted) - _RUN + 1):
        here = places.get(quoted[at : at + _RUN], [])
        for place in here if len(here) <= _MAX_PLACES else ():
            if not (at and place and quoted[at - 1] == source[place - 1]):
                length = _common(quoted, source, at, place)
                bounds = sum(char in BEGIN + END for char in quoted[at : at + length])
                found.append(_Run(at, place, length, length - bounds))
    if len(found) > _MAX_RUNS:
        found = sorted(sorted(found, key=lambda run: -run.length)[:_MAX_RUNS])
    return found


def _common(quoted: str, source: str, at: int, place: int) -> int:
    """How many letters are the same from two places on."""
    length = 0
    for one, other in zip(quoted[at:], source[place:], strict=False):
        if one != other:
            break
        length += 1
    return length


def _chain(runs: list[_Run]) -> list[_Run]:
    """The runs that hold most letters, each behind the one before on both sides."""
    best: list[tuple[float, int]] = []  # of a chain that ends with this run, and the one before
    for at, run in enumerate(runs):
        choices = [
            (best[other][0] + _weight(runs[other], run), other)
            for other in range(at)
            if _overlap(runs[other], run) < run.length
        ]
        value, before = max(choices, default=(0.0, -1))
        best.append((value, before) if value > run.letters else (float(run.letters), -1))
    chain: list[_Run] = []
    at = max(range(len(runs)), key=lambda each: best[each][0], default=-1)
    while at >= 0:
        run = runs[at]
        at = best[at][1]
        if at >= 0 and (shared := _overlap(runs[at], run)):
            run = _Run(run.quoted + shared, run.source + shared, run.length - shared)
        chain.append(run)
    return chain[::-1]


def _overlap(before: _Run, run: _Run) -> int:
    """How many letters of ``run`` do not lie behind ``before`` on both sides."""
    quoted = before.quoted + before.length - run.quoted
    source = before.source + before.length - run.source
    return max(quoted, source, 0)


def _weight(before: _Run, run: _Run) -> float:
    """What a run adds to a chain behind another one."""
    uneven = abs((run.quoted - before.quoted) - (run.source - before.source))
    return run.letters - _overlap(before, run) - min(_MAX_GAP, _GAP * uneven)


def _beginning(quoted: str, source: str) -> int:
    """Where in ``source`` a quotation begins whose first letters are ``quoted``."""
    return len(source) - _ending(quoted[::-1], source[::-1])


def _ending(quoted: str, source: str) -> int:
    """The length of the beginning of ``source`` that is most like all of ``quoted``.

    Letters in common make up for edits: ``%以上`` is ``个百分点以上`` rather than ``个百分``.
    """

    def unlikeness(length: int) -> tuple[int, int]:
        stretch = source[:length]
        shared = LCSseq.similarity(quoted, stretch)
        return Levenshtein.distance(quoted, stretch) - shared, abs(length - len(quoted))

    if len(quoted) > _MAX_END:  # too much is otherwise for an end to fit
        return min(len(source), len(quoted))
    return min(range(min(len(source), len(quoted) + _SLACK) + 1), key=unlikeness)


def _edits(before: _Run, after: _Run, quoted: str, source: str) -> Iterator[Edit]:
    """Where the letters between two runs differ."""
    q, s = before.quoted + before.length, before.source + before.length
    for code in Levenshtein.opcodes(quoted[q : after.quoted], source[s : after.source]):
        if code.tag != "equal":
            yield Edit(
                (q + code.src_start, q + code.src_end), (s + code.dest_start, s + code.dest_end)
            )


def _joined(edits: list[Edit]) -> Iterator[Edit]:
    """Edits that touch each other as one."""
    joined: Edit | None = None
    for edit in edits:
        if joined and joined.quoted[1] == edit.quoted[0] and joined.source[1] == edit.source[0]:
            joined = Edit((joined.quoted[0], edit.quoted[1]), (joined.source[0], edit.source[1]))
            continue
        if joined:
            yield joined
        joined = edit
    if joined:
        yield joined
