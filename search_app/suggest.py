"""What a person may have meant to type: policy phrases and names the index knows."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from engine.engine import Engine
from engine.model import UNKNOWN

MOST = 8


def suggestions(engine: Engine, prefix: str) -> list[dict[str, str]]:
    """Phrases, provinces and themes that begin with ``prefix``, then those that hold it."""
    prefix = prefix.strip()
    if not prefix:
        return []
    known = [item for item in _known(engine) if prefix in item[0]]
    known.sort(key=lambda item: (not item[0].startswith(prefix), len(item[0]), item[0]))
    return [{"text": text, "kind": kind} for text, kind in dict.fromkeys(known)][:MOST]


def near(engine: Engine, text: str) -> list[str]:
    """Policy phrases that look like ``text`` or share its words, the nearest first."""
    phrases = list(engine.lexicon().phrases)
    close: list[str] = []
    for word in text.split():
        if len(word) > 1:  # only what shares a character with it can be near
            alike = [phrase for phrase in phrases if not set(word).isdisjoint(phrase)]
            close += get_close_matches(word, alike, 3, 0.5)
    return [phrase for phrase in dict.fromkeys(close) if phrase != text.strip()][:5]


def _known(engine: Engine) -> Iterator[tuple[str, str]]:
    lexicon = engine.lexicon()
    yield from ((phrase, "phrase") for phrase in lexicon.phrases)
    yield from ((region, "region") for region, _ in engine.overview().grid if region != UNKNOWN)
    yield from ((theme, "theme") for theme in lexicon.phrases.values() if theme)
