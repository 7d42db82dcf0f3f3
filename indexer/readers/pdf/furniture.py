"""What a page has around its text: running heads and feet, page numbers, watermarks.

Furniture repeats itself from page to page at the same height, on all pages or on the odd or
the even ones, or counts the pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from indexer.readers.pdf.fragments import Fragment, joined
from indexer.readers.pdf.objects import Box
from indexer.readers.pdf.titles import ends_title

Row = Sequence[Fragment]

_EDGE_ROWS = 3  # at the top and at the bottom of a page, which may be furniture
_SHARE = 0.6  # of the pages, or of the odd or even ones; a row on as many is furniture
_SAME_HEIGHT = 4.0  # points
_MARGIN = 0.1  # of the page's height; a bare number in it may be the page's
_FAR = 1.6  # usual distances between lines; what is further from the text stands apart
_TITLE_SIZE = 1.15  # of the size of running text, that a title has at least
_TITLE_ROWS = 6  # at the top of page 1, among which its title is
_NUMBER = re.compile(r"\d{1,4}")
_DASH = "[-—–―－─·•~～<>《》|]"
_ANY_NUMBER = r"(?:\d{1,4}|[ivxlc]{1,6}|[一二三四五六七八九十〇○百]{1,5})"
_DECORATED = re.compile(
    rf"""{_DASH}+{_ANY_NUMBER}{_DASH}*|{_ANY_NUMBER}{_DASH}+|[(（\[【〔［]{_ANY_NUMBER}[)）\]】〕］]
    |第{_ANY_NUMBER}页(?:[,，、/／(（]?共{_ANY_NUMBER}页[)）]?)?
    |共{_ANY_NUMBER}页[,，、/／]?第{_ANY_NUMBER}页
    |(?:page|p\.?)\d{{1,4}}(?:(?:of|/)\d{{1,4}})?|{_DASH}*\d{{1,4}}[/／]\d{{1,4}}{_DASH}*|\d{{1,4}}of\d{{1,4}}
    |(?:\d{{1,4}}[/／])?\d{{1,4}}页|页码?[:：]?\d{{1,4}}(?:[/／]\d{{1,4}})?""",
    re.VERBOSE | re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,4}|[ivxlc]{1,6}|[ⅰ-ⅻ]", re.IGNORECASE)
_SCANNER = re.compile(r".{0,6}(?:扫描全能王|CamScanner|全能扫描王).{0,12}", re.IGNORECASE)


class PageRows(NamedTuple):
    """The rows of a page from top to bottom, and its visible part."""

    rows: list[list[Fragment]]
    box: Box


def without_furniture(pages: Sequence[PageRows], size: float, leading: float) -> list[PageRows]:
    """The pages without running heads and feet, page numbers and marks of scanning programs.

    ``size`` is that of running text, ``leading`` the usual distance of its lines, both in
    points. A running head of page 1 stays where that page has no title, because it may be
    the title.
    """
    repeated = _repeated(pages)
    offsets = _number_offsets(pages)
    titled = not pages or _has_title(pages[0], repeated, size)
    result = []
    for number, page in enumerate(pages):

        def is_furniture(index: int, page: PageRows = page, number: int = number) -> bool:
            if _is_page_number(page, index, number, offsets, leading):
                return True
            if not any(key in repeated for key in _keys(page, index, number)):
                return False
            may_be_title = not (titled or number or index) and _may_be_title(page, index)
            return not may_be_title

        first, end = 0, len(page.rows)
        while first < min(_EDGE_ROWS, end) and is_furniture(first):
            first += 1
        while end > max(first, len(page.rows) - _EDGE_ROWS) and is_furniture(end - 1):
            end -= 1
        kept = [row for row in page.rows[first:end] if not _SCANNER.fullmatch(joined(row).text)]
        result.append(PageRows(kept, page.box))
    return result


def _has_title(page: PageRows, repeated: Collection[tuple[str, int]], size: float) -> bool:
    """Whether a page has a title among its first rows, besides what it shares with others."""
    for index, row in enumerate(page.rows[:_TITLE_ROWS]):
        if not any(key in repeated for key in _keys(page, index, 0)):
            text = joined(row).text
            if row[0].size >= _TITLE_SIZE * size or (ends_title(text) and len(text) < 40):
                return True
    return False


def _may_be_title(page: PageRows, index: int) -> bool:
    text = joined(page.rows[index]).text
    return sum(ord(char) > 0x2E80 for char in text) >= 4 and not _NUMBER.search(text[-3:])


def _edges(page: PageRows) -> Iterator[int]:
    """The places of the rows at the top and bottom of a page."""
    count = len(page.rows)
    yield from range(min(_EDGE_ROWS, count))
    yield from range(max(_EDGE_ROWS, count - _EDGE_ROWS), count)


def _height(page: PageRows, index: int) -> float:
    """How far a row is from the page's top, or, in its lower half, from its bottom (negative)."""
    base = page.rows[index][0].base
    middle = (page.box.top + page.box.bottom) / 2
    return base - page.box.top if base < middle else base - page.box.bottom


def _keys(page: PageRows, index: int, number: int) -> Iterator[tuple[str, int]]:
    """The forms under which a row may be the same on other pages, each with its height.

    The text as it is, and with each of its numbers replaced by the difference to the page's:
    ``公报 第 3 页`` on page 2, counted from 0, gives ``公报第<1>页``. A height counts under
    both of the neighbouring steps, so that a small difference does not matter.
    """
    text = "".join(joined(page.rows[index]).text.split())
    forms = [text]
    forms += [
        f"{text[: match.start()]}<{int(match[0]) - number}>{text[match.end() :]}"
        for match in _NUMBER.finditer(text)
    ]
    step = int(_height(page, index) // _SAME_HEIGHT)
    for form in forms:
        yield form, step
        yield form, step + 1


def _repeated(pages: Sequence[PageRows]) -> set[tuple[str, int]]:
    """The keys that most pages share, or most of the odd or even ones."""
    counts = [Counter[tuple[str, int]]() for _ in range(2)]
    for number, page in enumerate(pages):
        keys = {key for index in _edges(page) for key in _keys(page, index, number)}
        counts[number % 2].update(keys)
    odd, even = (len(pages) + 1) // 2, len(pages) // 2
    both = counts[0] + counts[1]
    min_all = max(2, _SHARE * len(pages))
    result = {key for key, count in both.items() if count >= min_all}
    for count_of, many in zip(counts, (odd, even), strict=True):
        result |= {key for key, count in count_of.items() if count >= max(2, _SHARE * many)}
    return result


def _number_offsets(pages: Sequence[PageRows]) -> set[int]:
    """What page numbers exceed the place of their page by, if two pages or more agree."""
    offsets: Counter[int] = Counter()
    for number, page in enumerate(pages):
        values = {_value(page, index) for index in _edges(page)}
        offsets.update({value - number for value in values if value is not None})
    return {offset for offset, count in offsets.items() if count >= 2}


def _value(page: PageRows, index: int) -> int | None:
    text = "".join(joined(page.rows[index]).text.split())
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def _is_page_number(
    page: PageRows, index: int, number: int, offsets: set[int], leading: float
) -> bool:
    text = "".join(joined(page.rows[index]).text.split())
    if not _stands_apart(page, index, leading):
        return False
    if _DECORATED.fullmatch(text):
        return True
    if not _BARE.fullmatch(text):
        return False
    value = _value(page, index)
    if value is None:
        return _in_margin(page, index)
    return value - number in offsets or (value == number + 1 and _in_margin(page, index))


def _in_margin(page: PageRows, index: int) -> bool:
    margin = _MARGIN * (page.box.bottom - page.box.top)
    return abs(_height(page, index)) < margin


def _stands_apart(page: PageRows, index: int, leading: float) -> bool:
    """Whether a row is first or last on its page, or far from the row above or below it."""
    rows = page.rows
    if index in (0, len(rows) - 1):
        return True
    base = rows[index][0].base
    above = base - rows[index - 1][0].base
    below = rows[index + 1][0].base - base
    return max(above, below) > _FAR * leading


def watermarks(
    leaning: Sequence[Sequence[Fragment]], pale: Sequence[Sequence[Fragment]], size: float
) -> set[str]:
    """The texts that are watermarks, among the leaning and the pale fragments of each page.

    They are larger than running text, whose size is ``size`` points, or lean and are pale, or
    repeat themselves. A pale text that is upright may be a heading on a coloured ground, so it
    must both be large and repeat itself.
    """
    found = set()
    for pages, upright in ((leaning, False), (pale, True)):
        on_pages = Counter(text for page in pages for text in {each.text for each in page})
        copies = Counter(each.text for page in pages for each in page)
        for each in (each for page in pages for each in page):
            repeated = on_pages[each.text] >= 2 or copies[each.text] >= 3
            large = each.size >= 1.3 * size
            if large and repeated if upright else large or each.pale or repeated:
                found.add(each.text)
    return found
