"""``python -m benchmarks.sentence_scan``: words in one sentence, against a plain scan of the texts.

Terms are drawn at random from real paragraphs: words, and other stretches of Han characters. A
search must find the paragraphs of which a scan finds all terms in one sentence, and mark the
terms in such sentences and nowhere else.
"""

from __future__ import annotations

import random
import tempfile
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from engine.analyze import Analyzer, Token, folded, is_han
from engine.engine import Searcher, open_engine
from engine.folding import unify
from engine.model import Query
from engine.sentences import find_sentences
from indexer.build import build

_MARKED = 5  # hits of a query whose marks are compared
_LONGEST = 4  # characters of a term
_NEAR = 0.8  # of the terms are those of one paragraph
_EITHER = 0.15  # of the terms have two spellings
_EXCLUDED = 0.1  # of the queries exclude a term

Cut = Callable[[str], Sequence[Token]]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Scanned:
    """A paragraph as it is compared, with longer forms written out (``㈠`` as (一)).

    ``places`` are the slices of the source that its characters stand for.
    """

    text: str
    sentences: Sequence[Range]
    places: Sequence[Range]

    @classmethod
    def of(cls, text: str) -> Scanned:
        plain, longer = folded(text)
        places = longer.spans if longer else [(at, at + 1) for at in range(len(text))]
        starts = [start for start, _ in places]
        sentences = [
            (bisect_left(starts, start), bisect_left(starts, end))
            for start, end in find_sentences(text)
        ]
        return cls(unify(longer.text if longer else plain), sentences, places)

    def matching(self, terms: Sequence[Sequence[str]]) -> list[Range]:
        """The sentences that have one of the spellings of each term."""
        if not all(any(spelling in self.text for spelling in term) for term in terms):
            return []
        return [
            (start, end)
            for start, end in self.sentences
            if all(any(self.text.find(s, start, end) >= 0 for s in term) for term in terms)
        ]

    def offsets(self, terms: Sequence[Sequence[str]]) -> set[int]:
        """The offsets in the source of all spellings in sentences that match."""
        found: set[int] = set()
        for start, end in self.matching(terms):
            for spelling in (spelling for term in terms for spelling in term):
                at = self.text.find(spelling, start, end)
                while at >= 0:
                    last = at + len(spelling) - 1
                    found.update(range(self.places[at][0], self.places[last][1]))
                    at = self.text.find(spelling, at + 1, end)
        return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, what it looks for and what it excludes."""

    query: Query
    terms: Sequence[Sequence[str]]
    excluded: str = ""


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path), default="../shared/reports")
@click.option("--paragraphs", default=20_000, show_default=True)
@click.option("--queries", default=10_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(corpus: Path, paragraphs: int, queries: int, seed: int) -> None:
    """Compare searches with scans; the first difference ends the run."""
    paths = sorted(corpus.glob("*.md"))
    random.Random(seed).shuffle(paths)
    with tempfile.TemporaryDirectory() as folder:
        count, some = 0, 0
        while count < paragraphs and some < len(paths):
            some = min(len(paths), max(50, 2 * some))
            build(paths[:some], folder)
            count = open_engine(folder).search(Query(limit=1)).total
        with open_engine(folder).searcher() as searcher:
            found, marked = compare(searcher, queries, seed)
    print(
        f"{count:,} paragraphs, {queries:,} queries: the same {found:,} hits,"
        f" and the same marks in {marked:,} of them"
    )


def compare(searcher: Searcher, queries: int, seed: int) -> tuple[int, int]:
    """Ask random queries; return the numbers of hits and of hits whose marks were compared.

    Raises ``AssertionError`` with the query of the first difference.
    """
    hits = searcher.search(Query(limit=0, highlight="none")).hits
    texts = {hit.paragraph.id: Scanned.of(hit.paragraph.text) for hit in hits}
    cut = Analyzer(searcher.lexicon().phrases).cut
    chance = random.Random(seed)
    drawn = sorted(texts.values(), key=lambda scanned: scanned.text)
    found = marked = 0
    for number in range(queries):
        asked = _draw(drawn, cut, chance, quoted=number % 2 == 0)
        counts = _compare(searcher, asked, texts)
        found, marked = found + counts[0], marked + counts[1]
    return found, marked


def _draw(drawn: Sequence[Scanned], cut: Cut, chance: random.Random, quoted: bool) -> Asked:
    """A query of two or three terms, some with two spellings, some with a term to exclude.

    A term in quotation marks is any stretch; another one has to be one word to the tokenizer.
    """
    near = chance.choice(drawn)

    def draw() -> str:
        while True:
            text = (near if chance.random() < _NEAR else chance.choice(drawn)).text
            size = chance.randint(1 if quoted else 2, _LONGEST)
            at = chance.randrange(max(1, len(text) - size))
            piece = text[at : at + size]
            if is_han(piece) and (quoted or [token.text for token in cut(piece)] == [piece]):
                return piece

    terms = [
        tuple({draw() for _ in range(1 + (chance.random() < _EITHER))})
        for _ in range(chance.choice((2, 2, 3)))
    ]
    excluded = draw() if chance.random() < _EXCLUDED else ""
    typed = " ".join("|".join(f"“{s}”" if quoted else s for s in term) for term in terms)
    if chance.random() < 0.5:
        query = Query(f"同句({typed})", synonyms=False)
    else:
        query = Query(typed, synonyms=False, one_sentence=True)
    text = f"{query.text} -“{excluded}”" if excluded else query.text
    return Asked(replace(query, text=text), terms, excluded)


def _compare(searcher: Searcher, asked: Asked, texts: Mapping[str, Scanned]) -> tuple[int, int]:
    expected = {
        key
        for key, scanned in texts.items()
        if scanned.matching(asked.terms) and not (asked.excluded and asked.excluded in scanned.text)
    }
    page = searcher.search(replace(asked.query, limit=0, highlight="none"))
    assert {hit.paragraph.id for hit in page.hits} == expected, asked
    assert page.total == len(page.hits) == len(expected), asked
    best = searcher.search(replace(asked.query, limit=_MARKED)).hits
    for hit in best:
        marks = {at for s in hit.spans if s.kind == "query" for at in range(s.start, s.end)}
        assert marks == texts[hit.paragraph.id].offsets(asked.terms), asked
    return len(expected), len(best)


if __name__ == "__main__":
    main()
