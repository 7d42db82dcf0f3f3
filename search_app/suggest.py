"""What a person may be about to type: words, policy phrases, places, themes and titles.

All that can be suggested is kept in one order, the likeliest first, as lines of three
texts: the characters, the pinyin, the initials of the pinyin. What begins with
the input, or holds it, is then found by scanning a text from its beginning, and
the first few found are the best there are: 26,000 lines take a tenth of a
millisecond. (Sorted keys would find a range at once, and then have to sort all
that begins with ``y`` by how likely it is.)
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

MOST = 8
MOST_TITLES = 5000  # the newest
_LATIN = re.compile("[a-z]+")
_MIXED = re.compile("([^a-z]+)([a-z]+)")


class Item(NamedTuple):
    """``kind`` is word, phrase, region, theme or title, ``url`` the address of its results."""

    text: str
    kind: str
    url: str


class Suggester:
    """Suggestions for one state of an index; ``items`` has them all, the likeliest first."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.items = likeliest(vocabulary)
        plain = [" ".join(normalise(item.text).split()) for item in self.items]
        self._sounds = [syllables(text) for text in plain]
        self._plain = _Lines(plain)
        self._pinyin = _Lines(["".join(sounds) for sounds in self._sounds])
        self._initials = _Lines(["".join(s[0] for s in sounds) for sounds in self._sounds])

    def suggest(self, typed: str) -> list[Item]:
        """What begins with ``typed`` (by characters, pinyin, initials), then what holds it."""
        wanted = " ".join(normalise(typed).split())
        if not wanted:
            return []
        sound = re.sub("[ ']", "", wanted).replace("ü", "v")
        begin = [self._plain.begin(wanted)]
        if _LATIN.fullmatch(sound):
            begin.append(heapq.merge(self._pinyin.begin(sound), self._initials.begin(sound)))
        elif mixed := _MIXED.fullmatch(sound):
            begin.append(self._mixed(*mixed.groups()))
        numbers = dict.fromkeys(islice(chain(*begin, self._plain.hold(wanted)), 3 * MOST))
        return [self.items[number] for number in numbers][:MOST]

    def _mixed(self, characters: str, sound: str) -> Iterator[int]:
        """Characters and then pinyin or initials: ``医疗bz``."""
        for number in self._plain.begin(characters):
            rest = self._sounds[number][len(characters) :]
            if any("".join(r).startswith(sound) for r in (rest, [s[0] for s in rest])):
                yield number


class _Lines:
    """Texts one behind the other, to be searched from the first."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._text = "\n" + "\n".join(texts) + "\n"
        self._starts = list(accumulate((len(text) + 1 for text in texts), initial=1))

    def begin(self, wanted: str) -> Iterator[int]:
        """The numbers of the texts that begin so, in their order."""
        return self._at("\n" + wanted, 1)

    def hold(self, wanted: str) -> Iterator[int]:
        """The numbers of the texts that hold it, in their order."""
        return self._at(wanted, 0)

    def _at(self, wanted: str, offset: int) -> Iterator[int]:
        at = self._text.find(wanted)
        while at >= 0:
            number = bisect_right(self._starts, at + offset) - 1
            yield number
            at = self._text.find(wanted, self._starts[number + 1] - 1)


@lru_cache(maxsize=1)
def suggester(vocabulary: Vocabulary) -> Suggester:
    """The suggester of a state of an index, made once."""
    return Suggester(vocabulary)


@lru_cache(maxsize=1)
def likeliest(vocabulary: Vocabulary) -> list[Item]:
    """All that can be suggested, each text once, the likeliest first."""
    ranked = {item.text: (rank, item) for rank, item in _ranked(vocabulary)}
    return [item for _, item in sorted(ranked.values())]


_Rank = tuple[int, int, int, str]
_LAST = 9


def _ranked(vocabulary: Vocabulary) -> Iterator[tuple[_Rank, Item]]:
    """All there is; of what has the same text, the last one counts.

    Frequent before rare, ten times as many paragraphs being a step and a policy phrase
    one step higher; then the shorter. Titles come last, the newest first.
    """

    def rank(text: str, count: int, lift: int = 0) -> _Rank:
        return (-len(str(count)) - lift, len(text), -count, text)

    for number, title in enumerate(vocabulary.titles[:MOST_TITLES]):
        yield (_LAST, 0, number, title), Item(title, "title", address(Query(_in_title(title))))
    for word, count in vocabulary.words.items():
        yield rank(word, count), Item(word, "word", address(Query(word)))
    for theme, count in vocabulary.themes.items():
        depth = theme.count("/")  # those below others would fill the list for 医疗保障
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
    """Paths with their last names, after the one above where several have the same (鼓楼区)."""
    names = Counter(path.rpartition("/")[2] for path in regions)
    for path in regions:
        *_, name = levels = path.split("/")
        yield path, name if names[name] == 1 else "".join(levels[-2:])


def _in_title(title: str) -> str:
    """The query for reports of this title: in marks that it does not hold itself."""
    return f"标题:「{title}」" if re.search('["“”＂]', title) else f"标题:“{title}”"
