"""The queries: small trees over tokens, chosen from the data by rules.

No word is named here. A rule is "the word whose share of the paragraphs is
nearest to a tenth" or "three words of one paragraph, each in one to five per
cent". So every corpus gets queries of the same weight, and the same corpus
always gets the same ones.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import log

from benchmarks.corpus import Record

_WORD = re.compile("[\u4e00-\u9fff]{2,}")
_SAMPLE = 400  # paragraphs that phrases and words of one paragraph are taken from
_COUNTING = 20_000  # paragraphs in which the frequency of a phrase is counted
_COMMON, _MIDDLE, _RARE = (0.05, 0.5), (0.005, 0.05), (0.0003, 0.005)  # shares of the paragraphs
_PHRASES = (2, 3, 4, 6, 8, 12)  # characters


@dataclass(frozen=True, slots=True)
class Term:
    """A token of the words field."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any token of the words field that starts with ``text``."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens of the exact field in a row."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Paragraphs that match ``keep`` and do not match ``drop``."""

    keep: Node
    drop: Node


Node = Term | Prefix | Phrase | And | Or | Without


@dataclass(frozen=True, slots=True)
class Query:
    """``region`` is what a paragraph's path starts with, or empty; ``year`` is 0 for any."""

    kind: str
    node: Node
    region: str = ""
    year: int = 0

    @property
    def is_filtered(self) -> bool:
        return bool(self.region or self.year)

    def __str__(self) -> str:
        year = str(self.year or "")
        return f"{self.kind}: {spell(self.node)} {self.region} {year}".strip()


@dataclass(frozen=True, slots=True)
class Answer:
    """The exact total, the ten best paragraphs, and counts by facet and value.

    ``facets`` has ``region``, ``year`` and ``theme``, with the values of every
    level and none that counts 0; a facet's own filter does not lower its counts.
    ``seconds`` is the time of the search as an engine in another process measured
    it; 0 where the caller measures.
    """

    total: int
    top: tuple[int, ...]
    facets: dict[str, dict[str, int]]
    seconds: float = 0


def spell(node: Node) -> str:
    """A node in the product's query language."""
    match node:
        case Term(text):
            return text
        case Prefix(text):
            return f"{text}*"
        case Phrase(tokens):
            return f'"{"".join(tokens)}"'
        case And(parts):
            return " ".join(map(_unit, parts))
        case Or(parts):
            return " OR ".join(map(_unit, parts))
        case Without(keep, drop):
            return f"{_unit(keep)} -{_unit(drop)}"


def _unit(node: Node) -> str:
    return spell(node) if isinstance(node, Term | Prefix | Phrase) else f"({spell(node)})"


def as_typed(node: Node) -> Node:
    """The node as the product reads it: a word stands for its characters in a row.

    A beginning finds what words begin with it and what holds its characters in a row.
    """
    match node:
        case Term(text):
            return Phrase(tuple(text))
        case And(parts):
            return And(tuple(map(as_typed, parts)))
        case Or(parts):
            return Or(tuple(map(as_typed, parts)))
        case Without(keep, drop):
            return Without(as_typed(keep), as_typed(drop))
        case Prefix(text):
            return Or((node, Phrase(tuple(text))))
        case Phrase():
            return node


def choose(records: Sequence[Record]) -> list[Query]:
    """42 queries, each plain, by region, by year and by both."""
    rules = _Rules(records)
    plain = dict.fromkeys(Query(kind, node) for kind, node in rules.nodes())
    return [
        replace(query, region=region, year=year)
        for query in plain
        for region in ("", rules.region)
        for year in (0, rules.year)
    ]


class _Rules:
    """Frequencies of a corpus, and the queries that follow from them."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.size = len(records)
        words: Counter[str] = Counter()
        for record in records:
            words.update(set(record.words.split()))
        self.share = {w: df / self.size for w, df in words.items() if _WORD.fullmatch(w)}
        self.used: set[str] = set()
        self.vocabulary = sorted(words)
        counting = records[:: max(1, self.size // _COUNTING)]
        self.texts = [f" {record.exact} " for record in counting]
        # Where a corpus repeats its reports, so does the sample; it stays as large.
        step = max(1, self.size // _SAMPLE)
        self.sample = list(records[::step])[:_SAMPLE]
        provinces = Counter(record.region.split("/")[0] for record in records if record.region)
        years = Counter(record.year for record in records if record.year)
        self.region = min(provinces, key=lambda name: (-provinces[name], name))
        self.year = min(years, key=lambda year: (-years[year], year))

    def nodes(self) -> Iterator[tuple[str, Node]]:
        for share in (0.5, 0.3, 0.2, 0.1):
            yield "common", self._near(share)
        for share in (0.003, 0.001, 0.0005, 0.0002):
            yield "rare", self._near(share)
        bands = (_COMMON, _COMMON, _MIDDLE, _RARE)
        for size, turns in ((2, 4), (3, 3), (4, 3)):
            for turn in range(turns):
                yield "and", And(self._together([bands[(turn + at) % 4] for at in range(size)]))
        yield "or", Or((self._near(0.25), self._near(0.15)))
        yield "or", Or((self._near(0.25), self._near(0.002)))
        yield "or", Or(tuple(map(self._near, (0.01, 0.012, 0.014, 0.016))))
        yield "or", Or(tuple(map(self._near, (0.001, 0.0012, 0.0014))))
        yield "not", Without(self._near(0.25), self._near(0.02))
        yield "not", Without(self._near(0.02), self._near(0.25))
        yield "not", Without(And(self._together([_COMMON, _MIDDLE])), self._near(0.1))
        yield "not", Without(self._near(0.18), Phrase(tuple(self._near(0.08).text)))
        for length in _PHRASES:
            phrases = self._phrases(length)
            yield "phrase", phrases[0]
            yield "phrase", phrases[len(phrases) // 2]
        yield from (("prefix", Prefix(text)) for text in self._prefixes())

    def _near(self, share: float) -> Term:
        """The word in about this share of the paragraphs; no word twice, while others are left."""
        unused = self.share.keys() - self.used or self.share.keys()
        word = min(unused, key=lambda w: (round(abs(log(self.share[w] / share)), 6), w))
        self.used.add(word)
        return Term(word)

    def _together(self, bands: Sequence[tuple[float, float]]) -> tuple[Node, ...]:
        """Different words of one paragraph, if possible one in each band of shares."""
        luck = random.Random(str(bands))
        for record in luck.sample(self.sample, len(self.sample)):
            known = sorted({w for w in record.words.split() if w in self.share})
            chosen: list[str] = []
            for low, high in bands:
                fit = [w for w in known if low <= self.share[w] < high and w not in chosen]
                chosen += luck.sample(fit, 1) if fit else []
            if len(chosen) == len(bands):
                return tuple(map(Term, chosen))
        words = (sorted({w for w in r.words.split() if w in self.share}) for r in self.sample)
        return tuple(map(Term, max(words, key=len)[: len(bands)]))

    def _phrases(self, length: int) -> list[Phrase]:
        """Phrases of ``length`` characters from the sample, the most frequent first."""
        luck = random.Random(length)
        candidates = set()
        for record in self.sample[:: max(1, len(self.sample) // 40)]:
            runs = [
                run for run in _WORD.findall(record.exact.replace(" ", "")) if len(run) >= length
            ]
            if runs:
                run = luck.choice(runs)
                at = luck.randrange(len(run) - length + 1)
                candidates.add(" ".join(run[at : at + length]))
        df = {phrase: sum(f" {phrase} " in text for text in self.texts) for phrase in candidates}
        ordered = sorted(df, key=lambda phrase: (-df[phrase], phrase))
        return [Phrase(tuple(phrase.split(" "))) for phrase in ordered]

    def _prefixes(self) -> list[str]:
        """First characters of words: one and two of them, each the most frequent and a less so."""
        longer = [word for word in self.vocabulary if _WORD.fullmatch(word)]
        one = Counter(word[0] for word in longer).most_common()
        two = Counter(word[:2] for word in longer if len(word) > 2).most_common()
        return [one[0][0], one[len(one) // 10][0], two[0][0], two[len(two) // 10][0]]
