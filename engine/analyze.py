"""Text to tokens: the only place that knows a tokenizer.

A text is first *normalised*, character by character (``engine/folding.py``), so that
full-width and half-width forms, upper and lower case, traditional and simplified script
mean the same and every offset still points into the text shown. Longer forms are then
written out (``Ⅲ`` as iii, ``㎡`` as m2), and the whole is cut in one of two ways, which
share everything but what they do to a run of Han characters:

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
from itertools import count
from typing import Any, NamedTuple

from engine.folding import BREAK, FULL_COMMA, HAN, LATIN, Expanded, expand, fold, unify, written
from engine.literals import HAN_WORD, SEPARATOR, WORD, kind_of, literal_ranges
from engine.number_runs import number_parts, one_number

_NUMBER = r"(?P<number>[0-9]+(?:[.,][0-9]+)*)"
_LATIN = f"(?P<latin>[{LATIN}]+)"
_BLANK = rf"(?P<blank>\s+)|(?P<gap>{BREAK})"
_RUNS = re.compile(rf"{_NUMBER}|{_LATIN}|(?P<han>[{HAN}]+)|{_BLANK}|(?P<sign>.)", re.DOTALL)
_APART = re.compile(f"{_NUMBER}|{_LATIN}|{_BLANK}")  # what is not cut character by character
_WORDS = re.compile(f"{_NUMBER}|{_LATIN}|(?P<han>[{HAN}]+)")
_HAN_RUNS = re.compile(f"[{HAN}]+")

LINE_END = "\u2028"  # as a token
_SHORT = 10_000  # characters of a text that is worth keeping in memory


class Token(NamedTuple):
    """A token's text as indexed, and the slice of the source it stands for."""

    text: str
    start: int
    end: int


class Literal(Token):
    """What a query asks for sign by sign (``c++``, ``5%``): ``text`` is its normalised slice."""

    __slots__ = ()


def normalise(text: str) -> str:
    """The form in which texts are compared; as long as ``text``, offset for offset.

    ``醫療ＤＩＰ９８％`` → ``医疗dip98%``.
    """
    return folded(text)[0]


def folded(text: str) -> tuple[str, Expanded | None]:
    """A text normalised, and written out where it has longer forms."""
    return _kept(text) if len(text) < _SHORT else _fold(text)


def _fold(text: str) -> tuple[str, Expanded | None]:
    plain = fold(text)
    return plain, expand(plain)


_kept = lru_cache(maxsize=256)(_fold)  # a paragraph is labelled and cut, one after the other


def characters(text: str) -> list[Token]:
    """Exact tokens of ``text``, in order.

    They cover all of it but what nobody sees (``医\u200b保``) and the blank in ``5 %``.
    ``达98.25%`` → ``达`` ``98.25`` ``%``; ``23,876人`` → ``23876`` ``人``; ``㎡`` → ``m`` ``2``,
    both of which stand for the one character.
    """
    plain, longer = folded(text)
    return list(_placed(_tokens(unify(longer.text if longer else plain), _each), longer))


def character_texts(text: str) -> list[str]:
    """The texts of ``characters``, without their places: some ten times as fast."""
    plain, longer = folded(text)
    plain = unify(longer.text if longer else plain)
    commas = plain.replace(FULL_COMMA, ",")  # where they can no longer group digits
    texts: list[str] = []
    end = 0
    for match in _APART.finditer(plain):
        texts += commas[end : match.start()]
        texts += _apart(match, plain, signs=True)
        end = match.end()
    texts += commas[end:]
    return texts


def _apart(match: re.Match[str], text: str, signs: bool) -> Iterable[str]:
    """The token texts of a run that is no Han characters."""
    match match.lastgroup:
        case "number":
            run = match.group()
            one = one_number(run, text[match.end() : match.end() + 1])
            return (one,) if one else (piece for piece, _ in number_parts(run, signs))
        case "gap":
            return ()
    return (_blank(match.group()) if match.lastgroup == "blank" else match.group(),)


def is_one_run(text: str) -> bool:
    """Whether ``text`` is one stretch of Han characters, of Latin letters, or one number."""
    match = _RUNS.fullmatch(normalise(text))
    return match is not None and match.lastgroup in ("han", "latin", "number")


def near(texts: Iterable[str]) -> Near:
    """A function that finds runs of Han characters which hold one of these texts."""
    runs = {unify(run) for text in texts for run in _HAN_RUNS.findall(text)}
    return re.compile("|".join(map(re.escape, sorted(runs))) if runs else "(?!)").search


def is_han(text: str) -> bool:
    """Whether ``text`` is Han characters and nothing else."""
    return _HAN_RUNS.fullmatch(text) is not None


def signs(text: str) -> list[str]:
    """The signs, as typed, that ``Analyzer.cut`` leaves out, each once: ``医保，5.5%。`` → ，。"""
    left = (text[t.start : t.end] for t in characters(text) if kind_of(t.text) == SEPARATOR)
    return list(
        dict.fromkeys(
            sign for sign in left if not sign.isspace() and kind_of(fold(sign)) == SEPARATOR
        )
    )


def _each(run: str) -> Iterator[tuple[str, int, int]]:
    return ((char, at, at + 1) for at, char in enumerate(run))


def _written_out(text: str) -> str:
    plain, longer = folded(text)
    return longer.text if longer else plain


def _blank(run: str) -> str:
    """The token of a run of blanks: one blank, or a line end where it has any."""
    return LINE_END if "\n" in run or "\r" in run else " "


_Cut = Callable[[str], Iterable[tuple[str, int, int]]]  # a run of Han characters to its pieces


def _tokens(text: str, cut: _Cut, signs: bool = True) -> Iterator[Token]:
    """The tokens of a text written out, at their places in it."""
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
                yield Token(_blank(run), start, end)
            case "sign" if signs:
                yield Token("," if run == FULL_COMMA else run, start, end)


def _placed(tokens: Iterable[Token], longer: Expanded | None) -> Iterable[Token]:
    """Tokens at their places in the source, not in what was written out."""
    if longer is None:
        return tokens
    spans = longer.spans
    return (Token(t.text, spans[t.start][0], spans[t.end - 1][1]) for t in tokens)


def _numbers(run: str, start: int, after: str, signs: bool) -> Iterator[Token]:
    """One token where the run reads as one number, else its parts (``2024.12.23``)."""
    if one := one_number(run, after):
        yield Token(one, start, start + len(run))
        return
    for piece, at in number_parts(run, signs):
        yield Token(piece, start + at, start + at + len(piece))


Near = Callable[[str], object]  # true of a run that is wanted


class Analyzer:
    """Words of a text, by rjieba where it is installed and jieba otherwise.

    ``name`` tells which, with its version; ``dictionary`` is a SHA-256 over the
    user words. Two analyzers agree on every token when both are equal.
    """

    def __init__(self, user_words: Iterable[str] = ()) -> None:
        words = sorted({normalise(word) for word in user_words})
        self.dictionary = sha256("\n".join(words).encode()).hexdigest()
        self.name, self._tokenize, self._search = _tokenizer(tuple(words))

    def words(self, text: str, near: Near | None = None) -> list[Token]:
        """Search-mode words: of a long word its shorter parts too, punctuation left out.

        ``near`` leaves out runs of Han characters that it does not find.
        """
        plain, longer = folded(text)
        plain = longer.text if longer else plain
        cut = self._cutter("search", plain)

        def cut_near(run: str) -> Iterable[tuple[str, int, int]]:
            return cut(run) if near and near(unify(run)) else ()

        chosen = cut if near is None else cut_near
        return list(_placed(_tokens(plain, chosen, False), longer))

    def word_texts(self, text: str) -> list[str]:
        """The texts of ``words``, without their places."""
        texts: list[str] = []
        for match in _WORDS.finditer(plain := _written_out(text)):
            if match.lastgroup == "han":
                texts += self._search(match.group())
            else:
                texts += _apart(match, plain, signs=False)
        return list(map(written, texts)) if _either(plain) else texts

    def cut(self, text: str) -> list[Token]:
        """What a query asks for: the words of ``text``, without overlaps, and its literals.

        A ``Token`` is a word of the words field. A ``Literal`` is to be asked for as a phrase
        of ``characters``: numbers, Latin letters and symbols side by side (``c++``, ``5%``,
        ``±0.5``, ``pm2.5``, ``㎡``), or letters of other scripts. Symbols that touch nothing but
        Han characters take in the words beside them, which are there as well: ``互联网+`` is
        the literal ``互联网+`` and the word ``互联网``. In order of their beginnings, a literal
        before the words in it. What is in none of them, ``signs`` tells.
        """
        plain, longer = folded(text)
        text = longer.text if longer else plain
        tokens = list(_tokens(text, self._cutter("default", text)))
        kinds = [kind_of(token.text) for token in tokens]
        ranges = literal_ranges(kinds)
        inside = {at for low, high in ranges for at in range(low, high) if kinds[at] == WORD}
        tokens = list(_placed(tokens, longer))
        words = [
            token
            for at, token in enumerate(tokens)
            if kinds[at] in (HAN_WORD, WORD) and at not in inside
        ]
        places = [(tokens[low].start, tokens[high - 1].end) for low, high in ranges]
        literals = [Literal(plain[start:end], start, end) for start, end in places]
        return sorted([*literals, *words], key=lambda token: (token.start, -token.end))

    def dictionary_words(self, run: str) -> list[str]:
        """A run of Han characters cut by the dictionary alone, no word guessed; simplified."""
        return [word for word, _, _ in self._tokenize(normalise(run), "default", False)]

    def _cutter(self, mode: str, text: str) -> _Cut:
        """Cuts the runs of ``text``; its words are as they are indexed."""
        if not _either(text):
            return lambda run: self._tokenize(run, mode)
        return lambda run: ((written(w), low, high) for w, low, high in self._tokenize(run, mode))


def _either(text: str) -> bool:
    """Whether a text holds one of the two characters that ``written`` may change."""
    return "着" in text or "著" in text


_Tokenize = Callable[..., Iterable[tuple[str, int, int]]]  # text, mode, whether to guess words
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
    # To import rjieba makes a tokenizer, which takes as long as to make another.
    fast: Any = rjieba.Jieba() if next(_made) else rjieba
    for word in user_words:
        fast.add_word(word, None, None)
    return f"rjieba {version('rjieba')}", fast.tokenize, fast.cut_for_search


_made = count()  # of tokenizers


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
