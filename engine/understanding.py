"""How a query was understood, as the page of its answer says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

TermKind = Literal["word", "phrase", "prefix", "title"]
NoteKind = Literal["sign", "star", "slop", "unpaired", "prefix", "lowercase"]


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a query; ``start`` and ``end`` are its offsets in the query as typed.

    ``text`` is normalised if the term is a word. A search also looks for its ``synonyms``.
    """

    text: str
    kind: TermKind
    start: int
    end: int
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A part of a query that was ignored, or not understood as an operator.

    These are ignored: ``sign``, which is part of no word; ``star``, an asterisk that is not at
    the end of a word; ``slop``, a distance (``~10``); ``unpaired``, a bracket or quotation mark
    without its counterpart. These are searched for as ordinary text: ``prefix``, with an
    asterisk but no beginning of a word; ``lowercase``, the word ``and``, ``or`` or ``not``.
    """

    kind: NoteKind
    text: str


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Not all terms were required: each hit has at least ``least`` of ``of`` terms.

    ``selected``: the query was a long passage, of which only the rarest terms were used.
    """

    least: int
    of: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Wider:
    """A looser query that finds far more, with its ``total``."""

    text: str
    total: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """How a query was understood, and how it was changed to find something.

    ``terms`` are in the order typed, without excluded ones. ``alternatives``: the query has an
    OR. ``question``: the query is a question, and paragraphs that answer it were searched for.
    ``relaxed`` is set if not all terms were required. ``pieces`` maps a word that occurs nowhere
    to the shorter words that replaced it. ``wider`` is offered for a query with few hits.
    """

    terms: tuple[Term, ...] = ()
    alternatives: bool = False
    question: bool = False
    relaxed: Relaxed | None = None
    pieces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wider: Wider | None = None
    notes: tuple[Note, ...] = ()

    @property
    def synonyms(self) -> Mapping[str, tuple[str, ...]]:
        """The terms that were widened, each with its synonyms."""
        return {term.text: term.synonyms for term in self.terms if term.synonyms}
