"""``engine.nearest`` over texts: the first paragraphs that a question finds, in order again.

What the columns count in their sequences is counted here in the texts of a hundred hits and
of those around them, and weighed in the same way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from engine.analyze import character_texts
from engine.columns.opened import EXACT
from engine.columns.rescoring import AROUND, AROUND_B
from engine.columns.scoring import K1, B
from engine.nearest import FIRST
from engine.opensearch.client import Json
from engine.opensearch.documents import PARAGRAPH, neighbours, paragraph_of
from engine.opensearch.state import State
from engine.opensearch.terms import Terms
from engine.questions import singles_and_pairs


@dataclass(frozen=True, slots=True)
class _Counts:
    """What stands in some paragraphs of the characters and pairs asked for."""

    tokens: int
    characters: Counter[str]
    pairs: Counter[str]

    @classmethod
    def together(cls, some: Iterable[_Counts]) -> _Counts:
        tokens, characters, pairs = 0, Counter[str](), Counter[str]()
        for one in some:
            tokens += one.tokens
            characters += one.characters
            pairs += one.pairs
        return cls(tokens, characters, pairs)


def reorder(state: State, text: str, hits: Sequence[Json]) -> list[Json]:
    """The first hits of a question, scored again, the best first."""
    characters, pairs = singles_and_pairs(text)
    if not pairs or not hits:
        return list(hits)
    terms, facts = Terms(state), state.facts
    character_idf, pair_idf = terms.settle(
        lambda: (
            {one: _idf(terms.count_in_a_row(EXACT, one), facts.documents) for one in characters},
            {one: _idf(terms.count_in_a_row(EXACT, one), facts.documents) for one in pairs},
        )
    )
    length = facts.lengths[EXACT]
    around = length * min(2 * AROUND + 1, facts.documents / facts.groups)
    held = _held(state, hits, set(characters), set(pairs))
    again = []
    for hit in hits:
        place = hit["_source"]["place"]
        wide = _Counts.together(held[at] for at in neighbours(place, AROUND) if at in held)
        norm = K1 * (1 - AROUND_B + AROUND_B * wide.tokens / around)
        score = 2 * _bm25(wide.characters, character_idf, norm) + _bm25(wide.pairs, pair_idf, norm)
        own = held[place]
        norm = K1 * (1 - B + B * own.tokens / length)
        score += _bm25(own.characters, character_idf, norm) + _bm25(own.pairs, pair_idf, norm)
        again.append({**hit, "_score": hit["_score"] + score})
    return sorted(again, key=lambda hit: (-hit["_score"], hit["_source"]["place"]))


def _held(
    state: State, hits: Sequence[Json], characters: set[str], pairs: set[str]
) -> Mapping[int, _Counts]:
    """What stands in each hit and in those around it, by place."""
    places = {at for hit in hits for at in neighbours(hit["_source"]["place"], AROUND)}
    here: Json = {"terms": {"place": sorted(places)}}
    body = {
        "query": {"bool": {"filter": [here, state.belonging(PARAGRAPH)]}},
        "size": FIRST * (2 * AROUND + 1),
        "_source": ["key", "report", "place", "data"],
    }
    found = (hit["_source"] for hit in state.search(body)["hits"]["hits"])
    return {told["place"]: _count(paragraph_of(told).text, characters, pairs) for told in found}


def _count(text: str, characters: set[str], pairs: set[str]) -> _Counts:
    tokens = character_texts(text)
    singles = Counter(token for token in tokens if token in characters)
    doubles = Counter(pair for a, b in pairwise(tokens) if (pair := a + b) in pairs)
    return _Counts(len(tokens), singles, doubles)


def _idf(count: int, documents: int) -> float:
    """As in ``engine.nearest``."""
    return log(1 + (documents - count + 0.5) / (count + 0.5))


def _bm25(counts: Mapping[str, int], idf: Mapping[str, float], norm: float) -> float:
    return sum(idf[one] * n * (K1 + 1) / (n + norm) for one, n in counts.items())
