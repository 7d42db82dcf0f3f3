"""Known phrases found in a text: the longest at each place, from the left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.analyze import normalise


class Phrases:
    """Phrases, ready to be found in normalised texts: the longest at each place.

    A small regular expression tells where one may begin, from the first two characters
    apart; these two together, how long the phrases are that begin so. One expression of
    hundreds of phrases would be many times as slow.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._known = {normalise(phrase) for phrase in phrases}
        lengths: dict[str, set[int]] = {}
        for phrase in self._known:
            lengths.setdefault(phrase[:2], set()).add(len(phrase))
            if phrase[0] in self._known:  # a phrase of one character
                lengths[phrase[:2]].add(1)
        self._lengths = {begin: sorted(some, reverse=True) for begin, some in lengths.items()}
        self._may_begin = re.compile(_beginning(self._known))

    def find(self, plain: str) -> Iterator[tuple[int, int]]:
        """Where phrases stand, from the left and without overlaps."""
        upto, lengths = 0, self._lengths
        for place in self._may_begin.finditer(plain):
            at = place.start()
            here = lengths.get(plain[at : at + 2], ()) or lengths.get(plain[at], ())
            for length in here if at >= upto else ():
                phrase = plain[at : at + length]  # shorter at the end of the text
                end = at + len(phrase)
                if phrase in self._known and _apart(plain, at) and _apart(plain, end):
                    yield at, end
                    upto = end
                    break


def _beginning(phrases: Iterable[str]) -> str:
    """A pattern for every place where one of the phrases begins, and for some others."""
    first, second = ("".join({re.escape(p[at]) for p in phrases if len(p) > 1}) for at in (0, 1))
    single = "".join({re.escape(phrase) for phrase in phrases if len(phrase) == 1})
    longer = f"[{first}](?=[{second}])" if first else "(?!)"
    return f"{longer}|[{single}]" if single else longer


def _apart(plain: str, at: int) -> bool:
    """Whether no Latin word or number goes on across a place: DIP, but not that of dipole."""
    return not (0 < at < len(plain) and _INSIDE.fullmatch(plain, at - 1, at + 1))


_INSIDE = re.compile("[a-z0-9]{2}")
