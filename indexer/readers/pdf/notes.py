"""Footnotes: told from the text above them, so that no sentence has them in its middle."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.readers.pdf.fragments import Fragment
from indexer.readers.pdf.objects import Rule

Row = list[Fragment]

_MARKER = re.compile(r"[①-⑳⑴-⒇*＊※†]|[\[［〔【(（]?\d{1,2}[\]］〕】)）.、 ]?\D|注[：:0-9①-⑳]")
_SMALLER = 0.93  # of the size of running text; notes are smaller
_MAX_RULE = 0.6  # of the width of the text; the line above notes is shorter
_MIN_RULE = 30.0  # points
_NEAR = 2.5  # sizes between the line and the first note


def without_footnotes(
    rows: Sequence[Row], rules: Sequence[Rule], size: float
) -> tuple[list[Row], list[Row]]:
    """The rows of a page above its footnotes, and the rows of the notes.

    Notes are the last rows of a page that begin with a mark, if they are smaller than running
    text, whose size is ``size`` points, or stand below a short line.
    """
    start = _below_rule(rows, rules)
    if start is None:
        start = len(rows)
        while start and rows[start - 1][0].size <= _SMALLER * size:
            start -= 1
        while start < len(rows) and not _MARKER.match(rows[start][0].text):
            start += 1
    if start == 0:
        return list(rows), []
    return list(rows[:start]), list(rows[start:])


def _below_rule(rows: Sequence[Row], rules: Sequence[Rule]) -> int | None:
    """The first row below a short line that stands at the left, if it begins with a mark."""
    if not rows:
        return None
    left = min(row[0].left for row in rows)
    width = max(row[-1].right for row in rows) - left
    for rule in rules:
        length = rule.end - rule.start
        if not rule.across or not _MIN_RULE <= length <= _MAX_RULE * width:
            continue
        if rule.start > left + 0.1 * width:
            continue
        for index, row in enumerate(rows):
            if row[0].top >= rule.at - 1:
                near = row[0].top - rule.at <= _NEAR * row[0].size
                if near and _MARKER.match(row[0].text) and 2 * index >= len(rows):
                    return index
                break
    return None
