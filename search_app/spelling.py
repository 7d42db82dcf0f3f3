"""Did you mean: corrected queries where something asked for stands nowhere in the index.

In doubt is a word that stands nowhere, and a character that the tokenizer left by
itself, together with its neighbours, where these stand nowhere in a row: 医疗保章
is cut as 医疗, 保 and 章. What is near it among the words, phrases and places of
the index, by characters and by sound, is offered in its place. No query is
changed by itself, and nothing is offered that finds nothing.
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
from engine.model import Page, Query, Term, Vocabulary
from search_app.pinyin import alike, syllables
from search_app.suggest import likeliest

MOST = 3
_LONGEST = 12  # characters of a stretch
_WIDEST = 4  # words of a stretch
_LOOKED_FOR = 16  # stretches of a query that are looked for, each of which is a search
_PARTICLES = frozenset("的了着过吗呢吧啊么呀和与及或在是有个把被将让对从为以")

# What it costs to turn one character into another that sounds the same, nearly the
# same, or not; to put in a missing one; to leave one out that repeats the one before,
# or another; and to swap two neighbours. Few slips add a character, while many a longer
# word holds a shorter one: 开封市 is not 开市.
_SAME, _LIKE, _OTHER, _MISSING, _DOUBLED, _EXTRA, _SWAPPED = 0.25, 0.5, 1.0, 0.75, 0.5, 2.0, 0.5
_ALLOWED = 0.25  # of that, a character
_NEARLY = 0.25  # how much farther than the nearest another offer may be


def did_you_mean(searcher: Searcher, page: Page) -> list[str]:
    """Queries that ``page.query`` may have been meant as, the likeliest first; mostly none."""
    places = [changes for changes in _changes(searcher, page) if changes]
    if not places:
        return []
    best = [changes[0] for changes in places]
    chosen = [best] + [
        [*best[:at], other, *best[at + 1 :]]
        for at, changes in enumerate(places)
        for other in changes[1:MOST]
    ]
    texts = dict.fromkeys(_changed(page.query.text, changes) for changes in chosen)
    return [text for text in texts if _finds(searcher, replace(page.query, text=text))][:MOST]


class Stretch(NamedTuple):
    """``text``, normalised, is what stands at ``query[start:end]``."""

    start: int
    end: int
    text: str


Change = tuple[Stretch, str]


def _changes(searcher: Searcher, page: Page) -> Iterator[list[Change]]:
    """For each run of terms in doubt, what it may be changed to, the nearest first."""
    understood, left = page.understood, _LOOKED_FOR
    changed = understood.relaxed or understood.pieces or understood.alternatives
    all_found = page.total > 0 and not changed
    for words in _side_by_side(page.query.text, understood.terms):
        stretches = list(_stretches(words, all_found))[:left]
        left -= len(stretches)
        lost = [one for one in stretches if not _stands(searcher, one.text)]
        if lost:
            spell = speller(searcher.vocabulary())
            near = [(*known, one) for one in lost for known in spell.near(one.text)]
            near.sort(key=lambda each: (each[0] / len(each[-1].text), each[1]))
            yield [(one, text) for far, _, text, one in near if far <= near[0][0] + _NEARLY]


def _side_by_side(query: str, terms: Sequence[Term]) -> Iterator[list[Stretch]]:
    """The words and phrases looked for, those together that were typed together."""
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
    """Words, alone and several in a row, that would be in doubt if they stood nowhere."""
    for low, first in enumerate(words):
        text, lone = "", False
        for width, word in enumerate(words[low : low + _WIDEST], 1):
            text += word.text
            lone |= is_han(word.text) and len(word.text) == 1 and word.text not in _PARTICLES
            lost = not all_found and width in (1, len(words))
            if (lone or lost) and 1 < len(text) <= _LONGEST and not text[0].isdigit():
                yield Stretch(first.start, word.end, text)


def _stands(searcher: Searcher, text: str) -> bool:
    """Whether it stands anywhere, which of frequent words is known without a search."""
    return text in searcher.vocabulary().words or _finds(searcher, Query(text, exact=True))


def _finds(searcher: Searcher, query: Query) -> bool:
    try:
        return searcher.count(query) > 0
    except QueryError:  # a correction may make it too long
        return False


def _changed(text: str, changes: Sequence[Change]) -> str:
    for stretch, new in reversed(changes):
        text = text[: stretch.start] + new + text[stretch.end :]
    return text


class Speller:
    """The words, phrases and places of an index, to be found by what is nearly the same."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        items = likeliest(vocabulary)
        self._known = [item.text for item in items if item.kind in ("word", "phrase", "region")]
        self._plain = [normalise(text) for text in self._known]
        self._holding: dict[str, list[int]] = {}
        self._sounding: dict[int, dict[tuple[str, ...], list[int]]] = {}
        for number, text in enumerate(self._plain):
            for character in set(text):
                self._holding.setdefault(character, []).append(number)

    def near(self, text: str) -> list[tuple[float, int, str]]:
        """What ``text`` (normalised) may be a slip for: its distance, its rank, itself."""
        shared = Counter(n for character in set(text) for n in self._holding.get(character, ()))
        numbers = {
            number
            for number, same in shared.items()
            if 2 * same >= max(len(text), len(self._plain[number]))
        }
        if len(text) > 2:  # or any two characters would be near others of the same sound
            numbers.update(self._of_length(len(text)).get(_sound(text), ()))
        found = []
        for number in numbers:
            far = distance(text, self._plain[number])
            if far <= _ALLOWED * len(text):
                found.append((far, number, self._known[number]))
        return sorted(found)

    def _of_length(self, length: int) -> dict[tuple[str, ...], list[int]]:
        """What is so long, by its sound; made when it is asked for, since readings take time."""
        if length not in self._sounding:
            sounding: dict[tuple[str, ...], list[int]] = {}
            for number, text in enumerate(self._plain):
                if len(text) == length:
                    sounding.setdefault(_sound(text), []).append(number)
            self._sounding[length] = sounding
        return self._sounding[length]


@lru_cache(maxsize=1)
def speller(vocabulary: Vocabulary) -> Speller:
    """The speller of a state of an index, made once."""
    return Speller(vocabulary)


def _sound(text: str) -> tuple[str, ...]:
    return tuple(map(alike, syllables(text)))


def distance(typed: str, meant: str) -> float:
    """How far ``meant`` is from what was typed: an edit distance that hears.

    The optimal string alignment of both, with the costs above.
    """
    heard, said = syllables(typed), syllables(meant)
    before: list[float] = []
    row = [_MISSING * at for at in range(len(meant) + 1)]
    for i, char in enumerate(typed):
        extra = _DOUBLED if i and char == typed[i - 1] else _EXTRA
        last, before, row = before, row, [row[0] + extra]
        for j, wanted in enumerate(meant):
            wrong = 0.0 if char == wanted else _wrong(heard[i], said[j])
            cost = min(before[j] + wrong, before[j + 1] + extra, row[j] + _MISSING)
            if i and j and char == meant[j - 1] and typed[i - 1] == wanted:
                cost = min(cost, last[j - 1] + _SWAPPED)
            row.append(cost)
    return row[-1]


def _wrong(heard: str, said: str) -> float:
    if heard == said:
        return _SAME
    return _LIKE if alike(heard) == alike(said) else _OTHER
