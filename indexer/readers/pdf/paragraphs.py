"""Joins lines to paragraphs by where they begin and end on the page.

A line is followed by another of its paragraph if it is full: what the next line begins with
would not have fitted on it. Indents, distances and sizes then tell the lines at which a
paragraph begins although the line before is full. A paragraph goes on in the next column and
on the next page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from indexer.readers.pdf.fragments import NEVER_FIRST, Fragment, paragraph
from indexer.readers.pdf.frames import Flow, Frame, frames_of, is_near
from indexer.readers.pdf.tables import TableRow
from indexer.readers.pdf.titles import begins_item, begins_subtitle, begins_topic, ends_title

_SLACK = 0.15  # of the size; so much may be left where the next character did not fit
_INDENT = (0.9, 4.6)  # sizes to the right of the margin, where paragraphs begin
_USUAL_INDENT = 2.5  # sizes; hardly a paragraph begins further right
_ALIGNED = 0.5  # sizes; lines that begin within so much begin at the same place
_STRETCHED = 0.012  # sizes, between characters; full lines are set wider or closer by more
_REACHES = 0.3  # of the size; a justified line ends within so much of the right edge
_JUSTIFIED_SHARE = 0.6  # of the full lines, that end exactly at the edge
_FAR = 1.25  # usual distances of lines; a paragraph has none that is larger
_STYLE_SHARE = 0.6  # of the paragraphs that show how a document sets them apart
_TITLE_SIZE = 1.08  # of the size of running text
_OFF_CENTRE = 1.2  # sizes
_TITLE_FAR = 2.6  # sizes, between lines of one title
_CLOSING = NEVER_FIRST - frozenset("…—·～.°")  # the first characters of no paragraph
_SENTENCE_END = re.compile(r"[。！？；：!?][”’\"）)】》]*$")


class Passage(NamedTuple):
    """Lines that belong together: a paragraph, a title, or the one row of a table."""

    lines: list[Fragment]
    row: TableRow | None = None
    display: bool = False
    page: int = 0  # of its first line

    @property
    def text(self) -> str:
        return paragraph(line.text for line in self.lines)


class Placed(NamedTuple):
    """A line with the frame and the number of its flow."""

    line: Fragment
    frame: Frame
    flow: int


class Setting(NamedTuple):
    """How a document is set: the size of its running text and the usual distance of its lines,
    in points; whether its paragraphs begin with an indent, its full lines end at the edge, and
    there is a larger distance between paragraphs; whether even its full lines are ``stopped`` by
    the end of a sentence; the usual ``spread`` of lines that are not full."""

    size: float
    leading: float
    indented: bool
    justified: bool
    spaced: bool
    stopped: bool
    spread: float


def passages(flows: Sequence[Flow], size: float, leading: float) -> list[Passage]:
    """The passages of a document. ``size`` is that of running text, ``leading`` the usual
    distance of its lines, both in points."""
    frames = frames_of(flows, size)
    setting = _setting(flows, frames, size, leading)
    result: list[Passage] = []
    above: Placed | None = None  # the line before
    for number, (flow, frame) in enumerate(zip(flows, frames, strict=True)):
        for item in flow.items:
            if isinstance(item, TableRow):
                result.append(Passage(list(item.fragments), item, page=flow.page))
                above = None
                continue
            placed = Placed(item, frame, number)
            display = _is_display(placed, setting)
            goes_on = above is not None and (
                _same_title(result[-1], item, above.flow == number)
                if display or result[-1].display
                else _continues(result[-1].lines, above, placed, setting)
            )
            if goes_on:
                result[-1].lines.append(item)
            else:
                result.append(Passage([item], display=display, page=flow.page))
            above = placed
    return result


def usual_size(fragments: Iterable[Fragment]) -> float:
    """The size in points that most characters have; 0 where there are none."""
    sizes: Counter[float] = Counter()
    for fragment in fragments:
        sizes[round(fragment.size, 1)] += len(fragment.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def usual_leading(rows: Iterable[Sequence[Sequence[Fragment]]], size: float) -> float:
    """The distance in points that most lines of the usual size have, page by page."""
    steps: Counter[float] = Counter()
    for page in rows:
        for above, below in pairwise(page):
            step = below[0].base - above[0].base
            if is_near(above[0].size, size) and is_near(below[0].size, size):
                steps[round(2 * step) / 2] += 1
    usable = {step: count for step, count in steps.items() if 0.9 * size < step < 4 * size}
    return max(usable, key=lambda step: usable[step], default=1.5 * size)


def _is_full(above: Placed, following: Fragment) -> bool:
    """Whether what the next line begins with would not have fitted on a line."""
    left = above.frame.right - above.line.right
    return left <= following.first + _SLACK * above.line.size


def _setting(
    flows: Sequence[Flow], frames: Sequence[Frame], size: float, leading: float
) -> Setting:
    """How a document is set, from the lines of the usual size and those that follow them."""
    full: list[bool] = []  # for each full line, whether it ends exactly at the edge
    stops: list[bool] = []  # and whether a sentence ends there
    indents: list[float] = []  # of lines that follow a short one, in sizes
    steps: list[bool] = []  # whether these are further from the line above than usual
    spreads: list[float] = []
    lines = [
        Placed(line, frame, number)
        for number, (flow, frame) in enumerate(zip(flows, frames, strict=True))
        for line in flow.lines
        if is_near(line.size, size)
    ]
    for above, below in pairwise(lines):
        if _is_full(above, below.line):
            full.append(above.frame.right - above.line.right <= _REACHES * size)
            stops.append(_SENTENCE_END.search(above.line.text) is not None)
            continue
        indents.append((below.line.left - below.frame.left) / size)
        spreads += [] if above.line.spread is None else [above.line.spread]
        if above.flow == below.flow:
            steps.append(below.line.base - above.line.base > _FAR * leading)
    indented = sum(_INDENT[0] <= indent <= _INDENT[1] for indent in indents)
    flush = sum(indent < _ALIGNED for indent in indents)
    return Setting(
        size,
        leading,
        indented=indented >= max(1, _STYLE_SHARE * (indented + flush)),
        justified=sum(full) >= _JUSTIFIED_SHARE * len(full),
        spaced=sum(steps) >= max(1, _STYLE_SHARE * len(steps)),
        stopped=sum(stops) > len(stops) / 2,
        spread=median(spreads) if spreads else 0.0,
    )


def _is_display(placed: Placed, setting: Setting) -> bool:
    """Whether a line is set as a title is: large and not at the margin, or far in the middle.

    In the first column of a document, a line in the middle need not be far from the margins.
    """
    line, frame, flow = placed
    before, after = line.left - frame.left, frame.right - line.right
    centred = abs(before - after) <= _OFF_CENTRE * line.size
    if line.size > _TITLE_SIZE * setting.size:
        return centred or (before > _INDENT[0] * line.size and not begins_item(line.text))
    if flow == 0 and not _SENTENCE_END.search(line.text):
        exact = abs(before - after) <= _ALIGNED * line.size and before > _INDENT[0] * line.size
        return exact or (centred and before > _USUAL_INDENT * line.size)
    return centred and before > _INDENT[1] * setting.size


def _same_title(passage: Passage, line: Fragment, same_flow: bool) -> bool:
    """Whether a line set as a title belongs to the title before it."""
    above = passage.lines[-1]
    if not same_flow or not passage.display or not is_near(above.size, line.size):
        return False
    if line.base - above.base > _TITLE_FAR * line.size or above.red != line.red:
        return False
    if begins_subtitle(line.text) or begins_item(line.text):
        return False
    return above.font == line.font and not ends_title(passage.text)


def _continues(lines: Sequence[Fragment], above: Placed, placed: Placed, setting: Setting) -> bool:
    """Whether a line goes on with the paragraph of ``lines``, whose last is ``above``."""
    line, last = placed.line, above.line
    if not is_near(last.size, line.size):
        return False
    if line.text[0] in _CLOSING:
        return True
    if not _is_full(above, line):
        return False
    if setting.stopped and _SENTENCE_END.search(last.text):
        return False
    strict = setting.justified and not setting.indented
    if strict and above.frame.right - last.right > _REACHES * last.size:
        return False
    if placed.flow == above.flow:
        step = line.base - last.base
        usual = setting.leading if is_near(line.size, setting.size) else 2 * line.size
        if step <= 0 or step > max(_FAR * usual, usual + 0.2 * line.size):
            return False
    return _begins_as_continuation(lines, above, placed, setting)


def _begins_as_continuation(
    lines: Sequence[Fragment], above: Placed, placed: Placed, setting: Setting
) -> bool:
    """Whether a line begins where the lines of a paragraph go on, the line above being full."""
    line, last = placed.line, above.line
    size = line.size
    indent = line.left - placed.frame.left
    # A paragraph of several lines has one that goes on, to compare with.
    first_indent = lines[0].left - above.frame.left if len(lines) == 1 else None
    if first_indent is not None and first_indent > _INDENT[1] * size:
        return False  # a signature, or the date below it
    if indent < _INDENT[0] * size:
        if setting.indented or not _SENTENCE_END.search(last.text):
            return True
        if last.spread is not None and abs(last.spread - setting.spread) > _STRETCHED:
            return True  # the last line of a paragraph is not stretched
        if setting.spaced and placed.flow == above.flow:
            return True
        return not (begins_item(line.text) or begins_topic(line.text))
    if first_indent is None:
        return abs(indent - (last.left - above.frame.left)) <= _ALIGNED * size
    if abs(indent - first_indent) <= _ALIGNED * size:
        return not setting.indented
    if indent < first_indent:
        return True
    return first_indent <= _ALIGNED * size and begins_item(lines[0].text)
