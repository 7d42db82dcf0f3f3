"""Finds the spans to highlight, as offsets into a text, never as HTML.

There are two kinds of span. ``query``: every occurrence of a text that the query looks for,
or of a synonym. ``phrase``: policy phrases of the lexicon, which pages show less prominently.
Spans of one kind do not overlap; a query span may lie inside a phrase.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache, partial

from engine.analyze import Near, Token, characters, folded, is_han, near, normalise
from engine.folding import Expanded, unify
from engine.model import Span
from engine.phrases import Phrases
from engine.query.tree import Leaf, OneSentence, Prefix, Title, Widened
from engine.sentences import find_sentences

Mark = tuple[int, int]  # (start, end) in code points of a text
Marks = set[Mark]
CutNear = Callable[[str, Near], Sequence[Token]]  # see ``Analyzer.words``
Cut = Callable[[], Sequence[Token]]  # the words of one text, cut at the first call
IsWord = Callable[[str], bool]

_KEPT = 1024  # texts whose phrases are kept; the same ones are shown again and again
_span = partial(tuple.__new__, Span)  # of a tuple, without a call of Python code


class Highlighter:
    """Finds spans in texts of one index, with its policy phrases and its tokenizer.

    ``is_word`` tells whether a normalised text is a word of the index.
    """

    def __init__(self, phrases: Phrases, words: CutNear, is_word: IsWord) -> None:
        self._phrases = lru_cache(maxsize=_KEPT)(partial(_phrase_spans, phrases))
        self._words = words
        self._is_word = is_word

    def of(
        self,
        leaves: Iterable[Leaf],
        runs: Iterable[str] = (),
        one_sentences: Iterable[OneSentence] = (),
        *,
        phrases: bool = True,
    ) -> Callable[[str], tuple[Span, ...]]:
        """A function that returns the spans of a text, in order, for one query.

        ``leaves`` are the leaves of its tree; ``runs`` are further texts to mark. The terms of
        ``one_sentences`` are marked in sentences that have them all. Without ``phrases``, only
        query spans are found.
        """
        search_texts = _SearchTexts(leaves, runs, self._is_word)
        together = [_SentenceTexts(part, self._is_word) for part in one_sentences]
        wanted = near(search_texts.near.union(*(part.near for part in together)))

        def mark(text: str) -> tuple[Span, ...]:
            cut = cache(partial(self._words, text, wanted))
            marks = set(search_texts.marks(text, cut))
            for part in together:
                marks |= part.marks(text, cut)
            spans = [_span((start, end, "query")) for start, end in _merge(marks)]
            if phrases:
                spans += self._phrases(text)
                spans.sort(key=_place)
            return tuple(spans)

        return mark


def _phrase_spans(phrases: Phrases, text: str) -> list[Span]:
    return [_span((start, end, "phrase")) for start, end in phrases.find(normalise(text))]


def _place(span: Span) -> tuple[int, int]:
    """Puts spans in order: of those that begin together, the longest first."""
    return span[0], -span[1]


class _SearchTexts:
    """The normalised texts that a query looks for, grouped by how their marks are found.

    ``literals`` and ``singles`` (lone Han characters) are marked where they occur; where there
    are other marks, ``singles`` only next to them. ``synonyms`` are marked on word boundaries
    only, but ``rare_synonyms``, which are no words of the index and so are found by their
    characters, wherever they occur. Words that start with one of ``beginnings`` are marked as a
    whole.
    """

    def __init__(self, leaves: Iterable[Leaf], runs: Iterable[str], is_word: IsWord) -> None:
        literals = {normalise(run) for run in runs}
        synonyms: set[str] = set()
        rare_synonyms: set[str] = set()
        self.beginnings: set[str] = set()
        for leaf in leaves:
            match leaf:
                case Title():
                    continue
                case Widened(_, words, others):
                    literals.update(map(normalise, words))
                    for name in map(normalise, others):
                        (synonyms if is_word(name) else rare_synonyms).add(name)
                case Prefix(beginning):
                    self.beginnings.add(beginning)
                    literals |= {beginning} if is_han(beginning) else set()
                case _:
                    literals.add(normalise(leaf.text))
        singles = {text for text in literals if len(text) == 1 and is_han(text)}
        self.literals, self.singles, self.synonyms, self.rare_synonyms = (
            [_SearchText(text) for text in texts]
            for texts in (literals - singles, singles, synonyms, rare_synonyms)
        )
        self.near = self.beginnings | synonyms  # what words are marked for

    def marks(self, text: str, cut: Cut) -> Iterable[Mark]:
        places = _Occurrences(*folded(text)).of
        marks = [at for searched in self.literals for at in places(searched)]
        if not (self.singles or self.synonyms or self.rare_synonyms or self.beginnings):
            return marks
        synonyms = {at for searched in self.synonyms for at in places(searched)}
        tokens = cut() if synonyms or self.beginnings else ()
        if self.beginnings:
            begin = tuple(self.beginnings)
            marks += [(t.start, t.end) for t in tokens if t.text.startswith(begin)]
        synonyms = _on_word_boundaries(synonyms, tokens)
        synonyms.update(at for searched in self.rare_synonyms for at in places(searched))
        single_marks = {at for searched in self.singles for at in places(searched)}
        if marks:
            single_marks = _adjoining(single_marks, synonyms.union(marks))
        return synonyms.union(marks, single_marks)


class _SentenceTexts:
    """The terms that have to stand in one sentence, and how each is marked."""

    def __init__(self, part: OneSentence, is_word: IsWord) -> None:
        # One by one: a single character is a spelling by itself, not only beside another one.
        self._terms = [[_SearchTexts((leaf,), (), is_word) for leaf in term] for term in part.terms]
        self._runs = _SearchTexts((), part.runs, is_word)
        self.near = set[str]().union(*(one.near for term in self._terms for one in term))

    def marks(self, text: str, cut: Cut) -> Marks:
        """The marks in sentences that have all terms."""
        found = [
            sorted({mark for spelling in term for mark in spelling.marks(text, cut)})
            for term in self._terms
        ]
        if not all(found):
            return set()
        runs = sorted(self._runs.marks(text, cut))
        marks: Marks = set()
        for sentence in find_sentences(text):
            inside = [_inside(of_term, sentence) for of_term in found]
            if all(inside):
                marks.update(*inside, _inside(runs, sentence))
        return marks


def _inside(marks: Sequence[Mark], sentence: Mark) -> list[Mark]:
    start, end = sentence
    return [mark for mark in marks if start <= mark[0] and mark[1] <= end]


class _SearchText:
    """A text to find; ``is_han`` if every place of it will do in a text without longer forms."""

    def __init__(self, text: str) -> None:
        self.text = unify(text)
        self.is_han = is_han(text)


class _Occurrences:
    """Finds the occurrences of a text in a normalised text, as the exact field would.

    ``longer`` is the normalised text written out, where it has longer forms.
    """

    def __init__(self, plain: str, longer: Expanded | None) -> None:
        self._plain = unify(plain)
        self._longer = longer
        self._tokens: list[Token] = []

    def of(self, searched: _SearchText) -> Iterable[Mark]:
        if not searched.is_han or self._longer:
            return self._of_tokens(searched.text)
        plain, wanted, size = self._plain, searched.text, len(searched.text)
        places = []
        at = plain.find(wanted)
        while at >= 0:
            places.append((at, at + size))
            at = plain.find(wanted, at + 1)
        return places

    def _of_tokens(self, wanted: str) -> Iterator[Mark]:
        plain = self._plain
        texts = [token.text for token in characters(wanted)]
        written = self._longer.text if self._longer else plain
        if not texts or any(text.isalpha() and text not in written for text in texts):
            return  # so ``plain`` need not be tokenised
        self._tokens = self._tokens or characters(plain)
        for at, first in enumerate(self._tokens):
            if first.text != texts[0]:
                continue
            here = self._tokens[at : at + len(texts)]
            if [token.text for token in here] == texts:
                yield first.start, here[-1].end


def _on_word_boundaries(places: Marks, tokens: Sequence[Token]) -> Marks:
    """The places that begin and end at word boundaries: not 国企 in 全国企业."""
    starts, ends = {token.start for token in tokens}, {token.end for token in tokens}
    return {(start, end) for start, end in places if start in starts and end in ends}


def _adjoining(single_marks: Marks, marks: Marks) -> Marks:
    """The marks of single characters that adjoin another mark, directly or through singles.

    The query ``参保率``, tokenised as 参保 and 率, should mark 参保率, not every 率 of the text.
    """
    starts, ends = {start for start, _ in marks}, {end for _, end in marks}
    adjoining: Marks = set()
    for start, end in sorted(single_marks):
        if start in ends:
            adjoining.add((start, end))
            ends.add(end)
    for start, end in sorted(single_marks, reverse=True):
        if end in starts:
            adjoining.add((start, end))
            starts.add(start)
    return adjoining


def _merge(spans: Iterable[Mark]) -> list[Mark]:
    merged: list[Mark] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
