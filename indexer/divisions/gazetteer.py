"""Knows the divisions of China, and finds their names in a text.

A text is scanned once. At each place, the first two characters select the few names that
may begin there, and the longest match wins, so ``海南藏族自治州`` is never read as 海南. Where
several divisions share a name (鼓楼区, 吉林), the mention has the codes of all of them; the
caller decides between them by the rest of the text.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from engine.model import Region
from indexer.divisions.naming import forms, stem

TAIWAN = "710000"
NATION = "100000"  # not in GB/T 2260, but in use for the country in maps and statistics
# With such a suffix a bare name is part of another name: 兰州路, 西湖村, 杭州湾, 长治久安,
# 新疆生产建设兵团 (which a notice to all provinces lists beside 新疆).
OTHER_NAME_SUFFIX = re.compile(r"大?[路街道]|[村镇乡湾屯巷久]|社区|寺|大桥|石窟|生产建设兵团")
PROVINCE, CITY, COUNTY = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Division:
    """One division, of today or of the past.

    ``until`` is its last year if it no longer exists, else 0. ``is_word``: its name without
    rank is also a plain word (公安, 和平, 资源). ``former`` has its former names.
    """

    code: str
    name: str
    parent: str
    until: int
    is_word: bool
    former: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at ``text[start:end]``, with the codes of all divisions that it may mean.

    ``full``: the name includes its rank (辰溪县).
    """

    start: int
    end: int
    name: str
    codes: tuple[str, ...]
    full: bool


class Gazetteer:
    """All divisions by code, and the codes for every spelling of their names.

    ``word_names``: names that are ordinary words even with their rank (城区, 和县).
    ``inside_words``: codes of cities whose bare names occur inside other words (平台中心).
    """

    def __init__(
        self,
        divisions: Mapping[str, Division],
        nicknames: Mapping[str, str],
        word_names: frozenset[str] = frozenset(),
    ) -> None:
        self.divisions = divisions
        self.word_names = word_names
        self.inside_words = frozenset(c for c in divisions if c.startswith("71") and c != TAIWAN)
        self.names: dict[str, tuple[tuple[str, ...], bool]] = {}
        self._index_names(nicknames)
        self._starts: dict[tuple[str, str], list[str]] = defaultdict(list)
        for name in sorted(self.names, key=len, reverse=True):
            self._starts[name[0], name[1]].append(name)

    def _index_names(self, nicknames: Mapping[str, str]) -> None:
        """Map names to codes; current full names override former ones, and these bare ones."""
        today: dict[str, list[str]] = defaultdict(list)
        former: dict[str, list[str]] = defaultdict(list)
        bare: dict[str, list[str]] = defaultdict(list)
        for code, division in self.divisions.items():
            group = former if division.until else today
            for form in forms(division.name):
                group[form].append(code)
            for name in division.former:
                former[name].append(code)
            if stem(division.name):
                bare[stem(division.name)].append(code)
        for name, code in nicknames.items():
            bare[name] = [code]
        for group, full in ((bare, False), (former, True), (today, True)):
            for name, codes in group.items():
                self.names[name] = (self._outermost(codes), full)

    def _outermost(self, codes: list[str]) -> tuple[str, ...]:
        """The codes without those of divisions that lie within another of them.

        邢台 means the city, not a county in it. 朝阳 and 吉林 stay ambiguous.
        """
        return tuple(c for c in codes if not any(o != c and o in self.above(c) for o in codes))

    def level(self, code: str) -> int:
        """The rank of a code: 1 province, 2 prefecture, 3 county, at any depth of its path."""
        return PROVINCE if code.endswith("0000") else CITY if code.endswith("00") else COUNTY

    @cache  # noqa: B019 - one gazetteer lives as long as the process
    def above(self, code: str) -> tuple[str, ...]:
        """The codes from the province down to ``code`` itself."""
        if code == NATION:
            return ()
        parent = self.divisions[code].parent
        return (*self.above(parent), code) if parent else (code,)

    def region(self, code: str) -> Region:
        """The path of a code as a label; the country has a path of its own."""
        if code == NATION:
            return Region(("全国",), (NATION,))
        path = self.above(code)
        return Region(tuple(self.divisions[c].name for c in path), path)

    def find(self, text: str) -> Iterator[Mention]:
        """Yield the mentions in a normalised text, left to right; the longest name wins."""
        starts, end = self._starts, 0
        places = [i for i, pair in enumerate(pairwise(text)) if pair in starts]
        for place in places:
            if place < end:
                continue
            for name in starts[text[place], text[place + 1]]:
                if text.startswith(name, place):
                    end = place + len(name)
                    codes, full = self.names[name]
                    if full or not OTHER_NAME_SUFFIX.match(text, end):
                        yield Mention(place, end, name, codes, full)
                    break


def _read_divisions() -> Iterator[Division]:
    for table in ("divisions.tsv", "beyond.tsv"):
        with files(__package__).joinpath(table).open(encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                former = tuple(f.split("/")[0] for f in row["former"].split(";") if f)
                until = int(row["until"] or 0)
                yield Division(
                    row["adcode"], row["name"], row["parent"], until, row["word"] == "word", former
                )


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer over the data files beside this module, which are read once."""
    with files(__package__).joinpath("nicknames.tsv").open(encoding="utf-8") as file:
        nicknames = {row["name"]: row["adcode"] for row in csv.DictReader(file, delimiter="\t")}
    with files(__package__).joinpath("word_names.tsv").open(encoding="utf-8") as file:
        word_names = frozenset(row["name"] for row in csv.DictReader(file, delimiter="\t"))
    return Gazetteer({d.code: d for d in _read_divisions()}, nicknames, word_names)
