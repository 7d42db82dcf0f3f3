"""``python -m benchmarks.one_sentence``: what it costs to want words in one sentence.

Words are drawn at random from an index, in pairs and triples, each from a band of frequency.
The same words are searched with and without ``within=sentence``, in turns; what counts is the
ratio of the two times. The words of a query stand in one paragraph, and in as many cases as may
be not in one sentence.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from statistics import median, quantiles

import click

from engine.analyze import Analyzer
from engine.engine import Searcher, open_engine
from engine.model import Query

Band = tuple[float, float]

_BANDS: tuple[Band, ...] = (
    (0.15, 1.0),
    (0.03, 0.15),
    (0.005, 0.03),
    (0.0, 0.005),
)  # shares of paragraphs that have a word
_TURNS = 9
_REPEATS = 2  # searches in a turn; the last one counts


@dataclass(frozen=True, slots=True)
class Measured:
    """Median processor seconds without and with ``within=sentence``, and what each finds."""

    words: str
    plain: float
    together: float
    paragraphs: int
    sentences: int

    @property
    def ratio(self) -> float:
        return self.together / self.plain


@click.command()
@click.option("--index", "location", default="index", show_default=True)
@click.option("--each", default=4, show_default=True, help="Queries for each choice of bands.")
@click.option("--seed", default=1, show_default=True)
def main(location: str, each: int, seed: int) -> None:
    """Print the ratio for each query, the greatest last, and its distribution."""
    with open_engine(location).searcher() as searcher:
        queries = list(_draw(searcher, each, random.Random(seed)))
        measured = sorted((_measure(searcher, query) for query in queries), key=lambda m: m.ratio)
    for m in measured:
        print(
            f"{m.ratio:6.2f}  {m.plain * 1000:7.2f} ms {m.together * 1000:7.2f} ms"
            f"  {m.paragraphs:7,} {m.sentences:7,}  {m.words}"
        )
    ratios = [m.ratio for m in measured]
    cuts = quantiles(ratios, n=20, method="inclusive")
    above = sum(ratio > 2 for ratio in ratios)
    print(
        f"{len(ratios)} queries: median {median(ratios):.2f}, 90 % {cuts[17]:.2f},"
        f" 95 % {cuts[18]:.2f}, greatest {ratios[-1]:.2f}; {above} above 2"
    )


def _draw(searcher: Searcher, each: int, chance: random.Random) -> Iterator[str]:
    """Pairs and triples of words that stand in one paragraph, some of every choice of bands."""
    total = searcher.search(Query(limit=1)).total
    frequency = {word: n / total for word, n in searcher.vocabulary().words.items()}
    cut = Analyzer(searcher.lexicon().phrases).word_texts

    def of_band(words: Iterable[str], band: Band) -> list[str]:
        return sorted({w for w in words if band[0] <= frequency.get(w, -1) < band[1]})

    bands = {band: of_band(frequency, band) for band in _BANDS}
    for size in (2, 3):
        for first, *others in combinations_with_replacement(_BANDS, size):
            drawn: set[str] = set()
            while len(drawn) < each:
                words = [chance.choice(bands[first])]
                held = Query(words[0], limit=1, exact=True)
                held = replace(held, offset=chance.randrange(searcher.count(held)))
                text = searcher.search(held).hits[0].paragraph.text
                for band in others:
                    fit = [word for word in of_band(cut(text), band) if word not in words]
                    words += [chance.choice(fit)] if fit else []
                page = searcher.search(Query(" ".join(words)))
                if len(words) == size and page.total and not page.understood.relaxed:
                    drawn.add(" ".join(words))
            yield from sorted(drawn)


def _measure(searcher: Searcher, words: str) -> Measured:
    plain = Query(words)
    queries = (plain, replace(plain, one_sentence=True))
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(_TURNS):
        for which in (turn % 2, 1 - turn % 2):
            seconds[which].append(_time(searcher, queries[which]))
    totals = [searcher.search(query).total for query in queries]
    return Measured(words, median(seconds[0]), median(seconds[1]), *totals)


def _time(searcher: Searcher, query: Query) -> float:
    for _ in range(_REPEATS):
        began = time.process_time()
        searcher.search(query)
        seconds = time.process_time() - began
    return seconds


if __name__ == "__main__":
    main()
