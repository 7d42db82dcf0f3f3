"""Suggests what a person may be typing: words, policy phrases, places, years, themes and titles.

All items are kept in one order, the likeliest first, as the lines of three texts: the
characters, the pinyin, and the initials of the pinyin. A scan of a text from its start
finds the lines that start with the input or contain it, and the first few matches are the
best: 26,000 lines take a tenth of a millisecond. (Sorted keys would give a range at once,
but then everything that starts with ``y`` would have to be sorted by likelihood.)
"""

from __future__ import annotations

import heapq
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, islice
from typing import NamedTuple

from engine.analyze import normalise
from engine.model import Query, Vocabulary
from search_app.navigate import filtered_by
from search_app.params import address
from search_app.pinyin import syllables

MAX_SUGGESTIONS = 8
MAX_TITLES = 5000  # the newest
_LATIN = re.compile("[a-z]+")
_MIXED = re.compile("([^a-z]+)([a-z]+)")


class Item(NamedTuple):
    """One suggestion, and the ``url`` of its results.

    ``kind`` is word, phrase, region, year, theme or title.
    """

    text: str
    kind: str
    url: str


class Suggester:
    """Makes suggestions for one state of an index; ``items`` has all, the likeliest first."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.items = ranked_items(vocabulary)
        plain = [" ".join(normalise(item.text).split()) for item in self.items]
        self._sounds = [syllables(text) for text in plain]
        self._plain = _Lines(plain)
        self._pinyin = _Lines(["".join(sounds) for sounds in self._sounds])
        self._initials = _Lines(["".join(s[0] for s in sounds) for sounds in self._sounds])

    def suggest(self, typed: str) -> list[Item]:
        """At most ``MAX_SUGGESTIONS`` items that match ``typed``.

        Items that start with it (by characters, pinyin or initials) come before items that
        only contain it.
        """
        text = " ".join(normalise(typed).split())
        if not text:
            return []
        sound = re.sub("[ ']", "", text).replace("ü", "v")
        matches = [self._plain.starting(text)]
        if _LATIN.fullmatch(sound):
            matches.append(
                heapq.merge(self._pinyin.starting(sound), self._initials.starting(sound))
            )
        elif mixed := _MIXED.fullmatch(sound):
            matches.append(self._mixed(*mixed.groups()))
        numbers = dict.fromkeys(
            islice(chain(*matches, self._plain.containing(text)), 3 * MAX_SUGGESTIONS)
        )
        return [self.items[number] for number in numbers][:MAX_SUGGESTIONS]

    def _mixed(self, characters: str, sound: str) -> Iterator[int]:
        """The numbers of items that start with characters and then a sound: ``医疗bz``."""
        for number in self._plain.starting(characters):
            rest = self._sounds[number][len(characters) :]
            if any("".join(r).startswith(sound) for r in (rest, [s[0] for s in rest])):
                yield number


class _Lines:
    """Texts as the lines of one string, which is searched from its start."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._text = "\n" + "\n".join(texts) + "\n"
        self._starts = list(accumulate((len(text) + 1 for text in texts), initial=1))

    def starting(self, text: str) -> Iterator[int]:
        """The numbers of the lines that start with ``text``, in ascending order."""
        return self._at("\n" + text, 1)

    def containing(self, text: str) -> Iterator[int]:
        """The numbers of the lines that contain ``text``, in ascending order."""
        return self._at(text, 0)

    def _at(self, text: str, offset: int) -> Iterator[int]:
        at = self._text.find(text)
        while at >= 0:
            number = bisect_right(self._starts, at + offset) - 1
            yield number
            at = self._text.find(text, self._starts[number + 1] - 1)


@lru_cache(maxsize=1)
def suggester(vocabulary: Vocabulary) -> Suggester:
    """The suggester for one state of an index, made once."""
    return Suggester(vocabulary)


@lru_cache(maxsize=1)
def ranked_items(vocabulary: Vocabulary) -> list[Item]:
    """All items that can be suggested, each text once, the likeliest first."""
    ranked = {item.text: (rank, item) for rank, item in _rank_items(vocabulary)}
    return [item for _, item in sorted(ranked.values())]


_Rank = tuple[int, int, int, str]
_YEAR_RANK, _TITLE_RANK = 8, 9


def _rank_items(vocabulary: Vocabulary) -> Iterator[tuple[_Rank, Item]]:
    """Yield all items with their ranks; of several with the same text, the last one counts.

    Frequent items come first: a tenfold number of paragraphs is one step, and a policy phrase
    is raised by one step. Within a step, shorter items come first. Years and
    titles come last of all, the newest first.
    """

    def rank(text: str, count: int, lift: int = 0) -> _Rank:
        return (-len(str(count)) - lift, len(text), -count, text)

    for number, title in enumerate(vocabulary.titles[:MAX_TITLES]):
        yield (
            (_TITLE_RANK, 0, number, title),
            Item(title, "title", address(Query(_in_title(title)))),
        )
    for year in vocabulary.years:
        item = Item(f"{year}年", "year", filtered_by(Query(), "year", str(year)))
        yield (_YEAR_RANK, 0, -year, item.text), item
    for word, count in vocabulary.words.items():
        yield rank(word, count), Item(word, "word", address(Query(word)))
    for theme, count in vocabulary.themes.items():
        depth = theme.count("/")  # otherwise children would fill the list for 医疗保障
        yield (
            rank(theme, count, -2 * depth),
            Item(theme, "theme", filtered_by(Query(), "theme", theme)),
        )
    for path, region in _named(vocabulary.regions):
        place = Item(region, "region", filtered_by(Query(), "region", path))
        yield rank(region, vocabulary.regions[path]), place
    for phrase, count in vocabulary.phrases.items():
        yield rank(phrase, count, 1), Item(phrase, "phrase", address(Query(phrase)))


def _named(regions: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each path with its last name, after the name above it if ambiguous (鼓楼区)."""
    names = Counter(path.rpartition("/")[2] for path in regions)
    for path in regions:
        *_, name = levels = path.split("/")
        yield path, name if names[name] == 1 else "".join(levels[-2:])


def _in_title(title: str) -> str:
    """The query for reports with this title, in quotation marks that the title does not have."""
    return f"标题:「{title}」" if re.search('["“”＂]', title) else f"标题:“{title}”"
