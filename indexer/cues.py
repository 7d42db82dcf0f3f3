"""Finds the words of the lexicon in a text, sentence by sentence, clause by clause.

*The longest word wins*: in ``高校毕业生`` there is no ``高校``, so a longer word in the lexicon
corrects a shorter one that misleads. ``indexer/theme_scores.py`` weighs the words found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.lexicon import Pack

_SENTENCE = re.compile(r"[^。;!?\n]+")
_BREAK = re.compile(r"[,:]")
_FIGURE = re.compile(r"\d")
_MAX_OPENING_LENGTH = 30  # characters; an opening sentence this short acts as a heading
_HASH_SLOTS = 1 << 18  # entries of each hash table, a power of two
_MIN_LISTED_ITEMS = 4  # a clause with this many items is an enumeration

_NO_GROUPS: frozenset[str] = frozenset()

Word = tuple[int, str]  # its offset in the text, and the word


class Clause(NamedTuple):
    """The lexicon words of one clause; whether it has a figure, and whether it is a list."""

    words: Sequence[Word]
    figure: bool
    listing: bool


class Sentence(NamedTuple):
    """The clauses of a sentence that have lexicon words, and the groups of these words.

    ``opening``: the sentence opens the text, and is short enough to act as a heading.
    """

    clauses: Sequence[Clause]
    groups: frozenset[str]
    opening: bool


class Finder:
    """Finds the words of the packs in one pass over a text.

    Two filters come before the comparison of words. Hashes of two and of three characters,
    computed for the whole text at once, give the places where a word may begin; this is faster
    than one look-up per character, or a regular expression of four thousand words. At such a
    place, its first two characters give the possible lengths of a word.
    """

    def __init__(self, pack: Pack) -> None:
        self._silent = pack.silent
        lengths: dict[str, set[int]] = {}
        for word in pack.words:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {
            start: sorted(word_lengths, reverse=True) for start, word_lengths in lengths.items()
        }
        self._pairs, self._triples = np.zeros((2, _HASH_SLOTS), dtype=bool)
        for word in pack.words:
            pair_hashes, triple_hashes = _hashes(word)
            if len(word) == 2:
                self._pairs[pair_hashes[0]] = True
            else:
                self._triples[triple_hashes[0]] = True
        self._groups = {word: _groups_in(word, pack) for word in pack.words}
        self._grouped = {word for word, groups in self._groups.items() if groups}

    def sentences(self, text: str) -> Iterator[Sentence]:
        """The sentences of a normalised text with lexicon words, without silenced sentences."""
        words = self._words(text)
        first = 0
        for match in _SENTENCE.finditer(text) if words else ():
            start, end = match.span()
            last = first
            while last < len(words) and words[last][0] < end:
                last += 1
            if last == first:
                continue
            own, first = words[first:last], last
            found = [word for _, word in own]
            if self._silent.isdisjoint(found):
                groups = _NO_GROUPS
                if not self._grouped.isdisjoint(found):
                    groups = groups.union(*map(self._groups.__getitem__, found))
                clauses = _clauses(own, text, start, end)
                yield Sentence(clauses, groups, start == 0 and end <= _MAX_OPENING_LENGTH)
            if last == len(words):
                break

    def _words(self, text: str) -> list[Word]:
        """The longest word at each place, without words inside an earlier, longer one."""
        pair_hashes, triple_hashes = _hashes(text)
        places = np.flatnonzero(self._pairs[pair_hashes] | self._triples[triple_hashes]).tolist()
        words: list[Word] = []
        word_end, known, lengths_of = 0, self._groups, self._lengths.get
        for at in places:
            for length in lengths_of(text[at : at + 2], ()):
                if at + length <= word_end:
                    break
                word = text[at : at + length]
                if word in known and at + length <= len(text):
                    word_end = at + length
                    words.append((at, word))
                    break
        return words


def _hashes(text: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """For each place of a text, the hashes of its first two and of its first three characters."""
    codes = np.frombuffer(f"{text}\n\n".encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    pairs = codes[:-2] * 31 + codes[1:-1]
    mask = np.uint32(_HASH_SLOTS - 1)
    return pairs & mask, (pairs * 31 + codes[2:]) & mask


def _clauses(words: Iterable[Word], text: str, start: int, end: int) -> list[Clause]:
    """Group the words of a sentence by the clauses where they begin."""
    clauses: list[Clause] = []
    clause_words: list[Word] = []
    clause_end = start
    for word in words:
        at = word[0]
        if at >= clause_end:
            clause_start = 1 + max(
                text.rfind(",", start, at), text.rfind(":", start, at), start - 1
            )
            separator = _BREAK.search(text, at, end)
            clause_end = separator.end() if separator else end
            has_figure = _FIGURE.search(text, clause_start, clause_end) is not None
            clause_words = []
            clauses.append(
                Clause(
                    clause_words,
                    has_figure,
                    text.count("、", clause_start, clause_end) >= _MIN_LISTED_ITEMS - 1,
                )
            )
        clause_words.append(word)
    return clauses


def _groups_in(word: str, pack: Pack) -> frozenset[str]:
    return frozenset(
        name
        for name, group in pack.groups.items()
        if any(group_word in word for group_word in group)
    )
