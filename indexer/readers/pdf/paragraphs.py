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
from typing import NamedTuple

from indexer.readers.pdf.fragments import NEVER_FIRST, Fragment, continued
from indexer.readers.pdf.tables import TableRow

_SAME_SIZE = 0.07  # share by which sizes in a paragraph differ at most
_SLACK = 0.15  # of the size; so much may be left where the next character did not fit
_INDENT = (0.9, 4.6)  # sizes to the right of the margin, where paragraphs begin
_ALIGNED = 0.5  # sizes; lines that begin within so much begin at the same place
_EDGE = 1.05  # sizes; full lines end within so much of each other
_FAR = 1.25  # usual distances of lines; a paragraph has none that is larger
_STYLE_SHARE = 0.6  # of the paragraphs that show how a document sets them apart
_TITLE_SIZE = 1.08  # of the size of running text
_OFF_CENTRE = 1.2  # sizes
_TITLE_FAR = 2.6  # sizes, between lines of one title
_SENTENCE_END = re.compile(r"[。！？；：!?;:][”’\"）)】》]*$")
_OPENING = re.compile(
    r"[(（]?[一二三四五六七八九十]{1,3}[)）、是]|[(（]?\d{1,2}[)）、.．](?!\d)|第[一二三四五六七八九十百]+[章节条，、部是]"
    r"|[①-⑳⑴-⒇●•■◆※]|——|附件|(?:首先|其次|再次|最后|同时)，"
)
_NOUN_END = re.compile(
    r"(?:报告|总结|通知|意见|方案|办法|规定|决定|公告|计划|通报|函|批复|规划|细则|要点|纲要|公报|要求|安排)"
    r"(?:[（(].*[）)])?$"
)
_SUBTITLE = re.compile(r"[—－-]{1,2}|[（(〔\[]")


class Flow(NamedTuple):
    """The lines and table rows of one column of a page, from top to bottom."""

    page: int
    items: list[Fragment | TableRow]

    @property
    def lines(self) -> list[Fragment]:
        return [item for item in self.items if isinstance(item, Fragment)]


class Frame(NamedTuple):
    """Where the lines of a flow begin and end, in points."""

    left: float
    right: float


class Passage(NamedTuple):
    """Lines that belong together: a paragraph, a title, or the one row of a table."""

    lines: tuple[Fragment, ...]
    row: TableRow | None = None
    centred: bool = False
    page: int = 0  # of its first line

    @property
    def text(self) -> str:
        text = self.lines[0].text
        for line in self.lines[1:]:
            text = continued(text, line.text)
        return text


class Setting(NamedTuple):
    """How a document is set: the size of its running text and the usual distance of its lines,
    in points; whether its paragraphs begin with an indent."""

    size: float
    leading: float
    indented: bool


def passages(flows: Sequence[Flow], size: float, leading: float) -> list[Passage]:
    """The passages of a document. ``size`` is that of running text, ``leading`` the usual
    distance of its lines, both in points."""
    frames = _frames(flows, size)
    setting = Setting(size, leading, _is_indented(flows, frames, size))
    result: list[Passage] = []
    last: tuple[Fragment, Frame, int] | None = None  # the line before, with its place
    for number, (flow, frame) in enumerate(zip(flows, frames, strict=True)):
        for item in flow.items:
            if isinstance(item, TableRow):
                result.append(Passage(item.fragments, item, page=flow.page))
                last = None
                continue
            centred = _is_centred(item, frame, setting)
            goes_on = last is not None and (
                _same_title(result[-1], item, last[2] == number)
                if centred or result[-1].centred
                else _continues(result[-1].lines, last, item, frame, number, setting)
            )
            if goes_on:
                result[-1] = result[-1]._replace(lines=(*result[-1].lines, item))
            else:
                result.append(Passage((item,), centred=centred, page=flow.page))
            last = item, frame, number
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
            if _is_near(above[0].size, size) and _is_near(below[0].size, size):
                steps[round(2 * step) / 2] += 1
    usable = {step: count for step, count in steps.items() if 0.9 * size < step < 4 * size}
    return max(usable, key=lambda step: usable[step], default=1.5 * size)


def _is_near(size: float, other: float) -> bool:
    return abs(size - other) <= _SAME_SIZE * max(size, other)


def _frames(flows: Sequence[Flow], size: float) -> list[Frame]:
    """The frame of each flow; one with too few lines gets that of a similar flow."""
    own = [_frame(flow, size) for flow in flows]
    sure = [(flow.page, frame) for flow, frame in zip(flows, own, strict=True) if frame]
    result = []
    for flow, frame in zip(flows, own, strict=True):
        lefts = [line.left for line in flow.lines]
        rights = [line.right for line in flow.lines]
        if frame is None and lefts:
            left, right = min(lefts), max(rights)
            alike = [
                (abs(other.left - left) > 2.5 * size, (page - flow.page) % 2, abs(page - flow.page), other)
                for page, other in sure
                if other.left - size <= left and right <= other.right + size
            ]
            frame = min(alike)[-1] if alike else Frame(left, right)
        result.append(frame or Frame(0.0, 0.0))
    return result


def _frame(flow: Flow, size: float) -> Frame | None:
    """The frame of a flow, if lines enough show it."""
    lines = [line for line in flow.lines if _is_near(line.size, size)]
    enough = max(2, 0.1 * len(lines))
    rights = sorted((line.right for line in lines), reverse=True)
    right = next(
        (r for r in rights if sum(r - _EDGE * size <= other <= r + 1 for other in rights) >= enough),
        None,
    )
    lefts = sorted(line.left for line in lines)
    left = next(
        (x for x in lefts if sum(x - 1 <= other <= x + 2 for other in lefts) >= max(2, 0.05 * len(lines))),
        None,
    )
    if left is None or right is None or len(lines) < 4:
        return None
    return Frame(left, right)


def _is_full(line: Fragment, frame: Frame, following: Fragment) -> bool:
    """Whether what the next line begins with would not have fitted on a line."""
    return frame.right - line.right <= following.first + _SLACK * line.size


def _is_indented(flows: Sequence[Flow], frames: Sequence[Frame], size: float) -> bool:
    """Whether paragraphs begin with an indent, judged by lines that follow a short one."""
    indented = flush = 0
    for flow, frame in zip(flows, frames, strict=True):
        for above, below in pairwise(flow.lines):
            if not (_is_near(above.size, size) and _is_near(below.size, size)):
                continue
            if not _is_full(above, frame, below):
                indent = (below.left - frame.left) / size
                indented += _INDENT[0] <= indent <= _INDENT[1]
                flush += indent < _ALIGNED
    return indented >= max(1, _STYLE_SHARE * (indented + flush))


def _is_centred(line: Fragment, frame: Frame, setting: Setting) -> bool:
    """Whether a line stands in the middle, and is no first line of a paragraph by chance."""
    before, after = line.left - frame.left, frame.right - line.right
    if abs(before - after) > _OFF_CENTRE * line.size or after < 0:
        return False
    large = line.size > _TITLE_SIZE * setting.size
    return large or before > _INDENT[1] * setting.size


def _same_title(passage: Passage, line: Fragment, same_flow: bool) -> bool:
    """Whether a centred line belongs to the title before it."""
    above = passage.lines[-1]
    if not same_flow or not passage.centred or not _is_near(above.size, line.size):
        return False
    if line.base - above.base > _TITLE_FAR * line.size or above.red != line.red:
        return False
    if _SUBTITLE.match(line.text) or _OPENING.match(line.text):
        return False
    return above.font == line.font and not _NOUN_END.search(passage.text)


def _continues(
    lines: Sequence[Fragment],
    last: tuple[Fragment, Frame, int],
    line: Fragment,
    frame: Frame,
    number: int,
    setting: Setting,
) -> bool:
    """Whether ``line``, in flow ``number``, goes on with the paragraph of ``lines``."""
    above, above_frame, above_number = last
    if not _is_near(above.size, line.size):
        return False
    if line.text[0] in NEVER_FIRST and line.text[0] not in "…—":
        return True
    if not _is_full(above, above_frame, line):
        return False
    if number == above_number:
        step = line.base - above.base
        usual = setting.leading if _is_near(line.size, setting.size) else 2 * line.size
        if step <= 0 or step > max(_FAR * usual, usual + 0.2 * line.size):
            return False
    return _begins_as_continuation(lines, above, above_frame, line, frame, setting)


def _begins_as_continuation(
    lines: Sequence[Fragment],
    above: Fragment,
    above_frame: Frame,
    line: Fragment,
    frame: Frame,
    setting: Setting,
) -> bool:
    """Whether a line begins where the lines of a paragraph go on, the line above being full."""
    size = line.size
    indent = line.left - frame.left
    first_indent = lines[0].left - above_frame.left if len(lines) == 1 else None
    if indent <= _ALIGNED * size:
        if setting.indented or not _SENTENCE_END.search(above.text):
            return True
        return not _OPENING.match(line.text)
    if first_indent is None:  # the paragraph has a line that goes on, to compare with
        return abs(indent - (above.left - above_frame.left)) <= _ALIGNED * size
    if abs(indent - first_indent) <= _ALIGNED * size:
        return not setting.indented
    if indent < first_indent:
        return True
    return first_indent <= _ALIGNED * size and _OPENING.match(lines[0].text) is not None
