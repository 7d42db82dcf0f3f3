"""The divisions of China, and where a text names them.

A text is scanned once: the first two characters at a place look up the few
names that could begin there, the longest one wins, so ``海南藏族自治州`` is never
read as 海南. A name that several divisions bear (鼓楼区, 吉林) keeps all of them;
who reads the mention decides, with what else the text says.
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

NATION = "100000"  # not of GB/T 2260, but what maps and statistics use for the country
# After a bare name these make another name of it: 兰州路, 西湖村, 杭州湾, 长治久安,
# 新疆生产建设兵团 (a notice to all provinces lists it beside 新疆).
OTHER_NAME = re.compile(r"大?[路街道]|[村镇乡湾屯巷久]|社区|寺|大桥|石窟|生产建设兵团")
PROVINCE, CITY, COUNTY = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Division:
    """One division: ``until`` is its last year where it is gone, else 0.

    ``word`` tells that its bare name is a plain word too (公安, 和平, 资源).
    """

    code: str
    name: str
    parent: str
    until: int
    word: bool
    former: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found at ``start``; ``full`` where it stands with its rank (辰溪县)."""

    start: int
    end: int
    name: str
    codes: tuple[str, ...]
    full: bool


class Gazetteer:
    """All divisions by code, and by every way their names are written."""

    def __init__(self, divisions: Mapping[str, Division], nicknames: Mapping[str, str]) -> None:
        self.divisions = divisions
        self.names: dict[str, tuple[tuple[str, ...], bool]] = {}
        self._index_names(nicknames)
        self._starts: dict[tuple[str, str], list[str]] = defaultdict(list)
        for name in sorted(self.names, key=len, reverse=True):
            self._starts[name[0], name[1]].append(name)

    def _index_names(self, nicknames: Mapping[str, str]) -> None:
        """Collect names; today's full names go before former ones, those before bare ones."""
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
        """邢台 is the city rather than a county in it; 朝阳, 吉林 stay what they may be."""
        return tuple(c for c in codes if not any(o != c and o in self.above(c) for o in codes))

    def level(self, code: str) -> int:
        """1 province, 2 prefecture, 3 county, whatever the depth of its path."""
        return PROVINCE if code.endswith("0000") else CITY if code.endswith("00") else COUNTY

    @cache  # noqa: B019 - one gazetteer lives as long as the process
    def above(self, code: str) -> tuple[str, ...]:
        """The codes from the province down to ``code`` itself."""
        if code == NATION:
            return ()
        parent = self.divisions[code].parent
        return (*self.above(parent), code) if parent else (code,)

    def region(self, code: str) -> Region:
        """The path of a code as a label; the country is a path of its own."""
        if code == NATION:
            return Region(("全国",), (NATION,))
        path = self.above(code)
        return Region(tuple(self.divisions[c].name for c in path), path)

    def find(self, text: str) -> Iterator[Mention]:
        """Every division named in a normalised text, left to right, longest first."""
        starts, done = self._starts, 0
        places = [i for i, pair in enumerate(pairwise(text)) if pair in starts]
        for place in places:
            if place < done:
                continue
            for name in starts[text[place], text[place + 1]]:
                if text.startswith(name, place):
                    done = place + len(name)
                    codes, full = self.names[name]
                    if full or not OTHER_NAME.match(text, done):
                        yield Mention(place, done, name, codes, full)
                    break


def _read_divisions() -> Iterator[Division]:
    with files(__package__).joinpath("divisions.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            former = tuple(f.split("/")[0] for f in row["former"].split(";") if f)
            until = int(row["until"] or 0)
            yield Division(
                row["adcode"], row["name"], row["parent"], until, row["word"] == "word", former
            )


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of the data beside this module, read once."""
    with files(__package__).joinpath("nicknames.tsv").open(encoding="utf-8") as file:
        nicknames = {row["name"]: row["adcode"] for row in csv.DictReader(file, delimiter="\t")}
    return Gazetteer({d.code: d for d in _read_divisions()}, nicknames)
