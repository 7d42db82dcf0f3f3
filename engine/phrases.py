"""Known phrases found in a text: the longest at each place, from the left.

Quotation marks may stand around a phrase, or around a part of it: ``“四好”农村路`` is the
phrase 四好农村路.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
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
        """Where phrases stand, from the left and without overlaps.

        A stretch that has one quotation mark of a pair inside it includes the other.
        """
        plain = _SURROGATE.sub("\ufffd", plain)  # which are no text in UTF-8
        found = self._find(plain)
        if not _QUOTATION_MARK.search(plain):
            return found
        across = list(self._across_quotation_marks(plain))
        return list(_leftmost([*found, *across])) if across else found

    def _across_quotation_marks(self, plain: str) -> Iterator[Stretch]:
        """The phrases with quotation marks inside."""
        # where each mark would stand in the text without them, before which character
        marks = [m.start() - number for number, m in enumerate(_QUOTATION_MARK.finditer(plain))]
        for start, end in self._find(_QUOTATION_MARK.sub("", plain)):
            marks_before, marks_to_end = bisect_right(marks, start), bisect_left(marks, end)
            if marks_to_end > marks_before:
                yield from _with_partner(plain, start + marks_before, end + marks_to_end)

    def _find(self, plain: str) -> Sequence[Stretch]:
        found = self._longest.find_matches_as_indexes(plain)
        latin = self._latin
        if all(not latin[number] or _is_apart(plain, start, end) for number, start, end in found):
            return [(start, end) for _, start, end in found]
        every = self._every.find_matches_as_indexes(plain, overlapping=True)
        return list(_leftmost((a, b) for _, a, b in every if _is_apart(plain, a, b)))


def _with_partner(plain: str, start: int, end: int) -> Iterator[Stretch]:
    """The stretch, with the partners of the marks inside it, if these stand beside it.

    Nothing if they do not: in ``“深化放管服”改革`` the marks are not about 放管服改革. A
    normalised text does not tell an opening mark from a closing one, so their number decides.
    """
    marked_before = start > 0 and _QUOTATION_MARK.match(plain, start - 1)
    marked_behind = _QUOTATION_MARK.match(plain, end)
    if _TWO_QUOTATIONS.search(plain, start, end):
        if marked_before and marked_behind:
            yield start - 1, end + 1
    elif len(_QUOTATION_MARK.findall(plain, start, end)) % 2 == 0:
        yield start, end
    elif marked_before:
        yield start - 1, end
    elif marked_behind:
        yield start, end + 1


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
_QUOTATION_MARK = re.compile("[\"']")  # normalised: also “” ‘’ 「」
_TWO_QUOTATIONS = re.compile("[\"']{2}")  # the end of one, the beginning of another
