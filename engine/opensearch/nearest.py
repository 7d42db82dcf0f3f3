"""``engine.local.rescoring`` over texts: the first hits of a question, put in order again.

What the columns count in their sequences is counted here in the texts of the first hits, of
those around them and of their reports' titles, and weighed in the same way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from engine.analyze import character_texts
from engine.fields import EXACT, TITLE
from engine.opensearch.client import Json
from engine.opensearch.documents import PARAGRAPH, neighbours, paragraph_of
from engine.opensearch.listing import reports_of
from engine.opensearch.state import State
from engine.opensearch.terms import Terms
from engine.query.questions import singles_and_pairs
from engine.ranking import (
    K1,
    NEIGHBOURS,
    NEIGHBOURS_B,
    NEIGHBOURS_WEIGHT,
    PAIR_WEIGHT,
    RESCORED,
    TITLE_WEIGHT,
    B,
)

_Tokens = tuple[str, ...]  # one of the question, or two that stand side by side there


@dataclass(frozen=True, slots=True)
class _Counts:
    """What stands in some text of the tokens and pairs asked for."""

    size: int
    held: Counter[_Tokens]

    @classmethod
    def of(cls, text: str, wanted: Mapping[_Tokens, float]) -> _Counts:
        tokens = character_texts(text)
        held = Counter((*((token,) for token in tokens), *pairwise(tokens)))
        return cls(len(tokens), Counter({one: held[one] for one in wanted if one in held}))

    @classmethod
    def together(cls, some: Iterable[_Counts]) -> _Counts:
        size, held = 0, Counter[_Tokens]()
        for one in some:
            size += one.size
            held += one.held
        return cls(size, held)

    def scored(self, weights: Mapping[_Tokens, float], length: float, b: float) -> float:
        """By BM25, in a field of so many tokens on average."""
        norm = K1 * (1 - b + b * self.size / length)
        return sum(weights[one] * n * (K1 + 1) / (n + norm) for one, n in self.held.items())


def reorder(state: State, text: str, hits: Sequence[Json]) -> list[Json]:
    """The first hits of a question, scored again, the best first."""
    weights = _weights(state, text)
    if not weights or not hits:
        return list(hits)
    facts = state.facts
    around = facts.lengths[EXACT] * min(2 * NEIGHBOURS + 1, facts.documents / facts.groups)
    titles = _titles(state, hits, weights)
    held = _held(state, hits, weights)
    again = []
    for hit in hits:
        place = hit["_source"]["place"]
        wide = _Counts.together(held[at] for at in neighbours(place, NEIGHBOURS) if at in held)
        title = titles[hit["_source"]["report"]]
        score = held[place].scored(weights, facts.lengths[EXACT], B)
        score += NEIGHBOURS_WEIGHT * wide.scored(weights, around, NEIGHBOURS_B)
        score += TITLE_WEIGHT * title.scored(weights, facts.lengths[TITLE], B)
        again.append({**hit, "_score": hit["_score"] + score})
    return sorted(again, key=lambda hit: (-hit["_score"], hit["_source"]["place"]))


def _weights(state: State, text: str) -> Mapping[_Tokens, float]:
    """What each token and pair of a question weighs: how often it is told, times its idf."""
    singles, pairs = singles_and_pairs(text)
    told = Counter((*((token,) for token in singles), *pairs))
    terms, documents = Terms(state), state.facts.documents
    counts = terms.settle(lambda: {one: terms.count_in_a_row(EXACT, one) for one in told})
    idf = {one: log(1 + (documents - n + 0.5) / (n + 0.5)) for one, n in counts.items()}
    return {one: n * idf[one] * (PAIR_WEIGHT if len(one) > 1 else 1.0) for one, n in told.items()}


def _titles(
    state: State, hits: Sequence[Json], weights: Mapping[_Tokens, float]
) -> Mapping[str, _Counts]:
    """What stands in the titles of the hits' reports, by report."""
    wanted = {(hit["_source"]["of"], hit["_source"]["report"]) for hit in hits}
    reports = reports_of(state, wanted)
    return {key: _Counts.of(report.title, weights) for key, report in reports.items()}


def _held(
    state: State, hits: Sequence[Json], weights: Mapping[_Tokens, float]
) -> Mapping[int, _Counts]:
    """What stands in each hit and in those around it, by place."""
    places = {at for hit in hits for at in neighbours(hit["_source"]["place"], NEIGHBOURS)}
    here: Json = {"terms": {"place": sorted(places)}}
    body = {
        "query": {"bool": {"filter": [here, state.belonging(PARAGRAPH)]}},
        "size": RESCORED * (2 * NEIGHBOURS + 1),
        "_source": ["key", "report", "place", "data"],
    }
    found = (hit["_source"] for hit in state.search(body)["hits"]["hits"])
    return {told["place"]: _Counts.of(paragraph_of(told).text, weights) for told in found}
