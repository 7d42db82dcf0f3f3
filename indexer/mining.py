"""Mines a corpus for policy phrases that the lexicon lacks, by counting.

A phrase that has become a term has three properties. It is *frequent*, in many
reports. It is *cohesive*: its parts stand together far more often than by chance.
And it is *free*: many different characters stand before and after it, while a
fragment (``持城乡居``) always has the same neighbours.

Counting all sequences of three to ten characters would fill the memory, so they
are counted level by level, as in Apriori (Agrawal and Srikant 1994): a sequence can
only be frequent if the sequences without its first and without its last character
are. A level has an array with one number for each place of the corpus: the number
of the frequent sequence that begins there. The next level counts pairs of numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.analyze import is_han, normalise

SHORTEST_PHRASE, LONGEST_PHRASE = 3, 10  # characters of a phrase
# In real reports, half of the lexicon's own phrases have a cohesion of at least 7.5 bits and
# a freedom of at least 3.5 bits; nine in ten have at least 5.7 and 2 bits.
_MIN_COHESION = 6.0  # bits
_MIN_FREEDOM = 2.0  # bits, on the less free side
_MAX_SHARE_INSIDE = 0.8  # of its occurrences inside longer phrases; beyond, it is only a part
_MIN_OCCURRENCES = 5
_CHARACTERS_PER_OCCURRENCE = 2_000_000  # of the corpus, for each occurrence required
_MIN_SHARE_OF_REPORTS = 0.01  # and at least two reports
_EXAMPLE_CONTEXT = 12  # characters of an example before and after the phrase

_BORDER = "\n"
_QUOTES = "\"'《》〈〉『』【】"

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase (simplified script), its number of occurrences and of reports, and its scores.

    ``cohesion`` and ``freedom`` are in bits; ``example`` is an excerpt of the report
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
        """The score that candidates are sorted by.

        It was chosen among several products and sums on real reports: with the lexicon's
        own phrases as candidates, it put most of them among the first 50 to 2,000.
        """
        return float(self.reports**0.5 * self.cohesion * self.freedom)


def mine(reports: Iterable[tuple[str, Sequence[str]]], known: Collection[str]) -> list[Candidate]:
    """Candidates in ``reports`` (source, paragraphs), the best first, without ``known`` words.

    ``known`` are normalised. A phrase that occurs almost only inside a longer candidate
    or known word is left out too.
    """
    corpus = _Corpus(reports)
    finds = [
        _find_phrases(corpus, levels, numbers_at, known) for levels, numbers_at in _levels(corpus)
    ]
    candidates = _without_parts(corpus, finds)
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.phrase))


class _Corpus:
    """All paragraphs as one array of numbered characters, with a border around each paragraph.

    ``signs`` has the number of the character at each place. Han characters have the numbers
    below ``han``; all other letters and digits share the number ``han``; ``kinds`` is the
    number of signs. ``starts`` are the places where reports begin.
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
        sign_of = {char: self.han + 1 + sign for sign, char in enumerate(others)}
        sign_of |= {char: sign for sign, char in enumerate(self.characters)}
        table = np.zeros(0x110000, np.int32)
        for char in used:
            table[ord(char)] = sign_of.get(char, self.han)
        self.signs = table[codes]
        self.quotes = np.array([sign_of[quote] for quote in _QUOTES if quote in sign_of], np.int32)
        self.kinds = self.han + 1 + len(others)

    def report(self, places: Array) -> Array:
        """The number of the report at each place."""
        return np.searchsorted(self.starts, places, "right") - 1

    def phrases(self, places: Array, length: int) -> Array:
        """The normalised text of ``length`` characters that begins at each place."""
        letters = np.array([ord(char) for char in self.characters], "<u4")
        rows = letters[self.signs[places[:, None] + np.arange(length)]]
        return np.ascontiguousarray(rows).view(f"<U{length}")[:, 0]

    def example(self, place: int, length: int) -> str:
        """The text around a phrase, cut at the ends of its paragraph."""
        start = max(place - _EXAMPLE_CONTEXT, self.text.rindex(_BORDER, 0, place) + 1)
        end = min(place + length + _EXAMPLE_CONTEXT, self.text.index(_BORDER, place))
        before = "" if self.text[start - 1] == _BORDER else "…"
        return f"{before}{self.text[start:end]}{'' if self.text[end] == _BORDER else '…'}"


@dataclass(frozen=True, slots=True)
class _Level:
    """The frequent sequences of one length, numbered from 0.

    ``heads`` and ``tails`` number the sequences without the last and without the first
    character, in the level of the next shorter sequences.
    """

    counts: Array
    heads: Array
    tails: Array


def _levels(corpus: _Corpus) -> Iterator[tuple[Sequence[_Level], Array]]:
    """For each length of a phrase, yield the levels up to it and the sequence at each place.

    The latter is an array of numbers of the last level, -1 where no frequent sequence begins.
    """
    min_count = max(_MIN_OCCURRENCES, len(corpus.text) // _CHARACTERS_PER_OCCURRENCE)
    numbers_at = np.where(corpus.signs < corpus.han, corpus.signs, -1).astype(np.int32)
    none = np.zeros(0, np.int32)
    levels = [_Level(np.bincount(numbers_at[numbers_at >= 0], minlength=corpus.han), none, none)]
    for length in range(2, LONGEST_PHRASE + 1):
        numbers_at, level = _next_level(numbers_at, len(levels[-1].counts), min_count)
        levels.append(level)
        if not len(level.counts):
            return
        if length >= SHORTEST_PHRASE:
            yield levels, numbers_at


def _next_level(numbers_at: Array, sequence_count: int, min_count: int) -> tuple[Array, _Level]:
    """The next level: the sequences at two neighbouring places make one that is longer by one.

    ``numbers_at`` and ``sequence_count`` describe the level before.
    """
    both = (numbers_at[:-1] >= 0) & (numbers_at[1:] >= 0)
    pairs = numbers_at[:-1][both].astype(np.int64)
    pairs *= sequence_count
    pairs += numbers_at[1:][both]
    values, counts = np.unique(pairs, return_counts=True)
    frequent = counts >= min_count
    values, counts = values[frequent], counts[frequent]
    numbers = np.searchsorted(values, pairs).astype(np.int32)
    numbers[numbers == len(values)] = 0
    numbers[np.append(values, -1)[numbers] != pairs] = -1  # the -1 is for the case of no values
    longer = np.full(len(numbers_at), -1, np.int32)
    longer[:-1][both] = numbers
    return longer, _Level(counts, values // max(sequence_count, 1), values % max(sequence_count, 1))


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
    head_counts, tail_counts = [], []  # each one is shorter by one character
    for level, shorter in zip(levels[:0:-1], levels[-2::-1], strict=True):
        heads, tails = level.heads[heads], level.tails[tails]
        head_counts.append(shorter.counts[heads])
        tail_counts.append(shorter.counts[tails])
    cuts = zip(head_counts, reversed(tail_counts), strict=True)
    max_product = np.max([head * tail.astype(float) for head, tail in cuts], axis=0)
    result: Array = np.log2(counts * total / max_product)
    return result


def _entropy(corpus: _Corpus, numbers: Array, counts: Array, neighbours: Array) -> Array:
    """The entropy of the neighbours of each sequence, in bits.

    ``numbers`` has the sequence, ``neighbours`` the adjoining sign of each occurrence. After
    Jin and Tanaka-Ishii (2006), "Unsupervised segmentation of Chinese text by use of
    branching entropy". A quotation mark suggests a phrase, so every occurrence of one counts
    as a different neighbour, as the ends of sentences do in Feng and others (2004), "Accessor
    variety criteria for Chinese word extraction". Commas and other signs are ordinary
    neighbours: a sequence that always opens a clause, or follows a number, is rarely a term.
    """
    quoted = np.isin(neighbours, corpus.quotes)
    pairs = numbers[~quoted].astype(np.int64) * corpus.kinds + neighbours[~quoted]
    pairs_seen, pair_counts = np.unique(pairs, return_counts=True)
    sequence = pairs_seen // corpus.kinds
    probability = pair_counts / counts[sequence]
    entropy = np.bincount(sequence, -probability * np.log2(probability), len(counts))
    quotes = np.bincount(numbers[quoted], minlength=len(counts))
    result: Array = entropy + quotes / counts * np.log2(counts)
    return result


@dataclass(frozen=True, slots=True)
class _Finds:
    """The sequences of one length, and the occurrences of those that are phrases or known.

    ``phrases`` to ``freedom`` have one entry per sequence; ``places`` and ``numbers`` have
    the place and the sequence of each occurrence.
    """

    phrases: Array
    known: Array
    counts: Array
    reports: Array
    cohesion: Array
    freedom: Array
    places: Array
    numbers: Array


def _find_phrases(
    corpus: _Corpus, levels: Sequence[_Level], numbers_at: Array, known: Collection[str]
) -> _Finds:
    """Find the sequences of the last level that pass all thresholds, and the known words."""
    length, cohesion = len(levels), _cohesion(levels)
    places = np.flatnonzero(numbers_at >= 0)
    first = np.full(len(cohesion), len(numbers_at))
    np.minimum.at(first, numbers_at[places], places)
    phrases = corpus.phrases(first, length)
    is_known = np.array([phrase in known for phrase in phrases.tolist()], bool)
    places, numbers = _occurrences_of(
        is_known | (cohesion >= _MIN_COHESION), places, numbers_at[places]
    )
    counts = levels[-1].counts
    sides = (corpus.signs[places - 1], corpus.signs[places + length])
    left, right = (_entropy(corpus, numbers, counts, side) for side in sides)
    freedom = np.minimum(left, right)
    pairs = np.unique(numbers * len(corpus.sources) + corpus.report(places))
    reports = np.bincount(pairs // len(corpus.sources), minlength=len(counts))
    in_enough_reports = reports >= max(2, _MIN_SHARE_OF_REPORTS * len(corpus.sources))
    passing = is_known | (
        (cohesion >= _MIN_COHESION) & (freedom >= _MIN_FREEDOM) & in_enough_reports
    )
    places, numbers = _occurrences_of(passing, places, numbers)
    return _Finds(phrases, is_known, counts, reports, cohesion, freedom, places, numbers)


def _occurrences_of(wanted: Array, places: Array, numbers: Array) -> tuple[Array, Array]:
    """The occurrences of the sequences that ``wanted`` (one flag per sequence) selects."""
    kept = wanted[numbers]
    return places[kept], numbers[kept].astype(np.int64)


def _without_parts(corpus: _Corpus, finds: Sequence[_Finds]) -> Iterator[Candidate]:
    """The candidates that do not occur almost only inside longer ones or known words.

    ``reach`` has, for each place, the furthest end of the longer phrases that begin there. So
    its running maximum tells whether one of them covers a shorter phrase.
    """
    reach = np.zeros(len(corpus.text), np.int32)
    for length in range(SHORTEST_PHRASE + len(finds) - 1, SHORTEST_PHRASE - 1, -1):
        found = finds[length - SHORTEST_PHRASE]
        ends = found.places + length
        covered = np.maximum.accumulate(reach)[found.places] >= ends
        inside = np.bincount(found.numbers[covered], minlength=len(found.counts))
        kept = found.known | (inside < _MAX_SHARE_INSIDE * found.counts)
        places, numbers = _occurrences_of(kept, found.places, found.numbers)
        reach[places] = np.maximum(reach[places], places + length)
        sequences, first = np.unique(numbers, return_index=True)
        for number, place in zip(sequences.tolist(), places[first].tolist(), strict=True):
            if not found.known[number]:
                yield _candidate(corpus, found, length, number, place)


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
