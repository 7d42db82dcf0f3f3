"""Questions typed as they stand, whose answers may use other words."""

from __future__ import annotations

import re
from itertools import pairwise

from engine.analyze import character_texts, normalise

_CLASSIFIERS = "次个年天月级种类项家人倍成岁口名条批期届轮步点位座所处"
_HOW_MUCH = (
    "多少|多[久长高大远重宽深厚]|百分之几|几分之几|第几"
    f"|(?<![十百千万亿近这那前后上下头好数每过来])几[{_CLASSIFIERS}](?!来)"
)
_FIGURE = re.compile(_HOW_MUCH)
_ASKING = re.compile(
    f"{_HOW_MUCH}|[?]|什么|怎么|怎样|如何|为何|何[时地处人种]|为?啥|咋|哪(?!怕|吒)|谁|吗(?!啡)"
    "|[是能可会应]否|([是能要会可该好行够对])不\\1|有没有"
)
_ECHO = 9  # code points between the halves of a slogan: 缺什么补什么, 谁执法谁普法


def asks(text: str) -> bool:
    """Whether somebody asks in a sentence (``哪些``, ``如何``, ``？``) rather than names words."""
    return bool(_asking(normalise(text)))


def asks_figure(text: str) -> bool:
    """Whether a question is answered by a figure: 多少, 几个, 百分之几."""
    return any(_FIGURE.fullmatch(match.group()) for match in _asking(normalise(text)))


def _asking(plain: str) -> list[re.Match[str]]:
    """The places that ask. A pronoun that comes twice in a row makes a slogan, no question."""
    found = list(_ASKING.finditer(plain))
    return [match for match in found if not any(_echo(match, other) for other in found)]


def _echo(match: re.Match[str], other: re.Match[str]) -> bool:
    apart = abs(match.start() - other.start())
    return match.group() == other.group() != "?" and 0 < apart <= _ECHO


def is_minor(word: str, question: bool) -> bool:
    """Whether a word says little of what is sought: a single character, what asks in a question."""
    return len(word) == 1 or (question and asks(word))


def singles_and_pairs(text: str) -> tuple[list[str], list[tuple[str, str]]]:
    """The exact tokens of a text, and every two side by side, as often as they stand there.

    Signs and what asks are left out: ``医保怎么报销？`` → 医 保 报 销; 医保 报销.
    """
    plain = normalise(text)
    for match in reversed(_asking(plain)):
        plain = f"{plain[: match.start()]} {plain[match.end() :]}"
    tokens = character_texts(plain)
    telling = [token for token in tokens if _is_telling(token)]
    return telling, [pair for pair in pairwise(tokens) if all(map(_is_telling, pair))]


def _is_telling(token: str) -> bool:
    return token[0].isalnum()
