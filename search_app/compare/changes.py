"""What is new, kept and gone among the policy phrases and the themes of two reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from engine.analyze import normalise
from engine.model import Lexicon, Paragraph
from engine.phrases import Phrases
from search_app.compare.alignment import Sentence

_Place = TypeVar("_Place", Sentence, Paragraph)
Places = Mapping[str, Sequence[_Place]]
_QUOTATION_MARKS = str.maketrans("", "", "\"'")  # as ``normalise`` leaves them


@dataclass(frozen=True, slots=True)
class Change(Generic[_Place]):
    """A phrase with the sentences of each report that have it, or a theme with the paragraphs."""

    name: str
    a: Sequence[_Place]
    b: Sequence[_Place]


@dataclass(frozen=True, slots=True)
class Changes(Generic[_Place]):
    """What stands in b alone, in both reports, and in a alone; the most frequent first."""

    new: Sequence[Change[_Place]]
    kept: Sequence[Change[_Place]]
    gone: Sequence[Change[_Place]]

    def by_state(self) -> tuple[tuple[str, Sequence[Change[_Place]]], ...]:
        """The three groups with their names."""
        return ("new", self.new), ("kept", self.kept), ("gone", self.gone)


def theme_changes(a: Sequence[Paragraph], b: Sequence[Paragraph]) -> Changes[Paragraph]:
    """The changes of the themes of paragraphs."""
    in_a, in_b = (
        _places(side, ([theme.name for theme in paragraph.themes] for paragraph in side))
        for side in (a, b)
    )
    return _changes(in_a, in_b)


def phrase_changes(
    lexicon: Lexicon, a: Sequence[Sentence], b: Sequence[Sentence]
) -> Changes[Sentence]:
    """The changes of the lexicon's policy phrases.

    A phrase inside a longer one counts too: 异地就医 is not gone where 异地就医直接结算 stands.
    """
    names, phrases = _phrases(tuple(lexicon.phrases))
    found_a, found_b = ([_found(phrases, sentence.text) for sentence in side] for side in (a, b))
    every: set[str] = set().union(*found_a, *found_b)
    inside = {phrase: [other for other in every if other in phrase] for phrase in every}

    def places(side: Sequence[Sentence], found: Iterable[set[str]]) -> Places[Sentence]:
        return _places(
            side, ({names[part] for whole in each for part in inside[whole]} for each in found)
        )

    return _changes(places(a, found_a), places(b, found_b))


@lru_cache(maxsize=2)  # lexicons: that of the index, and that of the state before an update
def _phrases(phrases: tuple[str, ...]) -> tuple[Mapping[str, str], Phrases]:
    """Each phrase by its normalised form, and all of them ready to be found."""
    return {normalise(phrase): phrase for phrase in phrases}, Phrases(phrases)


def _found(phrases: Phrases, text: str) -> set[str]:
    """The phrases of a text, normalised."""
    plain = normalise(text)
    return {plain[start:end].translate(_QUOTATION_MARKS) for start, end in phrases.find(plain)}


def _places(side: Sequence[_Place], names: Iterable[Iterable[str]]) -> Places[_Place]:
    """The places of each name, where ``names`` has the names of each place."""
    places: defaultdict[str, list[_Place]] = defaultdict(list)
    for place, each in zip(side, names, strict=True):
        for name in each:
            places[name].append(place)
    return places


def _changes(a: Places[_Place], b: Places[_Place]) -> Changes[_Place]:
    changes = [Change(name, a.get(name, ()), b.get(name, ())) for name in {*a, *b}]
    changes.sort(key=lambda change: (-len(change.a) - len(change.b), change.name))
    return Changes(
        [change for change in changes if not change.a],
        [change for change in changes if change.a and change.b],
        [change for change in changes if not change.b],
    )
