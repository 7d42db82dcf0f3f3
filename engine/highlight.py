"""Where to put the marks: offsets into a text, never HTML.

Two kinds of span. ``query``: what the query asked for, wherever it stands.
``phrase``: policy phrases of the lexicon, shown in a quieter way. Spans of one
kind do not overlap; a query span may lie inside a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from engine.analyze import Token, characters, is_han, normalise
from engine.model import Span
from engine.query import Leaf, Phrase, Prefix, Title, Word


def highlight(
    text: str,
    terms: Iterable[Leaf],
    phrases: re.Pattern[str] | None,
    words: Callable[[str], Sequence[Token]],
) -> tuple[Span, ...]:
    """Spans of ``text`` in order; ``words`` cuts it into word tokens, for prefixes."""
    plain = normalise(text)
    found: set[tuple[int, int]] = set()
    single: set[tuple[int, int]] = set()
    for term in terms:
        match term:
            case Title():
                continue
            case Prefix(beginning):
                found |= {(t.start, t.end) for t in words(text) if t.text.startswith(beginning)}
            case Word(wanted) | Phrase(wanted):
                short = len(wanted) == 1 and is_han(wanted)
                (single if short else found).update(_occurrences(plain, normalise(wanted)))
    query = [Span(start, end, "query") for start, end in _merge(found | _near(single, found))]
    policy = [Span(*m.span(), "phrase") for m in _phrases(phrases, plain)] if phrases else []
    return tuple(sorted(query + policy, key=lambda span: (span.start, -span.end)))


@lru_cache(maxsize=4)
def phrase_pattern(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """One pattern over normalised text for all policy phrases, the longest first."""
    if not phrases:
        return None
    known = sorted({normalise(phrase) for phrase in phrases}, key=lambda p: (-len(p), p))
    # DIP, but not the dip of a longer word: its end is seen to here, its beginning in
    # ``_phrases``, since a pattern that began with a look behind it would be tried at
    # every character and not just where some phrase begins.
    return re.compile(rf"{_trie_pattern(known)}(?!(?<=[a-z0-9])[a-z0-9])")


def _phrases(pattern: re.Pattern[str], plain: str) -> Iterator[re.Match[str]]:
    at = 0
    while match := pattern.search(plain, at):
        start, at = match.start(), match.end()
        if start and _PLAIN.fullmatch(plain, start - 1, start + 1):
            at = start + 1
        else:
            yield match


_PLAIN = re.compile("[a-z0-9]{2}")


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


def _occurrences(plain: str, wanted: str) -> Iterator[tuple[int, int]]:
    if is_han(wanted):  # then every place is on token boundaries
        at = plain.find(wanted)
        while at >= 0:
            yield at, at + len(wanted)
            at = plain.find(wanted, at + 1)
        return
    tokens, parts = characters(plain), [token.text for token in characters(wanted)]
    for at in range(len(tokens) - len(parts) + 1):
        here = tokens[at : at + len(parts)]
        if [token.text for token in here] == parts:
            yield here[0].start, here[-1].end


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
