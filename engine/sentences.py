"""Cuts a text into sentences.

A sentence ends after ``。！？；…`` or their ASCII twins, together with the quotation marks and
brackets that close behind them, and at the end of a line. A stop inside a quotation ends a
sentence too: long quotations in reports hold many.
"""

from __future__ import annotations

import re

from engine.analyze import character_texts

STOPS = "。！？；…!?;\n"
STOP_TOKENS = frozenset(character_texts(STOPS))
_CLOSING = "”’」』）】》〉〕］\"')]}"
_SENTENCE = re.compile(rf"[^{STOPS}]*[{STOPS}]+(?:[{re.escape(_CLOSING)}]+[{STOPS}]*)*|[^{STOPS}]+")


def sentences(text: str) -> list[tuple[int, int]]:
    """The start and end of each sentence; joined, they give the text.

    ``甲（乙。）丙。`` → ``甲（乙。）`` and ``丙。``
    """
    return [match.span() for match in _SENTENCE.finditer(text)]
