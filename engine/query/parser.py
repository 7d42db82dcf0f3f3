"""What a person typed, read: a small tree with notes, or an error that says what to change.

The grammar, loosest binding first (Chinese quotes, brackets, colon, bar and
blank mean the same as their ASCII twins)::

    either  = all { ("OR" | "|") all }
    all     = part { ["AND"] part }
    part    = unit { "|" unit }             a bar without blanks binds tighter: A|B C
    unit    = ("-" | "NOT ") unit | ["同句"] "(" either ")" | [title ":"] term
    term    = quoted | word "*" | words

In words mode a run of text is cut into words that must all be there, each or one
of its synonyms; what is excluded is taken as typed. In exact mode a run is one
phrase, and brackets or quotation marks *inside* it are characters to be found like
any other: ``（三）加强“双随机”监管`` pasted from a report finds that report.

Whatever is read otherwise than typed leaves a note. Every limit here exists because
without it a query of a few characters could keep a server busy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from engine.analyze import Token, is_one_run, normalise, signs
from engine.errors import QueryError
from engine.model import UNKNOWN
from engine.query.lexer import Lexeme, lex
from engine.query.one_sentence import in_one_sentence, within_brackets
from engine.query.synonyms import Synonyms
from engine.query.tree import (
    And,
    Every,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Title,
    conjunction,
)
from engine.query.words import is_whole, leaf_of, places_of
from engine.understanding import Note, NoteKind

MAX_LENGTH = 2000  # code points of a query; longer than any paragraph worth pasting
MAX_TERMS = 100  # written as terms; a run of text is one, however many words it has
MAX_DEPTH = 20

NO_SYNONYMS = Synonyms()

Cut = Callable[[str], list[Token]]


class Reading(NamedTuple):
    """A query as read: its tree, and what was read otherwise than typed."""

    node: Node
    notes: tuple[Note, ...]


def parse(
    text: str,
    exact: bool,
    cut: Cut,
    synonyms: Synonyms | None = None,
    one_sentence: bool = False,
) -> Reading:
    """Read ``text``; ``cut`` cuts a run into words. Raises ``QueryError``.

    Without ``synonyms`` no word is widened. ``one_sentence``: what has to be there has to stand
    in one sentence.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(
            f"检索词太长（{len(text):,}个字）", f"请缩短到{MAX_LENGTH:,}个字以内", 0, 0
        )
    lexemes = list(lex(text if exact else _CLOSING.sub("", text), exact))
    reading = _Parser(text, lexemes, exact, cut, synonyms or NO_SYNONYMS).parse()
    return Reading(in_one_sentence(reading.node), reading.notes) if one_sentence else reading


def parse_year(value: str) -> tuple[int, int] | None:
    """``2024`` → (2024, 2024); ``2019..2022`` → (2019, 2022); ``unknown`` → None."""
    if value.strip() == UNKNOWN:
        return None
    match = re.fullmatch(r"\s*([0-9]{4})(?:\s*\.\.\s*([0-9]{4}))?\s*", value)
    if not match:
        raise QueryError(f"年份“{value[:30]}”看不懂", "请写成 2024、2019..2022 或 unknown")
    first, last = int(match[1]), int(match[2] or match[1])
    if first > last:
        raise QueryError(f"年份“{value}”前后颠倒", f"请写成 {last}..{first}")
    return first, last


class _Parser:
    """Recursive descent over the lexemes, one method a rule of the grammar."""

    def __init__(
        self, text: str, lexemes: list[Lexeme], exact: bool, cut: Cut, synonyms: Synonyms
    ) -> None:
        self.text = text
        self.exact = exact
        self.cut = cut
        self.synonyms = synonyms
        self.notes: dict[Note, None] = {}
        self.cuts: dict[str, list[Token]] = {}
        self.typed_something = bool(lexemes)
        self.lexemes = lexemes if exact else list(self.noted(lexemes))
        self.at = 0
        self.depth = 0
        self.terms = 0

    def noted(self, lexemes: list[Lexeme]) -> Iterator[Lexeme]:
        """The lexemes that mean something; a note for each that does not."""
        for at, lexeme in enumerate(lexemes):
            between = 0 < at < len(lexemes) - 1
            if lexeme.kind == "slop":
                self.note("slop", lexeme.text)
            elif lexeme.kind == "unpaired":
                self.note("unpaired", lexeme.text)
            elif lexeme.kind == "run" and len(lexemes) > 1 and not self.words(lexeme.text):
                self.note_signs(lexeme.text)
            else:
                if between and lexeme.kind == "run" and lexeme.text in ("and", "or", "not"):
                    self.note("lowercase", lexeme.text)
                yield lexeme

    def note(self, kind: NoteKind, text: str) -> None:
        self.notes[Note(kind, text)] = None

    def note_signs(self, run: str) -> None:
        """Note the signs of a run that are no mere pauses between words."""
        for sign in signs(run):
            if sign == "*":
                self.note("star", sign)
            elif sign not in _PAUSES:
                self.note("sign", sign)

    def words(self, run: str) -> list[Token]:
        if run not in self.cuts:
            self.cuts[run] = self.cut(run)
        return self.cuts[run]

    def parse(self) -> Reading:
        if not self.lexemes:
            if self.typed_something:
                raise QueryError("这里没有可查的词语", _QUOTE_SIGNS, 0, len(self.text))
            return Reading(Every(), ())
        node = self.either()
        if lexeme := self.peek():
            raise QueryError(
                "多了一个右括号", "请删去它，或在前面补上左括号", lexeme.start, lexeme.end
            )
        return Reading(node, tuple(self.notes))

    def peek(self, *kinds: str) -> Lexeme | None:
        if self.at == len(self.lexemes):
            return None
        lexeme = self.lexemes[self.at]
        return lexeme if not kinds or lexeme.kind in kinds else None

    def take(self, *kinds: str) -> Lexeme | None:
        lexeme = self.peek(*kinds)
        self.at += lexeme is not None
        return lexeme

    def either(self) -> Node:
        parts = [self.all()]
        while self.take("or", "bar"):
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def all(self) -> Node:
        parts = [self.part()]
        while self.peek() and not self.peek("or", "bar", ")"):
            self.take("and")
            parts.append(self.part())
        return conjunction(parts)

    def part(self) -> Node:
        parts = [self.unit()]
        while self.take("bar"):
            parts.append(self.unit())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def unit(self) -> Node:
        lexeme = self.take()
        if lexeme is None or lexeme.kind in ("or", "bar", "and", ")"):
            raise self.misplaced(lexeme)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise QueryError("括号套得太深", f"请减少到{MAX_DEPTH}层以内", lexeme.start, lexeme.end)
        node = self.inner(lexeme)
        self.depth -= 1
        return node

    def inner(self, lexeme: Lexeme) -> Node:
        if lexeme.kind in ("not", "minus"):
            return self.excluded()
        if lexeme.kind == "(":
            if close := self.take(")"):
                raise QueryError("括号里是空的", "请删去括号或填上词语", lexeme.start, close.end)
            node = self.either()
            if not self.take(")"):
                raise QueryError("括号没有配对", "请补上右括号", lexeme.start, len(self.text))
            return node
        if lexeme.kind == "title":
            return self.title(lexeme)
        if lexeme.kind == "sentence":
            return within_brackets(self.unit(), lexeme)
        return self.term(lexeme)

    def title(self, lexeme: Lexeme) -> Node:
        term = self.take("run", "quoted")
        if not term:
            raise QueryError("“标题:”后面没有词语", "请紧接着写要找的词", lexeme.start, lexeme.end)
        if term.kind == "run" and term.text.endswith(_STARS):
            raise QueryError(
                "“标题:”后面不能用“*”", "标题是逐字查找的，去掉 * 即可", term.start, term.end
            )
        return Title(self.checked(term).text.strip(), (lexeme.start, term.end))

    def excluded(self) -> Node:
        """What is excluded is no more than what was typed."""
        synonyms, self.synonyms = self.synonyms, NO_SYNONYMS
        node = Not(self.unit())
        self.synonyms = synonyms
        return node

    def misplaced(self, lexeme: Lexeme | None) -> QueryError:
        if lexeme is not None and lexeme.kind == ")":
            return QueryError(
                "右括号前面缺了词语", "请补上词语，或删去括号", lexeme.start, lexeme.end
            )
        side, at = ("前面", lexeme) if lexeme else ("后面", self.lexemes[-1])
        return QueryError(
            f"“{at.text}”{side}缺了词语",
            "请补上，或删去它；要查这几个字母本身，请加引号",
            at.start,
            at.end,
        )

    def checked(self, lexeme: Lexeme) -> Lexeme:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise QueryError("词语太多", f"请减少到{MAX_TERMS}个以内", lexeme.start, lexeme.end)
        if not lexeme.text.strip():
            raise QueryError(
                "引号里是空的", "请填上要逐字查找的文字，或删去引号", lexeme.start, lexeme.end
            )
        return lexeme

    def term(self, lexeme: Lexeme) -> Node:
        text, place = self.checked(lexeme).text.strip(), (lexeme.start, lexeme.end)
        if lexeme.kind == "quoted":
            return Phrase(text, place)
        if text.endswith(_STARS):
            return self.prefix(lexeme, text.rstrip("".join(_STARS)))
        return Phrase(text, place) if self.exact else self.run(lexeme, text)

    def run(self, lexeme: Lexeme, text: str) -> Node:
        """The words of a run of text, all of which must be there."""
        words, pieces = self.words(text), tuple[str, ...]()
        if not words:
            raise QueryError(
                f"“{text[:20]}”里没有可查的词语", _QUOTE_SIGNS, lexeme.start, lexeme.end
            )
        self.note_signs(text)
        if is_whole(text, words):
            pieces = tuple(word.text for word in words)
            words = [Token(normalise(text), 0, len(text))]
        places = places_of(self.text, lexeme)
        stretches = self.synonyms.stretches(text, words)
        parts = [leaf_of(text, stretch, pieces, places) for stretch in stretches]
        unique = tuple(dict.fromkeys(parts))
        return unique[0] if len(words) == 1 else And(unique, (text,))

    def prefix(self, lexeme: Lexeme, beginning: str) -> Node:
        """A word's beginning; what cannot be one is looked for as it stands."""
        if is_one_run(beginning):
            return Prefix(normalise(beginning), (lexeme.start, lexeme.end))
        if self.words(beginning):
            self.note("prefix", f"{beginning}*")
            return Phrase(beginning, (lexeme.start, lexeme.end))
        raise QueryError("“*”前面要有词语的开头", "例如 参保*", lexeme.start, lexeme.end)


_QUOTE_SIGNS = "要查标点符号，请加引号逐字查找"
_STARS = ("*", "＊")
_CLOSING = re.compile(r"""(?<=[\w"”』」）)])[？?。！!]+\s*$""")  # of a sentence, no words of it
_PAUSES = frozenset("、，。；：？！,.;:?!…—-－–()（）[]【】《》〈〉“”‘’\"'「」『』/·")
