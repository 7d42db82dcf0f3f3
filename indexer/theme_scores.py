"""Scores the themes of one paragraph by the cues that it has.

The weight of evidence for a theme is gathered in a ``Claim``; ``ThemeScorer`` compares its
score with the threshold of the paragraph. ``indexer/themes.py`` explains the ideas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import log

from indexer.cues import Clause, Finder, Sentence
from indexer.lexicon import Cue, Pack

_MIN_SHARE_ABOUT = 0.4  # of the sentences must name a group, if the paragraph is to be about it
_W_HEADED = 0.5  # the weight of a heading as an opening of the paragraphs under it
_MAX_SENTENCE_WEIGHT = 3  # more cues in one sentence do not add to it
# The coefficients of a logistic regression over 1,381 paragraphs labelled by reading, rounded:
# the weights of the score (_W_) and the terms of the threshold (_T_). The threshold is lower for
# a theme that has a parent or children, because its cues are more specific.
_W_BEST, _W_CLAUSES, _W_FIGURE, _W_LISTED, _W_OPENING, _W_RIVAL = 1.4, 2.5, 1.1, -0.85, 0.8, -0.95
_T_BASE, _T_LENGTH, _T_THEMES, _T_FAMILY, _T_SPECIFIC = -4.1, 1.4, -1.2, 4.05, -4.0

# In a document that is about something; chosen by paragraphs of 85 documents labelled by reading.
# A theme gains where more than a quarter of the other paragraphs bear it.
_W_SHARE, _T_FOCUSED = 8, 2

CueOffsets = dict[str, int]  # cue word -> offset of its first occurrence


@dataclass(slots=True)
class Claim:
    """The evidence for one theme in a paragraph.

    ``total`` is the weight of its cues, ``listed`` that of its cues in enumerations, ``best``
    that of its cues in its best sentence, ``opening`` that of its cues in the opening (at most
    1). A theme has a share of each clause, which is 1 where its cues are sure and no
    unrelated theme has cues: ``clauses`` is the sum of these shares, ``figure`` the largest
    share of a clause with a figure.
    """

    cues: CueOffsets = field(default_factory=dict)
    total: float = 0
    listed: float = 0
    best: float = 0
    clauses: float = 0
    figure: float = 0
    opening: float = 0


def _about(sentences: Sequence[Sentence]) -> set[str]:
    """The groups that a paragraph as a whole is about."""
    sentence_counts = Counter(group for sentence in sentences for group in sentence.groups)
    return {
        group
        for group, count in sentence_counts.items()
        if count >= _MIN_SHARE_ABOUT * len(sentences)
    }


@cache
def top_level(name: str) -> str:
    return name.partition("/")[0]


class ThemeScorer:
    """Scores the themes of a paragraph by the cues of the lexicon."""

    def __init__(self, pack: Pack) -> None:
        self.finder = Finder(pack)
        self._themes = pack.themes
        self._overlaps = pack.overlaps
        self._related = _related_themes(pack)
        self._families = {
            name for child in pack.themes if "/" in child for name in (child, top_level(child))
        }
        self._cues = {  # by theme, the weightiest first: a word counts once for a theme
            word: sorted(cues, key=lambda cue: (cue.theme, -cue.weight))
            for word, cues in pack.cues.items()
        }

    def claims(
        self, sentences: Sequence[Sentence], groups_above: Iterable[str]
    ) -> dict[str, Claim]:
        """The evidence for each theme that has a cue in the sentences of a text.

        ``groups_above`` are the groups that the headings above the text name.
        """
        claims: dict[str, Claim] = {}
        about = _about(sentences).union(groups_above)
        for sentence in sentences:
            sentence_weights: dict[str, float] = {}
            for clause, weights in self._weigh(sentence, about, claims):
                self._add_clause(clause, weights, claims)
                for name, weight in weights.items():
                    sentence_weights[name] = sentence_weights.get(name, 0) + weight
            for name, weight in sentence_weights.items():
                claim = claims[name]
                if weight > claim.best:
                    claim.best = min(weight, _MAX_SENTENCE_WEIGHT)
                if sentence.opening:
                    claim.opening = min(weight, 1)
        return claims

    def _weigh(
        self, sentence: Sentence, about: set[str], claims: dict[str, Claim]
    ) -> Iterator[tuple[Clause, dict[str, float]]]:
        """Yield each clause with its weights by theme; note the cues found in ``claims``."""
        seen: set[str] = set()  # a word counts once in a sentence
        for clause in sentence.clauses:
            weights: dict[str, float] = {}
            for at, word in clause.words:
                if word in seen:
                    continue
                seen.add(word)
                counted_theme = ""
                for cue in self._cues.get(word, ()):
                    theme = cue.theme
                    if theme == counted_theme:
                        continue
                    if (cue.beside or cue.amid) and not _applies(cue, sentence.groups, about):
                        continue
                    counted_theme = theme
                    if theme not in claims:
                        claims[theme] = Claim()
                    claims[theme].cues.setdefault(word, at)
                    weights[theme] = weights.get(theme, 0) + cue.weight
            yield clause, weights

    def accepted(
        self,
        claims: Mapping[str, Claim],
        length: int,
        headed: Iterable[str],
        shares: Mapping[str, float] | None = None,
    ) -> list[str]:
        """The themes whose score exceeds the threshold, for a paragraph of ``length`` characters.

        ``headed`` are the themes of the heading above, which acts as a weak opening. ``shares``
        is given in a document that is about something: by theme of the top level, how many other
        paragraphs bear it, for each one that bears any. A parent is left out where one of its
        children is accepted.
        """
        if not claims:
            return []
        threshold = self._threshold(claims, length)
        openings = dict.fromkeys(headed, _W_HEADED)
        for name, claim in claims.items():
            claim.opening = max(claim.opening, openings.get(name, 0))
            if claim.opening:
                openings[name] = claim.opening
        accepted = [
            name
            for name in self._themes
            if name in claims
            and _score(claims[name], self._strongest_rival(name, openings))
            > threshold + self._adjustment(name, shares)
        ]
        parents = {top_level(name) for name in accepted if "/" in name}
        return [name for name in accepted if name not in parents]

    def _adjustment(self, name: str, shares: Mapping[str, float] | None) -> float:
        """What a theme must exceed besides the threshold of its paragraph.

        A theme that has a parent or children is so particular that a document about it does not
        help it, and that a document about something else asks only half as much more.
        """
        focus = 0.0 if shares is None else _T_FOCUSED - _W_SHARE * shares.get(top_level(name), 0)
        return _T_SPECIFIC + max(focus, 0) / 2 if name in self._families else focus

    def _threshold(self, claims: Mapping[str, Claim], length: int) -> float:
        """The score that any theme must exceed.

        It is higher for a longer text, for fewer themes, and for a larger share of cues of
        themes that have a parent or children, since these have many cues. A theme that overlaps
        another one here does not count as a further theme.
        """
        overlaps = self._overlaps
        counted = [name for name in claims if overlaps[name].isdisjoint(claims)]
        totals = {name: claims[name].total for name in counted or claims}
        family_total = sum(total for name, total in totals.items() if name in self._families)
        return (
            _T_BASE
            + _T_LENGTH * log(length + 1)
            + _T_THEMES * log(len(totals))
            + _T_FAMILY * family_total / sum(totals.values())
        )

    def _add_clause(
        self, clause: Clause, weights: Mapping[str, float], claims: Mapping[str, Claim]
    ) -> None:
        """Add the weights of a clause to the claims of their themes."""
        for name, weight in weights.items():
            share = min(weight, 1)
            if len(weights) > 1:
                related = self._related[name]
                rivals = [w for other, w in weights.items() if other not in related]
                if rivals:
                    share *= weight / (weight + max(rivals))
            claim = claims[name]
            claim.total += weight
            claim.clauses += share
            if clause.figure and share > claim.figure:
                claim.figure = share
            if clause.listing:
                claim.listed += weight

    def _strongest_rival(self, name: str, openings: Mapping[str, float]) -> float:
        """The largest weight in the opening of a theme of another family, unless related."""
        if not openings:
            return 0
        related, top = self._related[name], top_level(name)
        return max(
            (
                weight
                for other, weight in openings.items()
                if other not in related and top_level(other) != top
            ),
            default=0,
        )


def _related_themes(pack: Pack) -> dict[str, frozenset[str]]:
    """For each theme, those that do not take a clause from it: itself, its parent and its
    children, and the themes that overlap it."""
    return {
        name: frozenset(
            other
            for other in pack.themes
            if other in (name, top_level(name))
            or top_level(other) == name
            or other in pack.overlaps[name]
            or name in pack.overlaps[other]
        )
        for name in pack.themes
    }


def _score(claim: Claim, rival: float) -> float:
    """The score of a theme. Minus the threshold, it is the log-odds that the theme applies.

    ``rival`` is the largest weight in the opening of another family of themes.
    """
    return (
        _W_BEST * claim.best
        + _W_CLAUSES * log(0.3 + claim.clauses)
        + _W_FIGURE * claim.figure
        + _W_LISTED * claim.listed / claim.total
        + _W_OPENING * claim.opening
        + _W_RIVAL * rival
    )


def _applies(cue: Cue, groups: frozenset[str], about: set[str]) -> bool:
    return (not cue.beside or cue.beside in groups) and (not cue.amid or cue.amid in about)
