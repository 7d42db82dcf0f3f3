"""How characters sound: readings for suggestions and spelling, never for matching a search."""

from __future__ import annotations

import re
from functools import lru_cache

# What is easily taken for each other, in speech and so in typing: zh and z, an and ang, n and l.
_FLAT, _NASAL, _LIQUID = re.compile("^([zcs])h"), re.compile("ng$"), re.compile("^n")


@lru_cache(maxsize=100_000)  # so that after a commit only what is new is read
def syllables(text: str) -> tuple[str, ...]:
    """One for each character: ``银行dip`` → ``yin hang d i p``; ü is written v."""
    # Here and not above: it takes a third of a second, which the command line need not wait for.
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(text, errors=list))  # type: ignore[arg-type]


@lru_cache(maxsize=2048)
def alike(syllable: str) -> str:
    """The same for syllables that sound nearly the same: ``zhang`` and ``zan`` → ``zan``."""
    return _LIQUID.sub("l", _NASAL.sub("n", _FLAT.sub(r"\1", syllable)))
