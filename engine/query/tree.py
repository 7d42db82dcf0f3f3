"""What a query means, as a small tree.

Leaves are what is looked for. Each knows its place in the query as typed, which plays
no part in whether two leaves are equal: a word typed twice is one word to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Place = tuple[int, int]  # a stretch of the query as typed: code points from, to
NOWHERE: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Every:
    """Matches every paragraph: what an empty query means."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the words field, or the same characters standing in the text.

    ``pieces`` is what the tokenizer cuts the word into, where the word was left whole
    against its advice.
    """

    text: str
    pieces: tuple[str, ...] = field(default=(), compare=False)
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Widened:
    """All of ``words``, which make up the name ``text``; or any of its ``synonyms``."""

    text: str
    words: tuple[str, ...]
    synonyms: tuple[str, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exactly these characters in this order."""

    text: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin so, and whatever holds these characters in a row."""

    text: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Title:
    """Exactly these characters, in the title of the report."""

    text: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All parts. ``runs`` are the stretches typed without a blank that were cut into several
    parts: what holds such a run as typed ranks before what holds its parts scattered."""

    parts: tuple[Node, ...]
    runs: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


@dataclass(frozen=True, slots=True)
class OneSentence:
    """All terms, in one sentence. Each term is a leaf, or leaves of which one is enough."""

    terms: tuple[tuple[Leaf, ...], ...]
    runs: tuple[str, ...] = field(default=(), compare=False)


Leaf = Word | Widened | Phrase | Prefix | Title
Node = Every | Leaf | And | Or | Not | OneSentence


def conjunction(parts: list[Node]) -> Node:
    """All of the parts, those of nested conjunctions among them; each once."""
    flat = [n for part in parts for n in (part.parts if isinstance(part, And) else (part,))]
    unique = tuple(dict.fromkeys(flat))
    runs = tuple(dict.fromkeys(r for part in parts if isinstance(part, And) for r in part.runs))
    return unique[0] if len(unique) == 1 and not runs else And(unique, runs)


def leaves(node: Node) -> Iterator[Leaf]:
    """The leaves that a paragraph found may hold, in the order typed, without what NOT excludes."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case OneSentence(terms):
            for term in terms:
                yield from term
        case Word() | Widened() | Phrase() | Prefix() | Title():
            yield node


def runs(node: Node) -> Iterator[str]:
    """The runs that a paragraph found may hold as typed, see ``And``."""
    match node:
        case OneSentence(_, typed):
            yield from typed
        case And(parts, typed):
            yield from typed
            for part in parts:
                yield from runs(part)
        case Or(parts):
            for part in parts:
                yield from runs(part)


def has_alternatives(node: Node) -> bool:
    """Whether some leaves are only one way to match among others."""
    match node:
        case Or():
            return True
        case And(parts):
            return any(map(has_alternatives, parts))
        case OneSentence(terms):
            return any(len(term) > 1 for term in terms)
    return False


def one_sentences(node: Node) -> Iterator[OneSentence]:
    """The parts of a query whose terms have to stand in one sentence."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from one_sentences(part)
        case OneSentence():
            yield node


def outside_sentences(node: Node) -> Node:
    """The query without the parts whose terms have to stand in one sentence."""
    match node:
        case And(parts, typed):
            return And(tuple(map(outside_sentences, parts)), typed)
        case Or(parts):
            return Or(tuple(map(outside_sentences, parts)))
        case OneSentence():
            return Every()
    return node
