"""Questions typed as they stand, whose answers may use other words."""

from __future__ import annotations

import re
from itertools import pairwise

from engine.analyze import character_texts, normalise
from engine.query.parser import And, Node

_BOTH = "".join(f"(?<!谁{'.' * many})" for many in range(1, 5))  # 谁执法谁普法 asks nothing
_ASKING = re.compile(
    "[?]|什么|怎么|怎样|如何|为何|哪[些个种里儿类项家几]|多少|多久|多长|[是能可]否|吗|"
    f"{_BOTH}谁(?!.{{1,4}}谁)"
)


def asks(text: str) -> bool:
    """Whether somebody asks in a sentence (``哪些``, ``如何``, ``？``) rather than names words."""
    return _ASKING.search(normalise(text)) is not None


def is_minor(word: str, question: bool) -> bool:
    """Whether a word says little of what is sought: a single character, what asks in a question."""
    return len(word) == 1 or (question and asks(word))


def is_question(node: Node, text: str) -> bool:
    """Whether several words are asked for in a question: its answer need not hold them."""
    return isinstance(node, And) and asks(text)


def singles_and_pairs(text: str) -> tuple[list[str], list[tuple[str, str]]]:
    """The exact tokens of a text, and every two side by side; signs and what asks left out.

    ``医保怎么报销？`` → 医 保 报 销; 医保 报销. What is said twice is told twice.
    """
    tokens = character_texts(_ASKING.sub(" ", normalise(text)))
    return [*filter(_tells, tokens)], [pair for pair in pairwise(tokens) if all(map(_tells, pair))]


def _tells(token: str) -> bool:
    return token[0].isalnum()
