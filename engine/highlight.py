"""Where to put the marks: offsets into a text, never HTML.

Two kinds of span. ``query``: what the query asked for, wherever it stands.
``phrase``: policy phrases of the lexicon, shown in a quieter way. Spans of one
kind do not overlap; a query span may lie inside a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from engine.analyze import Token, characters, is_han, normalise
from engine.model import Span
from engine.query import Leaf, Phrase, Prefix, Title, Word


def highlight(
    text: str,
    terms: Iterable[Leaf],
    phrases: Phrases,
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
    policy = [Span(start, end, "phrase") for start, end in phrases.find(plain)]
    return tuple(sorted(query + policy, key=lambda span: (span.start, -span.end)))


class Phrases:
    """Policy phrases, ready to be found in normalised texts: the longest at each place.

    A small regular expression tells where one may begin, from the first two characters
    apart; these two together, how long the phrases are that begin so. One expression of
    hundreds of phrases would be many times as slow.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._known = {normalise(phrase) for phrase in phrases}
        lengths: dict[str, set[int]] = {}
        for phrase in self._known:
            lengths.setdefault(phrase[:2], set()).add(len(phrase))
            if phrase[0] in self._known:  # a phrase of one character
                lengths[phrase[:2]].add(1)
        self._lengths = {begin: sorted(some, reverse=True) for begin, some in lengths.items()}
        self._may_begin = re.compile(_beginning(self._known))

    def find(self, plain: str) -> Iterator[tuple[int, int]]:
        """Where phrases stand, from the left and without overlaps."""
        upto, lengths = 0, self._lengths
        for place in self._may_begin.finditer(plain):
            at = place.start()
            here = lengths.get(plain[at : at + 2], ()) or lengths.get(plain[at], ())
            for length in here if at >= upto else ():
                phrase = plain[at : at + length]  # shorter at the end of the text
                end = at + len(phrase)
                if phrase in self._known and _apart(plain, at) and _apart(plain, end):
                    yield at, end
                    upto = end
                    break


def _beginning(phrases: Iterable[str]) -> str:
    """A pattern for every place where one of the phrases begins, and for some others."""
    first, second = ("".join({re.escape(p[at]) for p in phrases if len(p) > 1}) for at in (0, 1))
    single = "".join({re.escape(phrase) for phrase in phrases if len(phrase) == 1})
    longer = f"[{first}](?=[{second}])" if first else "(?!)"
    return f"{longer}|[{single}]" if single else longer


def _apart(plain: str, at: int) -> bool:
    """Whether no Latin word or number goes on across a place: DIP, but not that of dipole."""
    return not (0 < at < len(plain) and _INSIDE.fullmatch(plain, at - 1, at + 1))


_INSIDE = re.compile("[a-z0-9]{2}")


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
