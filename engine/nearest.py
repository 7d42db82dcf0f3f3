"""The first paragraphs that a question finds, put in order again.

What the index scores by is words, characters and, weighed by their characters, pairs of
them. The first hits get on top of that what their pairs are worth by themselves (a pair
is telling where the pair is rare) and what the paragraphs around them say of the question;
``docs/relevance.md`` has what that is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log

import numpy as np
from whoosh import query as wq

from engine.analyze import is_han, normalise
from engine.columns.collector import ColumnCollector
from engine.columns.index import Opened, Part
from engine.columns.layout import Array
from engine.columns.opened import EXACT, FIELDS
from engine.columns.rescoring import AROUND, Question, nearness
from engine.columns.tokens import COUNT

FIRST = 100  # paragraphs that are looked at again

Item = tuple[float, int]


def reorder(index: Opened, text: str, items: Sequence[Item]) -> list[Item]:
    """Scores and documents, the best first, with the first ones scored again."""
    plain = normalise(text)
    characters = [one for one in dict.fromkeys(plain) if is_han(one)]
    pairs = [pair for pair in dict.fromkeys(map("".join, pairwise(plain))) if is_han(pair)]
    if not pairs or not items:
        return list(items)
    character_idf = _idf(index, _frequencies(index, characters))
    pair_idf = _idf(index, np.array([_holding(index, pair) for pair in pairs]))
    place = {character: number for number, character in enumerate(characters)}
    numbers = np.full((len(characters), len(characters)), -1)
    for number, pair in enumerate(pairs):
        numbers[place[pair[0]], place[pair[1]]] = number
    length = index.searcher.avg_field_length(EXACT) or 1.0
    around = length * min(2 * AROUND + 1, index.documents / index.groups)
    first = sorted(items[:FIRST], key=lambda item: item[1])
    again: list[Item] = []
    for part in index.parts:
        end = part.documents + part.columns.documents
        here = [(score, number) for score, number in first if part.documents <= number < end]
        documents = np.array([number - part.documents for _, number in here], np.int64)
        question = Question(_codes(part, characters), numbers, character_idf, pair_idf)
        gains = nearness(part.texts.handle, documents, question, length, around).tolist()
        again += [(score + gain, number) for (score, number), gain in zip(here, gains, strict=True)]
    return sorted([*again, *items[FIRST:]], key=lambda item: (-item[0], item[1]))


def _frequencies(index: Opened, characters: Sequence[str]) -> Array:
    field = FIELDS.index(EXACT)
    found = index.find([(field, character.encode()) for character in characters])
    counts: Array = found[0][:, COUNT] if found else np.zeros(len(characters), np.int64)
    return counts


def _holding(index: Opened, pair: str) -> int:
    """How many paragraphs hold a pair of characters."""
    found = ColumnCollector(index, 0)
    index.searcher.search_with_collector(wq.Phrase(EXACT, list(pair)), found)
    return found.matched


def _idf(index: Opened, frequencies: Array) -> Array:
    """As in Robertson and Spärck Jones, and never below 0 (Lucene's BM25)."""
    n = index.documents
    return np.array([log(1 + (n - df + 0.5) / (df + 0.5)) for df in frequencies.tolist()])


def _codes(part: Part, characters: Sequence[str]) -> Array:
    """The codes of characters in the sequences of a part, -1 where it has none."""
    codes, first = part.columns.sequences[EXACT].codes, part.columns.range[EXACT][0]
    terms = [part.columns.term(EXACT, character.encode()) for character in characters]
    return np.array([int(codes[term - first]) if term >= 0 else -1 for term in terms], np.int64)
