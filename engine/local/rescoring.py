"""The first paragraphs that a question finds, put in order again.

What the index scores by is words, characters and, weighed by their characters, pairs of
them. The first hits get on top of that what their tokens and pairs of tokens are worth by
themselves (a pair is telling where the pair is rare), in the paragraph, in those around it
and in the report's title; ``docs/relevance.md`` has what that is worth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from whoosh import query as wq

from engine.arrays import Array
from engine.columns.read.terms import DOCUMENT_COUNT, TERM_NUMBER
from engine.columns.run.collector import run_query
from engine.columns.run.rescoring import Lengths, Question, nearness
from engine.columns.run.searcher import ColumnSearcher, SearchedSegment
from engine.fields import EXACT, FIELDS, TITLE
from engine.query.questions import singles_and_pairs
from engine.ranking import NEIGHBOURS, PAIR_WEIGHT, RESCORED

Item = tuple[float, int]


def reorder(index: ColumnSearcher, text: str, items: Sequence[Item]) -> list[Item]:
    """Scores and documents, the best first, with the first ones scored again."""
    told, paired = singles_and_pairs(text)
    singles, pairs = Counter(told), Counter(paired)
    if not singles or not items:
        return list(items)
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
    first = sorted(items[:RESCORED], key=lambda item: item[1])
    again: list[Item] = []
    for segment, terms, title_terms in zip(index.segments, found, titled, strict=True):
        end = segment.first_document + segment.reader.documents
        here = [
            (score, number) for score, number in first if segment.first_document <= number < end
        ]
        documents = np.array([number - segment.first_document for _, number in here], np.int64)
        codes = _codes(segment, EXACT, terms), _codes(segment, TITLE, title_terms)
        question = Question(*codes, numbers, weights, pair_weights)
        gains = nearness(segment.texts.handle, segment.titles.handle, documents, question, lengths)
        again += [
            (s + gain, number) for (s, number), gain in zip(here, gains.tolist(), strict=True)
        ]
    return sorted([*again, *items[RESCORED:]], key=lambda item: (-item[0], item[1]))


def _weights(index: ColumnSearcher, told: Sequence[int], held: Array) -> Array:
    """How often each is told, times its idf, which never is below 0 (Lucene's BM25).

    ``held`` is how many documents hold each.
    """
    idf = np.log(1 + (index.documents - held + 0.5) / (held + 0.5))
    weights: Array = np.array(told) * idf
    return weights


def _lengths(index: ColumnSearcher) -> Lengths:
    """On average over documents; ``or 1.0`` where all are empty."""
    own = index.searcher.avg_field_length(EXACT) or 1.0
    title = index.searcher.avg_field_length(TITLE) or 1.0
    return Lengths(own, own * min(2 * NEIGHBOURS + 1, index.documents / index.groups), title)


def _codes(segment: SearchedSegment, field: str, terms: Array) -> Array:
    """The codes of terms in the sequences of a segment, -1 where it has none."""
    codes, first = segment.reader.sequences[field].codes, segment.reader.range[field][0]
    numbers = terms[:, TERM_NUMBER]
    return np.array([int(codes[term - first]) if term >= 0 else -1 for term in numbers], np.int64)
