"""The first hits of a query, scored again by their texts; see ``engine.local.rescoring``.

What the columns count in their sequences is counted here in the texts of the hits, of their
neighbours and of their reports' titles, and weighed in the same way.
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
from engine.query.plan import ByAnswer, ByNearness, ByOverlap, Rescoring
from engine.query.questions import singles_and_pairs
from engine.ranking import (
    DENSITY_WEIGHT,
    K1,
    NEIGHBOURS,
    NEIGHBOURS_B,
    NEIGHBOURS_WEIGHT,
    OVERLAP_TOKENS,
    OVERLAP_WEIGHT,
    PAIR_WEIGHT,
    RESCORED,
    SENTENCE_ENDS,
    SENTENCE_WEIGHT,
    TITLE_WEIGHT,
    B,
)

_Tokens = tuple[str, ...]  # one token, or several in a row


def rescore(state: State, by: Rescoring, hits: Sequence[Json]) -> list[Json]:
    """The hits, the best first, with what they score besides."""
    if not hits:
        return []
    match by:
        case ByNearness(terms, weight):
            gains = [weight * gain for gain in _nearness(terms, hits)]
        case ByOverlap(text):
            gains = [OVERLAP_WEIGHT * share for share in _overlap(text, hits)]
        case ByAnswer(text):
            gains = _answers(state, text, hits)
    again = [{**hit, "_score": hit["_score"] + gain} for hit, gain in zip(hits, gains, strict=True)]
    return sorted(again, key=lambda hit: (-hit["_score"], hit["_source"]["place"]))


def _texts(hits: Sequence[Json]) -> list[list[str]]:
    return [character_texts(paragraph_of(hit["_source"]).text) for hit in hits]


# --- by nearness ------------------------------------------------------------------------------


def _nearness(terms: Sequence[Sequence[str]], hits: Sequence[Json]) -> list[float]:
    """Of each hit, what density and a sentence with all terms are worth; see
    ``columns.run.proximity``."""
    spellings = [
        (term, tuple(character_texts(text))) for term, texts in enumerate(terms) for text in texts
    ]
    stops = frozenset(character_texts(SENTENCE_ENDS))
    return [_near(tokens, spellings, stops, len(terms)) for tokens in _texts(hits)]


def _near(
    tokens: Sequence[str],
    spellings: Sequence[tuple[int, _Tokens]],
    stops: frozenset[str],
    count: int,
) -> float:
    last: dict[int, tuple[int, int]] = {}  # where each term stood last
    in_sentence: set[int] = set()
    shortest, length, together = len(tokens) + 1, 0, False
    for here, token in enumerate(tokens):
        if token in stops:
            in_sentence.clear()
        for term, spelling in spellings:
            if token != spelling[0] or tuple(tokens[here : here + len(spelling)]) != spelling:
                continue
            last[term] = here, here + len(spelling)
            in_sentence.add(term)
            together |= len(in_sentence) == count
            if len(last) == count:
                stretch = max(b for _, b in last.values()) - min(a for a, _ in last.values())
                if stretch < shortest:
                    shortest, length = stretch, sum(b - a for a, b in last.values())
    density = min(1.0, length / shortest) if length else 0.0
    return DENSITY_WEIGHT * density + SENTENCE_WEIGHT * together


# --- by overlap -------------------------------------------------------------------------------


def _overlap(text: str, hits: Sequence[Json]) -> list[float]:
    """Of each hit, the share of the passage's runs of tokens that it holds."""
    wanted = _runs(character_texts(text))
    return [len(wanted & _runs(tokens)) / max(1, len(wanted)) for tokens in _texts(hits)]


def _runs(tokens: Sequence[str]) -> set[_Tokens]:
    return set(zip(*(tokens[offset:] for offset in range(OVERLAP_TOKENS)), strict=False))


# --- by answer --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often the tokens and pairs of a question stand in a text of ``size`` tokens."""

    size: int
    times: Counter[_Tokens]

    @classmethod
    def of(cls, text: str, wanted: Mapping[_Tokens, float]) -> _Counts:
        tokens = character_texts(text)
        every = Counter((*((token,) for token in tokens), *pairwise(tokens)))
        return cls(len(tokens), Counter({one: every[one] for one in wanted if one in every}))

    @classmethod
    def total(cls, counts: Iterable[_Counts]) -> _Counts:
        size, times = 0, Counter[_Tokens]()
        for one in counts:
            size += one.size
            times += one.times
        return cls(size, times)

    def scored(self, weights: Mapping[_Tokens, float], length: float, b: float) -> float:
        """By BM25; ``length`` is the average number of tokens."""
        norm = K1 * (1 - b + b * self.size / length)
        return sum(weights[one] * n * (K1 + 1) / (n + norm) for one, n in self.times.items())


def _answers(state: State, text: str, hits: Sequence[Json]) -> list[float]:
    weights = _weights(state, text)
    if not weights:
        return [0.0] * len(hits)
    facts = state.facts
    around = facts.lengths[EXACT] * min(2 * NEIGHBOURS + 1, facts.documents / facts.groups)
    titles = _titles(state, hits, weights)
    counts = _counts(state, hits, weights)
    gains = []
    for hit in hits:
        place = hit["_source"]["place"]
        near = (counts[at] for at in neighbours(place, NEIGHBOURS) if at in counts)
        title = titles[hit["_source"]["report"]]
        gain = counts[place].scored(weights, facts.lengths[EXACT], B)
        gain += NEIGHBOURS_WEIGHT * _Counts.total(near).scored(weights, around, NEIGHBOURS_B)
        gains.append(gain + TITLE_WEIGHT * title.scored(weights, facts.lengths[TITLE], B))
    return gains


def _weights(state: State, text: str) -> Mapping[_Tokens, float]:
    """The weight of each token and pair of a question: how often it stands there, times idf."""
    singles, pairs = singles_and_pairs(text)
    times = Counter((*((token,) for token in singles), *pairs))
    terms, documents = Terms(state), state.facts.documents
    counts = terms.settle(lambda: {one: terms.count_in_a_row(EXACT, one) for one in times})
    idf = {one: log(1 + (documents - n + 0.5) / (n + 0.5)) for one, n in counts.items()}
    return {one: n * idf[one] * (PAIR_WEIGHT if len(one) > 1 else 1.0) for one, n in times.items()}


def _titles(
    state: State, hits: Sequence[Json], weights: Mapping[_Tokens, float]
) -> Mapping[str, _Counts]:
    """What stands in the titles of the hits' reports, by report."""
    wanted = {(hit["_source"]["of"], hit["_source"]["report"]) for hit in hits}
    reports = reports_of(state, wanted)
    return {key: _Counts.of(report.title, weights) for key, report in reports.items()}


def _counts(
    state: State, hits: Sequence[Json], weights: Mapping[_Tokens, float]
) -> Mapping[int, _Counts]:
    """What stands in each hit and its neighbours, by place."""
    places = {at for hit in hits for at in neighbours(hit["_source"]["place"], NEIGHBOURS)}
    here: Json = {"terms": {"place": sorted(places)}}
    body = {
        "query": {"bool": {"filter": [here, state.belonging(PARAGRAPH)]}},
        "size": RESCORED * (2 * NEIGHBOURS + 1),
        "_source": ["key", "report", "place", "data"],
    }
    sources = (hit["_source"] for hit in state.search(body)["hits"]["hits"])
    return {source["place"]: _Counts.of(paragraph_of(source).text, weights) for source in sources}
