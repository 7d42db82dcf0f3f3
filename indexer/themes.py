"""The themes of a paragraph, by cue words.

Three ideas. *The longest word wins*: in ``高校毕业生`` there is no ``高校``, so a
word that misleads is cured by a longer one. *Evidence belongs together*: one
sure cue, or two likely ones in the same sentence; in a heading or a short
opening sentence, which names what follows, one likely cue is enough. *A theme
must carry weight*: what a long paragraph on farming says of roads in passing
weighs too little beside its main theme. The cues found are the reason shown;
``indexer/lexicon`` holds them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.analyze import normalise
from engine.model import Theme
from indexer import lexicon
from indexer.lexicon import LIKELY, SURE, Cue, Pack

_SENTENCE = re.compile(r"[^。;!?\n]+")
_OPENING = 30  # characters: an opening sentence up to this length works as a heading
_EVIDENCE = 4  # words shown for a theme
_ABOUT = 0.4  # a paragraph is about a group where this share of its sentences speaks of it
# The least that a theme weighs, as a share of the weightiest one. Chosen, with the
# weights of the cues, on one half of a labelled set; the other half moves by less
# than 0.02 of F1 for half or twice the value.
_IN_SENTENCE = 0.3
_IN_PARAGRAPH = 0.12

_Cues = dict[str, int]  # a cue and where it stands first


@dataclass(frozen=True, slots=True)
class _Sentence:
    """The words of the lexicon in one sentence, with their places."""

    words: Sequence[tuple[int, str]]
    groups: frozenset[str]
    opening: bool


def themes_of(text: str, heading: Sequence[str] = ()) -> tuple[Theme, ...]:
    """The themes of ``text`` (any script), in the lexicon's order; several, one or none.

    ``heading`` is the path above it: it tells what the text is about, but bears
    no theme for it. Evidence is as the text spells it, at most four words. A
    child (``医疗保障/基金监管``) stands for its parent too.
    """
    finder = _finder()
    sentences = list(finder.sentences(normalise(text)))
    about = _about(sentences)
    for title in heading:
        about |= _groups_of(title)
    found: dict[str, _Cues] = {}
    weights: dict[str, float] = {}
    for sentence in sentences:
        for theme, (cues, weight) in finder.weigh(sentence, about).items():
            weights[theme] = weights.get(theme, 0) + weight
            found[theme] = cues | found.get(theme, {})
    kept = _carrying(weights, finder.pack)
    return tuple(Theme(name, _evidence(text, found[name])) for name in kept)


@lru_cache(maxsize=256)
def _groups_of(title: str) -> frozenset[str]:
    """The groups that a heading names; many paragraphs stand under the same one."""
    sentences = _finder().sentences(normalise(title))
    return frozenset(group for one in sentences for group in one.groups)


def _about(sentences: Sequence[_Sentence]) -> set[str]:
    """The groups that the whole paragraph is about."""
    count = Counter(group for sentence in sentences for group in sentence.groups)
    return {group for group, number in count.items() if number >= _ABOUT * len(sentences)}


def _carrying(weights: Mapping[str, float], pack: Pack) -> list[str]:
    """The themes that carry weight in the paragraph; a parent only without its children.

    A child theme is so particular that one mention counts.
    """
    total: dict[str, float] = {}
    for name, weight in weights.items():
        top = name.partition("/")[0]
        total[top] = total.get(top, 0) + weight
    least = _IN_PARAGRAPH * max(weights.values(), default=0)
    kept = [
        name
        for name in pack.themes
        if name in weights
        and ("/" in name or weights[name] >= least)
        and all(weights[name] >= total.get(other, 0) for other in pack.yields[name])
    ]
    parents = _parents(kept)
    return [name for name in kept if name not in parents]


def _parents(names: Iterable[str]) -> set[str]:
    """The parents of those names that are children."""
    return {name.partition("/")[0] for name in names if "/" in name}


def _evidence(text: str, cues: _Cues) -> tuple[str, ...]:
    words = (text[at : at + len(word)] for word, at in sorted(cues.items(), key=lambda cue: cue[1]))
    return tuple(dict.fromkeys(words))[:_EVIDENCE]


class _Finder:
    """The lexicon, made ready for one walk along a text.

    Their first two characters tell how long the words are that may stand at a place:
    a look-up a character is faster than a regular expression of three thousand words.
    """

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        words = pack.words
        lengths: dict[str, set[int]] = {}
        for word in words:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {start: sorted(some, reverse=True) for start, some in lengths.items()}
        self._cues = {  # the weightiest first, for a word counts once
            word: sorted(cues, key=lambda cue: -cue.weight) for word, cues in pack.cues.items()
        }
        self._groups = {word: _groups_in(word, pack) for word in words}

    def sentences(self, text: str) -> Iterator[_Sentence]:
        """Those sentences of a normalised text that hold words and say something."""
        for match in _SENTENCE.finditer(text):
            start, end = match.span()
            words = list(self._words(text, start, end))
            if words and not any(word in self.pack.silent for _, word in words):
                groups = frozenset().union(*(self._groups[word] for _, word in words))
                yield _Sentence(words, groups, start == 0 and end <= _OPENING)

    def _words(self, text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
        """The longest word at each place, without those inside a longer one."""
        reached = start
        for at in range(start, end - 1):
            for length in self._lengths.get(text[at : at + 2], ()):
                if at + length <= reached:
                    break
                word = text[at : at + length]
                if word in self._groups and at + length <= end:
                    reached = at + length
                    yield at, word
                    break

    def weigh(self, sentence: _Sentence, about: set[str]) -> dict[str, tuple[_Cues, float]]:
        """The themes of one sentence: their cues, and what these weigh together."""
        found: dict[str, _Cues] = {}
        weights: dict[str, float] = {}
        for at, word in sentence.words:
            for cue in self._cues.get(word, ()):
                cues = found.setdefault(cue.theme, {})
                if word not in cues and _applies(cue, sentence.groups, about):
                    cues[word] = at
                    weights[cue.theme] = weights.get(cue.theme, 0) + cue.weight
        parents = _parents(weights)
        rivals = [weight for name, weight in weights.items() if name not in parents]
        least = max(LIKELY if sentence.opening else SURE, _IN_SENTENCE * max(rivals, default=0))
        return {name: (found[name], weight) for name, weight in weights.items() if weight >= least}


def _groups_in(word: str, pack: Pack) -> frozenset[str]:
    return frozenset(
        name for name, group in pack.groups.items() if any(part in word for part in group)
    )


def _applies(cue: Cue, groups: frozenset[str], about: set[str]) -> bool:
    return (not cue.beside or cue.beside in groups) and (not cue.amid or cue.amid in about)


@lru_cache(maxsize=1)
def _finder() -> _Finder:
    return _Finder(lexicon.load())
