"""Remarks above the results: how a query was read, and what was searched for instead."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model import Page
from engine.understanding import Note, Relaxed, Understanding

_NOTE_TEXTS = {
    "sign": "“{text}”是符号，没有参与检索；要查它，请连同前后文字加引号",
    "star": "“*”只在词尾表示“以此开头”，别处的没有参与检索",
    "slop": "“{text}”（相隔几个字以内）这里不支持，没有参与检索；相距近的会排在前面",
    "unpaired": "“{text}”缺另一半，按普通标点略去了",
    "prefix": "“{text}”不是一个词的开头，改按原样的文字查找",
    "lowercase": "小写的“{text}”按普通的词查找；要作逻辑词，请写成大写 {upper}",
}


def remarks(page: Page) -> Iterator[str]:
    """Yield each remark as a sentence without its final stop."""
    understood = page.understood
    none = "先前的结果里没有一段" if page.query.inside else "没有一段"
    for word, pieces in understood.pieces.items():
        yield f"{none}含有“{word}”；以下各段分别含有“{'”和“'.join(pieces)}”"
    if understood.relaxed:
        yield _relaxed(understood, understood.relaxed, none)
    yield from map(_note, understood.notes)


def _relaxed(understood: Understanding, relaxed: Relaxed, none: str) -> str:
    least, of = relaxed.least, relaxed.of
    if relaxed.selected:
        return (
            f"这段话按其中最少见的 {of} 个词查找，以下各段至少含有 {least} 个，相同文字最多的在前"
        )
    if not understood.question:
        return f"{none}同时含有全部 {of} 个词；以下各段至少含有其中 {least} 个"
    if least >= of:
        return f"问话不计，以下各段含有其余 {of} 个词"
    return f"问句里有 {of} 个词，最接近的段落在前；以下各段至少含有其中 {least} 个"


def _note(note: Note) -> str:
    return _NOTE_TEXTS[note.kind].format(text=note.text, upper=note.text.upper())
