"""Questions typed as they stand, whose answers may use other words."""

from __future__ import annotations

import re
from itertools import pairwise

from engine.analyze import is_han, normalise
from engine.query import And, Node, Widened, Word

FEW = 3  # words that are meant one by one; more of them may be a question
_ASKING = re.compile(
    "[?？]|什么|怎么|怎样|如何|为何|哪[些个种里儿类项家几]|多少|多久|多长|[是能可]否|吗|谁"
)


def asks(text: str) -> bool:
    """Whether somebody asks in a sentence (``哪些``, ``如何``, ``？``) rather than names words."""
    return _ASKING.search(text) is not None


def is_question(node: Node, text: str) -> bool:
    """Whether more than a few words are asked for in a question: its answer need not hold them."""
    parts = node.parts if isinstance(node, And) else ()
    told = sum(isinstance(part, Word | Widened) and len(part.text) > 1 for part in parts)
    return told > FEW and asks(text)


def singles_and_pairs(text: str) -> tuple[list[str], list[str]]:
    """The Han characters of a text, normalised, and every two side by side, each once."""
    plain = normalise(text)
    pairs = dict.fromkeys(before + after for before, after in pairwise(plain))
    return [*filter(is_han, dict.fromkeys(plain))], [*filter(is_han, pairs)]
