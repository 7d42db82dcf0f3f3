"""Which line breaks inside a paragraph are the author's, and which only fill the page.

A line break (Shift+Enter) is a boundary in a letterhead, an address or a list. In prose that
was pasted from an e-mail or a PDF it only ends a full line, in the middle of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from unicodedata import east_asian_width

_MIN_FULL_LINE = 16  # Han characters; a shorter line is one of a letterhead or a list
_FULL = 0.8  # of the longest line's width
_ENDED = re.compile(r"[。！？；：!?;:…”’」』）)】]\s*$")
_UNENDED = re.compile(r"[，、,（(《〈“‘「『【]\s*$")
_CONTINUES = re.compile(r"\s*[，。、；：！？,;）)》〉”’」』】％%]")
_BEGINS = re.compile(
    r"\s*(?:——|[（(]?[一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+、|第[一二三四五六七八九十百零]+[章节条项]"
    r"|[（(]?[0-9]{1,2}[)）]|[0-9]{1,2}[.．、](?![0-9])|[①-⑳⑴-⒇⒈-⒛●■◆★]"
    r"|[0-9〇一二三四五六七八九零○]{4}年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日\s*$"
    r"|[（(].*[)）]\s*$|.{0,20}[〔\[（(][12][0-9]{3}[〕\]）)]第?[0-9]+号\s*$)"
)
_SUBTITLE = re.compile(r"\s*(?:—|[（(])")
_APART = re.compile(r"[A-Za-z,.;:%]\n[A-Za-z0-9]|[0-9]\n[A-Za-z]")  # two Latin words


def join_lines(lines: list[str], is_heading: bool = False) -> list[str]:
    """The paragraphs of the lines of one paragraph of Word; empty lines are boundaries.

    The lines of a heading belong together, but for its subtitle. Prose is told by the end of
    its last sentence.
    """
    lines = [line.rstrip() for line in lines]
    if len(lines) < 2:
        return list(filter(None, lines))
    is_prose = _ENDED.search(lines[-1]) is not None
    widest = max(map(_width, lines))
    full = [_width(line) >= max(_MIN_FULL_LINE, _FULL * widest) for line in lines]
    joined = [
        bool(one and other)
        and (
            (is_heading and not _SUBTITLE.match(other))
            or _is_unfinished(one, other)
            or (is_prose and full[at] and _may_go_on(one, other))
        )
        for at, (one, other) in enumerate(pairwise(lines))
    ]
    # Lines that are all full but the last were filled by a program, which broke some of
    # them at the end of a sentence.
    filled = is_prose and any(joined) and all(full[:-1])
    paragraphs = [lines[:1]]
    for at, line in enumerate(lines[1:]):
        if joined[at] or (filled and lines[at] and line and not _BEGINS.match(line)):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    glued = ("".join(_glued(paragraph)) for paragraph in paragraphs)
    return [paragraph for paragraph in glued if paragraph.strip()]


def _width(line: str) -> float:
    """The width of a line in Han characters."""
    return sum(1.0 if east_asian_width(sign) in "WFA" else 0.5 for sign in line)


def _is_unfinished(line: str, following: str) -> bool:
    """Whether a line surely goes on: it ends in a comma, or leaves a bracket open."""
    if _UNENDED.search(line) or _CONTINUES.match(following):
        return True
    pairs = ("（）", "《》", "“”", "()")
    return any(line.count(pair[0]) > line.count(pair[1]) and pair[1] in following for pair in pairs)


def _may_go_on(line: str, following: str) -> bool:
    """Whether the sentence of a full line may go on in the following one."""
    return not _ENDED.search(line) and not _BEGINS.match(following)


def _glued(lines: Sequence[str]) -> Iterator[str]:
    """The pieces of one line; a blank stands between Latin words, but not inside a figure."""
    ended = ""
    for number, line in enumerate(lines):
        following = line.lstrip() if number else line
        if number and _APART.match(f"{ended}\n{following[:1]}"):
            yield " "
        yield following
        ended = following[-1:] or ended
