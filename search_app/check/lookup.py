"""Finds the paragraphs where a quotation may stand, by fragments that the engine looks up.

All fragments together find the paragraphs that have the quotation as it is. Any of them, ranked,
finds those that have it otherwise: a fault spoils only the fragment that it stands in. Where no
long fragment is left whole, short ones are asked for. What reaches over two paragraphs is in none
as a whole, so neighbours are looked for that have its beginning and its end.
"""

from __future__ import annotations

import re

from engine.analyze import characters
from engine.engine import Searcher
from engine.literals import SEPARATOR, kind_of
from engine.model import Hit, Query
from engine.sentences import find_sentences

LONG, SHORT = 8, 4  # tokens of a fragment
_MAX_FRAGMENTS = 8
_MAX_ALL = 24  # paragraphs that have all fragments
_MAX_ANY = 12
_MAX_HALVES = 300
_MAX_SPLITS = 3


def with_all(searcher: Searcher, text: str) -> list[Hit]:
    """Paragraphs that have all fragments of a text, at most ``_MAX_ALL``."""
    return _hits(searcher, " ".join(_phrases(text, LONG)), _MAX_ALL)


def with_any(searcher: Searcher, text: str, size: int) -> list[Hit]:
    """The paragraphs that have most fragments of a text, at most ``_MAX_ANY``."""
    return _hits(searcher, " OR ".join(_phrases(text, size)), _MAX_ANY)


def before_each_other(searcher: Searcher, text: str) -> list[Hit]:
    """Paragraphs that begin a text which the paragraph behind them ends.

    Where both halves stand in many paragraphs, only the few where they meet are of use.
    """
    for first, second in _halves(text.strip()):
        begin, end = (
            _hits(searcher, " ".join(_phrases(half, LONG)), _MAX_HALVES) for half in (first, second)
        )
        beginnings = {(hit.report.id, hit.paragraph.ordinal): hit for hit in begin}
        ends = [(hit.report.id, hit.paragraph.ordinal) for hit in end]
        keys = [(report, ordinal - by) for by in (1, 2) for report, ordinal in ends]
        if found := [beginnings[key] for key in keys if key in beginnings]:
            return found[:_MAX_ANY]
    return []


def _halves(text: str) -> list[tuple[str, str]]:
    """Where a text may be parted into two paragraphs: at its line end, or else at a sentence's."""
    first, line_end, rest = text.partition("\n")
    if line_end:
        return [(first, rest)]
    ends = [end for _, end in find_sentences(text)[:-1]][:_MAX_SPLITS]
    pieces = fragments(text, LONG)
    tips = [(pieces[0], pieces[-1])] if len(pieces) > 1 else []  # a heading has no mark behind it
    return [*((text[:end], text[end:]) for end in ends), *tips]


def _hits(searcher: Searcher, query: str, limit: int) -> list[Hit]:
    if not query:
        return []
    return list(searcher.hits(Query(query, exact=True, limit=limit, highlight="none")))


def _phrases(text: str, size: int) -> list[str]:
    return [f'"{fragment}"' for fragment in fragments(text, size)]


def fragments(text: str, size: int) -> list[str]:
    """Up to ``_MAX_FRAGMENTS`` pieces of a text without marks, spread over all of it.

    A piece has ``size`` tokens at most. Of many pieces, the longer ones are taken.
    """
    found: list[tuple[int, int, str]] = []  # length, place, piece
    for run in _runs(text):
        count = -(-len(run) // size)
        for number in range(count):
            low, high = len(run) * number // count, len(run) * (number + 1) // count
            start, end = run[low][0], run[high - 1][1]
            found.append((high - low, start, text[start:end]))
    long = [each for each in found if each[0] > 1] or found
    if len(long) > _MAX_FRAGMENTS:
        half = max(length for length, _, _ in long) // 2
        long = [each for each in long if each[0] > half]
    step = max(1.0, (len(long) - 1) / (_MAX_FRAGMENTS - 1))
    chosen = [long[round(step * n)] for n in range(min(len(long), _MAX_FRAGMENTS))]
    return list(dict.fromkeys(_BLANKS.sub("", piece) for _, _, piece in chosen))


def _runs(text: str) -> list[list[tuple[int, int]]]:
    """The places of tokens that follow each other without a mark or blank between."""
    runs: list[list[tuple[int, int]]] = [[]]
    for token in characters(text):
        if kind_of(token.text) == SEPARATOR:
            runs.append([])
        else:
            runs[-1].append((token.start, token.end))
    return [run for run in runs if run]


_BLANKS = re.compile(r"\s+")
