"""The words of a run of text as leaves of the query's tree."""

from __future__ import annotations

from engine.analyze import Literal, Token, is_one_run
from engine.query.lexer import Lexeme
from engine.query.synonyms import Stretch
from engine.query.tree import Leaf, Phrase, Widened, Word

_PARTICLES = frozenset("的了着过吗呢吧啊么呀和与及或在是有")


def places_of(query: str, lexeme: Lexeme) -> list[int]:
    """Where in the query each code point of a run's text stands."""
    at, places = lexeme.start, []
    for char in lexeme.text:
        at = query.index(char, at)
        places.append(at)
        at += 1
    return places


def leaf_of(run: str, stretch: Stretch, pieces: tuple[str, ...], places: list[int]) -> Leaf:
    """``pieces`` are those of the one word that the run was left as, if it was."""
    first, last = stretch.words[0], stretch.words[-1]
    place = places[first.start], places[last.end - 1] + 1
    if stretch.synonyms:
        words = tuple(word.text for word in stretch.words)
        return Widened(stretch.name, words, stretch.synonyms, place)
    if isinstance(first, Literal):
        return Phrase(run[first.start : first.end], place)
    return Word(first.text, pieces, place)


def is_whole(text: str, words: list[Token]) -> bool:
    """Whether a short term stays whole although the tokenizer cuts a single character off.

    ``参保率`` asks for 参保率, not for 参保 with some 率 elsewhere in the paragraph.
    """
    if len(words) != 2 or not is_one_run(text):
        return False
    single = min((word.text for word in words), key=len)
    return len(single) == 1 and single not in _PARTICLES
