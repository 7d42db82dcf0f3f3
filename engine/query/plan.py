"""What a query tree asks of the index, in Whoosh's query classes.

A word in words mode is found as a word, which scores, *or* as the same
characters in a row, which does not: ``参保率`` is found in ``参保率达98.25%``
although the tokenizer cuts 率达 there. What exact mode finds, words mode finds
too, and the ranking stays the words' own. Only where the tokenizer never made
such a word do the characters score.

A word that is widened is found by any of its synonyms in the same two ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import log
from typing import NamedTuple, Protocol

from whoosh import query as wq

from engine.analyze import Analyzer, characters, is_han, is_one_run, normalise
from engine.errors import QueryError
from engine.fields import EXACT, TITLE, WORDS
from engine.model import Query
from engine.query.parser import (
    And,
    Every,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Title,
    Widened,
    Word,
    parse,
)
from engine.query.questions import is_minor, is_question, singles_and_pairs
from engine.query.synonyms import Synonyms
from engine.ranking import CHARACTER_PAIR_WEIGHT, CHARACTER_WEIGHT, NAMED_WEIGHT, SYNONYM_WEIGHT
from engine.whoosh_queries import Implied

FEW = 2  # words of a question that are all wanted; of more, any
MAX_EXPANSION = 5000  # words that one prefix may stand for


class Index(Protocol):
    """What has to be known of an index to ask it well."""

    @property
    def documents(self) -> int:
        """How many it holds."""

    def has(self, field: str, text: str) -> bool:
        """Whether a term stands anywhere."""

    def expansion(self, field: str, prefix: str) -> int:
        """How many terms begin so."""

    def counts(self, terms: Sequence[tuple[str, str]]) -> Sequence[int]:
        """How many documents hold each term."""


Best = Callable[[wq.Query], int]  # the most parts of the query's ``Or`` that one document holds


def understood(query: Query, analyzer: Analyzer, synonyms: Synonyms) -> Node:
    """What was typed, as a tree; raises ``QueryError``."""
    return parse(query.text, query.exact, analyzer.cut, synonyms if query.synonyms else None)


class Named(NamedTuple):
    """A name that a question tells, and the query for the reports that are filed under it."""

    name: str
    reports: wq.Query


def meant(
    node: Node, text: str, index: Index, best: Best, named: Callable[[], Iterable[Named]]
) -> tuple[wq.Query, int, bool]:
    """What to ask first for ``text``: the query, ``m`` of ``relaxed``, whether it is a question."""
    if is_question(node, text):
        nearest = relaxed(node, index, best, question=True, named=named())
        if nearest:
            return *nearest, True
    return asked(node, index), 0, False


def asked(node: Node, index: Index) -> wq.Query:
    """The query that finds and scores what ``node`` means."""
    match node:
        case And(parts):
            return _all(parts, index)
        case Or(parts):
            return wq.Or([asked(part, index) for part in parts])
        case Not():
            return _all((node,), index)
        case Every():
            return wq.Every(boost=0.0)
        case Word(text):
            return _either(_word(text, index))
        case Widened(_, words, others):
            return _widened(words, others, index)
        case Phrase(text):
            return _literal(text, index)
        case Title(text):
            return _in_a_row(TITLE, text)
        case Prefix(text):
            return _prefix(text, index)


def relaxed(
    node: Node, index: Index, best: Best, question: bool = False, named: Iterable[Named] = ()
) -> tuple[wq.Query, int] | None:
    """For words that are nowhere together, or a question: the query for what holds most of them.

    With it comes how many of the parts are held at least, 0 for all: more than half of
    them, or the most that any paragraph holds, where that is less. In a question few
    parts are all wanted, of more one is enough (found or not), since its answer may use
    other words. Exclusions stay in force; single characters (的, 了), and in a question
    what asks (怎么), do not count beside other words. What is found also scores by the
    characters, and the reports of ``named`` as if they said their names.
    None for a query that is no conjunction, or where no part is to be found.
    """
    parts = node.parts if isinstance(node, And) else ()
    wanted = [part for part in parts if not isinstance(part, Not)]
    telling = [p for p in wanted if not (isinstance(p, Word) and is_minor(p.text, question))]
    if len(wanted) < 2:
        return None
    found = [asked(part, index) for part in telling or wanted]
    allowed = _all([part for part in parts if isinstance(part, Not)], index)
    least = len(found) // 2 + 1
    if question:
        least = 1 if len(found) > FEW else len(found)
    if least > 1 or not question:
        counted = wq.And([allowed, wq.Or(found, minmatch=least)])
        least = min(least, best(counted))
    if not least:
        return None
    held = wq.Or(found, minmatch=least)
    if least == 1:  # one flat Or: what scores nothing is looked up only where nothing else is
        held = wq.Or([way for part in found for way in _ways(part)])
    names = [saying(one, index) for one in named]
    near = wq.Or([*_closeness(wanted), *names])
    return wq.AndMaybe(wq.And([allowed, held]), near), least if least < len(wanted) else 0


def _ways(query: wq.Query) -> Sequence[wq.Query]:
    ways: Sequence[wq.Query] = query.subqueries if isinstance(query, wq.Or) else [query]
    return ways


def _closeness(parts: Iterable[Node]) -> list[wq.Query]:
    """What the words of a question score besides: their characters, one by one and in pairs.

    A character that is a word by itself scores in full. See ``docs/relevance.md`` for what
    that is worth.
    """
    text = "".join(part.text for part in parts if isinstance(part, Word | Widened))
    words = {part.text for part in parts if isinstance(part, Word) and len(part.text) == 1}
    singles, pairs = singles_and_pairs(text)
    boosts = {one: 1.0 if one in words else CHARACTER_WEIGHT for one in singles}
    return [
        *(wq.Term(EXACT, one, boost=boost) for one, boost in boosts.items()),
        *(
            wq.Phrase(EXACT, list(pair), boost=CHARACTER_PAIR_WEIGHT)
            for pair in dict.fromkeys(pairs)
        ),
    ]


def saying(named: Named, index: Index) -> wq.Query:
    """Scores the paragraphs of those reports as if they said the name."""
    weight = NAMED_WEIGHT * _weight(_word(named.name, index)[0], index)
    return wq.And([named.reports, wq.Every(boost=weight)])


def _all(parts: Iterable[Node], index: Index) -> wq.Query:
    """What all of the parts ask for, without what they exclude, which scores nothing."""
    kept = [asked(part, index) for part in parts if not isinstance(part, Not)]
    dropped = [asked(part.part, index) for part in parts if isinstance(part, Not)]
    query = wq.And(kept) if kept else wq.Every(boost=0.0)
    return wq.AndNot(query, wq.Or(dropped)) if dropped else query


def _word(text: str, index: Index) -> list[wq.Query]:
    """The ways in which a word is found; the first one scores."""
    if text.isascii() and is_one_run(text):  # letters and digits are cut alike in both fields
        return [wq.Term(WORDS, text)]
    literal = _literal(text, index)
    if isinstance(literal, wq.Term):  # jieba seldom leaves a character by itself
        return [literal]
    if not index.has(WORDS, text):
        return [literal]
    return [wq.Term(WORDS, text), literal.with_boost(0.0)]


def _either(queries: Sequence[wq.Query]) -> wq.Query:
    return queries[0] if len(queries) == 1 else wq.Or(queries)


def _widened(words: Sequence[str], others: Sequence[str], index: Index) -> wq.Query:
    """What was typed, or any of its synonyms, as one flat ``Or``.

    BM25 would favour the rarest name of a thing, and a name that is looked for by its
    characters most of all, as each of them scores. So a synonym's weight is cut down to
    ``SYNONYM_WEIGHT`` times that of what was typed.
    """
    typed = _word(words[0], index) if len(words) == 1 else [_all(map(Word, words), index)]
    most = SYNONYM_WEIGHT * _weight(typed[0], index)
    ways = list(typed)
    for other in others:
        scoring, *silent = _word(normalise(other), index)
        boost = min(1.0, most / _weight(scoring, index))
        ways += (scoring.with_boost(boost), *silent)
    return _either(ways)


def _weight(query: wq.Query, index: Index) -> float:
    """The idf, as Whoosh has it, of all terms that score in a query."""
    scoring = (leaf for leaf in query.leaves() if leaf.boost)
    terms = [term for leaf in scoring for term in leaf.terms(phrases=True)]
    return sum(log(max(1, index.documents) / (count + 1)) + 1 for count in index.counts(terms))


def _literal(text: str, index: Index) -> wq.Query:
    """The characters in a row; where the tokenizer made a word of them, they are."""
    query, word = _in_a_row(EXACT, text), normalise(text)
    if isinstance(query, wq.Phrase) and is_han(word) and index.has(WORDS, word):
        return Implied(wq.Term(WORDS, word), EXACT, query.words)
    return query


def _in_a_row(field: str, text: str) -> wq.Query:
    tokens = [token.text for token in characters(text)]
    return wq.Term(field, tokens[0]) if len(tokens) == 1 else wq.Phrase(field, tokens)


def _prefix(text: str, index: Index) -> wq.Query:
    if index.expansion(WORDS, text) > MAX_EXPANSION:
        raise QueryError(f"“{text}*”代表的词语太多", "请把开头写得长一些")
    return wq.Prefix(WORDS, text, constantscore=False)
