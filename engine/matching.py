"""What a query tree matches: document numbers with their scores, from Whoosh's postings.

Whoosh supplies the leaves (terms, phrases, prefixes) and their BM25F scores;
and, or and not are set algebra here, since Whoosh's own union drops what
scores nothing.

A word in words mode is found as a word, which scores, *or* as the same
characters in a row, which does not: ``参保率`` is found in ``参保率达98.25%``
although the tokenizer cuts 率达 there. What exact mode finds, words mode finds
too, and the ranking stays the words' own. Only where the tokenizer never made
such a word do the characters score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from whoosh import query as wq
from whoosh.searching import Searcher

from engine.analyze import characters
from engine.errors import QueryError
from engine.query import And, Every, Node, Not, Or, Phrase, Prefix, Title, Word

MAX_EXPANSION = 5000  # words that one prefix may stand for

Scores = dict[int, float]


def matches(node: Node, searcher: Searcher) -> Scores:
    """Document numbers to BM25F scores, for every document that matches."""
    match node:
        case And(parts):
            return _all(
                [matches(part, searcher) for part in parts if not isinstance(part, Not)],
                parts,
                searcher,
            )
        case Or(parts):
            return _sum(matches(part, searcher) for part in parts)
        case Not():
            return _all([], (node,), searcher)
        case Every():
            return dict.fromkeys(searcher.reader().all_doc_ids(), 0.0)
        case Word(text):
            return _word(text, searcher)
        case Phrase(text):
            return _phrase("exact", text, searcher)
        case Title(text):
            return _phrase("title", text, searcher)
        case Prefix(text):
            return _prefix(text, searcher)


def relax(node: Node, searcher: Searcher) -> tuple[Scores, int]:
    """For words that are nowhere together: the documents that hold most of them.

    Returns those that hold at least ``m`` of the parts, and ``m``: more than
    half of the parts, or the most that any document holds, where that is less.
    Exclusions stay in force; single characters (的, 了) do not count beside longer
    words. ``({}, 0)`` for a query that is no conjunction.
    """
    parts = node.parts if isinstance(node, And) else ()
    wanted = [part for part in parts if not isinstance(part, Not)]
    telling = [part for part in wanted if not (isinstance(part, Word) and len(part.text) == 1)]
    if len(wanted) < 2:
        return {}, 0
    found = [matches(part, searcher) for part in telling or wanted]
    scores = _all([_sum(found)], parts, searcher)
    held = Counter(number for one in found for number in one if number in scores)
    least = min(len(found) // 2 + 1, max(held.values(), default=0))
    return {number: scores[number] for number, count in held.items() if count >= least}, least


def _all(found: list[Scores], parts: Iterable[Node], searcher: Searcher) -> Scores:
    """What is in all of ``found`` and in nothing that ``parts`` exclude."""
    every = found or [matches(Every(), searcher)]
    numbers = set(every[0]).intersection(*every[1:])
    for part in parts:
        if isinstance(part, Not):
            numbers.difference_update(matches(part.part, searcher))
    return {number: sum(one[number] for one in every) for number in numbers}


def _sum(found: Iterable[Scores]) -> Scores:
    total: Scores = {}
    for one in found:
        for number, score in one.items():
            total[number] = total.get(number, 0.0) + score
    return total


def _read(query: wq.Query, searcher: Searcher) -> Scores:
    scores: Scores = {}
    for leaf, offset in searcher.leaf_searchers():
        matcher = query.matcher(leaf)
        while matcher.is_active():
            scores[offset + matcher.id()] = matcher.score()
            matcher.next()
    return scores


def _word(text: str, searcher: Searcher) -> Scores:
    if text.isascii():  # letters and digits are cut alike in both fields
        return _read(wq.Term("words", text), searcher)
    if len(text) == 1:  # jieba seldom leaves a character by itself
        return _read(wq.Term("exact", text), searcher)
    words = _read(wq.Term("words", text), searcher)
    literal = _phrase("exact", text, searcher, words.keys())
    return dict.fromkeys(literal, 0.0) | words if words else literal


def _phrase(field: str, text: str, searcher: Searcher, known: Collection[int] = ()) -> Scores:
    """The documents, but for those ``known``, in which the tokens of ``text`` stand in a row.

    Their score is the sum of the tokens' scores. Positions are read only where
    all of the tokens are; Whoosh's own phrase reads them everywhere.
    """
    tokens = [wq.Term(field, token.text) for token in characters(text)]
    if len(tokens) == 1:
        return _read(tokens[0], searcher)
    scores: Scores = {}
    for leaf, offset in searcher.leaf_searchers():
        holding = [set(token.matcher(leaf).all_ids()) for token in set(tokens)]
        both = set.intersection(*holding).difference(number - offset for number in known)
        matchers = [token.matcher(leaf) for token in tokens] if both else []
        for number in sorted(both):
            for matcher in matchers:
                matcher.skip_to(number)
            if _in_a_row([matcher.value_as("positions") for matcher in matchers]):
                scores[offset + number] = sum(matcher.score() for matcher in matchers)
    return scores


def _in_a_row(positions: Sequence[Sequence[int]]) -> bool:
    starts = set(positions[0])
    for shift, places in enumerate(positions[1:], 1):
        starts &= {place - shift for place in places}
    return bool(starts)


def _prefix(text: str, searcher: Searcher) -> Scores:
    expanded = searcher.reader().expand_prefix("words", text)
    if next(islice(expanded, MAX_EXPANSION, None), None) is not None:
        raise QueryError(f"“{text}*”代表的词语太多", "请把开头写得长一些")
    return _read(wq.Prefix("words", text), searcher)
