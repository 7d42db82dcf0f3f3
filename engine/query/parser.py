"""What a person typed, understood: a small tree, or an error that says what to change.

The grammar, loosest binding first (Chinese quotes, brackets, colon, bar and
blank mean the same as their ASCII twins)::

    either  = all { ("OR" | "|") all }
    all     = part { ["AND"] part }
    part    = unit { "|" unit }             a bar without blanks binds tighter: A|B C
    unit    = ("-" | "NOT ") unit | "(" either ")" | [title ":"] term
    term    = quoted | word "*" | words

In words mode a run of text is cut into words that must all be there, each or one
of its synonyms; what is excluded is taken as typed. In exact mode a run is one
phrase, and brackets or quotation marks *inside* it are characters to be found like
any other: ``（三）加强“双随机”监管`` pasted from a report finds that report.

Every limit here exists because without it a query of a few characters could
keep a server busy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.analyze import Token, is_one_run, normalise
from engine.errors import QueryError
from engine.model import UNKNOWN
from engine.query.lexer import BLANK, Lexeme, lex
from engine.query.synonyms import Stretch, Synonyms

MAX_LENGTH = 1000  # code points of a query; longer than any sentence worth searching
MAX_TERMS = 100
MAX_DEPTH = 20

Cut = Callable[[str], list[Token]]


@dataclass(frozen=True, slots=True)
class Every:
    """Matches every paragraph: what an empty query means."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the words field (or the same characters standing in the text)."""

    text: str


@dataclass(frozen=True, slots=True)
class Widened:
    """All of ``words``, which make up the name ``text``; or any ``others``, their synonyms."""

    text: str
    words: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exactly these characters in this order."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin so."""

    text: str


@dataclass(frozen=True, slots=True)
class Title:
    """Exactly these characters, in the title of the report."""

    text: str


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


Leaf = Word | Widened | Phrase | Prefix | Title
Node = Every | Leaf | And | Or | Not


def parse(text: str, exact: bool, cut: Cut, synonyms: Synonyms | None = None) -> Node:
    """The tree of ``text``; ``cut`` cuts a run into words. Raises ``QueryError``.

    Without ``synonyms`` no word is widened.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(
            f"检索词太长（{len(text):,}个字）", f"请缩短到{MAX_LENGTH:,}个字以内", 0, 0
        )
    tokens = list(lex(text if exact else _CLOSING.sub("", text), exact))
    if not tokens:
        return Every()
    return _Parser(text, tokens, exact, cut, synonyms or Synonyms()).parse()


def leaves(node: Node) -> Iterator[Leaf]:
    """The terms that a paragraph found may hold, in the order typed, without what NOT excludes."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case Word() | Widened() | Phrase() | Prefix() | Title():
            yield node


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
        self.lexemes = lexemes
        self.at = 0
        self.exact = exact
        self.cut = cut
        self.synonyms = synonyms
        self.depth = 0
        self.terms = 0

    def parse(self) -> Node:
        node = self.either()
        if lexeme := self.peek():
            raise QueryError(
                "多了一个右括号", "请删去它，或在前面补上左括号", lexeme.start, lexeme.end
            )
        return node

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
        flat = (n for part in parts for n in (part.parts if isinstance(part, And) else [part]))
        told = tuple(dict.fromkeys(flat))  # a word typed twice is one word to find
        return told[0] if len(told) == 1 else And(told)

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
            term = self.take("run", "quoted")
            if not term:
                raise QueryError(
                    "“标题:”后面没有词语", "请紧接着写要找的词", lexeme.start, lexeme.end
                )
            if term.kind == "run" and term.text.endswith(("*", "＊")):
                raise QueryError(
                    "“标题:”后面不能用“*”", "标题是逐字查找的，去掉 * 即可", term.start, term.end
                )
            return Title(self.checked(term).text.strip(BLANK))
        return self.term(lexeme)

    def excluded(self) -> Node:
        """What is excluded is no more than what was typed."""
        synonyms, self.synonyms = self.synonyms, Synonyms()
        node = Not(self.unit())
        self.synonyms = synonyms
        return node

    def misplaced(self, lexeme: Lexeme | None) -> QueryError:
        if lexeme is None:
            last = self.lexemes[-1]
            return QueryError(
                f"“{last.text}”后面缺了词语",
                "请补上，或删去它；要查这几个字母本身，请加引号",
                last.start,
                last.end,
            )
        if lexeme.kind == ")":
            return QueryError(
                "右括号前面缺了词语", "请补上词语，或删去括号", lexeme.start, lexeme.end
            )
        return QueryError(
            f"“{lexeme.text}”前面缺了词语",
            "请补上，或删去它；要查这几个字母本身，请加引号",
            lexeme.start,
            lexeme.end,
        )

    def checked(self, lexeme: Lexeme) -> Lexeme:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise QueryError("词语太多", f"请减少到{MAX_TERMS}个以内", lexeme.start, lexeme.end)
        if not lexeme.text.strip(BLANK):
            raise QueryError(
                "引号里是空的", "请填上要逐字查找的文字，或删去引号", lexeme.start, lexeme.end
            )
        return lexeme

    def term(self, lexeme: Lexeme) -> Node:
        text = self.checked(lexeme).text.strip(BLANK)
        if lexeme.kind == "quoted":
            return Phrase(text)
        if text.endswith(("*", "＊")):
            return self.prefix(lexeme, text.rstrip("*＊"))
        if self.exact or _PERCENTAGE.fullmatch(normalise(text)):
            return Phrase(text)
        words = _whole(text, self.cut(text))
        if not words:
            raise QueryError(
                f"“{text[:20]}”里没有可查的词语",
                "要查标点符号，请加引号逐字查找",
                lexeme.start,
                lexeme.end,
            )
        self.terms += len(words) - 1
        told = dict.fromkeys(map(_leaf, self.synonyms.stretches(text, words)))
        nodes: tuple[Node, ...] = tuple(told)
        return nodes[0] if len(nodes) == 1 else And(nodes)

    def prefix(self, lexeme: Lexeme, beginning: str) -> Node:
        if not is_one_run(beginning):
            raise QueryError(
                "“*”前面要有词语的开头，全是汉字、字母或数字",
                "例如 参保*",
                lexeme.start,
                lexeme.end,
            )
        return Prefix(normalise(beginning))


_CLOSING = re.compile(r"""(?<=[\w"”』」）)])[？?。！!]+\s*$""")  # of a sentence, no words of it
_PERCENTAGE = re.compile(r"[0-9][0-9.,]*[%‰]")  # whose sign no word holds
_PARTICLES = frozenset("的了着过吗呢吧啊么呀和与及或在是有")


def _leaf(stretch: Stretch) -> Word | Widened:
    if stretch.others:
        return Widened(stretch.name, stretch.words, stretch.others)
    return Word(stretch.words[0])


def _whole(text: str, words: list[Token]) -> list[Token]:
    """A short term that the tokenizer would cut a single character off, left whole.

    ``参保率`` asks for 参保率, not for 参保 with some 率 elsewhere in the paragraph.
    """
    if len(words) == 2 and is_one_run(text):
        single = min((word.text for word in words), key=len)
        if len(single) == 1 and single not in _PARTICLES:
            return [Token(normalise(text), 0, len(text))]
    return words
