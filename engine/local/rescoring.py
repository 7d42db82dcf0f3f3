"""The first hits of a query, scored again by what their tokens say.

The index scores by words and characters, wherever they stand. The first ``RESCORED`` hits
are looked at token by token: how near the terms of a query stand to each other; how much
of a passage they repeat; and for a question what its tokens and pairs of tokens are worth
(a pair is telling where the pair is rare), in the paragraph, in its neighbours and in the
report's title. ``docs/relevance.md`` has what that is worth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import itemgetter

import numpy as np
from whoosh import query as wq

from engine.analyze import character_texts
from engine.arrays import Array
from engine.columns.read.terms import DOCUMENT_COUNT, TERM_NUMBER
from engine.columns.run.collector import run_query
from engine.columns.run.proximity import Patterns, proximity
from engine.columns.run.rescoring import Lengths, Question, nearness
from engine.columns.run.searcher import ColumnSearcher, SearchedSegment
from engine.columns.sequences import decode
from engine.fields import EXACT, FIELDS, TITLE
from engine.query.plan import ByAnswer, ByNearness, ByOverlap, Rescoring
from engine.query.questions import singles_and_pairs
from engine.ranking import (
    DENSITY_WEIGHT,
    NEIGHBOURS,
    OVERLAP_TOKENS,
    OVERLAP_WEIGHT,
    PAIR_WEIGHT,
    RESCORED,
    SENTENCE_WEIGHT,
)

Item = tuple[float, int]  # score and document


def rescore(index: ColumnSearcher, by: Rescoring, items: Sequence[Item]) -> list[Item]:
    """Scores and documents, the best first, with the first ones scored again."""
    first = sorted(items[:RESCORED], key=itemgetter(1))
    match by:
        case ByNearness(terms, weight):
            gains = _by_nearness(index, terms, weight, first)
        case ByOverlap(text):
            gains = _by_overlap(index, text, first)
        case ByAnswer(text):
            gains = _by_answer(index, text, first)
    pairs = zip(first, gains, strict=True)
    ranked = [(-(score + gain), number) for (score, number), gain in pairs]
    ranked += [(-score, number) for score, number in items[RESCORED:]]
    ranked.sort()
    return [(-score, number) for score, number in ranked]


def _by_segment(
    index: ColumnSearcher, items: Sequence[Item]
) -> list[tuple[SearchedSegment, Array]]:
    """Each segment, with those of the documents that it holds, as it numbers them itself."""
    numbers = np.array([number for _, number in items], np.int64)
    if len(index.segments) == 1:
        return [(index.segments[0], numbers)]
    bounds = [segment.first_document for segment in index.segments[1:]]
    pieces = np.split(numbers, np.searchsorted(numbers, bounds))
    return [
        (segment, documents - segment.first_document)
        for segment, documents in zip(index.segments, pieces, strict=True)
    ]


def _codes(segment: SearchedSegment, field: str, terms: Array) -> Array:
    """The codes of terms in the sequences of a segment, -1 where it has none."""
    codes, first = segment.reader.sequences[field].codes, segment.reader.range[field][0]
    numbers = terms[:, TERM_NUMBER]
    found = np.full(len(numbers), -1, np.int64)
    found[numbers >= 0] = codes[numbers[numbers >= 0] - first]
    return found


def _codes_of(index: ColumnSearcher, tokens: Sequence[str]) -> list[Array]:
    """The codes of tokens in each segment, -1 where it has none."""
    exact = FIELDS.index(EXACT)
    found = index.find([(exact, token.encode()) for token in tokens])
    return [
        _codes(segment, EXACT, terms) for segment, terms in zip(index.segments, found, strict=True)
    ]


# --- by nearness ------------------------------------------------------------------------------


def _by_nearness(
    index: ColumnSearcher,
    terms: Sequence[Sequence[str]],
    weight: float,
    items: Sequence[Item],
) -> list[float]:
    spellings = [(n, character_texts(text)) for n, texts in enumerate(terms) for text in texts]
    coded = _codes_of(index, [token for _, spelling in spellings for token in spelling])
    gains: list[float] = []
    for (segment, documents), codes in zip(_by_segment(index, items), coded, strict=True):
        patterns = _patterns(spellings, codes.tolist(), len(terms))
        density, together = proximity(segment.texts.handle, documents, patterns)
        gains += (weight * (DENSITY_WEIGHT * density + SENTENCE_WEIGHT * together)).tolist()
    return gains


def _patterns(
    spellings: Sequence[tuple[int, Sequence[str]]], codes: Sequence[int], count: int
) -> Patterns:
    """The spellings whose tokens a segment has; ``codes`` are those of all their tokens."""
    kept: list[int] = []
    at, terms, end = [0], [], 0
    for term, spelling in spellings:
        begin, end = end, end + len(spelling)
        if min(codes[begin:end], default=-1) >= 0:
            kept += codes[begin:end]
            at.append(len(kept))
            terms.append(term)
    found, starts, numbers = (np.array(of, np.int64) for of in (kept, at, terms))
    return Patterns(found, starts, numbers, count)


# --- by overlap -------------------------------------------------------------------------------


def _by_overlap(index: ColumnSearcher, text: str, items: Sequence[Item]) -> list[float]:
    tokens = character_texts(text)
    unique = list(dict.fromkeys(tokens))
    place = {token: at for at, token in enumerate(unique)}
    numbers = np.array([place[token] for token in tokens])
    count = max(1, len(np.unique(_runs(numbers))))  # tokens that stand nowhere have no codes
    gains: list[float] = []
    for (segment, documents), codes in zip(
        _by_segment(index, items), _codes_of(index, unique), strict=True
    ):
        wanted = np.unique(_runs(codes[numbers]))
        decoded, ends = decode(segment.reader.sequences[EXACT], documents)
        for document in np.split(decoded, ends[:-1]) if len(documents) else ():
            shared = np.isin(wanted, _runs(document.astype(np.int64)))
            gains.append(OVERLAP_WEIGHT * float(shared.sum()) / count)
    return gains


def _runs(codes: Array) -> Array:
    """Every few codes in a row as one number (int64)."""
    runs = np.zeros(max(0, len(codes) - OVERLAP_TOKENS + 1), np.int64)
    for offset in range(OVERLAP_TOKENS):
        runs = runs * _CODES + codes[offset : len(runs) + offset]
    return runs


_CODES = 1 << 21  # more than a segment has codes


# --- by answer --------------------------------------------------------------------------------


def _by_answer(index: ColumnSearcher, text: str, items: Sequence[Item]) -> list[float]:
    tokens, token_pairs = singles_and_pairs(text)
    singles, pairs = Counter(tokens), Counter(token_pairs)
    if not singles or not items:
        return [0.0] * len(items)
    place = {token: number for number, token in enumerate(singles)}
    numbers = np.full((len(singles), len(singles)), -1)
    for number, (before, after) in enumerate(pairs):
        numbers[place[before], place[after]] = number
    found, titled = (
        index.find([(FIELDS.index(field), token.encode()) for token in singles])
        for field in (EXACT, TITLE)
    )
    holding = [run_query(index, wq.Phrase(EXACT, list(pair))).matched for pair in pairs]
    weights = _weights(index, [*singles.values()], found[0][:, DOCUMENT_COUNT])
    pair_weights = PAIR_WEIGHT * _weights(index, [*pairs.values()], np.array(holding, np.int64))
    lengths = _lengths(index)
    gains: list[float] = []
    for (segment, documents), terms, title_terms in zip(
        _by_segment(index, items), found, titled, strict=True
    ):
        codes = _codes(segment, EXACT, terms), _codes(segment, TITLE, title_terms)
        question = Question(*codes, numbers, weights, pair_weights)
        handles = segment.texts.handle, segment.titles.handle
        gains += nearness(*handles, documents, question, lengths).tolist()
    return gains


def _weights(index: ColumnSearcher, times: Sequence[int], documents: Array) -> Array:
    """How often each stands in a question, times its idf, which never is below 0 (Lucene's BM25).

    ``documents`` is the number of documents that hold each.
    """
    idf = np.log(1 + (index.documents - documents + 0.5) / (documents + 0.5))
    weights: Array = np.array(times) * idf
    return weights


def _lengths(index: ColumnSearcher) -> Lengths:
    """On average over documents; ``or 1.0`` where all are empty."""
    own = index.searcher.avg_field_length(EXACT) or 1.0
    title = index.searcher.avg_field_length(TITLE) or 1.0
    return Lengths(own, own * min(2 * NEIGHBOURS + 1, index.documents / index.groups), title)
