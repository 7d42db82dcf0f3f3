"""Joins the lines of paragraphs that a text file breaks into several lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from unicodedata import east_asian_width

from engine.model import Kind
from indexer.clean import clean, drop_invisible, unescape
from indexer.kinds import kind_of
from indexer.numbering import Scheme, number_of, run_in_heading
from indexer.piece import Piece

_ENDING = re.compile(r"[。！？!?；;：:…—]['\"”’）)】》]*$|[”）)】》]$")
_NEW_PARAGRAPH = re.compile(r"——|[-·●•■◆※]|附件|各位代表|[①-⑳]|[\[［〔【]")
_NEVER_FIRST = re.compile(r"[，。、；：！？”’）》】,;:!?)]")  # the first characters of no paragraph
_LONG_LINE = 60  # characters; such a line without an ending is no heading or caption
_TELLING = 200  # characters of a line that tell whether it is a heading
_MIN_FULL, _MAX_WIDER = 0.4, 0.1  # the shares of a wrapped file's lines that are full, or wider
_INDENTED_SHORTFALL = 4  # a number is not broken: a line may end early by this part of the width
_MAX_SHORTFALL = 4  # half-width columns; a full line may be shorter than the width by these


def unwrap(pieces: Sequence[Piece]) -> list[Piece]:
    """Join the lines of each paragraph that was broken into several.

    ``医疗救助21.61万人次，报`` + ``销金额2.85亿元`` is one paragraph. A line is continued by
    the next one if it ends in a comma. A line that ends in no mark at all is continued if it
    is long, or as wide as the file was wrapped to. In a wrapped file that indents its
    paragraphs, every full line is continued by a next line without an indent. A dateline is a
    line by itself.
    """
    width = _wrap_width(pieces)
    indented = width > 0 and sum(map(_is_indented, pieces)) >= 3
    groups: list[list[Piece]] = []
    goes_on = False
    for piece in pieces:
        if groups and not piece.level and _belongs_to(piece, groups[-1], goes_on, indented):
            groups[-1].append(piece)
        else:
            groups.append([piece])
        full = width > 0 and _is_full(piece, groups[-1], width, indented)
        goes_on = (
            _wants_another_line(groups[-1], width, full, indented)
            and _kind(groups[-1][0].text) != "dateline"
        )
    return [_joined(group) if len(group) > 1 else group[0] for group in groups]


def _is_full(piece: Piece, lines: Sequence[Piece], width: int, indented: bool) -> bool:
    """Whether a line, the last of ``lines``, is as wide as the file was wrapped to.

    Where the indents were dropped, the first line of a paragraph is shorter by one.
    """
    if indented:
        return _columns(piece.raw) >= width - width // _INDENTED_SHORTFALL
    number = number_of(piece.text) if len(lines) == 1 else None
    is_heading = number is not None and number.scheme < Scheme.DIGIT
    shortfall = _MAX_SHORTFALL if len(lines) > 1 or is_heading else 2 * _MAX_SHORTFALL
    return _columns(piece.raw) >= width - shortfall


def _belongs_to(piece: Piece, lines: Sequence[Piece], goes_on: bool, indented: bool) -> bool:
    """Whether a line continues the paragraph of ``lines``; ``goes_on``: these seem unfinished."""
    if _NEVER_FIRST.match(piece.text) and not lines[0].level:
        return _kind(lines[0].text) != "dateline"
    if not goes_on or _kind(piece.text) == "dateline":
        return False
    if indented:  # headings may stand at the margin
        is_heading = _kind(piece.text) == "heading" and _ENDING.search(lines[-1].text)
        return not _is_indented(piece) and not is_heading
    bold = piece.raw.lstrip().startswith("**")
    return not (bold or number_of(piece.text) or _NEW_PARAGRAPH.match(piece.text))


def _kind(text: str) -> Kind | None:
    return kind_of(text, False, number_of(text))


def _wants_another_line(lines: Sequence[Piece], width: int, full: bool, indented: bool) -> bool:
    """Whether a paragraph of these lines seems unfinished, from its first and last line.

    ``full``: the last line is as wide as the file was wrapped to.
    """
    first, last = lines[0].text, lines[-1].text
    if lines[0].level or "|" in last:
        return False
    if (full and indented) or last.endswith(("，", ",", "、")):
        return True
    if width or _ENDING.search(last):
        return full and not _ENDING.search(last)
    text = first[:_TELLING] if len(lines) == 1 else first[:_TELLING] + last[:_TELLING]
    number = number_of(text)
    heading = number and number.scheme is not Scheme.ARTICLE and not run_in_heading(text)
    return len(text) >= _LONG_LINE and not heading and kind_of(text, False, number) == "body"


def _is_indented(piece: Piece) -> bool:
    return unescape(piece.raw).startswith(("\u3000\u3000", "\xa0\xa0", "    "))


def _columns(raw: str) -> int:
    """The width of a line as it stood in its file, with its indent, in half-width columns."""
    shown = drop_invisible(unescape(raw)).rstrip()
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in shown)


def _wrap_width(pieces: Sequence[Piece]) -> int:
    """The width in columns that a file was wrapped to; 0 if it was not wrapped.

    Many lines of a wrapped file are nearly as wide as that, and few are wider.
    """
    if len(pieces) < 10 or any(len(piece.text) > 2 * _LONG_LINE for piece in pieces):
        return 0  # so most files need no count of columns
    widths = sorted(_columns(piece.raw) for piece in pieces)
    for width in (widths[-1], widths[-1 - int(_MAX_WIDER * len(widths))]):
        full = len(widths) - bisect_left(widths, width - _MAX_SHORTFALL)
        if width <= 2 * _LONG_LINE and full >= _MIN_FULL * len(widths):
            return width
    return 0


def _joined(lines: Sequence[Piece]) -> Piece:
    parts = [lines[0].text]
    for line in lines[1:]:
        both_latin = all(c.isascii() and c.isalpha() for c in (parts[-1][-1:], line.text[:1]))
        parts += [" ", line.text] if both_latin else [line.text]
    return replace(
        lines[0],
        text=clean("".join(parts)),
        raw="\n".join(line.raw for line in lines),
        damaged=any(line.damaged for line in lines),
    )
