"""The first hits of a query, scored again by their texts; see ``engine.local.rescoring``.

The embedded engine counts tokens in the sequences of its columns. Here the same tokens are
counted in the texts of the hits, of their neighbours and of the titles of their reports, and
the same weights apply.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from math import log

from engine.analyze import character_texts
from engine.fields import EXACT, TITLE
from engine.opensearch.client import Json
from engine.opensearch.documents import PARAGRAPH, neighbours, paragraph_of
from engine.opensearch.listing import reports_by_id
from engine.opensearch.state import State
from engine.opensearch.terms import ClusterIndex
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
    SENTENCE_WEIGHT,
    TITLE_WEIGHT,
    B,
)
from engine.sentences import sentence_tokens

_Tokens = tuple[str, ...]  # a token, or several in a row


def rescore(state: State, by: Rescoring, hits: Sequence[Json]) -> list[Json]:
    """The hits with what they gain added to their scores, the best first."""
    if not hits:
        return []
    match by:
        case ByNearness(terms, weight):
            gains = [weight * share for share in _nearness(terms, hits)]
        case ByOverlap(text):
            gains = [OVERLAP_WEIGHT * share for share in _overlap(text, hits)]
        case ByAnswer(text):
            gains = _answer_gains(state, text, hits)
    rescored = [{**hit, "_score": hit["_score"] + g} for hit, g in zip(hits, gains, strict=True)]
    return sorted(rescored, key=lambda hit: (-hit["_score"], hit["_source"]["place"]))


def _tokens_of(hit: Json) -> list[str]:
    return character_texts(paragraph_of(hit["_source"]).text)


# --- by nearness ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Spelling:
    """One of the ways to write the term number ``term``."""

    term: int
    tokens: _Tokens


def _nearness(terms: Sequence[Sequence[str]], hits: Sequence[Json]) -> list[float]:
    """For each hit, the share of the terms' weight that it gains by density and by a sentence.

    ``terms`` lists the spellings of each term. See ``engine.columns.run.proximity``.
    """
    spellings: dict[str, list[_Spelling]] = {}  # by their first token
    for term, texts in enumerate(terms):
        for spelling in (_Spelling(term, tuple(character_texts(text))) for text in texts):
            spellings.setdefault(spelling.tokens[0], []).append(spelling)
    paragraphs = (paragraph_of(hit["_source"]) for hit in hits)
    return [_share(sentence_tokens(one.text), spellings, len(terms)) for one in paragraphs]


def _share(
    sentences: Sequence[Sequence[str]],
    spellings: Mapping[str, Sequence[_Spelling]],
    term_count: int,
) -> float:
    tokens = list(chain.from_iterable(sentences))
    ends = list(accumulate(map(len, sentences)))  # of sentences; the next one comes first
    last: dict[int, tuple[int, int]] = {}  # by term: where it stood last, from and to
    in_sentence: set[int] = set()
    shortest, length, together = len(tokens) + 1, 0, False
    for here, token in enumerate(tokens):
        while here >= ends[0]:
            in_sentence.clear()
            del ends[0]
        for spelling in spellings.get(token, ()):
            end = here + len(spelling.tokens)
            if tuple(tokens[here:end]) != spelling.tokens:
                continue
            last[spelling.term] = here, end
            if end <= ends[0]:
                in_sentence.add(spelling.term)
            together |= len(in_sentence) == term_count
            if len(last) == term_count:
                starts, stops = zip(*last.values(), strict=True)
                if max(stops) - min(starts) < shortest:
                    shortest, length = max(stops) - min(starts), sum(stops) - sum(starts)
    density = min(1.0, length / shortest) if length else 0.0
    return DENSITY_WEIGHT * density + SENTENCE_WEIGHT * together


# --- by overlap -------------------------------------------------------------------------------


def _overlap(text: str, hits: Sequence[Json]) -> list[float]:
    """For each hit, the share of the passage's runs of tokens that stand in it."""
    wanted = _runs(character_texts(text))
    return [len(wanted & _runs(_tokens_of(hit))) / max(1, len(wanted)) for hit in hits]


def _runs(tokens: Sequence[str]) -> set[_Tokens]:
    """Every ``OVERLAP_TOKENS`` tokens in a row."""
    return set(zip(*(tokens[offset:] for offset in range(OVERLAP_TOKENS)), strict=False))


# --- by answer --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often the tokens and pairs of a question stand in a text of ``size`` tokens."""

    size: int
    frequencies: Counter[_Tokens]

    @classmethod
    def of(cls, text: str, wanted: Mapping[_Tokens, float]) -> _Counts:
        tokens = character_texts(text)
        every = Counter((*((token,) for token in tokens), *pairwise(tokens)))
        return cls(len(tokens), Counter({key: every[key] for key in wanted if key in every}))

    @classmethod
    def total(cls, texts: Iterable[_Counts]) -> _Counts:
        """The counts of several texts together."""
        size, frequencies = 0, Counter[_Tokens]()
        for text in texts:
            size += text.size
            frequencies += text.frequencies
        return cls(size, frequencies)

    def bm25(self, weights: Mapping[_Tokens, float], average_length: float, b: float) -> float:
        """The score by BM25 with these weights."""
        norm = K1 * (1 - b + b * self.size / average_length)
        return sum(weights[key] * n * (K1 + 1) / (n + norm) for key, n in self.frequencies.items())


def _answer_gains(state: State, text: str, hits: Sequence[Json]) -> list[float]:
    """What each hit gains by itself, by its neighbours and by the title of its report."""
    weights = _weights(state, text)
    if not weights:
        return [0.0] * len(hits)
    statistics = state.statistics
    own, titled = statistics.average_lengths[EXACT], statistics.average_lengths[TITLE]
    around = own * min(2 * NEIGHBOURS + 1, statistics.paragraphs / statistics.reports)
    titles = _title_counts(state, hits, weights)
    counts = _paragraph_counts(state, hits, weights)
    gains = []
    for hit in hits:
        place = hit["_source"]["place"]
        near = _Counts.total(counts[at] for at in neighbours(place, NEIGHBOURS) if at in counts)
        title = titles[hit["_source"]["report"]]
        gains.append(
            counts[place].bm25(weights, own, B)
            + NEIGHBOURS_WEIGHT * near.bm25(weights, around, NEIGHBOURS_B)
            + TITLE_WEIGHT * title.bm25(weights, titled, B)
        )
    return gains


def _weights(state: State, text: str) -> Mapping[_Tokens, float]:
    """The weight of each token and pair of a question: its frequency there, times its idf."""
    singles, pairs = singles_and_pairs(text)
    frequencies = Counter((*((token,) for token in singles), *pairs))
    index, documents = ClusterIndex(state), state.statistics.paragraphs
    counts = index.settle(lambda: {key: index.phrase_count(EXACT, key) for key in frequencies})
    idf = {key: log(1 + (documents - n + 0.5) / (n + 0.5)) for key, n in counts.items()}
    return {
        key: n * idf[key] * (PAIR_WEIGHT if len(key) > 1 else 1.0) for key, n in frequencies.items()
    }


def _title_counts(
    state: State, hits: Sequence[Json], weights: Mapping[_Tokens, float]
) -> Mapping[str, _Counts]:
    """The counts in the titles of the hits' reports, by report id."""
    wanted = {(hit["_source"]["of"], hit["_source"]["report"]) for hit in hits}
    reports = reports_by_id(state, wanted)
    return {key: _Counts.of(report.title, weights) for key, report in reports.items()}


def _paragraph_counts(
    state: State, hits: Sequence[Json], weights: Mapping[_Tokens, float]
) -> Mapping[int, _Counts]:
    """The counts in the hits and in their neighbours, by place."""
    places = {at for hit in hits for at in neighbours(hit["_source"]["place"], NEIGHBOURS)}
    at_places: Json = {"terms": {"place": sorted(places)}}
    body = {
        "query": {"bool": {"filter": [at_places, state.live(PARAGRAPH)]}},
        "size": RESCORED * (2 * NEIGHBOURS + 1),
        "_source": ["key", "report", "place", "data"],
    }
    sources = (hit["_source"] for hit in state.search(body)["hits"]["hits"])
    return {source["place"]: _Counts.of(paragraph_of(source).text, weights) for source in sources}
