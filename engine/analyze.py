"""Text to tokens: the only place that knows a tokenizer.

A text is first *normalised*, character by character, so that full-width and
half-width forms, upper and lower case, traditional and simplified script mean
the same and every offset still points into the text shown. It is then cut in
one of two ways, which share everything but what they do to a run of Han
characters:

- ``characters``: each Han character by itself. A phrase of such tokens finds
  what a substring scan finds; punctuation and blanks are tokens too, because a
  phrase does not reach across a comma.
- ``Analyzer.words``: jieba's search-mode words, for ranking.

In both, a number is one token in a plain spelling (``23,876`` is ``23876``,
``98.25%`` is ``98.25`` and ``%``), and so is a run of Latin letters.
"""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from itertools import chain
from typing import Any, NamedTuple

import opencc

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af〇"
_LATIN = "a-z\u00df-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u04ff"
_RUNS = re.compile(
    rf"(?P<number>[0-9]+(?:[.,][0-9]+)*)|(?P<latin>[{_LATIN}]+)|(?P<han>[{_HAN}]+)"
    r"|(?P<blank>\s+)|(?P<sign>.)",
    re.DOTALL,
)
_APART = re.compile(  # what is not cut character by character
    rf"(?P<number>[0-9]+(?:[.,][0-9]+)*)|(?P<latin>[{_LATIN}]+)|(?P<blank>\s+)"
)
_WORDS = re.compile(rf"(?P<number>[0-9]+(?:[.,][0-9]+)*)|(?P<latin>[{_LATIN}]+)|(?P<han>[{_HAN}]+)")
_ONLY_HAN = re.compile(f"[{_HAN}]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NUMBERED_YEAR = re.compile(r"[0-9]{1,2}\.(?:19|20)[0-9]{2}")  # "1.2024年…", the first of a list
_PIECES = re.compile(r"[0-9]+|[.,]")

_QUOTES = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "「": '"', "」": '"'}
_SHORT = 10_000  # characters of a text that is worth keeping in memory
_FULL_COMMA = "，"  # never groups digits, so it stays apart until numbers are read


class Token(NamedTuple):
    """A token's text as indexed, and the slice of the source it stands for."""

    text: str
    start: int
    end: int


class Literal(Token):
    """A token to be looked for by its characters, not as a word."""

    __slots__ = ()


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    """Character to character; OpenCC's ``t2s`` supplies traditional to simplified."""
    han = [chr(code) for code in chain(range(0x3400, 0xA000), range(0xF900, 0xFB00))]
    simplify = opencc.OpenCC("t2s").convert
    simple = simplify(simplify("\n".join(han))).split("\n")  # twice: 薴 becomes 苧, and that 苎
    table = {ord(old): new for old, new in zip(han, simple, strict=True) if old != new}
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= {ord(old): new for old, new in _QUOTES.items()}
    table |= {0x3000: " ", 0xA0: " "}
    for code in chain(range(0x41, 0x5B), range(0xC0, 0x530), range(0xFF21, 0xFF3B)):
        lower = table.get(code, chr(code)).lower()
        if len(lower) == 1 and lower != chr(code):
            table[code] = lower
    del table[ord(_FULL_COMMA)]
    return {code: new for code, new in table.items() if len(new) == 1}


def normalise(text: str) -> str:
    """The form in which texts are compared; as long as ``text``, offset for offset.

    ``醫療ＤＩＰ９８％`` → ``医疗dip98%``.
    """
    return _normalise(text) if len(text) < _SHORT else text.translate(_table())


@lru_cache(maxsize=256)
def _normalise(text: str) -> str:
    """Kept for a while: a paragraph is labelled and cut in two ways, one after the other."""
    return text.translate(_table())


def characters(text: str) -> list[Token]:
    """Exact tokens of ``text``: together they cover all of it.

    ``达98.25%`` → ``达`` ``98.25`` ``%``; ``23,876人`` → ``23876`` ``人``.
    """
    return list(_tokens(normalise(text), _each))


def character_texts(text: str) -> list[str]:
    """The texts of ``characters``, without their places: some twenty times as fast."""
    texts: list[str] = []
    end = 0
    for match in _APART.finditer(plain := normalise(text)):
        texts += plain[end : match.start()]
        texts += _apart(match, plain, signs=True)
        end = match.end()
    texts += plain[end:]
    return ["," if one == _FULL_COMMA else one for one in texts] if _FULL_COMMA in plain else texts


def _apart(match: re.Match[str], text: str, signs: bool) -> Iterable[str]:
    """The token texts of a run that is no Han characters."""
    if match.lastgroup == "number":
        after = text[match.end() : match.end() + 1]
        return (token.text for token in _numbers(match.group(), match.start(), after, signs))
    return (" " if match.lastgroup == "blank" else match.group(),)


def is_one_run(text: str) -> bool:
    """Whether ``text`` is one stretch of Han characters, of Latin letters, or one number."""
    match = _RUNS.fullmatch(normalise(text))
    return match is not None and match.lastgroup in ("han", "latin", "number")


def is_han(text: str) -> bool:
    """Whether ``text`` is Han characters and nothing else."""
    return _ONLY_HAN.fullmatch(text) is not None


def _each(run: str) -> Iterator[tuple[str, int, int]]:
    return ((char, at, at + 1) for at, char in enumerate(run))


def _tokens(
    text: str, cut: Callable[[str], Iterable[tuple[str, int, int]]], signs: bool = True
) -> Iterator[Token]:
    for match in _RUNS.finditer(text):
        start, end, run = match.start(), match.end(), match.group()
        match match.lastgroup:
            case "han":
                for word, low, high in cut(run):
                    yield Token(word, start + low, start + high)
            case "number":
                yield from _numbers(run, start, text[end : end + 1], signs)
            case "latin":
                yield Token(run, start, end)
            case "blank" if signs:
                yield Token(" ", start, end)
            case "sign" if signs:
                yield Token("," if run == _FULL_COMMA else run, start, end)


def _numbers(run: str, start: int, after: str, signs: bool) -> Iterator[Token]:
    """One token where the run reads as one number, else its parts (``2024.12.23``)."""
    one = _GROUPED.fullmatch(run) or _DECIMAL.fullmatch(run)
    if one and not (after == "年" and _NUMBERED_YEAR.fullmatch(run)):
        yield Token(run.replace(",", ""), start, start + len(run))
        return
    for piece in _PIECES.finditer(run):
        if signs or piece.group().isdigit():
            yield Token(piece.group(), start + piece.start(), start + piece.end())


def signs(run: str) -> list[str]:
    """The signs of a run that no word holds."""
    return [char for char in normalise(run) if not char.isalnum() and not char.isspace()]


class Analyzer:
    """Words of a text, by rjieba where it is installed and jieba otherwise.

    ``name`` tells which, with its version; ``dictionary`` is a SHA-256 over the
    user words. Two analyzers agree on every token when both are equal.
    """

    def __init__(self, user_words: Iterable[str] = ()) -> None:
        words = sorted({normalise(word) for word in user_words})
        self.dictionary = sha256("\n".join(words).encode()).hexdigest()
        self.name, self._tokenize, self._search = _tokenizer(tuple(words))

    def words(self, text: str) -> list[Token]:
        """Search-mode words: of a long word its shorter parts too, punctuation left out."""
        return list(_tokens(normalise(text), lambda run: self._tokenize(run, "search"), False))

    def word_texts(self, text: str) -> list[str]:
        """The texts of ``words``, without their places."""
        texts: list[str] = []
        for match in _WORDS.finditer(plain := normalise(text)):
            if match.lastgroup == "han":
                texts += self._search(match.group())
            else:
                texts += _apart(match, plain, signs=False)
        return texts

    def cut(self, text: str) -> list[Token]:
        """``text`` cut once, without overlaps: the words a query asks for."""
        return list(_tokens(normalise(text), lambda run: self._tokenize(run, "default"), False))


_Tokenize = Callable[[str, str], Iterable[tuple[str, int, int]]]
_Search = Callable[[str], Iterable[str]]


@lru_cache(maxsize=4)
def _tokenizer(user_words: tuple[str, ...]) -> tuple[str, _Tokenize, _Search]:
    """The tokenizer's name, its ``tokenize(text, mode)`` and, for the search mode, what
    gives the texts of its words only; slow to make, so kept."""
    try:
        import rjieba
    except ImportError:
        slow = _jieba(user_words)
        return f"jieba {version('jieba')}", slow.tokenize, slow.cut_for_search
    fast = rjieba.Jieba()
    for word in user_words:
        fast.add_word(word, None, None)
    return f"rjieba {version('rjieba')}", fast.tokenize, fast.cut_for_search


def _jieba(user_words: Iterable[str]) -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    slow = jieba.Tokenizer()
    # jieba caches its parsed dictionary in a shared temporary folder, where
    # another user could have planted it.
    with tempfile.TemporaryDirectory() as private:
        slow.tmp_dir = private
        slow.initialize()
    for word in user_words:
        slow.add_word(word)
    return slow
