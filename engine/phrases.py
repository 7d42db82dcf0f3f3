"""Known phrases found in a text: the longest at each place, from the left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from ahocorasick_rs import AhoCorasick, MatchKind

from engine.analyze import normalise

Stretch = tuple[int, int]  # code points from, to


class Phrases:
    """Phrases, ready to be found in normalised texts: the longest at each place.

    A phrase ends where its words do: DIP, but not that of dipole. Where such a one is in the
    way of others, all matches are looked at.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = sorted({normalise(phrase) for phrase in phrases})
        self._longest = AhoCorasick(self._phrases, matchkind=MatchKind.LeftmostLongest)
        self._latin = [bool(_LATIN_END.search(phrase)) for phrase in self._phrases]

    @cached_property
    def _every(self) -> AhoCorasick:
        return AhoCorasick(self._phrases, matchkind=MatchKind.Standard)

    def find(self, plain: str) -> Sequence[Stretch]:
        """Where phrases stand, from the left and without overlaps."""
        try:
            found = self._longest.find_matches_as_indexes(plain)
        except UnicodeEncodeError:  # a surrogate, which is no text in UTF-8
            plain = _SURROGATE.sub("\ufffd", plain)
            found = self._longest.find_matches_as_indexes(plain)
        latin = self._latin
        if all(not latin[number] or _is_apart(plain, start, end) for number, start, end in found):
            return [(start, end) for _, start, end in found]
        every = self._every.find_matches_as_indexes(plain, overlapping=True)
        return list(_leftmost((a, b) for _, a, b in every if _is_apart(plain, a, b)))


def _leftmost(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Of stretches the longest at each place, from the left and without overlaps."""
    done = 0
    for start, end in sorted(stretches, key=lambda at: (at[0], -at[1])):
        if start >= done:
            yield start, end
            done = end


def _is_apart(plain: str, start: int, end: int) -> bool:
    """Whether no Latin word or number goes on across the ends of a stretch."""
    goes_on_before = start > 0 and _INSIDE.match(plain, start - 1)
    return not goes_on_before and not _INSIDE.match(plain, end - 1)


_SURROGATE = re.compile("[\ud800-\udfff]")
_LATIN_END = re.compile("^[a-z0-9]|[a-z0-9]$")  # others are apart wherever they stand
_INSIDE = re.compile("[a-z0-9]{2}")
