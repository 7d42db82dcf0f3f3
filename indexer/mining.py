"""Policy phrases that the lexicon lacks, mined from a corpus by counting.

A phrase that has become a term shows it in three ways. It is *frequent*, in
many reports. It is *cohesive*: its parts stand together far more often than
chance would have it. And it is *free*: many different characters stand before
and after it, where a fragment (``持城乡居``) has always the same neighbours.

Counting all sequences of three to ten characters would fill the memory, so it
is done level by level, as in Apriori (Agrawal and Srikant 1994): a sequence can
only be frequent if it is without its first and without its last character. Each
level is an array with a number for every place of the corpus, and what is
counted are pairs of numbers of the level before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.analyze import is_han, normalise

SHORTEST, LONGEST = 3, 10  # characters of a phrase
# Of the lexicon's own phrases, mined from real reports, half reach 7.5 bits and 3.5 bits,
# nine in ten about 5.7 and 2.
_COHESION = 6.0  # bits
_FREEDOM = 2.0  # bits, on the side where there is less
_INSIDE = 0.8  # a phrase that stands in longer ones so often is a part of them
_OCCURRENCES = 5
_PER_OCCURRENCE = 2_000_000  # characters of the corpus for which one more is asked
_SHARE = 0.01  # of the reports; two at least
_AROUND = 12  # characters of an example on either side

_BORDER = "\n"
_QUOTES = "\"'《》〈〉『』【】"

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase (simplified script), how often it stands in how many reports, and its scores.

    ``cohesion`` and ``freedom`` are in bits; ``example`` is a stretch of the report
    that ``source`` names.
    """

    phrase: str
    occurrences: int
    reports: int
    cohesion: float
    freedom: float
    example: str
    source: str

    @property
    def score(self) -> float:
        """What phrases are ordered by.

        Of the products and sums tried on real reports, this one had most of the
        lexicon's phrases among the first 50 to 2,000, when they were not left out.
        """
        return float(self.reports**0.5 * self.cohesion * self.freedom)


def mine(reports: Iterable[tuple[str, Sequence[str]]], known: Collection[str]) -> list[Candidate]:
    """Candidates in ``reports`` (source, paragraphs), the best first, without ``known`` words.

    ``known`` are normalised. What stands almost always in a longer candidate or
    known word is left out too.
    """
    corpus = _Corpus(reports)
    finds = [_find(corpus, levels, at, known) for levels, at in _levels(corpus)]
    candidates = _without_parts(corpus, finds)
    return sorted(candidates, key=lambda one: (-one.score, one.phrase))


class _Corpus:
    """All paragraphs as one array of signs, with a border before and after each.

    ``signs`` numbers the characters, Han characters first (less than ``han``); all
    other letters and digits are one sign. ``starts`` are the places where reports begin.
    """

    def __init__(self, reports: Iterable[tuple[str, Sequence[str]]]) -> None:
        texts, starts, self.sources = [""], [], []
        length = 1
        for source, paragraphs in reports:
            starts.append(length)
            self.sources.append(source)
            texts += paragraphs
            length += sum(map(len, paragraphs)) + len(paragraphs)
        self.text = _BORDER.join((*texts, ""))
        self.starts = np.array(starts, np.int64)
        codes = np.frombuffer(normalise(self.text).encode("utf-32-le"), "<u4")
        used = [chr(code) for code in np.flatnonzero(np.bincount(codes))]
        self.characters = [char for char in used if is_han(char)]
        self.han = len(self.characters)
        others = [char for char in used if not char.isalnum()]
        number = {char: self.han + 1 + at for at, char in enumerate(others)}
        number |= {char: at for at, char in enumerate(self.characters)}
        table = np.zeros(0x110000, np.int32)
        for char in used:
            table[ord(char)] = number.get(char, self.han)
        self.signs = table[codes]
        self.quotes = np.array([number[quote] for quote in _QUOTES if quote in number], np.int32)
        self.kinds = self.han + 1 + len(others)

    def report(self, places: Array) -> Array:
        """The numbers of the reports that places are in."""
        return np.searchsorted(self.starts, places, "right") - 1

    def phrases(self, places: Array, length: int) -> Array:
        """The normalised texts of a length that begin at places."""
        letters = np.array([ord(char) for char in self.characters], "<u4")
        rows = letters[self.signs[places[:, None] + np.arange(length)]]
        return np.ascontiguousarray(rows).view(f"<U{length}")[:, 0]

    def example(self, place: int, length: int) -> str:
        """The text around a place, no further than its paragraph goes."""
        start = max(place - _AROUND, self.text.rindex(_BORDER, 0, place) + 1)
        end = min(place + length + _AROUND, self.text.index(_BORDER, place))
        before = "" if self.text[start - 1] == _BORDER else "…"
        return f"{before}{self.text[start:end]}{'' if self.text[end] == _BORDER else '…'}"


@dataclass(frozen=True, slots=True)
class _Level:
    """The frequent sequences of one length, numbered from 0.

    ``heads`` and ``tails`` are what is left without the last and without the first
    character, as numbers of the level before.
    """

    counts: Array
    heads: Array
    tails: Array


def _levels(corpus: _Corpus) -> Iterator[tuple[Sequence[_Level], Array]]:
    """The levels up to each length of a phrase, and which sequence of it begins where (else -1)."""
    least = max(_OCCURRENCES, len(corpus.text) // _PER_OCCURRENCE)
    at = np.where(corpus.signs < corpus.han, corpus.signs, -1).astype(np.int32)
    none = np.zeros(0, np.int32)
    levels = [_Level(np.bincount(at[at >= 0], minlength=corpus.han), none, none)]
    for length in range(2, LONGEST + 1):
        at, level = _longer(at, len(levels[-1].counts), least)
        levels.append(level)
        if not len(level.counts):
            return
        if length >= SHORTEST:
            yield levels, at


def _longer(at: Array, known: int, least: int) -> tuple[Array, _Level]:
    """The next level: two sequences that overlap but for a character each make a longer one."""
    both = (at[:-1] >= 0) & (at[1:] >= 0)
    pairs = at[:-1][both].astype(np.int64)
    pairs *= known
    pairs += at[1:][both]
    values, counts = np.unique(pairs, return_counts=True)
    frequent = counts >= least
    values, counts = values[frequent], counts[frequent]
    numbers = np.searchsorted(values, pairs).astype(np.int32)
    numbers[numbers == len(values)] = 0
    numbers[np.append(values, -1)[numbers] != pairs] = -1  # the -1 is for no values at all
    longer = np.full(len(at), -1, np.int32)
    longer[:-1][both] = numbers
    return longer, _Level(counts, values // max(known, 1), values % max(known, 1))


def _cohesion(levels: Sequence[_Level]) -> Array:
    """The least pointwise mutual information over all ways to cut a sequence in two, in bits.

    ``min over a+b=w of log2(p(w) / (p(a) p(b)))``: the information of Church and
    Hanks (1990), "Word association norms, mutual information, and lexicography";
    its least value, so that no cut is a good one, as in Matrix67 (2012),
    "互联网时代的社会语言学：基于SNS的文本数据挖掘".
    """
    counts = levels[-1].counts
    total = float(levels[0].counts.sum())
    heads = tails = np.arange(len(counts))
    head_counts, tail_counts = [], []  # of one character less each
    for level, shorter in zip(levels[:0:-1], levels[-2::-1], strict=True):
        heads, tails = level.heads[heads], level.tails[tails]
        head_counts.append(shorter.counts[heads])
        tail_counts.append(shorter.counts[tails])
    cuts = zip(head_counts, reversed(tail_counts), strict=True)
    most = np.max([head * tail.astype(float) for head, tail in cuts], axis=0)
    result: Array = np.log2(counts * total / most)
    return result


def _entropy(corpus: _Corpus, numbers: Array, counts: Array, neighbours: Array) -> Array:
    """The entropy of the neighbours of each sequence, in bits.

    ``numbers`` and ``neighbours`` (signs) tell of each occurrence. Jin and Tanaka-Ishii
    (2006), "Unsupervised segmentation of Chinese text by use of branching entropy". A
    quotation mark tells of a phrase, so each is a neighbour of its own, as the ends of
    sentences are in Feng and others (2004), "Accessor variety criteria for Chinese word
    extraction". Commas and the like are not: what always opens a clause, or follows a
    number, is rarely a term.
    """
    quoted = np.isin(neighbours, corpus.quotes)
    pairs = numbers[~quoted].astype(np.int64) * corpus.kinds + neighbours[~quoted]
    values, times = np.unique(pairs, return_counts=True)
    which = values // corpus.kinds
    share = times / counts[which]
    entropy = np.bincount(which, -share * np.log2(share), len(counts))
    quotes = np.bincount(numbers[quoted], minlength=len(counts))
    result: Array = entropy + quotes / counts * np.log2(counts)
    return result


@dataclass(frozen=True, slots=True)
class _Finds:
    """What passes, or is known, of one length; ``places`` and ``numbers`` of each occurrence."""

    phrases: Array
    known: Array
    counts: Array
    reports: Array
    cohesion: Array
    freedom: Array
    places: Array
    numbers: Array


def _find(corpus: _Corpus, levels: Sequence[_Level], at: Array, known: Collection[str]) -> _Finds:
    """The sequences of one level that are phrases by themselves, and the known words."""
    length, cohesion = len(levels), _cohesion(levels)
    places = np.flatnonzero(at >= 0)
    first = np.full(len(cohesion), len(at))
    np.minimum.at(first, at[places], places)
    phrases = corpus.phrases(first, length)
    is_known = np.array([phrase in known for phrase in phrases.tolist()], bool)
    places, numbers = _only(is_known | (cohesion >= _COHESION), places, at[places])
    counts = levels[-1].counts
    sides = (corpus.signs[places - 1], corpus.signs[places + length])
    left, right = (_entropy(corpus, numbers, counts, side) for side in sides)
    freedom = np.minimum(left, right)
    both = np.unique(numbers * len(corpus.sources) + corpus.report(places))
    reports = np.bincount(both // len(corpus.sources), minlength=len(counts))
    enough = reports >= max(2, _SHARE * len(corpus.sources))
    passing = is_known | ((cohesion >= _COHESION) & (freedom >= _FREEDOM) & enough)
    places, numbers = _only(passing, places, numbers)
    return _Finds(phrases, is_known, counts, reports, cohesion, freedom, places, numbers)


def _only(wanted: Array, places: Array, numbers: Array) -> tuple[Array, Array]:
    """The occurrences of those sequences that are wanted."""
    kept = wanted[numbers]
    return places[kept], numbers[kept].astype(np.int64)


def _without_parts(corpus: _Corpus, finds: Sequence[_Finds]) -> Iterator[Candidate]:
    """The candidates that do not stand almost always in longer ones, or in known words.

    ``reach`` tells how far the longer phrases go that begin at a place, and so its
    running maximum whether one covers a shorter phrase.
    """
    reach = np.zeros(len(corpus.text), np.int32)
    for length in range(SHORTEST + len(finds) - 1, SHORTEST - 1, -1):
        one = finds[length - SHORTEST]
        ends = one.places + length
        covered = np.maximum.accumulate(reach)[one.places] >= ends
        inside = np.bincount(one.numbers[covered], minlength=len(one.counts))
        kept = one.known | (inside < _INSIDE * one.counts)
        places, numbers = _only(kept, one.places, one.numbers)
        reach[places] = np.maximum(reach[places], places + length)
        which, first = np.unique(numbers, return_index=True)
        for number, place in zip(which.tolist(), places[first].tolist(), strict=True):
            if not one.known[number]:
                yield _candidate(corpus, one, length, number, place)


def _candidate(corpus: _Corpus, finds: _Finds, length: int, number: int, place: int) -> Candidate:
    return Candidate(
        str(finds.phrases[number]),
        int(finds.counts[number]),
        int(finds.reports[number]),
        float(finds.cohesion[number]),
        float(finds.freedom[number]),
        corpus.example(place, length),
        corpus.sources[int(corpus.report(np.array(place)))],
    )
