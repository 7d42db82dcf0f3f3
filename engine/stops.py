"""The signs that end a sentence, as a search for words in one sentence takes them.

An index sees tokens, so here a sentence ends at each ``。！？；…`` or its ASCII twin and at the end
of a line, inside quotations and brackets too. ``sentences.py`` cuts what people quote, and keeps
pairs of marks together.
"""

from __future__ import annotations

import re

from engine.analyze import character_texts

STOPS = "。！？；…!?;\n"
STOP_TOKENS = frozenset(character_texts(STOPS))
_CLOSING = "”’」』）】》〉〕］\"')]}"
_SENTENCE = re.compile(rf"[^{STOPS}]*[{STOPS}]+(?:[{re.escape(_CLOSING)}]+[{STOPS}]*)*|[^{STOPS}]+")


def between_stops(text: str) -> list[tuple[int, int]]:
    """The start and end of each stretch up to a stop; joined, they give the text.

    Marks that close behind a stop belong to it.

    ``甲（乙。）丙。`` → ``甲（乙。）`` and ``丙。``
    """
    return [match.span() for match in _SENTENCE.finditer(text)]
