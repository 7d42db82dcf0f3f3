"""Words that mean the same: which words of a query may be widened, and by what.

A group lists the names of one thing (医保, 医疗保障, 医疗保险). A name is recognised
in what was typed before that is cut, the longest first, and counts where the cut
agrees with it: where it begins and ends with a word. So ``集中带量采购`` is known
although it may be cut in three, and ``医保局``, one word, does not turn into another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from engine.analyze import Token, normalise
from engine.phrases import Phrases


class Stretch(NamedTuple):
    """Words of a query side by side; with ``synonyms`` where they make up the ``name`` of
    something. A word without synonyms is a stretch of its own."""

    words: tuple[Token, ...]
    name: str = ""
    synonyms: tuple[str, ...] = ()


class Synonyms:
    """Groups of names; each name belongs to one group."""

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self._known = {
            normalise(name): (name, tuple(other for other in group if other != name))
            for group in groups
            for name in group
        }
        self._names = Phrases(self._known)

    def stretches(self, run: str, words: Sequence[Token]) -> Iterator[Stretch]:
        """``words``, as cut from ``run``, those that make up a name together."""
        plain = normalise(run)
        starts = {word.start: at for at, word in enumerate(words)}
        ends = {word.end: at + 1 for at, word in enumerate(words)}
        done = 0
        for start, end in self._names.find(plain):
            if start in starts and end in ends and starts[start] >= done:
                first, after = starts[start], ends[end]
                yield from _alone(words[done:first])
                yield Stretch(tuple(words[first:after]), *self._known[plain[start:end]])
                done = after
        yield from _alone(words[done:])


def _alone(words: Sequence[Token]) -> Iterator[Stretch]:
    return (Stretch((word,)) for word in words)
