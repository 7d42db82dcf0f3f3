"""A draft's blocks to paragraphs: cleaned, joined where lines were hard-wrapped,
each with its kind and the path of headings above it.

Nothing of the report is dropped: the paragraphs, one after the other, are the
cleaned text. What goes is the web page's furniture (``打印``, ``字号``) and HTML
comments. Captions and datelines stay and are marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from unicodedata import east_asian_width

from engine.model import Kind
from indexer.clean import (
    clean,
    damaged,
    drop_comments,
    drop_invisible,
    drop_trailing_furniture,
    is_furniture,
    unescape,
)
from indexer.draft import Block, Draft
from indexer.kinds import (
    UNNUMBERED,
    depth,
    is_bold,
    is_first,
    is_short_sentence,
    kind_above,
    kind_amid,
    kind_below,
    kind_of,
    run_in_heading,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph of a report before it has an id or labels.

    ``level`` is 1 to 6 where the format itself marks a heading, else 0.
    """

    text: str
    raw: str
    kind: Kind = "body"
    level: int = 0
    heading: tuple[str, ...] = ()
    damaged: bool = False


def split(draft: Draft) -> tuple[str, tuple[Piece, ...]]:
    """Title and paragraphs of a draft; the title is empty where the report has none."""
    pieces = list(_pieces(draft.blocks))
    if draft.lines:
        pieces = _unwrap(pieces)
    given = clean(draft.metadata.get("title", ""))
    pieces = _marked(pieces, given)
    title = given or _title(pieces)
    return title, tuple(_with_paths(pieces))


def _pieces(blocks: Iterable[Block]) -> Iterator[Piece]:
    """Cleaned blocks with something in them."""
    for block in _without_comments(blocks):
        text = clean(block.text)
        if not is_furniture(text):
            yield Piece(text, block.text, level=block.level, damaged=damaged(block.text))


def _without_comments(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks without HTML comments, those too that reach over several lines."""
    inside = False
    for block in blocks:
        text = block.text
        if inside:
            _, end, text = text.partition("-->")
            inside = not end
        text, start, _ = drop_comments(text).partition("<!--")
        inside = inside or bool(start)
        yield block if text == block.text else replace(block, text=text)


# Joining what was hard-wrapped

_ENDS = re.compile(r"[。！？!?；;：:…—]['\"”’）)】》]*$|[”）)】》]$")
_BEGINS = re.compile(
    r"——|[-·●•■◆※]|附件|各位代表|[①-⑳]|[\[［〔【]|第[一二三四五六七八九十百]{1,3}条"
)
_CONTINUES = re.compile(r"[，。、；：！？”’）》】,;:!?)]")  # never the first of a paragraph
_LONG = 60  # characters; an unfinished line this long is no heading or caption
_FULL = 4  # half-width columns by which a wrapped line may fall short of the width


def _unwrap(pieces: Sequence[Piece]) -> list[Piece]:
    """Lines joined again where one plainly goes on in the next.

    ``医疗救助21.61万人次，报`` + ``销金额2.85亿元`` is one paragraph. A line goes on
    if it ends in a comma; without an ending, if it is long, or as wide as the
    file was wrapped to. In a wrapped file that indents its paragraphs, every
    full line goes on in a line that is not indented.
    """
    width = _wrap_width(pieces)
    indented = width > 0 and sum(map(_is_indented, pieces)) >= 3
    groups: list[list[Piece]] = []
    goes_on = False
    for piece in pieces:
        if groups and not piece.level and _is_part(piece, groups[-1], goes_on, indented):
            groups[-1].append(piece)
        else:
            groups.append([piece])
        short_of = width // 4 if indented else _FULL  # a number at a line's end is not broken
        full = width > 0 and _columns(piece.raw) >= width - short_of
        goes_on = _goes_on(groups[-1], width, full, indented)
    return [_joined(group) if len(group) > 1 else group[0] for group in groups]


def _is_part(piece: Piece, before: Sequence[Piece], goes_on: bool, indented: bool) -> bool:
    """Whether a line belongs to the lines before it, which seem to go on or not."""
    if _CONTINUES.match(piece.text) and not before[0].level:
        return kind_of(before[0].text, False) != "dateline"
    if not goes_on or kind_of(piece.text, False) == "dateline":
        return False
    if indented:  # headings may stand at the margin
        heads = kind_of(piece.text, False) == "heading" and _ENDS.search(before[-1].text)
        return not _is_indented(piece) and not heads
    bold = piece.raw.lstrip().startswith("**")
    return not (bold or depth(piece.text) or _BEGINS.match(piece.text))


def _goes_on(lines: Sequence[Piece], width: int, full: bool, indented: bool) -> bool:
    """Whether the lines of a paragraph want another one; only the first and the last tell."""
    first, last = lines[0].text, lines[-1].text
    if lines[0].level or "|" in last:
        return False
    if (full and indented) or last.endswith(("，", ",", "、")):
        return True
    if width or _ENDS.search(last):
        return full and not _ENDS.search(last)
    text = first if len(lines) == 1 else first + last
    heading = depth(text) and not run_in_heading(text)
    return len(text) >= _LONG and not heading and kind_of(text, False) == "body"


def _is_indented(piece: Piece) -> bool:
    return unescape(piece.raw).startswith(("\u3000\u3000", "\xa0\xa0", "    "))


def _columns(raw: str) -> int:
    """Half-width columns that a line takes as it stood in its file, its indent among them."""
    shown = drop_invisible(unescape(raw)).rstrip()
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in shown)


def _wrap_width(pieces: Sequence[Piece]) -> int:
    """The columns a file was wrapped to, 0 if it was not: no line is wider, many are near it."""
    if len(pieces) < 10 or any(len(piece.text) > 2 * _LONG for piece in pieces):
        return 0  # most files, which are spared the counting
    widths = [_columns(piece.raw) for piece in pieces]
    widest = max(widths)
    full = sum(width >= widest - _FULL for width in widths)
    return widest if widest <= 2 * _LONG and full >= 0.4 * len(widths) else 0


def _joined(lines: Sequence[Piece]) -> Piece:
    parts = [lines[0].text]
    for line in lines[1:]:
        latin = all(c.isascii() and c.isalpha() for c in (parts[-1][-1:], line.text[:1]))
        parts += [" ", line.text] if latin else [line.text]
    return replace(
        lines[0],
        text=clean("".join(parts)),
        raw="\n".join(line.raw for line in lines),
        damaged=any(line.damaged for line in lines),
    )


# Kinds and headings


def _marked(pieces: Sequence[Piece], title: str) -> list[Piece]:
    """Each piece with its kind."""
    kinds = [kind_of(piece.text, piece.level > 0) for piece in pieces]
    running = [at for at, kind in enumerate(kinds) if kind == "body"]
    first, last = (running[0], running[-1]) if running else (len(pieces), -1)
    titled = bool(title)
    for at, piece in enumerate(pieces):
        if kinds[at] is None:
            bold = is_bold(piece.raw)
            if at < first:
                kinds[at] = kind_above(piece.text, bold, titled)
            elif at > last:
                kinds[at] = kind_below(piece.text)
            else:
                kinds[at] = kind_amid(piece.text, bold, kinds[at + 1] in ("body", "heading"))
        elif first < at < last and kinds[at] == "body" and is_short_sentence(piece.text):
            around = (depth(pieces[near].text) for near in (at - 1, at + 1))
            kinds[at] = "body" if depth(piece.text) in around else "heading"  # a list, or not
        titled = titled or kinds[at] == "heading"
    return [_as(piece, kind or "body") for piece, kind in zip(pieces, kinds, strict=True)]


def _as(piece: Piece, kind: Kind) -> Piece:
    text = drop_trailing_furniture(piece.text) if kind == "dateline" else piece.text
    return replace(piece, text=text, kind=kind)


def _title(pieces: Sequence[Piece]) -> str:
    """The heading above the running text, if there is one and it bears no number."""
    for piece in pieces:
        if piece.kind == "heading" and not depth(piece.text):
            return piece.text
        if piece.kind in ("heading", "body"):
            break
    return ""


def _with_paths(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Each piece with the headings above it; what stands before the running text heads nothing.

    A paragraph that opens with a numbered heading (``（一）守好基金。全年…``) stands
    under it, and so do those that follow.
    """
    depths = [depth(p.text) if p.kind in ("heading", "body") else 0 for p in pieces]
    path: list[tuple[tuple[int, int], str]] = []
    started = False
    for at, piece in enumerate(pieces):
        started = started or piece.kind == "body" or depths[at] > 0
        rank = _rank(pieces, depths, at)
        if rank and started:
            path = [step for step in path if step[0] < rank]
        if depths[at] and piece.kind == "body" and (lead := run_in_heading(piece.text)):
            path.append(((2 * lead[0], 0), lead[1]))
        shown = path if piece.kind in ("heading", "body") else []
        yield replace(piece, heading=tuple(text for _, text in shown))
        if rank and piece.kind == "heading" and started:
            path.append((rank, piece.text))


def _rank(pieces: Sequence[Piece], depths: Sequence[int], at: int) -> tuple[int, int] | None:
    """How high a heading or a numbered paragraph stands, less being higher.

    A heading without a number stands one above the count that begins under it
    (``2024年工作安排`` above ``一、``), else below every number; among their like,
    headings keep the order of their format's marks.
    """
    if depths[at]:
        return 2 * depths[at], 0
    mark = pieces[at].level
    if pieces[at].kind != "heading":
        return None
    for below in range(at + 1, len(pieces)):
        if depths[below]:
            counts = depths[below] > 1 and is_first(pieces[below].text)
            return (2 * depths[below] - 1 if counts else 2 * UNNUMBERED), mark
        if pieces[below].kind == "heading" and pieces[below].level <= mark:
            break
    return 2 * UNNUMBERED, mark
