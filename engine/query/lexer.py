"""A query's characters to lexemes: words, quotations, brackets, operators.

Where one may stand depends on its neighbours, not on the grammar: a minus sign
excludes only at the beginning of a word, and a mark that has no other half is
punctuation inside a run of text. In exact mode a bracket or a quotation mark inside
a run is a character like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.analyze import is_han
from engine.errors import QueryError
from engine.folding import INVISIBLE

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_BAR = "|｜"
_OPEN, _CLOSE = "(（", ")）"
# Opening mark to the marks that may close it, its own first.
_QUOTE = {'"': '"”＂“', "＂": '＂"”“', "“": '”"＂“', "”": '”"＂“', "「": "」", "『": "』"}
_MINUS = "-－"
_DASH = "–—−"  # what a word processor makes of a minus sign
_OPERATORS = {"OR": "or", "AND": "and", "NOT": "not"}
_TITLE = re.compile(r"(?:标题|題名|标題|標題|title)[:：]", re.IGNORECASE)
_ONE_SENTENCE = re.compile(r"(?:同句|sentence)(?=\s*[(（])", re.IGNORECASE)
_OTHER_FIELD = re.compile(
    r"(地区|地區|年份|主题|主題|region|year|theme|text|source|id)[:：]", re.IGNORECASE
)
# Behind a term: ``医保~``, ``“医保 基金”~10``; but ``2019~2022`` is a range.
_SLOP = re.compile(r"(?:[~～]|(?<![0-9０-９])[~～][0-9０-９]+)(?=$|[\s)）|｜])")
_PERCENT = re.compile(r"\s+[%‰％﹪]")
_TEXT = ("run", "quoted", ")", "unpaired")
_PASTED = 30  # code points; in a longer query, marks without another half are punctuation


@dataclass(frozen=True, slots=True)
class Lexeme:
    """``kind`` is one of or, and, not, minus, bar, (, ), title, sentence, quoted, run, slop,
    unpaired.

    ``text`` is what counts of ``query[start:end]``: a quotation without its marks, a run
    without what nobody sees.
    """

    kind: str
    text: str
    start: int
    end: int


def is_blank(char: str) -> bool:
    """Whether a character separates words: blanks of any kind, and what nobody sees."""
    return char.isspace() or _INVISIBLE.match(char) is not None


def lex(text: str, exact: bool) -> Iterator[Lexeme]:
    """The lexemes of a query; raises ``QueryError`` for what can never be one."""
    return _Lexer(text, exact).lexemes()


class _Lexer:
    def __init__(self, text: str, exact: bool) -> None:
        self.text = text
        self.exact = exact
        self.depth = 0  # of open brackets
        self.paired = _paired_brackets(text)

    def lexemes(self) -> Iterator[Lexeme]:
        at, text_end = 0, -1  # where the last lexeme that is text ends
        kind = ""
        while at < len(self.text):
            if is_blank(self.text[at]):
                at += 1
                continue
            if kind == "sentence":  # its bracket, even in exact mode
                lexeme = Lexeme("(", self.text[at], at, at + 1)
            else:
                lexeme = self._sign(at, glued=at == text_end) or self._word(at)
            kind = lexeme.kind
            self.depth += {"(": 1, ")": -1}.get(lexeme.kind, 0)
            yield lexeme
            at = lexeme.end
            text_end = at if lexeme.kind in _TEXT else -1

    def _sign(self, at: int, glued: bool) -> Lexeme | None:
        """The operator, bracket or quotation that starts at ``at``, if one does.

        ``glued`` says that text ends there.
        """
        text, char = self.text, self.text[at]
        if char in _BAR:
            # With nothing before it, a bar is an error whichever kind it is.
            tight = not (is_blank(text[at - 1]) or self._ends(at + 1))
            return Lexeme("bar" if tight else "or", char, at, at + 1)
        if char in _OPEN + _CLOSE:
            return self._bracket(at, glued)
        if char in _QUOTE:
            return self._quotation(at, glued)
        if glued and (slop := _SLOP.match(text, at)):
            return Lexeme("slop", slop.group(), at, slop.end())
        if not glued and self._is_minus(at):
            return Lexeme("minus", char, at, at + 1)
        return None

    def _bracket(self, at: int, glued: bool) -> Lexeme | None:
        text, char = self.text, self.text[at]
        if self.exact:
            is_text = self._is_literal(at) if char in _OPEN else not self.depth
            return None if is_text else Lexeme("(" if char in _OPEN else ")", char, at, at + 1)
        inside = glued and (char in _OPEN or not self._ends(at + 1))
        if at not in self.paired and (inside or len(text) > _PASTED):
            return Lexeme("unpaired", char, at, at + 1)
        return Lexeme("(" if char in _OPEN else ")", char, at, at + 1)

    def _is_literal(self, at: int) -> bool:
        """Whether a bracket that opens is a character to find: nothing inside to group."""
        text = self.text
        first = min((e for mark in _CLOSE if (e := text.find(mark, at)) > at), default=at)
        inside = text[at : self.paired.get(at, first)]
        return not any(is_blank(char) or char in _BAR for char in inside)

    def _quotation(self, at: int, glued: bool) -> Lexeme | None:
        text = self.text
        closes = glued and text[at] == "”" and not self.exact  # what it closes was cut off
        end = -1 if closes else _closing(text, at)
        if self.exact:
            after = text[end + 1 : end + 2]
            is_text = end < 0 or (after and not is_blank(after) and after not in _BAR + _CLOSE)
            return None if is_text else Lexeme("quoted", text[at + 1 : end], at, end + 1)
        if end >= 0:
            return Lexeme("quoted", text[at + 1 : end], at, end + 1)
        if closes or (glued and not self._ends(at + 1)) or len(text) > _PASTED:
            return Lexeme("unpaired", text[at], at, at + 1)
        after = text[at + 1 :].strip()[:20]
        hint = f"请在“{after}”后面补上引号" if after else "请删去它，或在前面补上另一半"
        raise QueryError("引号没有配对", hint, at, len(text))

    def _is_minus(self, at: int) -> bool:
        text = self.text
        if self._ends(at + 1):
            return False
        if text[at] in _DASH:
            return at > 0 and is_blank(text[at - 1]) and text[at + 1] not in _DASH
        return text[at] in _MINUS

    def _ends(self, at: int) -> bool:
        """Whether nothing that belongs to a word stands at ``at``."""
        return at >= len(self.text) or is_blank(self.text[at])

    def _word(self, at: int) -> Lexeme:
        text = self.text
        if field := _TITLE.match(text, at):
            return Lexeme("title", field.group(), at, field.end())
        if together := _ONE_SENTENCE.match(text, at):
            return Lexeme("sentence", together.group(), at, together.end())
        if len(text) <= _PASTED and (field := _OTHER_FIELD.match(text, at)):
            raise QueryError(
                f"检索词里不能限定“{field[1]}”",
                "地区、年份、主题请在筛选栏里选；只有“标题:”可以写进检索词",
                at,
                field.end(),
            )
        end = self._end_of_run(at)
        run = "".join(char for char in text[at:end] if not is_blank(char))
        return Lexeme(_OPERATORS.get(text[at:end], "run"), run, at, end)

    def _end_of_run(self, at: int) -> int:
        text, end, open_brackets = self.text, at, 0
        while end < len(text) and text[end] not in _BAR:
            char = text[end]
            if is_blank(char) and not self._inside_run(end):
                break
            if not self.exact:
                if (
                    char in _OPEN + _CLOSE
                    or char in _QUOTE
                    or (end > at and _SLOP.match(text, end))
                ):
                    break
            elif char in _OPEN + _CLOSE:
                open_brackets += 1 if char in _OPEN else -1
                if self.depth and open_brackets < 0:
                    break
            end += 1
        return end

    def _inside_run(self, at: int) -> bool:
        """Whether what looks like a blank separates nothing.

        That is what nobody sees inside a word, the line end or tab of a copy between two
        Han characters, and a blank before a percent sign.
        """
        text = self.text
        if _INVISIBLE.match(text[at]):
            return True
        before, after = text[at - 1], at
        while after < len(text) and is_blank(text[after]):
            after += 1
        if any(char in "\r\n\t" for char in text[at:after]):
            return after < len(text) and is_han(before) and is_han(text[after])
        return before.isdigit() and _PERCENT.match(text, at) is not None


def _paired_brackets(text: str) -> dict[int, int]:
    """Each bracket that has another half, with the place of that."""
    open_at: list[int] = []
    paired: dict[int, int] = {}
    for at, char in enumerate(text):
        if char in _OPEN:
            open_at.append(at)
        elif char in _CLOSE and open_at:
            paired[at] = open_at.pop()
            paired[paired[at]] = at
    return paired


def _closing(text: str, at: int) -> int:
    """Where the quotation opened at ``at`` ends, or -1: a mark of its own kind comes first."""
    for mark in _QUOTE[text[at]]:
        if (end := text.find(mark, at + 1)) >= 0:
            return end
    return -1
