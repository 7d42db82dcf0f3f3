"""Did you mean: offers corrected queries for words that occur nowhere in the index.

Two kinds of text are in doubt: a word that occurs nowhere, and a lone character with its
neighbours, if they do not occur in a row anywhere. (The tokenizer cuts the slip 医疗保章 as
医疗, 保 and 章.) The corrections are words, phrases and places of the index with similar
characters or a similar sound. A query is never changed without asking, and a correction
that finds nothing is not offered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from engine.analyze import is_han, normalise
from engine.engine import Searcher
from engine.errors import QueryError
from engine.model import Page, Query, Vocabulary
from engine.understanding import Term
from search_app.pinyin import alike, syllables
from search_app.suggest import ranked_items

MAX_CORRECTIONS = 3
_MAX_STRETCH_LENGTH = 12  # characters
_MAX_STRETCH_WORDS = 4
_MAX_SEARCHES = 16  # for the stretches of one query
_PARTICLES = frozenset("的了着过吗呢吧啊么呀和与及或在是有个把被将让对从为以")

# The costs of an edit distance: to replace a character by one of the same, a similar or
# another sound; to insert a missing one; to delete one that repeats the character before, or
# another extra one; to swap two neighbours. Deletion is dear, because few slips add a
# character, while many long words contain a shorter one: 开封市 is no slip for 开市.
_SAME, _SIMILAR, _OTHER = 0.25, 0.5, 1.0
_MISSING, _DOUBLED, _EXTRA, _SWAPPED = 0.75, 0.5, 2.0, 0.5
_MAX_DISTANCE = 0.25  # for each character of the stretch
_MAX_EXTRA_DISTANCE = 0.25  # beyond that of the nearest correction


def did_you_mean(searcher: Searcher, page: Page) -> list[str]:
    """Corrections of ``page.query``, the likeliest first; usually none."""
    changes_by_run = [changes for changes in _changes(searcher, page) if changes]
    if not changes_by_run:
        return []
    best = [changes[0] for changes in changes_by_run]
    chosen = [best] + [
        [*best[:index], other, *best[index + 1 :]]
        for index, changes in enumerate(changes_by_run)
        for other in changes[1:MAX_CORRECTIONS]
    ]
    texts = dict.fromkeys(_changed(page.query.text, changes) for changes in chosen)
    finding = [text for text in texts if _finds(searcher, replace(page.query, text=text))]
    return finding[:MAX_CORRECTIONS]


class Stretch(NamedTuple):
    """A part of a query: ``text`` is ``query[start:end]``, normalised."""

    start: int
    end: int
    text: str


Change = tuple[Stretch, str]  # a stretch, and the text that may replace it


def _changes(searcher: Searcher, page: Page) -> Iterator[list[Change]]:
    """For each run of terms in doubt, yield the possible changes, the nearest first."""
    understood, searches_left = page.understood, _MAX_SEARCHES
    changed = understood.relaxed or understood.pieces or understood.alternatives
    all_found = page.total > 0 and not changed
    for words in _adjacent_terms(page.query.text, understood.terms):
        stretches = list(_stretches(words, all_found))[:searches_left]
        searches_left -= len(stretches)
        missing = [stretch for stretch in stretches if not _occurs(searcher, stretch.text)]
        if missing:
            spell = speller(searcher.vocabulary())
            candidates = [
                (*correction, stretch)
                for stretch in missing
                for correction in spell.near(stretch.text)
            ]
            candidates.sort(key=lambda each: (each[0] / len(each[-1].text), each[1]))
            yield [
                (stretch, text)
                for cost, _, text, stretch in candidates
                if cost <= candidates[0][0] + _MAX_EXTRA_DISTANCE
            ]


def _adjacent_terms(query: str, terms: Sequence[Term]) -> Iterator[list[Stretch]]:
    """The words and phrases of the query, in runs that were typed without anything between."""
    run: list[Stretch] = []
    for term in terms:
        if term.kind not in ("word", "phrase"):
            continue
        start, end = term.start, term.end
        if term.kind == "phrase" and query[start : start + 1] != term.text[:1]:
            start, end = start + 1, end - 1  # without its quotation marks
        if run and run[-1].end != start:
            yield run
            run = []
        run.append(Stretch(start, end, normalise(query[start:end])))
    if run:
        yield run


def _stretches(words: Sequence[Stretch], all_found: bool) -> Iterator[Stretch]:
    """The stretches of one or more words that are in doubt if they occur nowhere.

    ``all_found``: some paragraph has all words of the query as typed.
    """
    for low, first in enumerate(words):
        text, has_lone_character = "", False
        for width, word in enumerate(words[low : low + _MAX_STRETCH_WORDS], 1):
            text += word.text
            has_lone_character |= (
                is_han(word.text) and len(word.text) == 1 and word.text not in _PARTICLES
            )
            may_be_missing = not all_found and width in (1, len(words))
            if (
                (has_lone_character or may_be_missing)
                and 1 < len(text) <= _MAX_STRETCH_LENGTH
                and not text[0].isdigit()
            ):
                yield Stretch(first.start, word.end, text)


def _occurs(searcher: Searcher, text: str) -> bool:
    """Whether a text occurs anywhere; for frequent words this is known without a search."""
    return text in searcher.vocabulary().words or _finds(searcher, Query(text, exact=True))


def _finds(searcher: Searcher, query: Query) -> bool:
    try:
        return searcher.count(query) > 0
    except QueryError:  # a correction may make the query too long
        return False


def _changed(text: str, changes: Sequence[Change]) -> str:
    for stretch, new in reversed(changes):
        text = text[: stretch.start] + new + text[stretch.end :]
    return text


class Speller:
    """Finds words, phrases and places of an index that are similar to a text."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        items = ranked_items(vocabulary)
        self._known = [item.text for item in items if item.kind in ("word", "phrase", "region")]
        self._plain = [normalise(text) for text in self._known]
        self._numbers_by_character: dict[str, list[int]] = {}
        self._numbers_by_sound: dict[int, dict[tuple[str, ...], list[int]]] = {}
        for number, text in enumerate(self._plain):
            for character in set(text):
                self._numbers_by_character.setdefault(character, []).append(number)

    def near(self, text: str) -> list[tuple[float, int, str]]:
        """Corrections of ``text`` (normalised), each with its distance and its rank."""
        shared = Counter(
            n for character in set(text) for n in self._numbers_by_character.get(character, ())
        )
        numbers = {
            number
            for number, common in shared.items()
            if 2 * common >= max(len(text), len(self._plain[number]))
        }
        if len(text) > 2:  # two characters have too many others of the same sound
            numbers.update(self._of_length(len(text)).get(_sound(text), ()))
        candidates = []
        for number in numbers:
            cost = distance(text, self._plain[number])
            if cost <= _MAX_DISTANCE * len(text):
                candidates.append((cost, number, self._known[number]))
        return sorted(candidates)

    def _of_length(self, length: int) -> dict[tuple[str, ...], list[int]]:
        """The numbers of the texts of this length, by sound.

        The table is made when first needed, because readings take time.
        """
        if length not in self._numbers_by_sound:
            numbers: dict[tuple[str, ...], list[int]] = {}
            for number, text in enumerate(self._plain):
                if len(text) == length:
                    numbers.setdefault(_sound(text), []).append(number)
            self._numbers_by_sound[length] = numbers
        return self._numbers_by_sound[length]


@lru_cache(maxsize=1)
def speller(vocabulary: Vocabulary) -> Speller:
    """The speller for one state of an index, made once."""
    return Speller(vocabulary)


def _sound(text: str) -> tuple[str, ...]:
    return tuple(map(alike, syllables(text)))


def distance(typed: str, meant: str) -> float:
    """The distance between two texts, by characters and by sound.

    It is the optimal string alignment distance, with the costs above.
    """
    typed_sounds, meant_sounds = syllables(typed), syllables(meant)
    previous_row: list[float] = []
    row = [_MISSING * at for at in range(len(meant) + 1)]
    for i, char in enumerate(typed):
        extra = _DOUBLED if i and char == typed[i - 1] else _EXTRA
        row_before_previous, previous_row, row = previous_row, row, [row[0] + extra]
        for j, meant_char in enumerate(meant):
            substitution = (
                0.0 if char == meant_char else _substitution(typed_sounds[i], meant_sounds[j])
            )
            cost = min(
                previous_row[j] + substitution, previous_row[j + 1] + extra, row[j] + _MISSING
            )
            if i and j and char == meant[j - 1] and typed[i - 1] == meant_char:
                cost = min(cost, row_before_previous[j - 1] + _SWAPPED)
            row.append(cost)
    return row[-1]


def _substitution(typed_sound: str, meant_sound: str) -> float:
    if typed_sound == meant_sound:
        return _SAME
    return _SIMILAR if alike(typed_sound) == alike(meant_sound) else _OTHER
