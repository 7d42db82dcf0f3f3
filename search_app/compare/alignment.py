"""Finds for each sentence of a report its partner in another: the one that says the same.

Only about one sentence in eight has a partner in the next year's report, and it need not stand
in the same place, so the order plays no part. The partner of a sentence is the most alike one
of the other report, in both directions; so one long sentence may be the partner of several, and
a sentence is new or gone only if nothing alike stands on the other side. The candidates come
from an inverted index of trigrams, which skips the many pairs of sentences that share nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.model import Paragraph
from engine.sentences import find_sentences
from search_app.compare.likeness import (
    Difference,
    Side,
    Trigrams,
    differences,
    pieces,
    trigrams,
)

MIN_LIKENESS = 0.26  # of partners in two reports of one place
# Reports of different places share stock phrases and the names of indicators, so more is asked.
MIN_LIKENESS_ELSEWHERE = 0.6
_THEMES_APART = 0.1  # is asked in addition of sentences that have no theme in common
_OF_LONGER = 0.25  # how much the longer sentence counts against the shorter one
_SALUTATION = re.compile(r"\W*(?:尊敬的)?(?:各位|同志们|朋友们|谢谢)\w{0,6}\W*(?:同志们)?\W*")


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """A sentence of a report, ``number`` in its paragraph, from 1."""

    paragraph: Paragraph
    number: int
    start: int
    end: int
    trigrams: Trigrams

    @property
    def text(self) -> str:
        return self.paragraph.text[self.start : self.end]

    @property
    def themes(self) -> tuple[str, ...]:
        """The themes of its paragraph."""
        return tuple(theme.name for theme in self.paragraph.themes)


class Pair(NamedTuple):
    """Two sentences that say the same, and where they differ."""

    a: Sentence
    b: Sentence
    likeness: float
    spans: Sequence[Difference]

    def pieces(self, side: Side) -> list[tuple[str, str]]:
        """One of the sentences, cut where it differs: see ``likeness.pieces``."""
        text = (self.a if side == "a" else self.b).text
        return pieces(text, [span for span in self.spans if span.side == side])


@dataclass(frozen=True, slots=True)
class Alignment:
    """The pairs, in the order of b; the sentences of b without partner, and those of a."""

    pairs: Sequence[Pair]
    new: Sequence[Sentence]
    gone: Sequence[Sentence]


def sentences_of(paragraphs: Sequence[Paragraph]) -> list[Sentence]:
    """The sentences of a report, without salutations and without those that have no letter."""
    found = []
    for paragraph in paragraphs:
        text = paragraph.text
        for number, (start, end) in enumerate(find_sentences(text), 1):
            sentence = text[start:end].strip()
            start = text.index(sentence, start)
            if any(map(str.isalnum, sentence)) and not _SALUTATION.fullmatch(sentence):
                end = start + len(sentence)
                found.append(Sentence(paragraph, number, start, end, trigrams(sentence)))
    return found


def align(a: Sequence[Sentence], b: Sequence[Sentence], min_likeness: float) -> Alignment:
    """Pair each sentence with the most alike one of the other report.

    Of those equally alike, it is the one at the most similar place.
    """
    best_of_a: dict[int, _Candidate] = {}
    best_of_b: dict[int, _Candidate] = {}
    for candidate in _candidates(a, b, min_likeness):
        best_of_a[candidate.in_a] = max(candidate, best_of_a.get(candidate.in_a, candidate))
        best_of_b[candidate.in_b] = max(candidate, best_of_b.get(candidate.in_b, candidate))
    found = {*best_of_a.values(), *best_of_b.values()}
    pairs = []
    for likeness, _, in_b, in_a in sorted(found, key=lambda each: (each.in_b, each.in_a)):
        spans = differences(a[in_a].text, b[in_b].text)
        pairs.append(Pair(a[in_a], b[in_b], likeness, spans))
    new = [one for at, one in enumerate(b) if at not in best_of_b]
    return Alignment(pairs, new, [one for at, one in enumerate(a) if at not in best_of_a])


class _Candidate(NamedTuple):
    """Two sentences by their places in their reports; ``nearness`` is 0 at the same place."""

    likeness: float
    nearness: float
    in_b: int
    in_a: int


def _candidates(
    a: Sequence[Sentence], b: Sequence[Sentence], min_likeness: float
) -> Iterator[_Candidate]:
    """The pairs of sentences that are alike enough.

    The likeness, from 0 to 1, is the index of A. Tversky (Features of similarity, 1977): the
    weight of the trigrams shared, by that of all in the shorter sentence and, less, the longer.
    """
    rarity = _rarity(a, b)
    weights_a, weights_b = (
        [sum(map(rarity.__getitem__, s.trigrams)) for s in side] for side in (a, b)
    )
    sentences_with: defaultdict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(a):
        for trigram in one.trigrams:
            sentences_with[trigram].append(at)
    for in_b, one in enumerate(b):
        shared: defaultdict[int, float] = defaultdict(float)
        for trigram in one.trigrams:
            for in_a in sentences_with.get(trigram, ()):
                shared[in_a] += rarity[trigram]
        for in_a, weight in shared.items():
            shorter, longer = sorted((weights_a[in_a], weights_b[in_b]))
            likeness = weight / ((1 - _OF_LONGER) * shorter + _OF_LONGER * longer)
            if likeness >= min_likeness + _THEMES_APART or (
                likeness >= min_likeness and not _are_apart(a[in_a], one)
            ):
                nearness = -abs(in_a / len(a) - in_b / len(b))
                yield _Candidate(likeness, nearness, in_b, in_a)


def _rarity(a: Sequence[Sentence], b: Sequence[Sentence]) -> Mapping[str, float]:
    """The weight of each trigram: the rarer in both reports, the more it tells."""
    counts = Counter(trigram for sentence in (*a, *b) for trigram in sentence.trigrams)
    return {trigram: math.log(1 + (len(a) + len(b)) / count) for trigram, count in counts.items()}


def _are_apart(a: Sentence, b: Sentence) -> bool:
    """Whether both sentences have themes, but none in common."""
    return bool(a.themes and b.themes) and not set(a.themes) & set(b.themes)
