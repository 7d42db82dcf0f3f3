"""A memo to its quotations: the words, where they stand, and the reference beside them.

A quotation stands between quotation marks, is a block quotation, or is set apart by a reference
beside it: a permalink, or ``[1]`` where the list of sources has a permalink. Without marks it is
the sentence before the reference, or the text that a link is on.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from search_app.check.letters import count_letters
from search_app.check.memo_text import Block, MemoText, Piece
from search_app.check.quotation_marks import Unclosed, outside, quoted_pieces
from search_app.check.references import (
    Found,
    Reference,
    in_block,
    is_own_note,
    is_reference_entry,
    is_source_line,
    source_list,
    titles,
)

MIN_LETTERS = 12  # Han characters, letters and digits of a quotation that is looked up
_SENTENCE_END = re.compile("[。！？；\n]")
_ELLIPSIS = re.compile(r"…+|⋯+|\.{3,}|。{3,}|·{6}|．{3,}")
_LEAD_IN = re.compile(
    "(?:.{0,40}?(?:指出|提出|强调|要求|明确|显示|表示|认为|介绍|写道|写明|提到|报告称|报告说|"
    "所述|记载)|据[^，：:,]{1,30}|根据[^，：:,]{1,30}|按照[^，：:,]{1,30})[，：:,]"
)
_OPENING = "（([〔［【<〈“\"'‘「『见参详阅来源出处引自自载：: 　\t"
_CLOSING = re.compile(r"[\s)）\]〕］】>〉。，；、]*")
_TITLE_BEHIND = re.compile("[，,。]?[（(—]")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that a memo quotes: ``text`` without the marks around them.

    ``pieces`` say where they stand; several pieces are joined by line ends. ``references`` stand
    beside it, if any. ``place`` is in Chinese. ``is_marked``: it has quotation marks or is a block
    quotation; otherwise only its reference sets it apart.
    """

    text: str
    pieces: tuple[Piece, ...] = ()
    references: tuple[Reference, ...] = ()
    place: str = ""
    is_marked: bool = True

    @property
    def parts(self) -> list[tuple[int, int]]:
        """The stretches of ``text`` between ellipses that have letters."""
        found = outside(
            [match.span() for match in _ELLIPSIS.finditer(self.text)], 0, len(self.text)
        )
        return [at for at in found if count_letters(self.text[slice(*at)])]

    @property
    def is_too_short(self) -> bool:
        return count_letters(self.text) < MIN_LETTERS


def find_quotations(memo: MemoText) -> tuple[list[Quotation], list[Unclosed]]:
    """The quotations of a memo in its order, and the marks that open and do not close."""
    return _Reader(memo.blocks).read()


class _Reader:
    """Reads the quotations of one memo."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.sources: Mapping[str, Sequence[Reference]] = source_list(blocks)
        self.references = [in_block(block, self.sources) for block in blocks]
        self.marked, self.unclosed = quoted_pieces(blocks)
        self.entries = [is_reference_entry(block.text) for block in blocks]
        self.source_lines = [is_source_line(block) for block in blocks]
        self.sources_below = self._sources_below()
        self.spans: list[list[tuple[int, int]]] = [[] for _ in blocks]
        for pieces in self.marked:
            for piece in pieces:
                self.spans[piece.block].append((piece.start, piece.end))

    def read(self) -> tuple[list[Quotation], list[Unclosed]]:
        found = [
            self._between_marks(pieces)
            for pieces in self.marked
            if not self.entries[pieces[0].block]
        ]
        for at, block in enumerate(self.blocks):
            if block.is_quotation:
                found += self._block_quotation(at)
            elif not self.source_lines[at]:
                found += self._without_marks(at)
        return sorted(found, key=lambda each: each.pieces[0]), self.unclosed

    def _quotation(
        self, pieces: Sequence[Piece], references: Sequence[Found], is_marked: bool = True
    ) -> Quotation:
        text = "\n".join(self.blocks[p.block].text[p.start : p.end] for p in pieces)
        once = tuple(dict.fromkeys(each.reference for each in references))
        return Quotation(text, tuple(pieces), once, self.blocks[pieces[0].block].place, is_marked)

    def _between_marks(self, pieces: Sequence[Piece]) -> Quotation:
        first, last = pieces[0], pieces[-1]
        beside = self._behind(last.block, last.end) or self._before(first.block, first.start)
        return self._quotation(pieces, beside or self._titles(first, last))

    def _behind(self, at: int, end: int) -> list[Found]:
        """The references of the same sentence behind a place, before the next quotation."""
        text, spans = self.blocks[at].text, self.spans[at]
        following = bisect_right(spans, (end, len(text)))
        limit = spans[following][0] if following < len(spans) else len(text)
        first = bisect_left(self.references[at], end, key=_start)
        last = bisect_right(self.references[at], limit, key=_start)
        references = self.references[at][first:last]
        stop = _SENTENCE_END.search(text, end + 1, limit)
        scope = stop.end() if stop else limit
        found: list[Found] = []
        for each in references:
            if each.start > scope and text[scope : each.start].strip(_OPENING):
                break
            found.append(each)
            closing = _CLOSING.match(text, max(scope, each.end), limit)
            scope = max(scope, closing.end() if closing else each.end)
        return found

    def _before(self, at: int, start: int) -> list[Found]:
        """The references of the same sentence before a place, behind the last quotation."""
        low = self._sentence_start(at, start)
        first = bisect_left(self.references[at], low, key=_start)
        last = bisect_right(self.references[at], start, key=_start)
        return [each for each in self.references[at][first:last] if each.end <= start]

    def _sentence_start(self, at: int, start: int) -> int:
        """Where the sentence around a place begins, or the last quotation before it ends."""
        before = bisect_left(self.spans[at], (start, 0))
        low = self.spans[at][before - 1][1] if before else 0
        ends = [match.end() for match in _SENTENCE_END.finditer(self.blocks[at].text, low, start)]
        return max([low, *ends])

    def _titles(self, first: Piece, last: Piece) -> list[Found]:
        """The title of a report named right before or behind a quotation."""
        text = self.blocks[last.block].text
        if bracket := _TITLE_BEHIND.match(text, last.end + 1):
            found = list(titles(text[bracket.end() : bracket.end() + 60]))
            if found and found[0].start < 30:
                return found[:1]
        text = self.blocks[first.block].text
        low = max(first.start - 60, self._sentence_start(first.block, first.start))
        found = list(titles(text[low : first.start]))
        return found[-1:] if found and first.start - low - found[-1].end < 12 else []

    def _block_quotation(self, at: int) -> Iterator[Quotation]:
        """The quotation that a whole block is, without the reference at its end."""
        block = self.blocks[at]
        if self.source_lines[at] or is_own_note(block.text):
            return
        text, inside = block.text, self.references[at]
        end = len(text)
        for each in reversed(inside):
            if count_letters(text[each.end : end]):
                break
            end = each.start
        trailing = [each for each in inside if each.start >= end]
        start, end = _trimmed(text, 0, end, bool(trailing))
        if start < end:
            yield self._quotation([Piece(at, start, end)], trailing or self.sources_below[at])

    def _sources_below(self) -> list[Sequence[Found]]:
        """For each block, the references of the line that names the source of what it quotes.

        Only other quotations may stand between them.
        """
        below: list[Sequence[Found]] = [()] * len(self.blocks)
        for at in range(len(self.blocks) - 2, -1, -1):
            following = self.blocks[at + 1]
            if following.story != self.blocks[at].story:
                continue
            if self.source_lines[at + 1]:
                found = self.references[at + 1] or list(titles(following.text))
                below[at] = [each for each in found if not each.reference.title] or found[:1]
            elif following.is_quotation:
                below[at] = below[at + 1]
        return below

    def _without_marks(self, at: int) -> Iterator[Quotation]:
        """What only a reference sets apart: the text of a link, or the sentence before."""
        block, done = self.blocks[at], 0
        for _, group in groupby(self.references[at], key=_start):
            same_place = list(group)
            found = same_place[0]
            linked = block.text[found.start : found.end]
            if "/" not in linked and count_letters(linked) >= MIN_LETTERS:
                start, end = found.start, found.end
            else:
                start, end = self._sentence_before(at, done, found.start)
            done = max(done, found.end)
            nearest = bisect_right(self.spans[at], (end, len(block.text)))
            is_quoted = nearest > 0 and self.spans[at][nearest - 1][1] >= start
            if not is_quoted and count_letters(block.text[start:end]) >= MIN_LETTERS:
                yield self._quotation([Piece(at, start, end)], same_place, is_marked=False)

    def _sentence_before(self, at: int, low: int, end: int) -> tuple[int, int]:
        """The sentence before a reference, without a lead-in such as ``报告指出，``."""
        text = self.blocks[at].text
        low, end = _trimmed(text, low, end, True)
        stops = [m.end() for m in _SENTENCE_END.finditer(text, low, max(low, end - 1))]
        low = max([low, *stops])
        if lead_in := _LEAD_IN.match(text, low, end):
            low = lead_in.end()
        return _trimmed(text, low, end, False)


def _start(found: Found) -> int:
    return found.start


def _trimmed(text: str, start: int, end: int, before_reference: bool) -> tuple[int, int]:
    """A stretch without blanks around it, and without what opens a reference behind it."""
    if before_reference:
        while start < end and text[end - 1] in _OPENING:
            end -= 1
    while start < end and text[end - 1].isspace():
        end -= 1
    while start < end and (text[start].isspace() or text[start] in "，、；：,;:）)"):
        start += 1
    return start, end
