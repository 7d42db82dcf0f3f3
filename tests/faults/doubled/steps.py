"""The steps that take in text of strangers, each as a function of a text, with its limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from engine.analyze import Analyzer, normalise
from engine.errors import QueryError, ReadError
from engine.highlight import Highlighter
from engine.phrases import Phrases
from engine.query.parser import MAX_LENGTH, parse
from engine.query.tree import leaves
from indexer.assemble import assemble
from indexer.clean import clean, damaged, drop_trailing_furniture, is_furniture
from indexer.draft import Block, Draft
from indexer.label import label
from indexer.limits import MAX_CHARACTERS
from indexer.metadata import parse_metadata
from indexer.mining import mine
from indexer.readers import html, text
from indexer.readers.decode import decode
from search_app.check.limits import MAX_CHARACTERS as MAX_MEMO_CHARACTERS
from search_app.check.plain_text import plain_memo
from search_app.check.quotations import find_quotations
from search_app.figures.figures import figures

from .shapes import LINE_ENDS, MARKUP, TEXT, words_of

MEMO = MAX_MEMO_CHARACTERS


class Step(NamedTuple):
    """A step: its name, the call, the atoms of its texts, the most characters it is given."""

    name: str
    call: Callable[[str], object]
    alphabets: tuple[Sequence[str], ...]
    longest: int = MAX_CHARACTERS


def _draft(blocks: Sequence[Block], lines: bool = True, **metadata: str) -> None:
    with suppress(ReadError):  # such as "no text": that is an answer, too
        assemble(Draft("a.txt", tuple(blocks), metadata, lines))


def _as_lines(text_: str) -> None:
    _draft([Block(line) for line in text_.splitlines()])


def _as_paragraphs(text_: str) -> None:
    _draft([Block(line) for line in text_.splitlines()], lines=False)


def _as_headings(text_: str) -> None:
    lines = text_.splitlines()
    _draft([Block(line, level=at % 7) for at, line in enumerate(lines)], lines=False)


def _as_rows(text_: str) -> None:
    _draft([Block(line, row=True) for line in text_.splitlines()], lines=False)


def _as_title(text_: str) -> None:
    _draft([Block("全县医疗保障工作平稳推进，参保人数稳步增长。")], title=text_)


def _labelled(text_: str) -> None:
    with suppress(ValueError):
        label(text_[:300], text_.splitlines(), {})


def _label_of_metadata(text_: str) -> None:
    for key in ("title", "kind", "region", "year", "issuer", "published"):
        with suppress(ValueError):
            label("", ["甲县"], {key: text_})


def _cleaned(text_: str) -> None:
    shown = clean(text_)
    is_furniture(shown)
    drop_trailing_furniture(shown)
    damaged(text_)


def _decoded(text_: str) -> None:
    for encoding in ("utf-8", "gb18030", "utf-16", "big5hkscs"):
        with suppress(ReadError):
            decode(text_.encode(encoding, "replace"), "a.txt")


def _mixed_encodings(text_: str) -> None:
    encodings = ("utf-8", "gb18030")
    lines = text_.split("\n")
    data = b"\n".join(line.encode(encodings[at % 2], "replace") for at, line in enumerate(lines))
    with suppress(ReadError):
        decode(data, "a.txt")


def _text_file(text_: str) -> None:
    with suppress(ReadError):
        text.parse(text_, "a.txt")


def _front_matter(text_: str) -> None:
    with suppress(ReadError):
        text.parse(f"---\n{text_}\n---\n正文。", "a.txt")


def _page(text_: str) -> None:
    with suppress(ReadError):
        html.parse(f"<html><head><title>甲</title></head><body>{text_}", "a.html")


def _page_to_report(text_: str) -> None:
    with suppress(ReadError):
        assemble(html.parse(f"<html><body>{text_}", "a.html"))


def _table_of_metadata(text_: str) -> None:
    parse_metadata(f"file,title,region,url\n{text_}".encode(), "metadata.csv", lambda file: True)


def _mined(text_: str) -> None:
    mine([("a", text_.splitlines()), ("b", text_[: len(text_) // 2].splitlines())], ())


def _memo(text_: str) -> None:
    find_quotations(plain_memo(text_))


def _quoted_memo(text_: str) -> None:
    find_quotations(plain_memo(f"> {text_}"))


def _query(text_: str) -> None:
    for exact in (False, True):
        with suppress(QueryError):
            parse(text_[:MAX_LENGTH], exact, _ANALYZER.words)


def _highlighted(text_: str) -> None:
    with suppress(QueryError):
        node = parse(text_[:40], False, _ANALYZER.words).node
        list(_HIGHLIGHTER.of(tuple(leaves(node)))(text_))


def _figures(text_: str) -> None:
    list(figures(text_))


def _analysed(text_: str) -> None:
    _ANALYZER.words(text_)
    normalise(text_)


_ANALYZER = Analyzer()
_HIGHLIGHTER = Highlighter(Phrases(("医保", "医疗保障局", "双随机、一公开")), _ANALYZER.words, bool)
_RULES = (TEXT, TEXT, words_of("indexer"))
_SEARCH = (TEXT, TEXT, words_of("search_app/check"), words_of("search_app/figures"))
_CSV = (
    TEXT,
    ("a.txt,甲,,\n", "a.txt,", '"', ",", "湖南省", "湖南省/长沙市,", "https://a.b/", "\n"),
)
_FRONT = (TEXT, ("title: 甲\n", "- 甲\n", "#", " #", "a:", "authors:\n", "  - b\n", "---", "\n"))

STEPS = (
    Step("clean", _cleaned, _RULES),
    Step("lines to report", _as_lines, _RULES),
    Step("lines to report, short lines", _as_lines, (*_RULES, LINE_ENDS)),
    Step("paragraphs to report", _as_paragraphs, (*_RULES, LINE_ENDS)),
    Step("headings to report", _as_headings, (*_RULES, LINE_ENDS)),
    Step("table rows to report", _as_rows, (*_RULES, LINE_ENDS, ("｜", "|"))),
    Step("title", _as_title, _RULES),
    Step("labels", _labelled, (*_RULES, LINE_ENDS)),
    Step("labels of metadata", _label_of_metadata, _RULES),
    Step("encodings", _decoded, (TEXT, ("å·¥", "锛", "é", "\ufffd", "ä", "\x00"))),
    Step("mixed encodings", _mixed_encodings, (TEXT, ("å·¥", "锛", "\n", "甲\n"))),
    Step("text, Markdown", _text_file, _RULES),
    Step("front matter", _front_matter, _FRONT),
    Step("html", _page, (MARKUP, MARKUP, TEXT, words_of("indexer/readers"))),
    Step("html to report", _page_to_report, (MARKUP, MARKUP, TEXT, words_of("indexer"))),
    Step("metadata.csv", _table_of_metadata, _CSV),
    Step("mining", _mined, _RULES),
    Step("memo", _memo, _SEARCH, MEMO),
    Step("memo, quoted", _quoted_memo, _SEARCH, MEMO),
    Step("query", _query, (TEXT, ("OR", " OR ", "同句(", "标题:", "-", "~", "*", "(")), MAX_LENGTH),
    Step("highlighting", _highlighted, _SEARCH),
    Step("figures", _figures, _SEARCH),
    Step("tokens", _analysed, _RULES),
)
