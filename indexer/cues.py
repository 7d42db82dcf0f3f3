"""The words of the lexicon in a text: sentence by sentence, clause by clause.

*The longest word wins*: in ``高校毕业生`` there is no ``高校``, so a word that
misleads is cured by a longer one. ``indexer/themes.py`` weighs what is found here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.lexicon import Pack

_SENTENCE = re.compile(r"[^。;!?\n]+")
_BREAK = re.compile(r"[,:]")
_FIGURE = re.compile(r"\d")
_OPENING = 30  # characters: an opening sentence up to this length works as a heading
_SLOTS = 1 << 16  # of a table of hashes
_LISTED = 4  # items: a clause of so many is an enumeration

Word = tuple[int, str]  # where it stands, and the word


class Clause(NamedTuple):
    """The words in one clause; whether it has a figure, and whether it enumerates."""

    words: Sequence[Word]
    figure: bool
    listing: bool


class Sentence(NamedTuple):
    """Those clauses of a sentence that hold words, and the groups that these name."""

    clauses: Sequence[Clause]
    groups: frozenset[str]
    opening: bool


class Finder:
    """The words of the packs, made ready for one walk along a text.

    Their first two characters tell how long the words are that may stand at a place.
    Hashes of two or three characters tell for a whole text at once at which places a word
    may begin: faster than a look-up a character, or an expression of four thousand words.
    """

    def __init__(self, pack: Pack) -> None:
        self._silent = pack.silent
        lengths: dict[str, set[int]] = {}
        for word in pack.words:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {start: sorted(some, reverse=True) for start, some in lengths.items()}
        self._pairs, self._triples = np.zeros((2, _SLOTS), dtype=bool)
        for word in pack.words:
            pairs, triples = _hashes(word)
            if len(word) == 2:
                self._pairs[pairs[0]] = True
            else:
                self._triples[triples[0]] = True
        self._groups = {word: _groups_in(word, pack) for word in pack.words}

    def sentences(self, text: str) -> Iterator[Sentence]:
        """Those sentences of a normalised text that hold words and say something."""
        pairs, triples = _hashes(text)
        places = np.flatnonzero(self._pairs[pairs] | self._triples[triples]).tolist()
        last = 0
        for match in _SENTENCE.finditer(text):
            start, end = match.span()
            first = bisect_left(places, start, last)
            last = bisect_left(places, end, first)
            words = self._words(text, places[first:last], start, end)
            if words and self._silent.isdisjoint([word for _, word in words]):
                groups = frozenset().union(*[self._groups[word] for _, word in words])
                clauses = _clauses(words, text, start, end)
                yield Sentence(clauses, groups, start == 0 and end <= _OPENING)

    def _words(self, text: str, places: Iterable[int], start: int, end: int) -> list[Word]:
        """The longest word at each of these places, without those inside a longer one."""
        found: list[Word] = []
        reached, known, lengths_of = start, self._groups, self._lengths.get
        for at in places:
            for length in lengths_of(text[at : at + 2], ()):
                if at + length <= reached:
                    break
                word = text[at : at + length]
                if word in known and at + length <= end:
                    reached = at + length
                    found.append((at, word))
                    break
        return found


def _hashes(text: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """For each character, what it and the next, and what it and the next two, hash to."""
    codes = np.frombuffer(f"{text}\n\n".encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    pairs = codes[:-2] * 31 + codes[1:-1]
    return pairs % _SLOTS, (pairs * 31 + codes[2:]) % _SLOTS


def _clauses(words: Iterable[Word], text: str, start: int, end: int) -> list[Clause]:
    """The words of a sentence, each in the clause where it begins."""
    clauses: list[Clause] = []
    held: list[Word] = []
    reached = start
    for word in words:
        at = word[0]
        if at >= reached:
            first = 1 + max(text.rfind(",", start, at), text.rfind(":", start, at), start - 1)
            stop = _BREAK.search(text, at, end)
            reached = stop.end() if stop else end
            figure = _FIGURE.search(text, first, reached) is not None
            held = []
            clauses.append(Clause(held, figure, text.count("、", first, reached) >= _LISTED - 1))
        held.append(word)
    return clauses


def _groups_in(word: str, pack: Pack) -> frozenset[str]:
    return frozenset(
        name for name, group in pack.groups.items() if any(part in word for part in group)
    )
