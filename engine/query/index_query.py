"""A query tree as Whoosh's query classes, which every engine runs.

A word in words mode is found as a word, which scores, *or* as the same
characters in a row, which does not: ``参保率`` is found in ``参保率达98.25%``
although the tokenizer cuts 率达 there. What exact mode finds, words mode finds
too, and the ranking stays the words' own. Only where the tokenizer never made
such a word do the characters score.

What was typed without a blank and cut in several words (a *run*) ranks first where it
stands as typed: it gets more than any paragraph can score by its words alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import log
from typing import Protocol

from whoosh import query as wq

from engine.analyze import character_texts, characters, is_han, is_one_run, normalise
from engine.errors import QueryError
from engine.fields import EXACT, TITLE, WORDS
from engine.query.tree import (
    And,
    Every,
    Leaf,
    Node,
    Not,
    OneSentence,
    Or,
    Phrase,
    Prefix,
    Title,
    Widened,
    Word,
)
from engine.ranking import HEADING_WEIGHT, K1, SYNONYM_WEIGHT
from engine.whoosh_queries import Implied
from engine.whoosh_queries import OneSentence as OneSentenceQuery

MAX_EXPANSION = 5000  # words that one prefix may stand for


class Index(Protocol):
    """What has to be known of an index to ask it well."""

    @property
    def documents(self) -> int:
        """The number of paragraphs."""

    @property
    def regions(self) -> Collection[str]:
        """The paths of the regions that reports are filed under."""

    def has(self, field: str, text: str) -> bool:
        """Whether a term stands anywhere."""

    def expansion(self, field: str, prefix: str) -> int:
        """The number of terms that begin so."""

    def counts(self, terms: Sequence[tuple[str, str]]) -> Sequence[int]:
        """The number of paragraphs that hold each term."""

    def filed(self, facet: str, values: Sequence[str]) -> wq.Query:
        """The query for paragraphs whose reports bear one of these values of a facet."""


def to_index_query(node: Node, index: Index) -> wq.Query:
    """The query that finds and scores what ``node`` means."""
    match node:
        case And(parts, runs):
            return prefer_runs(all_of(parts, index), runs, index)
        case Or(parts):
            return wq.Or([to_index_query(part, index) for part in parts])
        case Not():
            return all_of((node,), index)
        case Every():
            return wq.Every(boost=0.0)
        case OneSentence(terms, runs):
            return prefer_runs(_one_sentence(terms, index), runs, index)
    return _leaf_query(node, index)


def _leaf_query(leaf: Leaf, index: Index) -> wq.Query:
    match leaf:
        case Word(text):
            return any_of(_word(text, index))
        case Widened(_, words, synonyms):
            return _widened(words, synonyms, index)
        case Phrase(text):
            return _literal(text, index)
        case Title(text):
            return _in_a_row(TITLE, text)
        case Prefix(text):
            return _prefix(text, index)


def all_of(parts: Iterable[Node], index: Index) -> wq.Query:
    """What all of the parts ask for, without what they exclude, which scores nothing."""
    kept = [to_index_query(part, index) for part in parts if not isinstance(part, Not)]
    dropped = [to_index_query(part.part, index) for part in parts if isinstance(part, Not)]
    query = wq.And(kept) if kept else wq.Every(boost=0.0)
    return wq.AndNot(query, wq.Or(dropped)) if dropped else query


def any_of(queries: Sequence[wq.Query]) -> wq.Query:
    """Any of the queries; a single one stands for itself."""
    return queries[0] if len(queries) == 1 else wq.Or(queries)


def prefer_runs(query: wq.Query, runs: Sequence[str], index: Index) -> wq.Query:
    """The same paragraphs, those first in which a run stands as typed."""
    if not runs:
        return query
    most = ceiling(query, index)
    return wq.AndMaybe(query, any_of([rewarded(_in_a_row(EXACT, run), most) for run in runs]))


def boosted(query: wq.Query, boost: float) -> wq.Query:
    """The same query with another boost; Whoosh's own way copies all that is below it."""
    twin = object.__new__(type(query))  # sooner than ``copy``
    twin.__dict__.update(query.__dict__, boost=boost)
    return twin


def rewarded(query: wq.Query, score: float) -> wq.Query:
    """What a query finds, with the same score for every paragraph."""
    return wq.And([boosted(query, 0.0), wq.Every(boost=score)])


def ceiling(query: wq.Query, index: Index) -> float:
    """More than a paragraph can score for ``query``, in a heading too.

    BM25 gives a term at most ``K1 + 1`` times its weight; a heading gets a part of that.
    """
    return (K1 + 1) * weight(query, index) / HEADING_WEIGHT


def weight(query: wq.Query, index: Index) -> float:
    """The idf, as Whoosh has it, of all terms that score in a query."""
    scoring = (leaf for leaf in query.leaves() if leaf.boost)
    terms = [term for leaf in scoring for term in leaf.terms(phrases=True)]
    return sum(idf(index.documents, count) for count in index.counts(terms))


def idf(documents: int, count: int) -> float:
    """The weight of a term that ``count`` of all documents hold: ``whoosh.scoring``'s."""
    return log(max(1, documents) / (count + 1)) + 1


def name_weight(name: str, index: Index) -> float:
    """The weight of a name, found as a word is."""
    return weight(_word(name, index)[0], index)


def _word(text: str, index: Index) -> list[wq.Query]:
    """The ways in which a word is found; the first one scores."""
    if text.isascii() and is_one_run(text):  # letters and digits are cut alike in both fields
        return [wq.Term(WORDS, text)]
    literal = _literal(text, index)
    if isinstance(literal, wq.Term):  # jieba seldom leaves a character by itself
        return [literal]
    if not index.has(WORDS, text):
        return [literal]
    return [wq.Term(WORDS, text), boosted(literal, 0.0)]


def _widened(words: Sequence[str], synonyms: Sequence[str], index: Index) -> wq.Query:
    """What was typed, or any of its synonyms, as one flat ``Or``.

    BM25 would favour the rarest name of a thing, and a name that is looked for by its
    characters most of all, as each of them scores. So a synonym's weight is cut down to
    ``SYNONYM_WEIGHT`` times that of what was typed.
    """
    typed = _word(words[0], index) if len(words) == 1 else [all_of(map(Word, words), index)]
    most = SYNONYM_WEIGHT * weight(typed[0], index)
    ways = list(typed)
    for synonym in synonyms:
        scoring = _synonym(normalise(synonym), index)
        ways.append(scoring.with_boost(min(1.0, most / weight(scoring, index))))
    return any_of(ways)


def _synonym(name: str, index: Index) -> wq.Query:
    """A synonym counts as a word: 全国企业 does not speak of 国企. Only a name that the
    tokenizer never makes is looked for by its characters."""
    return wq.Term(WORDS, name) if index.has(WORDS, name) else _literal(name, index)


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
    """Words that begin so score; the characters in a row are found as well.

    Han characters in a row find all that these words do. A run of letters or digits is one
    token, so there the words have to be listed one by one.
    """
    expansion = index.expansion(WORDS, text)
    if is_han(text):
        literal = _literal(text, index)
        if not 0 < expansion <= MAX_EXPANSION:
            return literal
        beginning = wq.Prefix(WORDS, text, constantscore=False)
        return wq.Or([beginning, boosted(literal, 0.0)])
    if expansion > MAX_EXPANSION:
        raise QueryError(f"“{text}*”代表的词语太多", "请把开头写得长一些")
    return wq.Prefix(WORDS, text, constantscore=False)


def _one_sentence(terms: Sequence[Sequence[Leaf]], index: Index) -> wq.Query:
    """All terms, of which the characters stand in one sentence.

    What holds a word holds its characters in a row, so these decide.
    """
    parts = [any_of([to_index_query(leaf, index) for leaf in term]) for term in terms]
    spellings = [[text for leaf in term for text in spellings_of(leaf)] for term in terms]
    tokens = [[character_texts(text) for text in texts] for texts in spellings]
    return wq.And([*parts, OneSentenceQuery(tokens)])


def spellings_of(leaf: Leaf) -> tuple[str, ...]:
    """The texts by which a leaf is found; empty for titles."""
    match leaf:
        case Widened(text, _, synonyms):
            return (text, *synonyms)
        case Word(text) | Phrase(text) | Prefix(text):
            return (text,)
    return ()
