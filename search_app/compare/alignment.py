"""Finds for each sentence of one report its partner in another: the one that says the same.

Only about one sentence in eight has a partner in the next year's report, and it need not stand
in the same place, so the order plays no part. Partners are chosen one to one, the most alike
first. The candidates come from an inverted index of pairs of letters, which skips the many
pairs of sentences that share nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.model import Paragraph
from engine.sentences import find_sentences
from search_app.compare.likeness import Bigrams, Difference, Side, bigrams, differences, pieces

MIN_LIKENESS = 0.45  # of partners in two reports of one place
# Reports of different places share stock phrases and the names of indicators, so more is asked.
MIN_LIKENESS_ELSEWHERE = 0.7
_SALUTATION = re.compile(r"\W*(?:尊敬的)?(?:各位|同志们|朋友们|谢谢)\w{0,6}\W*(?:同志们)?\W*")


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """A sentence of a report, ``number`` in its paragraph, from 1."""

    paragraph: Paragraph
    number: int
    start: int
    end: int
    bigrams: Bigrams

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
                found.append(Sentence(paragraph, number, start, end, bigrams(sentence)))
    return found


def align(a: Sequence[Sentence], b: Sequence[Sentence], min_likeness: float) -> Alignment:
    """Pair the sentences of two reports one to one, the most alike first.

    Of candidates that are equally alike, the ones at the most similar place go first.
    """
    partners: dict[int, tuple[int, float]] = {}
    taken = set()
    for likeness, _, in_b, in_a in sorted(_candidates(a, b, min_likeness), reverse=True):
        if in_b not in partners and in_a not in taken:
            partners[in_b] = in_a, likeness
            taken.add(in_a)
    pairs = []
    for in_b, (in_a, likeness) in sorted(partners.items()):
        spans = differences(a[in_a].text, b[in_b].text)
        pairs.append(Pair(a[in_a], b[in_b], likeness, spans))
    new = [one for at, one in enumerate(b) if at not in partners]
    return Alignment(pairs, new, [one for at, one in enumerate(a) if at not in taken])


def _candidates(
    a: Sequence[Sentence], b: Sequence[Sentence], min_likeness: float
) -> Iterator[tuple[float, float, int, int]]:
    """Pairs that are alike enough: likeness, nearness, place in b, place in a.

    The likeness is Dice's coefficient of the bigrams (L. R. Dice, Measures of the amount of
    ecologic association between species, 1945), from 0 to 1.
    """
    sentences_with: defaultdict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(a):
        for bigram in one.bigrams:
            sentences_with[bigram].append(at)
    for in_b, one in enumerate(b):
        shared: Counter[int] = Counter()
        for bigram in one.bigrams:
            shared.update(sentences_with.get(bigram, ()))
        for in_a, count in shared.items():
            likeness = 2 * count / (len(one.bigrams) + len(a[in_a].bigrams))
            if likeness >= min_likeness and likeness >= _needed(one, a[in_a]):
                yield likeness, -abs(in_a / len(a) - in_b / len(b)), in_b, in_a


def _needed(a: Sentence, b: Sentence) -> float:
    """More likeness is needed between sentences of different themes."""
    apart = a.themes and b.themes and not set(a.themes) & set(b.themes)
    return MIN_LIKENESS_ELSEWHERE if apart else MIN_LIKENESS
