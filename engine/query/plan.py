"""What to do about a query: what to ask of an index, and what to ask if that finds nothing.

A *plan* is made once for a query. Its *attempts* are asked one after the other until one
finds enough:

- what was typed, every word of it;
- the same, with short words taken apart that stand nowhere (清欠薪 as 清 and 欠薪);
- most of the words.

A question goes the other way round: its answer may use other words, so few of its words
are all wanted, and of more than that one is enough. Of a whole passage, typed or pasted,
only the rarest words are asked for, and what shares most with it comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from engine.analyze import Analyzer, normalise
from engine.errors import QueryError
from engine.fields import WORDS
from engine.model import Query
from engine.query.index_query import (
    Index,
    idf,
    spellings_of,
)
from engine.query.names import Named, named
from engine.query.parser import parse
from engine.query.questions import asks, asks_figure, is_minor
from engine.query.synonyms import Synonyms
from engine.query.tree import (
    And,
    Leaf,
    Node,
    Not,
    OneSentence,
    Phrase,
    Widened,
    Word,
    leaves,
    one_sentences,
    outside_sentences,
    runs,
)
from engine.understanding import Note

HANDFUL = 5  # paragraphs; if no more are found, a looser query may be what was meant
FEW = 2  # words of a question that are all wanted, if a handful of paragraphs hold them
PASSAGE = 100  # words; more than that are a passage
ASKED_OF_MANY = 32  # words that are asked for where not all have to be there
CLOSE = 12  # words; of no more, every two characters side by side score
MAX_EARLIER = 5  # queries whose results are searched
_KEPT = 256  # queries that were read last


@dataclass(frozen=True, slots=True)
class ByNearness:
    """Look at the first hits again: the nearer the terms stand, the better.

    Each term comes with its alternatives; ``weight`` is the idf of all terms.
    """

    terms: tuple[tuple[str, ...], ...]
    weight: float


@dataclass(frozen=True, slots=True)
class ByAnswer:
    """Look at the first hits of a question again: with their neighbours and titles."""

    text: str


@dataclass(frozen=True, slots=True)
class ByOverlap:
    """Look at the first hits of a passage again: the more they share with it, the better."""

    text: str


Rescoring = ByNearness | ByAnswer | ByOverlap


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to ask: all of ``parts``, or at least ``least`` of them.

    ``preferred`` adds to the score. ``best_of_parts`` says that ``least`` is to be lowered
    to the most parts that any paragraph holds. ``enough`` is the number of paragraphs that
    makes the next attempt needless.
    """

    parts: tuple[Node, ...]
    excluded: tuple[Not, ...] = ()
    least: int = 0  # 0: all
    runs: tuple[str, ...] = ()
    typed: tuple[Node, ...] = ()  # the parts, and terms beside them that say little
    pieces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rescoring: Rescoring | None = None
    is_question: bool = False
    enough: int = 1

    @property
    def is_selection(self) -> bool:
        """Whether the parts are the rarest ones of more."""
        return len(self.parts) == ASKED_OF_MANY < len(self.typed)

    @property
    def best_of_parts(self) -> bool:
        return self.least > 1 or (self.least == 1 and not self.is_question)


class Marked(NamedTuple):
    """What is highlighted: leaves and runs anywhere, and terms where one sentence has them all."""

    leaves: tuple[Leaf, ...]
    runs: tuple[str, ...]
    one_sentences: tuple[OneSentence, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A query understood."""

    query: Query
    node: Node
    leaves: tuple[Leaf, ...]
    marked: Marked
    question: bool
    notes: tuple[Note, ...]

    def attempts(self, index: Index) -> Iterator[Attempt]:
        """What to ask, one after the other. Raises ``QueryError`` for too wide a prefix."""
        parts = self.node.parts if isinstance(self.node, And) else (self.node,)
        wanted = tuple(part for part in parts if not isinstance(part, Not))
        excluded = tuple(part for part in parts if isinstance(part, Not))
        if self.marked.one_sentences:  # whoever wants one sentence wants all words of it
            yield self._strict(wanted, excluded, index)
            return
        if len(wanted) > PASSAGE:
            rare = _rarest(wanted, index)
            yield self._most_of(rare, wanted, excluded, ByOverlap(self.query.text))
            return
        if self.question:
            yield from self._answers(wanted, excluded, index)
        yield self._strict(wanted, excluded, index)
        if pieces := {p.text: p.pieces for p in wanted if isinstance(p, Word) and p.pieces}:
            yield replace(self._strict(_taken_apart(wanted), excluded, index), pieces=pieces)
        if len(wanted) > 1:
            telling = _rarest(_telling(wanted, question=False), index)
            by = ByOverlap(self.query.text) if len(telling) > CLOSE else None
            yield self._most_of(telling, wanted, excluded, by)

    def _strict(self, wanted: tuple[Node, ...], excluded: tuple[Not, ...], index: Index) -> Attempt:
        typed = self.node.runs if isinstance(self.node, And) else ()
        return Attempt(wanted, excluded, runs=typed, rescoring=_by_nearness(wanted, index))

    def _answers(
        self, wanted: tuple[Node, ...], excluded: tuple[Not, ...], index: Index
    ) -> Iterator[Attempt]:
        telling = _telling(wanted, question=True)
        names = named(self.query.text, index.regions)
        if names.both and asks_figure(self.query.text):
            telling = tuple(p for p in telling if not _is_name(p, names)) or telling
        text = self.query.text
        if len(telling) <= FEW:  # of a topic in a word or two, every name counts
            synonyms = (name for p in telling if isinstance(p, Widened) for name in p.synonyms)
            text = " ".join((text, *synonyms))
        by = ByAnswer(text)
        one = Attempt(telling, excluded, 1, (), wanted, rescoring=by, is_question=True)
        if len(telling) <= FEW:
            yield replace(one, least=len(telling), enough=HANDFUL + 1)
        yield one

    def _most_of(
        self,
        telling: tuple[Node, ...],
        wanted: tuple[Node, ...],
        excluded: tuple[Not, ...],
        by: Rescoring | None,
    ) -> Attempt:
        return Attempt(telling, excluded, len(telling) // 2 + 1, (), wanted, rescoring=by)


MakePlan = Callable[[Query], Plan]


def plans_of(make: MakePlan, query: Query) -> list[Plan]:
    """The plans of the earlier queries and of the query itself, which is the last one.

    Raises ``QueryError`` where one of them cannot be understood, or where there are too many.
    """
    if len(query.inside) > MAX_EARLIER:
        raise QueryError(f"在结果中检索了 {len(query.inside)} 次", f"请减少到 {MAX_EARLIER} 次以内")
    return [*(_earlier(make, query, text) for text in query.inside), make(query)]


def _earlier(make: MakePlan, query: Query, text: str) -> Plan:
    try:
        return make(replace(query, text=text, inside=()))
    except QueryError as error:  # its places are not those of the query typed last
        raise QueryError(f"先前的检索“{text[:30]}”：{error.message}", error.hint) from error


def all_marked(plans: Iterable[Plan]) -> Marked:
    """What is highlighted for any of the plans."""
    leaves, typed, together = zip(*(plan.marked for plan in plans), strict=True)
    return Marked(*(tuple(chain(*each)) for each in (leaves, typed, together)))


def planner(analyzer: Analyzer, synonyms: Synonyms) -> MakePlan:
    """A function that reads a query; it raises ``QueryError`` where it cannot be understood.

    It keeps what it read last: who narrows a query or leafs through its hits asks for the same
    text again.
    """

    @lru_cache(maxsize=_KEPT)
    def read(text: str, exact: bool, widened: bool, one_sentence: bool) -> Plan:
        known = synonyms if widened else None
        node, notes = parse(text, exact, analyzer.cut, known, one_sentence)
        outside, together = outside_sentences(node), tuple(one_sentences(node))
        question = isinstance(node, And) and not together and asks(text)
        marked = Marked(tuple(leaves(outside)), tuple(runs(outside)), together)
        return Plan(Query(text), node, tuple(leaves(node)), marked, question, notes)

    def plan(query: Query) -> Plan:
        read_plan = read(query.text, query.exact, query.synonyms, query.one_sentence)
        return replace(read_plan, query=query)

    return plan


def _telling(wanted: tuple[Node, ...], question: bool) -> tuple[Node, ...]:
    """The terms that say what is sought; all of them where none does."""
    telling = (p for p in wanted if not (isinstance(p, Word) and is_minor(p.text, question)))
    return tuple(telling) or wanted


def _is_name(part: Node, names: Named) -> bool:
    return isinstance(part, Word | Widened) and names.covers(part.text)


def _taken_apart(wanted: tuple[Node, ...]) -> tuple[Node, ...]:
    """The terms, with short words that the tokenizer would cut taken apart."""
    apart = [
        [Word(piece, place=p.place) for piece in p.pieces]
        if isinstance(p, Word) and p.pieces
        else [p]
        for p in wanted
    ]
    return tuple(dict.fromkeys(piece for pieces in apart for piece in pieces))


def _rarest(parts: tuple[Node, ...], index: Index) -> tuple[Node, ...]:
    """The parts that tell most, as many as may be asked for; those that stand nowhere last."""
    if len(parts) <= ASKED_OF_MANY:
        return parts
    texts = [getattr(part, "text", "") for part in parts]
    counts = index.counts([(WORDS, normalise(text)) for text in texts])
    rank = {at: (not count, count, -len(texts[at])) for at, count in enumerate(counts)}
    chosen = sorted(sorted(rank, key=rank.__getitem__)[:ASKED_OF_MANY])
    return tuple(parts[at] for at in chosen)


def _by_nearness(wanted: tuple[Node, ...], index: Index) -> ByNearness | None:
    terms = tuple(filter(None, _terms(wanted)))
    if not 1 < len(terms) <= CLOSE:
        return None
    counts = index.counts([(WORDS, normalise(spelled[0])) for spelled in terms])
    return ByNearness(terms, sum(idf(index.documents, count) for count in counts))


def _terms(wanted: tuple[Node, ...]) -> Iterator[tuple[str, ...]]:
    """The spellings of each term."""
    for part in wanted:
        match part:
            case OneSentence(terms):
                for term in terms:
                    yield tuple(text for leaf in term for text in spellings_of(leaf))
            case Word() | Phrase() | Widened():
                yield spellings_of(part)
