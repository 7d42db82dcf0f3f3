"""Where to put the marks: offsets into a text, never HTML.

Two kinds of span. ``query``: what the query asked for, or a synonym of it, wherever
it stands. ``phrase``: policy phrases of the lexicon, shown in a quieter way. Spans of one
kind do not overlap; a query span may lie inside a phrase.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from engine.analyze import Token, characters, is_han, normalise
from engine.folding import expand, unify
from engine.model import Span
from engine.phrases import Phrases
from engine.query.tree import Leaf, Prefix, Title, Widened

Marked = set[tuple[int, int]]  # stretches of a text: code points from, to
Words = Callable[[str], Sequence[Token]]


class Highlighter:
    """Marks texts of one index: ``phrases`` are its policy phrases, ``words`` cuts a text."""

    def __init__(self, phrases: Phrases, words: Words) -> None:
        self._phrases = phrases
        self._words = words

    def of(
        self, leaves: Iterable[Leaf], runs: Iterable[str] = ()
    ) -> Callable[[str], tuple[Span, ...]]:
        """A function that gives the spans of a text, in order, for what a query looks for."""
        wanted = _Wanted(leaves, runs)

        def mark(text: str) -> tuple[Span, ...]:
            plain = normalise(text)
            spans = [Span(*at, "query") for at in _merge(wanted.marks(plain, text, self._words))]
            spans += [Span(*at, "phrase") for at in self._phrases.find(plain)]
            return tuple(sorted(spans, key=lambda span: (span[0], -span[1])))

        return mark


class _Wanted:
    """What a query looks for, sorted by how it is marked."""

    def __init__(self, leaves: Iterable[Leaf], runs: Iterable[str]) -> None:
        self.literals = {normalise(run) for run in runs}
        self.synonyms: set[str] = set()
        self.beginnings: set[str] = set()
        for leaf in leaves:
            match leaf:
                case Title():
                    continue
                case Widened(_, words, synonyms):
                    self.literals.update(map(normalise, words))
                    self.synonyms.update(map(normalise, synonyms))
                case Prefix(beginning):
                    self.beginnings.add(beginning)
                    self.literals |= {beginning} if is_han(beginning) else set()
                case _:
                    self.literals.add(normalise(leaf.text))
        self.singles = {text for text in self.literals if len(text) == 1 and is_han(text)}
        self.literals -= self.singles

    def marks(self, plain: str, text: str, cut: Words) -> Marked:
        places = _Occurrences(plain).of
        found = {at for wanted in self.literals for at in places(wanted)}
        synonyms = {at for wanted in self.synonyms for at in places(wanted)}
        tokens = cut(text) if synonyms or self.beginnings else ()
        if self.beginnings:
            begin = tuple(self.beginnings)
            found |= {(t.start, t.end) for t in tokens if t.text.startswith(begin)}
        synonyms = _at_words(synonyms, tokens)
        single = {at for wanted in self.singles for at in places(wanted)}
        if found:
            single = _touching(single, found | synonyms)
        return found | single | synonyms


class _Occurrences:
    """Where something stands in a normalised text, as the exact field would find it."""

    def __init__(self, plain: str) -> None:
        self._plain = unify(plain)
        self._longer = expand(plain)
        self._tokens: list[Token] = []

    def of(self, wanted: str) -> Iterator[tuple[int, int]]:
        plain, wanted = self._plain, unify(wanted)
        if is_han(wanted) and not self._longer:  # then every place is on token boundaries
            at = plain.find(wanted)
            while at >= 0:
                yield at, at + len(wanted)
                at = plain.find(wanted, at + 1)
            return
        parts = [token.text for token in characters(wanted)]
        text = self._longer.text if self._longer else plain
        if not parts or any(part.isalpha() and part not in text for part in parts):
            return  # without cutting the text
        self._tokens = self._tokens or characters(plain)
        for at, first in enumerate(self._tokens):
            if first.text != parts[0]:
                continue
            here = self._tokens[at : at + len(parts)]
            if [token.text for token in here] == parts:
                yield first.start, here[-1].end


def _at_words(places: Marked, tokens: Sequence[Token]) -> Marked:
    """The places that begin and end with a word: 国企 is none in 全国企业."""
    starts, ends = {token.start for token in tokens}, {token.end for token in tokens}
    return {(start, end) for start, end in places if start in starts and end in ends}


def _touching(single: Marked, found: Marked) -> Marked:
    """Of single characters, those that touch another mark, or one that does.

    ``参保率`` cut as 参保 and 率 should mark 参保率, not every 率 of the text.
    """
    starts, ends = {start for start, _ in found}, {end for _, end in found}
    touching: Marked = set()
    for start, end in sorted(single):
        if start in ends:
            touching.add((start, end))
            ends.add(end)
    for start, end in sorted(single, reverse=True):
        if end in starts:
            touching.add((start, end))
            starts.add(start)
    return touching


def _merge(spans: Marked) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
