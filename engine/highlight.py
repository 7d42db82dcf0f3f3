"""Where to put the marks: offsets into a text, never HTML.

Two kinds of span. ``query``: what the query asked for, or a synonym of it, wherever
it stands. ``phrase``: policy phrases of the lexicon, shown in a quieter way. Spans of one
kind do not overlap; a query span may lie inside a phrase.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from engine.analyze import Token, characters, is_han, normalise
from engine.folding import expand, unify
from engine.model import Span
from engine.phrases import Phrases
from engine.query.parser import Leaf, Phrase, Prefix, Title, Widened, Word


def highlight(
    text: str,
    terms: Iterable[Leaf],
    phrases: Phrases,
    words: Callable[[str], Sequence[Token]],
) -> tuple[Span, ...]:
    """Spans of ``text`` in order; ``words`` cuts it into word tokens, for prefixes."""
    plain = normalise(text)
    same = unify(plain)
    found: set[tuple[int, int]] = set()
    single: set[tuple[int, int]] = set()
    others: set[tuple[int, int]] = set()  # synonyms
    for term in terms:
        match term:
            case Title():
                continue
            case Prefix(beginning):
                found |= {(t.start, t.end) for t in words(text) if t.text.startswith(beginning)}
            case Word() | Phrase() | Widened():
                typed, more = _literals(term)
                for wanted in map(normalise, typed):
                    short = len(wanted) == 1 and is_han(wanted)
                    (single if short else found).update(_occurrences(same, unify(wanted)))
                for other in map(normalise, more):
                    others.update(_occurrences(same, unify(other)))
    if found:
        single = _near(single, found | others)
    query = [Span(start, end, "query") for start, end in _merge(found | single | others)]
    policy = [Span(start, end, "phrase") for start, end in phrases.find(plain)]
    return tuple(sorted(query + policy, key=lambda span: (span.start, -span.end)))


def _literals(term: Word | Phrase | Widened) -> tuple[Sequence[str], Sequence[str]]:
    """What to mark wherever it stands: what was typed, and synonyms."""
    return (term.words, term.others) if isinstance(term, Widened) else ((term.text,), ())


def _occurrences(plain: str, wanted: str) -> Iterator[tuple[int, int]]:
    longer = expand(plain)
    if is_han(wanted) and not longer:  # then every place is on token boundaries
        at = plain.find(wanted)
        while at >= 0:
            yield at, at + len(wanted)
            at = plain.find(wanted, at + 1)
        return
    parts = [token.text for token in characters(wanted)]
    text = longer.text if longer else plain
    if not parts or any(part.isalpha() and part not in text for part in parts):
        return  # without cutting the text
    tokens = characters(plain)
    for at in range(len(tokens) - len(parts) + 1):
        here = tokens[at : at + len(parts)]
        if [token.text for token in here] == parts:
            yield here[0].start, here[-1].end


def _near(single: set[tuple[int, int]], found: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of single characters, those that touch another mark.

    ``参保率`` cut as 参保 and 率 should mark 参保率, not every 率 of the text.
    """
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
