"""A query's characters to lexemes: words, quotations, brackets, operators.

Where one may stand depends on its neighbours, not on the grammar: a minus sign
excludes only at the beginning of a word, and in exact mode a bracket or a
quotation mark inside a run of text is a character like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import QueryError

BLANK = " \t\r\n\u3000\u00a0"
_BAR = "|｜"
_OPEN, _CLOSE = "(（", ")）"
# Opening mark to the marks that may close it, its own first.
_QUOTE = {'"': '"”＂“', "＂": '＂"”“', "“": '”"＂“', "”": '”"＂“', "「": "」", "『": "』"}
_MINUS = "-－"
_OPERATORS = {"OR": "or", "AND": "and", "NOT": "not"}
_TITLE = re.compile(r"(?:标题|題名|标題|標題|title)[:：]", re.IGNORECASE)
_OTHER_FIELD = re.compile(
    r"(地区|地區|年份|主题|主題|region|year|theme|text|source|id)[:：]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """``kind`` is one of or, and, not, minus, bar, (, ), title, quoted, run.

    ``text`` is what counts of ``query[start:end]`` (a quotation without its marks).
    """

    kind: str
    text: str
    start: int
    end: int


def lex(text: str, exact: bool) -> Iterator[Lexeme]:
    """The lexemes of a query; raises ``QueryError`` for what can never be one."""
    at, depth = 0, 0
    while at < len(text):
        char = text[at]
        if char in BLANK:
            at += 1
            continue
        lexeme = _sign(text, at, exact, depth) or _word(text, at, exact, depth)
        depth += {"(": 1, ")": -1}.get(lexeme.kind, 0)
        yield lexeme
        at = lexeme.end


def _sign(text: str, at: int, exact: bool, depth: int) -> Lexeme | None:
    """The operator, bracket or quotation that starts at ``at``, if one does."""
    char = text[at]
    if char in _BAR:
        tight = 0 < at < len(text) - 1 and not {text[at - 1], text[at + 1]} & set(BLANK)
        return Lexeme("bar" if tight else "or", char, at, at + 1)
    if char in _OPEN and not (exact and _literal_brackets(text, at)):
        return Lexeme("(", char, at, at + 1)
    if char in _CLOSE and (depth or not exact):
        return Lexeme(")", char, at, at + 1)
    if char in _QUOTE:
        end = _closing(text, at)
        if end < 0 and not exact:
            raise QueryError(
                "引号没有配对", f"请在“{text[at + 1 :][:20]}”后面补上引号", at, len(text)
            )
        if end >= 0 and not (exact and text[end + 1 : end + 2].strip(BLANK + _BAR + _CLOSE)):
            return Lexeme("quoted", text[at + 1 : end], at, end + 1)
    if char in _MINUS and text[at + 1 : at + 2].strip(BLANK):
        return Lexeme("minus", char, at, at + 1)
    return None


def _closing(text: str, at: int) -> int:
    """Where the quotation opened at ``at`` ends, or -1: a mark of its own kind comes first."""
    for mark in _QUOTE[text[at]]:
        if (end := text.find(mark, at + 1)) >= 0:
            return end
    return -1


def _literal_brackets(text: str, at: int) -> bool:
    """Whether brackets are characters to find: nothing inside for them to group."""
    end = min((e for mark in _CLOSE if (e := text.find(mark, at)) >= 0), default=-1)
    return end < 0 or not set(text[at:end]) & set(BLANK + _BAR)


def _word(text: str, at: int, exact: bool, depth: int) -> Lexeme:
    if field := _TITLE.match(text, at):
        return Lexeme("title", field.group(), at, field.end())
    if field := _OTHER_FIELD.match(text, at):
        raise QueryError(
            f"检索词里不能限定“{field[1]}”",
            "地区、年份、主题请在筛选栏里选；只有“标题:”可以写进检索词",
            at,
            field.end(),
        )
    end = at
    open_brackets = 0
    while end < len(text) and text[end] not in BLANK + _BAR:
        if not exact and (text[end] in _OPEN + _CLOSE or text[end] in _QUOTE):
            break
        open_brackets += (text[end] in _OPEN) - (text[end] in _CLOSE)
        if exact and depth and open_brackets < 0:
            break
        end += 1
    run = text[at:end]
    return Lexeme(_OPERATORS.get(run, "run"), run, at, end)
