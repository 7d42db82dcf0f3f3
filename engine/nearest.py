"""The first paragraphs that a question finds, put in order again.

What the index scores by is words, characters and, weighed by their characters, pairs of
them. The first hits get on top of that what their pairs are worth by themselves (a pair
is telling where the pair is rare) and what the paragraphs around them say of the question;
``docs/relevance.md`` has what that is worth.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from whoosh import query as wq

from engine.columns.collector import run_query
from engine.columns.index import Opened, Part
from engine.columns.layout import Array
from engine.columns.opened import EXACT, FIELDS
from engine.columns.rescoring import AROUND, Question, nearness
from engine.columns.tokens import COUNT, NUMBER
from engine.questions import singles_and_pairs

FIRST = 100  # paragraphs that are looked at again

Item = tuple[float, int]


def reorder(index: Opened, text: str, items: Sequence[Item]) -> list[Item]:
    """Scores and documents, the best first, with the first ones scored again."""
    characters, pairs = singles_and_pairs(text)
    if not pairs or not items:
        return list(items)
    found = index.find([(FIELDS.index(EXACT), one.encode()) for one in characters])
    holding = [run_query(index, wq.Phrase(EXACT, list(pair))).matched for pair in pairs]
    character_idf = _idf(index, found[0][:, COUNT])
    pair_idf = _idf(index, np.array(holding))
    place = {character: number for number, character in enumerate(characters)}
    numbers = np.full((len(characters), len(characters)), -1)
    for number, pair in enumerate(pairs):
        numbers[place[pair[0]], place[pair[1]]] = number
    length = index.searcher.avg_field_length(EXACT) or 1.0
    around = length * min(2 * AROUND + 1, index.documents / index.groups)
    first = sorted(items[:FIRST], key=lambda item: item[1])
    again: list[Item] = []
    for part, terms in zip(index.parts, found, strict=True):
        end = part.documents + part.columns.documents
        here = [(score, number) for score, number in first if part.documents <= number < end]
        documents = np.array([number - part.documents for _, number in here], np.int64)
        codes = _codes(part, terms[:, NUMBER])
        question = Question(codes, numbers, character_idf, pair_idf)
        gains = nearness(part.texts.handle, documents, question, length, around).tolist()
        again += [(score + gain, number) for (score, number), gain in zip(here, gains, strict=True)]
    return sorted([*again, *items[FIRST:]], key=lambda item: (-item[0], item[1]))


def _idf(index: Opened, frequencies: Array) -> Array:
    """As in Robertson and Spärck Jones, and never below 0 (Lucene's BM25)."""
    idf: Array = np.log(1 + (index.documents - frequencies + 0.5) / (frequencies + 0.5))
    return idf


def _codes(part: Part, terms: Array) -> Array:
    """The codes of terms in the sequences of a part, -1 where it has none."""
    codes, first = part.columns.sequences[EXACT].codes, part.columns.range[EXACT][0]
    return np.array([int(codes[term - first]) if term >= 0 else -1 for term in terms], np.int64)
