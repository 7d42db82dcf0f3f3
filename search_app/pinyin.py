"""Gives the sound of characters, for suggestions and spelling; searches never match by sound."""

from __future__ import annotations

import re
from functools import lru_cache

# Sounds that are easily confused, in speech and so in typing: zh and z, an and ang, n and l.
_FLAT, _NASAL, _LIQUID = re.compile("^([zcs])h"), re.compile("ng$"), re.compile("^n")


@lru_cache(maxsize=100_000)  # so that after a commit only new texts are read
def syllables(text: str) -> tuple[str, ...]:
    """The syllable of each character: ``银行dip`` → ``yin hang d i p``; ü is written v."""
    # Imported here: it takes a third of a second, and the command line may not need it.
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(text, errors=list))  # type: ignore[arg-type]


@lru_cache(maxsize=2048)
def alike(syllable: str) -> str:
    """A common form of syllables that sound similar: ``zhang`` and ``zan`` → ``zan``."""
    return _LIQUID.sub("l", _NASAL.sub("n", _FLAT.sub(r"\1", syllable)))
