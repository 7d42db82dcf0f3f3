"""Turns a query into one whose terms have to stand in one sentence."""

from __future__ import annotations

from engine.analyze import is_han
from engine.errors import QueryError
from engine.query.lexer import Lexeme
from engine.query.tree import (
    And,
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
    conjunction,
)
from engine.sentences import find_sentences


def in_one_sentence(node: Node) -> Node:
    """The query with its terms in one sentence; titles and exclusions stay as they are.

    Raises ``QueryError`` for terms that cannot stand in a sentence.
    """
    if isinstance(node, Or):
        return Or(tuple(map(in_one_sentence, node.parts)))
    if not isinstance(node, And):
        return node
    apart = [part for part in node.parts if isinstance(part, Not | Title | OneSentence)]
    together = tuple(part for part in node.parts if part not in apart)
    terms = tuple(dict.fromkeys(map(_spellings, together)))
    if len(terms) < 2:
        return node
    return conjunction([OneSentence(terms, node.runs), *apart])


def within_brackets(node: Node, lexeme: Lexeme) -> Node:
    """The query in the brackets of ``同句(…)``; raises ``QueryError`` for what cannot be there."""
    parts = node.parts if isinstance(node, And) else (node,)
    if any(isinstance(part, Not | Title | OneSentence) for part in parts):
        raise QueryError(
            "“同句”的括号里只能写要找的词",
            "排除词和标题请写在括号外面",
            lexeme.start,
            lexeme.end,
        )
    return in_one_sentence(node)


def _spellings(part: Node) -> tuple[Leaf, ...]:
    """The leaves of which one is enough."""
    leaves = part.parts if isinstance(part, Or) else (part,)
    return tuple(dict.fromkeys(map(_checked, leaves)))


def _checked(leaf: Node) -> Leaf:
    if not isinstance(leaf, Word | Widened | Phrase | Prefix):
        raise QueryError("同一句里的条件太复杂", "每一项请写成一个词，或用“|”隔开的几个词")
    if isinstance(leaf, Prefix) and not is_han(leaf.text):
        raise QueryError(f"同一句里不能用“{leaf.text}*”", "请写出完整的词", *leaf.place)
    if len(find_sentences(leaf.text)) > 1:
        raise QueryError(f"“{leaf.text[:20]}”不止一句", "同一句里查的词不能跨句", *leaf.place)
    return leaf
