"""Where to put the marks: offsets into a text, never HTML.

Two kinds of span. ``query``: what the query asked for, wherever it stands.
``phrase``: policy phrases of the lexicon, shown in a quieter way. Spans of one
kind do not overlap; a query span may lie inside a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from engine.analyze import Token, characters, normalise
from engine.model import Lexicon, Span
from engine.query import Leaf, Prefix, Title


def highlight(
    text: str, terms: Iterable[Leaf], phrases: re.Pattern[str] | None, words: Sequence[Token] = ()
) -> tuple[Span, ...]:
    """Spans of ``text`` in order; ``words`` are its word tokens, needed by prefixes only."""
    tokens = characters(text)
    found: set[tuple[int, int]] = set()
    single: set[tuple[int, int]] = set()
    for term in terms:
        if isinstance(term, Title):
            continue
        if isinstance(term, Prefix):
            found |= {(t.start, t.end) for t in words if t.text.startswith(term.text)}
            continue
        wanted = [token.text for token in characters(term.text)]
        where = set(_occurrences(tokens, wanted))
        (single if len(wanted) == 1 and not wanted[0].isascii() else found).update(where)
    query = [Span(start, end, "query") for start, end in _merge(found | _near(single, found))]
    policy = [Span(start, end, "phrase") for start, end in _policy(text, tokens, phrases)]
    return tuple(sorted(query + policy, key=lambda span: (span.start, -span.end)))


@lru_cache(maxsize=4)
def phrase_pattern(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """One pattern over normalised text for all policy phrases, the longest first."""
    if not phrases:
        return None
    known = sorted({normalise(phrase) for phrase in phrases}, key=lambda p: (-len(p), p))
    return re.compile(_trie_pattern(known))


def policy_pattern(lexicon: Lexicon) -> re.Pattern[str] | None:
    """The pattern of a lexicon's policy phrases."""
    return phrase_pattern(tuple(lexicon.phrases))


def _trie_pattern(words: Iterable[str]) -> str:
    """A regular expression that shares beginnings, so that hundreds of words cost one walk.

    ``["医保码", "医保"]`` → ``医保(?:码)?``
    """
    trie: dict[str, list[str]] = {}
    ends = False
    for word in words:
        if word:
            trie.setdefault(word[0], []).append(word[1:])
        else:
            ends = True
    if not trie:
        return ""
    branches = [re.escape(first) + _trie_pattern(rest) for first, rest in trie.items()]
    pattern = branches[0] if len(branches) == 1 and not ends else f"(?:{'|'.join(branches)})"
    return f"{pattern}?" if ends else pattern


def _occurrences(tokens: Sequence[Token], wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    size = len(wanted)
    for at in range(len(tokens) - size + 1):
        if tokens[at].text == wanted[0] and all(
            tokens[at + i].text == wanted[i] for i in range(1, size)
        ):
            yield tokens[at].start, tokens[at + size - 1].end


def _near(single: set[tuple[int, int]], found: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of single characters, those that touch another mark; all where there is no other mark.

    ``参保率`` cut as 参保 and 率 should mark 参保率, not every 率 of the text.
    """
    if not found:
        return single
    starts, ends = {start for start, _ in found}, {end for _, end in found}
    return {(start, end) for start, end in single if start in ends or end in starts}


def _merge(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _policy(
    text: str, tokens: Sequence[Token], phrases: re.Pattern[str] | None
) -> Iterator[tuple[int, int]]:
    if phrases is None:
        return
    starts, ends = {token.start for token in tokens}, {token.end for token in tokens}
    for match in phrases.finditer(normalise(text)):
        if match.start() in starts and match.end() in ends:  # DIP, but not the dip of a longer word
            yield match.span()
