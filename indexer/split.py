"""Splits a draft into paragraphs: cleans its blocks, joins hard-wrapped lines, and gives
each paragraph its kind and the path of headings above it.

Nothing of the report is dropped: the paragraphs, one after the other, are the cleaned
text. Only the furniture of a web page (``打印``, ``字号``) and HTML comments are left out.
Captions and datelines stay, with a kind of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    UNNUMBERED_DEPTH,
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

    ``level`` is 1 to 6 where the format itself marks a heading, else 0. ``row``: it is a
    table's row, which is body text whatever its words. ``ocr``, ``damaged``: as in ``Block``.
    """

    text: str
    raw: str
    kind: Kind = "body"
    level: int = 0
    heading: tuple[str, ...] = ()
    row: bool = False
    ocr: bool = False
    damaged: bool = False


def split(draft: Draft) -> tuple[str, tuple[Piece, ...]]:
    """The title and the paragraphs of a draft; the title is "" where the report has none."""
    pieces = list(_pieces(draft.blocks))
    if draft.lines:
        pieces = _unwrap(pieces)
    given = clean(draft.metadata.get("title", ""))
    pieces = _with_kinds(pieces, given)
    title = given or _title(pieces)
    return title, tuple(_with_paths(pieces))


def _pieces(blocks: Sequence[Block]) -> Iterator[Piece]:
    """The blocks, cleaned; empty ones and furniture are left out."""
    for block in _without_comments(blocks):
        text = clean(block.text)
        if not is_furniture(text):
            yield Piece(
                text,
                block.text,
                level=block.level,
                row=block.row,
                ocr=block.ocr,
                damaged=block.damaged or damaged(block.text),
            )


def _without_comments(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks without HTML comments, even those that extend over several blocks.

    A comment that nothing closes is text.
    """
    last_close = max((at for at, block in enumerate(blocks) if "-->" in block.text), default=-1)
    if last_close < 0:
        yield from blocks
        return
    inside = False
    for at, block in enumerate(blocks):
        text = block.text
        if inside:
            _, end, text = text.partition("-->")
            inside = not end
        text = drop_comments(text)
        if not inside and at < last_close and "<!--" in text:
            text = text.partition("<!--")[0]
            inside = True
        yield block if text == block.text else replace(block, text=text)


# Joining hard-wrapped lines

_ENDING = re.compile(r"[。！？!?；;：:…—]['\"”’）)】》]*$|[”）)】》]$")
_NEW_PARAGRAPH = re.compile(
    r"——|[-·●•■◆※]|附件|各位代表|[①-⑳]|[\[［〔【]|第[一二三四五六七八九十百]{1,3}条"
)
_NEVER_FIRST = re.compile(r"[，。、；：！？”’）》】,;:!?)]")  # the first characters of no paragraph
_LONG_LINE = 60  # characters; such a line without an ending is no heading or caption
_MAX_SHORTFALL = 4  # half-width columns; a full line may be shorter than the width by these


def _unwrap(pieces: Sequence[Piece]) -> list[Piece]:
    """Join the lines of each paragraph that was broken into several.

    ``医疗救助21.61万人次，报`` + ``销金额2.85亿元`` is one paragraph. A line is continued by
    the next one if it ends in a comma. A line that ends in no mark at all is continued if it
    is long, or as wide as the file was wrapped to. In a wrapped file that indents its
    paragraphs, every full line is continued by a next line without an indent.
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
        # A number is not broken, so that a full line may end before a long one.
        shortfall = width // 4 if indented else _MAX_SHORTFALL
        full = width > 0 and _columns(piece.raw) >= width - shortfall
        goes_on = _wants_another_line(groups[-1], width, full, indented)
    return [_joined(group) if len(group) > 1 else group[0] for group in groups]


def _belongs_to(piece: Piece, lines: Sequence[Piece], goes_on: bool, indented: bool) -> bool:
    """Whether a line continues the paragraph of ``lines``; ``goes_on``: these seem unfinished."""
    if _NEVER_FIRST.match(piece.text) and not lines[0].level:
        return kind_of(lines[0].text, False) != "dateline"
    if not goes_on or kind_of(piece.text, False) == "dateline":
        return False
    if indented:  # headings may stand at the margin
        is_heading = kind_of(piece.text, False) == "heading" and _ENDING.search(lines[-1].text)
        return not _is_indented(piece) and not is_heading
    bold = piece.raw.lstrip().startswith("**")
    return not (bold or depth(piece.text) or _NEW_PARAGRAPH.match(piece.text))


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
    text = first if len(lines) == 1 else first + last
    heading = depth(text) and not run_in_heading(text)
    return len(text) >= _LONG_LINE and not heading and kind_of(text, False) == "body"


def _is_indented(piece: Piece) -> bool:
    return unescape(piece.raw).startswith(("\u3000\u3000", "\xa0\xa0", "    "))


def _columns(raw: str) -> int:
    """The width of a line as it stood in its file, with its indent, in half-width columns."""
    shown = drop_invisible(unescape(raw)).rstrip()
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in shown)


def _wrap_width(pieces: Sequence[Piece]) -> int:
    """The width in columns that a file was wrapped to; 0 if it was not wrapped.

    A wrapped file has no wider line, and many lines that are nearly as wide.
    """
    if len(pieces) < 10 or any(len(piece.text) > 2 * _LONG_LINE for piece in pieces):
        return 0  # so most files need no count of columns
    widths = [_columns(piece.raw) for piece in pieces]
    widest = max(widths)
    full = sum(width >= widest - _MAX_SHORTFALL for width in widths)
    return widest if widest <= 2 * _LONG_LINE and full >= 0.4 * len(widths) else 0


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


# Kinds and headings


def _with_kinds(pieces: Sequence[Piece], title: str) -> list[Piece]:
    """Each piece with its kind."""
    kinds = ["body" if p.row else kind_of(p.text, p.level > 0) for p in pieces]
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
        elif (
            first < at < last
            and kinds[at] == "body"
            and not piece.row
            and is_short_sentence(piece.text)
        ):
            neighbour_depths = (depth(pieces[neighbour].text) for neighbour in (at - 1, at + 1))
            # Neighbours with the same kind of number make it a list.
            kinds[at] = "body" if depth(piece.text) in neighbour_depths else "heading"
        titled = titled or kinds[at] == "heading"
    return [_with_kind(piece, kind or "body") for piece, kind in zip(pieces, kinds, strict=True)]


def _with_kind(piece: Piece, kind: Kind) -> Piece:
    text = drop_trailing_furniture(piece.text) if kind == "dateline" else piece.text
    return replace(piece, text=text, kind=kind)


def _title(pieces: Sequence[Piece]) -> str:
    """The first heading, if it stands above the running text and has no number; else ""."""
    for piece in pieces:
        if piece.kind == "heading" and not depth(piece.text):
            return piece.text
        if piece.kind in ("heading", "body"):
            break
    return ""


def _with_paths(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Give each piece the path of headings above it.

    Headings before the running text are in no path. A paragraph that opens with a numbered
    heading (``（一）守好基金。全年…``) has this heading in its path, and so have the
    paragraphs after it.
    """
    numbered = (p.kind in ("heading", "body") and not p.row for p in pieces)
    depths = [depth(p.text) if has else 0 for p, has in zip(pieces, numbered, strict=True)]
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
    """The rank of a heading or a numbered paragraph; a lower value is a higher rank.

    A heading without a number ranks just above the series of numbers that begins under it
    (``2024年工作安排`` above ``一、``), or below every number if there is none. Headings of
    equal depth rank by the levels that the file format gives them.
    """
    if depths[at]:
        return 2 * depths[at], 0
    level = pieces[at].level
    if pieces[at].kind != "heading":
        return None
    for below in range(at + 1, len(pieces)):
        if depths[below]:
            counts = depths[below] > 1 and is_first(pieces[below].text)
            return (2 * depths[below] - 1 if counts else 2 * UNNUMBERED_DEPTH), level
        if pieces[below].kind == "heading" and pieces[below].level <= level:
            break
    return 2 * UNNUMBERED_DEPTH, level
