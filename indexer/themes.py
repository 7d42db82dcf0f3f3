"""The themes of a paragraph, by cue words.

Three ideas. *Cues add up*: how much those of a theme weigh in its best sentence,
how far it has clauses to itself, whether there is a figure in one, and whether an
opening that works as a heading names it, make one score (``_score``). *More is
asked of a long paragraph on one matter than of one on many* (``_asked``): what a
long paragraph on farming says of roads in passing scores too little; among the
year's figures, each clause counts. *Every theme shows why*: the cues found are its
evidence. ``indexer/lexicon`` holds them, ``indexer/cues.py`` finds them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import log

from engine.analyze import normalise
from engine.model import Theme
from indexer import lexicon
from indexer.cues import Clause, Finder, Sentence
from indexer.lexicon import Cue, Pack

_EVIDENCE = 4  # words shown for a theme
_ABOUT = 0.4  # a paragraph is about a group where this share of its sentences speaks of it
_MOST = 3  # a sentence says no more for a theme, however many its cues
# The coefficients of a logistic regression over 1,381 paragraphs labelled by reading, rounded:
# what a theme's score is made of, and what is asked of it. One with themes below it or above
# it is so particular that less will do.
_BEST, _ALONE, _FIGURE, _LISTED, _OPENS, _RIVAL = 1.4, 2.5, 1.1, -0.85, 0.8, -0.95
_ASKED, _LENGTH, _KINDS, _FAMILY, _PARTICULAR = -4.1, 1.4, -1.2, 4.05, -4.0

_Cues = dict[str, int]  # a cue and where it stands first


@dataclass(slots=True)
class _Claim:
    """What speaks for a theme in a paragraph.

    ``total`` is what its cues weigh, ``listed`` what those in enumerations do, ``best``
    what they weigh in its best sentence. The part that it has of a clause is 1 where it
    is sure and alone there: ``alone`` adds these up, ``figure`` is the largest in a clause
    with a figure. ``opening`` is what it weighs in the opening, 1 at the most.
    """

    cues: _Cues = field(default_factory=dict)
    total: float = 0
    listed: float = 0
    best: float = 0
    alone: float = 0
    figure: float = 0
    opening: float = 0


def themes_of(text: str, heading: Sequence[str] = ()) -> tuple[Theme, ...]:
    """The themes of ``text`` (any script), in the lexicon's order; several, one or none.

    ``heading`` is the path above it: it tells what the text is about, but bears
    no theme for it. Evidence is as the text spells it, at most four words. A
    child (``医疗保障/基金监管``) stands for its parent too.
    """
    judge = _judge()
    normal = normalise(text)
    claims = judge.claims(normal, heading)
    kept = judge.kept(claims, len(normal))
    return tuple(Theme(name, _evidence(text, claims[name].cues)) for name in kept)


@lru_cache(maxsize=256)
def _groups_of(title: str) -> frozenset[str]:
    """The groups that a heading names; many paragraphs stand under the same one."""
    sentences = _judge().finder.sentences(normalise(title))
    return frozenset(group for one in sentences for group in one.groups)


def _about(sentences: Sequence[Sentence]) -> set[str]:
    """The groups that the whole paragraph is about."""
    count = Counter(group for sentence in sentences for group in sentence.groups)
    return {group for group, number in count.items() if number >= _ABOUT * len(sentences)}


@cache
def _top(name: str) -> str:
    return name.partition("/")[0]


def _evidence(text: str, cues: _Cues) -> tuple[str, ...]:
    words = (text[at : at + len(word)] for word, at in sorted(cues.items(), key=lambda cue: cue[1]))
    return tuple(dict.fromkeys(words))[:_EVIDENCE]


class _Judge:
    """The lexicon, made ready to tell what speaks for each theme and which are borne."""

    def __init__(self, pack: Pack) -> None:
        self.finder = Finder(pack)
        self._themes = pack.themes
        self._families = {
            name for child in pack.themes if "/" in child for name in (child, _top(child))
        }
        self._cues = {  # theme by theme the weightiest first, for a word counts once for each
            word: sorted(cues, key=lambda cue: (cue.theme, -cue.weight))
            for word, cues in pack.cues.items()
        }

    def claims(self, text: str, heading: Sequence[str]) -> dict[str, _Claim]:
        """What speaks for each theme in a normalised text."""
        claims: dict[str, _Claim] = {}
        sentences = list(self.finder.sentences(text))
        about = _about(sentences).union(*map(_groups_of, heading))
        for sentence in sentences:
            weights: dict[str, float] = {}
            for clause, part in self._weigh(sentence, about, claims):
                _note(clause, part, claims)
                for name, weight in part.items():
                    weights[name] = weights.get(name, 0) + weight
            for name, weight in weights.items():
                claim = claims[name]
                if weight > claim.best:
                    claim.best = min(weight, _MOST)
                if sentence.opening:
                    claim.opening = min(weight, 1)
        return claims

    def _weigh(
        self, sentence: Sentence, about: set[str], claims: dict[str, _Claim]
    ) -> Iterator[tuple[Clause, dict[str, float]]]:
        """What the cues of each clause weigh, theme by theme; they are kept in ``claims``."""
        seen: set[str] = set()  # a word counts once a sentence
        for clause in sentence.clauses:
            weights: dict[str, float] = {}
            for at, word in clause.words:
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
            yield clause, weights

    def kept(self, claims: Mapping[str, _Claim], length: int) -> list[str]:
        """The themes that a paragraph of ``length`` characters bears.

        A parent only where none of its children is.
        """
        if not claims:
            return []
        asked = self._asked(claims, length)
        openings: dict[str, float] = {}
        for name, claim in claims.items():
            if claim.opening > openings.get(_top(name), 0):
                openings[_top(name)] = claim.opening
        kept = [
            name
            for name in self._themes
            if name in claims
            and _score(claims[name], _rival(name, openings))
            > asked + (_PARTICULAR if name in self._families else 0)
        ]
        parents = {_top(name) for name in kept if "/" in name}
        return [name for name in kept if name not in parents]

    def _asked(self, claims: Mapping[str, _Claim], length: int) -> float:
        """What is asked of any theme: the more, the longer the text and the fewer the themes.

        More, too, the more of it is on themes with others below them, whose cues are many.
        """
        whole = sum(claim.total for claim in claims.values())
        family = sum(claim.total for name, claim in claims.items() if name in self._families)
        return (
            _ASKED
            + _LENGTH * log(length + 1)
            + _KINDS * log(len(claims))
            + _FAMILY * family / whole
        )


def _note(clause: Clause, weights: Mapping[str, float], claims: Mapping[str, _Claim]) -> None:
    """Add to the claims what a clause says for each theme."""
    for name, weight in weights.items():
        part = min(weight, 1)
        if len(weights) > 1:
            others = [other for rival, other in weights.items() if not _kin(name, rival)]
            part *= weight / (weight + max(others, default=0))
        claim = claims[name]
        claim.total += weight
        claim.alone += part
        if clause.figure and part > claim.figure:
            claim.figure = part
        if clause.listing:
            claim.listed += weight


def _kin(one: str, other: str) -> bool:
    """Whether they are the same theme, or one is the other's parent."""
    return _top(one) == _top(other) and ("/" not in one or "/" not in other or one == other)


def _rival(name: str, openings: Mapping[str, float]) -> float:
    """What the weightiest theme that is not akin to ``name`` weighs in the opening."""
    return max((weight for top, weight in openings.items() if top != _top(name)), default=0)


def _score(claim: _Claim, rival: float) -> float:
    """What speaks for a theme; less what is asked of it, the log-odds that it is borne.

    ``rival`` is what the weightiest other theme weighs in the opening.
    """
    return (
        _BEST * claim.best
        + _ALONE * log(0.3 + claim.alone)
        + _FIGURE * claim.figure
        + _LISTED * claim.listed / claim.total
        + _OPENS * claim.opening
        + _RIVAL * rival
    )


def _applies(cue: Cue, groups: frozenset[str], about: set[str]) -> bool:
    return (not cue.beside or cue.beside in groups) and (not cue.amid or cue.amid in about)


@lru_cache(maxsize=1)
def _judge() -> _Judge:
    return _Judge(lexicon.load())
