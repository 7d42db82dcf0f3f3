"""How alike two sentences are, and where they differ.

Figures and negations play no part in the likeness: they are what changes from one year to the
next, and what a reader must see. So a sentence whose figure alone changed finds its partner,
however short it is, and ``differences`` then marks the figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple

from engine.analyze import normalise

Side = Literal["a", "b"]
Kind = Literal["figure", "negation", "word"]
Trigrams = frozenset[str]

NEGATIONS = "不未无非没"
_DIGITS = r"[0-9]+(?:[.,][0-9]+)*"
_NUMERALS = "一二三四五六七八九十百千万亿两零〇"
_UNITS = "个项大年月日倍成件条所家位名次批类届期轮户人元岁"
_NUMBER = re.compile(rf"{_DIGITS}|[{_NUMERALS}]{{2,}}")
_ITEM = re.compile(
    rf"^\W*(?:\((?:[{_NUMERALS}]+|\d+)\)|(?:第?[{_NUMERALS}]{{1,3}}|\d{{1,2}})(?:是|[)、，：,:.](?!\d)))"
)
# A single Chinese numeral is a figure only before a unit: 三项, but not 统一, 进一步.
_TOKEN = re.compile(
    rf"(?P<figure>{_DIGITS}[万亿]*[%‰]?|[{_NUMERALS}]{{2,}}|[{_NUMERALS}](?=[{_UNITS}]))"
    rf"|(?P<negation>[{NEGATIONS}])|(?P<word>.)",
    re.DOTALL,
)
_ORDER: tuple[Kind, ...] = ("figure", "negation", "word")
_MAX_EXACT = 1_000_000  # pairs of tokens; beyond, common characters are not looked up


class Difference(NamedTuple):
    """A stretch of the sentence on one side that the other side has not, or has otherwise."""

    side: Side
    start: int
    end: int
    kind: Kind


def trigrams(text: str) -> Trigrams:
    """The runs of three letters; every number is one ``0``, negations are left out.

    ``增长5.2%`` and ``不增长12%`` → 增长0. The number of an item (``一是``) is left out, too.
    """
    plain = _NUMBER.sub("0", _ITEM.sub("", normalise(text), count=1))
    letters = "".join(c for c in plain if c.isalnum() and c not in NEGATIONS)
    return frozenset(letters[at : at + 3] for at in range(max(1, len(letters) - 2)))


def differences(a: str, b: str) -> list[Difference]:
    """Where two sentences differ, character by character, a figure as a whole.

    Figures come first, then negations, then words; each in the order of the text.
    """
    tokens_a, tokens_b = _tokens(a), _tokens(b)
    texts_a, texts_b = ([token.text for token in tokens] for tokens in (tokens_a, tokens_b))
    is_long = len(texts_a) * len(texts_b) > _MAX_EXACT
    found: list[Difference] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, texts_a, texts_b, is_long).get_opcodes():
        if tag != "equal":
            found += _runs("a", tokens_a[a1:a2])
            found += _runs("b", tokens_b[b1:b2])
    return sorted(found, key=lambda each: (_ORDER.index(each.kind), each.side, each.start))


class _Token(NamedTuple):
    text: str
    start: int
    end: int
    kind: Kind


def _tokens(text: str) -> list[_Token]:
    """The figures, negations and other characters of a text, normalised."""
    return [
        _Token(match[0], *match.span(), match.lastgroup)  # type: ignore[arg-type]
        for match in _TOKEN.finditer(normalise(text))
    ]


def _runs(side: Side, tokens: Sequence[_Token]) -> Iterator[Difference]:
    """One difference for each run of tokens of one kind."""
    for kind, run in groupby(tokens, key=lambda token: token.kind):
        first, *rest = run
        yield Difference(side, first.start, (rest or [first])[-1].end, kind)


def pieces(text: str, spans: Sequence[Difference]) -> list[tuple[str, str]]:
    """A sentence cut where it differs: each piece with its kind of difference, or ``""``."""
    cut, done = [], 0
    for span in sorted(spans, key=lambda each: each.start):
        cut += [(text[done : span.start], ""), (text[span.start : span.end], span.kind)]
        done = span.end
    return [(piece, kind) for piece, kind in (*cut, (text[done:], "")) if piece]
