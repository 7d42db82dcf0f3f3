"""The themes of a paragraph, by cue words.

Three ideas. *The longest word wins*: in ``高校毕业生`` there is no ``高校``, so a
word that misleads is cured by a longer one. *Cues add up*: how much those of a
theme weigh in all, how far it has a sentence to itself, how it stands beside
the weightiest theme, and whether an opening that works as a heading names it,
make one score (``_score``). What a long paragraph on farming says of roads in
passing scores too little; a sentence on roads alone scores enough. *Every theme
shows why*: the cues found are its evidence. ``indexer/lexicon`` holds them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log

from engine.analyze import normalise
from engine.model import Theme
from indexer import lexicon
from indexer.lexicon import Cue, Pack

_SENTENCE = re.compile(r"[^。;!?\n]+")
_OPENING = 30  # characters: an opening sentence up to this length works as a heading
_EVIDENCE = 4  # words shown for a theme
_ABOUT = 0.4  # a paragraph is about a group where this share of its sentences speaks of it
_YIELD = 0.5  # a theme gives way to another where it weighs less than this share of it
# What a theme's score is made of: the coefficients of a logistic regression over 1,061
# paragraphs labelled by reading, rounded. A theme is given where its score is above its
# threshold. One with themes below it or above it is so particular that less will do.
_TOTAL, _SHARE, _RANK, _OPENS = 1.3, 3.3, 1.9, 1.0
_THRESHOLD, _PARTICULAR = 3.2, 0.0

_Cues = dict[str, int]  # a cue and where it stands first


@dataclass(frozen=True, slots=True)
class _Sentence:
    """The words of the lexicon in one sentence, with their places."""

    words: Sequence[tuple[int, str]]
    groups: frozenset[str]
    opening: bool


@dataclass(slots=True)
class _Claim:
    """What speaks for a theme in a paragraph.

    ``total`` is what its cues weigh; ``share`` the largest part that it has of a
    sentence, and ``opening`` what it weighs in the opening, both 1 at the most.
    """

    cues: _Cues = field(default_factory=dict)
    total: float = 0
    share: float = 0
    opening: float = 0


def themes_of(text: str, heading: Sequence[str] = ()) -> tuple[Theme, ...]:
    """The themes of ``text`` (any script), in the lexicon's order; several, one or none.

    ``heading`` is the path above it: it tells what the text is about, but bears
    no theme for it. Evidence is as the text spells it, at most four words. A
    child (``医疗保障/基金监管``) stands for its parent too.
    """
    finder = _finder()
    claims = finder.claims(normalise(text), heading)
    kept = finder.kept(claims)
    return tuple(Theme(name, _evidence(text, claims[name].cues)) for name in kept)


@lru_cache(maxsize=256)
def _groups_of(title: str) -> frozenset[str]:
    """The groups that a heading names; many paragraphs stand under the same one."""
    sentences = _finder().sentences(normalise(title))
    return frozenset(group for one in sentences for group in one.groups)


def _about(sentences: Sequence[_Sentence]) -> set[str]:
    """The groups that the whole paragraph is about."""
    count = Counter(group for sentence in sentences for group in sentence.groups)
    return {group for group, number in count.items() if number >= _ABOUT * len(sentences)}


def _score(claim: _Claim, heaviest: float) -> float:
    """How much speaks for a theme; minus its threshold, the log-odds that it is borne."""
    return (
        _TOTAL * log(claim.total)
        + _SHARE * claim.share
        + _RANK * claim.total / heaviest
        + _OPENS * claim.opening
    )


def _parents(names: Iterable[str]) -> set[str]:
    """The parents of those names that are children."""
    return {_top(name) for name in names if "/" in name}


def _top(name: str) -> str:
    return name.partition("/")[0]


def _evidence(text: str, cues: _Cues) -> tuple[str, ...]:
    words = (text[at : at + len(word)] for word, at in sorted(cues.items(), key=lambda cue: cue[1]))
    return tuple(dict.fromkeys(words))[:_EVIDENCE]


class _Finder:
    """The lexicon, made ready for one walk along a text.

    Their first two characters tell how long the words are that may stand at a place:
    a look-up a character is faster than a regular expression of three thousand words.
    """

    def __init__(self, pack: Pack) -> None:
        families = {top for name in pack.themes if "/" in name for top in (name, _top(name))}
        self._thresholds = {
            name: _PARTICULAR if name in families else _THRESHOLD for name in pack.themes
        }
        self._silent, self._yields = pack.silent, pack.yields
        words = pack.words
        lengths: dict[str, set[int]] = {}
        for word in words:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {start: sorted(some, reverse=True) for start, some in lengths.items()}
        self._cues = {  # theme by theme the weightiest first, for a word counts once for each
            word: sorted(cues, key=lambda cue: (cue.theme, -cue.weight))
            for word, cues in pack.cues.items()
        }
        self._groups = {word: _groups_in(word, pack) for word in words}

    def sentences(self, text: str) -> Iterator[_Sentence]:
        """Those sentences of a normalised text that hold words and say something."""
        for match in _SENTENCE.finditer(text):
            start, end = match.span()
            words = list(self._words(text, start, end))
            if words and self._silent.isdisjoint([word for _, word in words]):
                groups = frozenset().union(*[self._groups[word] for _, word in words])
                yield _Sentence(words, groups, start == 0 and end <= _OPENING)

    def _words(self, text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
        """The longest word at each place, without those inside a longer one."""
        reached, known, lengths_of = start, self._groups, self._lengths.get
        for at in range(start, end - 1):
            for length in lengths_of(text[at : at + 2], ()):
                if at + length <= reached:
                    break
                word = text[at : at + length]
                if word in known and at + length <= end:
                    reached = at + length
                    yield at, word
                    break

    def claims(self, text: str, heading: Sequence[str]) -> dict[str, _Claim]:
        """What speaks for each theme in a normalised text."""
        claims: dict[str, _Claim] = {}
        sentences = list(self.sentences(text))
        about = _about(sentences).union(*map(_groups_of, heading))
        for sentence in sentences:
            weights = self._weigh(sentence, about, claims)
            parents = _parents(weights)
            whole = sum(weight for name, weight in weights.items() if name not in parents)
            for name, weight in weights.items():
                claim = claims[name]
                claim.total += weight
                claim.share = max(claim.share, min(weight, 1) * weight / max(whole, weight))
                if sentence.opening:
                    claim.opening = min(weight, 1)
        return claims

    def _weigh(
        self, sentence: _Sentence, about: set[str], claims: dict[str, _Claim]
    ) -> dict[str, float]:
        """What the cues of one sentence weigh, theme by theme; each is noted in ``claims``."""
        weights: dict[str, float] = {}
        seen: set[str] = set()
        for at, word in sentence.words:
            if word in seen:
                continue
            seen.add(word)
            counted = ""
            for cue in self._cues.get(word, ()):
                theme = cue.theme
                if theme == counted or not _applies(cue, sentence.groups, about):
                    continue
                counted = theme
                if theme not in claims:
                    claims[theme] = _Claim()
                claims[theme].cues.setdefault(word, at)
                weights[theme] = weights.get(theme, 0) + cue.weight
        return weights

    def kept(self, claims: Mapping[str, _Claim]) -> list[str]:
        """The themes that the paragraph bears; a parent only without its children."""
        heaviest = max((claim.total for claim in claims.values()), default=0)
        tops: dict[str, float] = {}
        for name, claim in claims.items():
            tops[_top(name)] = tops.get(_top(name), 0) + claim.total
        kept = [
            name
            for name, least in self._thresholds.items()
            if name in claims
            and _score(claims[name], heaviest) > least
            and all(claims[name].total >= _YIELD * tops.get(o, 0) for o in self._yields[name])
        ]
        parents = _parents(kept)
        return [name for name in kept if name not in parents]


def _groups_in(word: str, pack: Pack) -> frozenset[str]:
    return frozenset(
        name for name, group in pack.groups.items() if any(part in word for part in group)
    )


def _applies(cue: Cue, groups: frozenset[str], about: set[str]) -> bool:
    return (not cue.beside or cue.beside in groups) and (not cue.amid or cue.amid in about)


@lru_cache(maxsize=1)
def _finder() -> _Finder:
    return _Finder(lexicon.load())
