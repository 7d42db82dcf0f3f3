"""Decides the kind of each piece from its text and from the pieces around it.

A short line without an ending is a heading only where what follows supports it. Lists of
names, tables of contents, catalogues of annexes, rows of tables and signatures have short
lines too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.model import Kind
from indexer.clean import drop_trailing_furniture
from indexer.kinds import (
    is_bold,
    is_data,
    is_sentence,
    is_short_sentence,
    is_signature,
    is_speaker,
    is_table_line,
    kind_above,
    kind_below,
    kind_of,
    names_topic,
)
from indexer.lists import (
    Kinds,
    Numbers,
    adjacent,
    mark_annexes,
    mark_catalogue,
    mark_contents,
    mark_lists,
    mark_signatures,
)
from indexer.numbering import Number
from indexer.piece import Piece


def with_kinds(pieces: Sequence[Piece], numbers: Numbers, titled: bool) -> list[Piece]:
    """Each piece with its kind.

    ``numbers`` are those that open the pieces; ``titled``: the metadata gives a title.
    """
    kinds: Kinds = [
        "body" if piece.row else kind_of(piece.text, piece.level > 0, number)
        for piece, number in zip(pieces, numbers, strict=True)
    ]
    mark_contents(pieces, numbers, kinds)
    mark_catalogue(pieces, kinds)
    mark_lists(pieces, numbers, kinds)
    mark_annexes(pieces, numbers, kinds)
    mark_signatures(pieces, kinds)
    _decide(pieces, numbers, kinds, titled)
    return [_with_kind(piece, kind or "body") for piece, kind in zip(pieces, kinds, strict=True)]


def _with_kind(piece: Piece, kind: Kind) -> Piece:
    if kind == "dateline":
        return replace(piece, text=drop_trailing_furniture(piece.text), kind=kind)
    return piece if kind == piece.kind else replace(piece, kind=kind)


def _decide(pieces: Sequence[Piece], numbers: Numbers, kinds: Kinds, titled: bool) -> None:
    """Decide the kinds that are still None, and those of short numbered sentences."""
    running = [at for at, kind in enumerate(kinds) if kind == "body"]
    last = running[-1] if running else -1
    first = next((at for at in range(last + 1) if _opens(kinds[at], numbers[at])), len(pieces))
    plain = _plain_lines(pieces, numbers, kinds, first, last)
    for at, piece in enumerate(pieces):
        if kinds[at] is None:
            if at < first:
                kinds[at] = kind_above(piece.text, is_bold(piece.raw), titled)
            elif at > last:
                kinds[at] = kind_below(piece.text)
            else:
                kinds[at] = _kind_amid(pieces, kinds, at, at in plain)
        elif first < at < last and kinds[at] == "body" and _is_headed(pieces, numbers, at):
            kinds[at] = "heading"
        titled = titled or kinds[at] == "heading"


def _opens(kind: Kind | None, number: Number | None) -> bool:
    """Whether a piece is of the running text: a paragraph, or a heading with a number."""
    return kind == "body" or (kind == "heading" and number is not None)


def _is_headed(pieces: Sequence[Piece], numbers: Numbers, at: int) -> bool:
    """Whether a numbered line is a heading that is a sentence: ``（一）参保稳定。``.

    Beside a line with the same kind of number it is an item of a list.
    """
    number = numbers[at]
    if number is None or not is_short_sentence(pieces[at].text, number):
        return False
    return number.scheme not in {n.scheme for n in (numbers[at - 1], numbers[at + 1]) if n}


def _kind_amid(pieces: Sequence[Piece], kinds: Kinds, at: int, supported: bool) -> Kind:
    """The kind of a short line within the running text; ``supported``: text stands under it."""
    piece, below = pieces[at], pieces[at + 1]
    if is_speaker(piece.text) or (kinds[at - 1] == "dateline" and is_signature(piece.text)):
        return "dateline"
    if below.row or is_table_line(below.text):
        return "caption"
    return "heading" if supported or is_bold(piece.raw) else "body"


_MAX_LINES = 3  # of a heading; more short lines, one after the other, are a list or a table


def _plain_lines(
    pieces: Sequence[Piece], numbers: Numbers, kinds: Kinds, first: int, last: int
) -> set[int]:
    """The places of short lines without a mark that have running text or a heading under them.

    A single one is a heading only among other headings, or if it names a topic: the captions
    of photographs in news and the calls in speeches stand alone too.
    """
    amid = [at for at in range(first + 1, last) if kinds[at] is None]
    plain = [at for at in amid if not is_bold(pieces[at].raw)]
    found = {
        _head(pieces, run)
        for run in adjacent(plain)
        if len(run) <= _MAX_LINES and _leads_on(pieces, kinds, run[-1])
    }
    headings = (at for at in range(last) if kinds[at] == "heading" and (at > first or numbers[at]))
    if len(found) == 1 and len(amid) == len(plain) and not any(headings):
        found = {at for at in found if names_topic(pieces[at].text)}
    return found


def _head(pieces: Sequence[Piece], run: Sequence[int]) -> int:
    """Which of several lines is the heading: not ``（试行）`` below it."""
    return run[-2] if len(run) > 1 and _is_remark(pieces[run[-1]].text) else run[-1]


def _is_remark(text: str) -> bool:
    return text.startswith(("（", "(")) and text.endswith(("）", ")"))


def _leads_on(pieces: Sequence[Piece], kinds: Kinds, at: int) -> bool:
    text = pieces[at].text
    is_remark = _is_remark(text) and kinds[at - 1] is not None
    is_torn = text.count("，") > 1 and kinds[at - 1] == "heading"  # a paragraph's first line
    if is_data(text) or is_remark or is_torn:
        return False
    below = at + 1
    while names_topic(text) and below <= at + _MAX_BYLINES and _is_byline(pieces, kinds, below):
        below += 1
    under = pieces[below].text
    return kinds[below] == "heading" or (
        kinds[below] == "body" and (is_sentence(under) or under.endswith(("：", ":")))
    )


_MAX_BYLINES = 4  # lines between the title of a report within the text and the report


def _is_byline(pieces: Sequence[Piece], kinds: Kinds, at: int) -> bool:
    is_office = kinds[at] is None and is_signature(pieces[at].text)
    return at + 1 < len(pieces) and (is_office or kinds[at] == "dateline")
