"""Glyphs to fragments: pieces of a line that no wide gap parts.

A justified line has gaps between its characters that are no blanks; a row of a table has gaps
that are borders. Both are told from a blank by their width beside the other gaps of the line.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from statistics import median
from typing import NamedTuple
from unicodedata import east_asian_width

from indexer.readers.pdf.glyphs import Glyph

_BASE_TOLERANCE = 0.3  # of the size; baselines of one row differ by less
_MAX_RAISE = 0.75  # of the size; a small figure above or below the line is not further off
_MAX_RAISED = 6  # figures in a row that may be raised
_RAISED_GAP = 0.3  # of the size; a raised figure follows its line as closely
_SMALL = 0.8  # of the size beside it; a figure that is smaller may be raised
_WIDE_GAP = 0.9  # of the size, beyond the usual gap of the line: where a fragment may end
_BLANK_GAP = 0.5  # of the size, beyond the usual gap: a blank between Chinese characters
_LATIN_GAP = 0.17  # of the size, beyond the usual gap: a blank between letters or figures
_MAX_SPREAD = 1.2  # of the size; characters that are further apart are no line of text
_WORD_GAP = 0.3  # of the size; the letters of a word are no further apart
_OVERPRINT = 0.18  # of the size; the same character again within so much is fake bold
_PLACE = 16.0  # points, of the grid that finds copies
_SPACED_SHARE = 0.6  # of the places between Han characters; with as many blanks they mean nothing
_MIN_SPACED = 3  # such places
NEVER_FIRST = frozenset("，。、；：！？”’）》】〕〉」』…—％%‰℃°,.;:!?)]}·～﹚")
NEVER_LAST = frozenset("“‘（《【〔〈「『([{￥$＄#")


class Fragment(NamedTuple):
    """Text that no wide gap parts, with its place and looks.

    ``first`` is the width of the beginning that no line break parts: a character with its
    marks, a number, a word. ``font`` is the font of most of it. ``recognised``: a program read
    it from a picture. ``spread`` is the usual gap between its Han characters, in sizes; None
    where it has too few.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    first: float
    font: str
    pale: bool
    red: bool
    recognised: bool
    spread: float | None

    @property
    def top(self) -> float:
        return self.base - 0.88 * self.size

    @property
    def bottom(self) -> float:
        return self.base + 0.12 * self.size


def fragments_of(glyphs: Sequence[Glyph]) -> list[list[Fragment]]:
    """The rows of upright glyphs from top to bottom, each as fragments from left to right."""
    rows = (_fragments(row) for row in _rows(without_overprint(glyphs)))
    return [row for row in rows if row]


@cache
def is_wide(character: str) -> bool:
    """Whether a character takes the width of a Han character."""
    return east_asian_width(character) in "WF" or character in "“”‘’…—·"


def without_overprint(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs without second copies, which are printed a little aside to look bold."""
    kept: list[Glyph] = []
    places: dict[tuple[str, int, int], list[Glyph]] = {}
    for glyph in glyphs:
        text, left, _, base, style = glyph
        reach = _OVERPRINT * style.size
        copies = (
            other
            for x in range(int((left - reach) // _PLACE), int((left + reach) // _PLACE) + 1)
            for y in range(int((base - reach) // _PLACE), int((base + reach) // _PLACE) + 1)
            for other in places.get((text, x, y), ())
            if abs(other.left - left) < reach and abs(other.base - base) < reach
        )
        if text == " " or next(copies, None) is None:
            places.setdefault((text, int(left // _PLACE), int(base // _PLACE)), []).append(glyph)
            kept.append(glyph)
    return kept


def _rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs that stand on one line together, raised and lowered figures included."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda each: each.base):
        start = rows[-1][0] if rows else None
        if start and glyph.base - start.base <= _BASE_TOLERANCE * min(
            start.style.size, glyph.style.size
        ):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    merged: list[list[Glyph]] = []
    for row in rows:
        if merged and _is_raised(merged[-1], row):
            merged[-1] = [*row, *merged[-1]]  # the line's own glyphs come first
        elif merged and _is_raised(row, merged[-1]):
            merged[-1].extend(row)
        else:
            merged.append(row)
    return merged


def _is_raised(small: Sequence[Glyph], line: Sequence[Glyph]) -> bool:
    """Whether a row is made of figures that are raised above or lowered below a line."""
    size = max(glyph.style.size for glyph in line)
    if max(glyph.style.size for glyph in small) > _SMALL * size:
        return False
    if abs(small[0].base - line[0].base) > _MAX_RAISE * size:
        return False
    rights = sorted(glyph.right for glyph in line)
    reach, run = _RAISED_GAP * size, 0
    end = -math.inf  # of the figure before
    for glyph in sorted(small, key=lambda each: each.left):
        run = run + 1 if glyph.left - end <= reach else 1
        end = glyph.right
        at = bisect_left(rights, glyph.left + reach) - 1
        follows = at >= 0 and glyph.left - rights[at] <= reach
        if run > _MAX_RAISED or (run == 1 and not follows):
            return False
    return True


def _fragments(row: Sequence[Glyph]) -> list[Fragment]:
    """A row cut at its wide gaps."""
    base = median(glyph.base for glyph in row) if len(row) < 3 else _most_common_base(row)
    ordered = sorted(row, key=lambda each: each.left)
    seen = [glyph for glyph in ordered if not glyph.text.isspace()]
    if not seen:
        return []
    blanks = sorted(_middle(glyph) for glyph in ordered if glyph.text.isspace())
    spread = _spread(seen)
    usual = max(0.0, spread or 0.0) * seen[0].style.size
    fragments, start = [], 0
    for index in range(1, len(seen) + 1):
        if index < len(seen):
            before, after = seen[index - 1], seen[index]
            size = max(before.style.size, after.style.size)
            if after.left - before.right <= _WIDE_GAP * size + usual:
                continue
        fragments.append(_fragment(seen[start:index], blanks, spread, base))
        start = index
    return fragments


def _most_common_base(row: Sequence[Glyph]) -> float:
    return Counter(glyph.base for glyph in row).most_common(1)[0][0]


def _spread(seen: Sequence[Glyph]) -> float | None:
    """The gap, in sizes, that most Han characters of a row have behind them; None for a few."""
    gaps = [
        after.left - before.right
        for before, after in pairwise(seen)
        if is_wide(before.text) and is_wide(after.text)
    ]
    return min(median(gaps) / seen[0].style.size, _MAX_SPREAD) if len(gaps) >= 4 else None


def _fragment(
    glyphs: Sequence[Glyph], blanks: Sequence[float], spread: float | None, base: float
) -> Fragment:
    sizes = Counter(glyph.style.size for glyph in glyphs)
    fonts = Counter(glyph.style.font for glyph in glyphs)
    half = len(glyphs) / 2
    usual = max(0.0, spread or 0.0) * glyphs[0].style.size
    return Fragment(
        _text(glyphs, blanks, usual),
        glyphs[0].left,
        max(glyph.right for glyph in glyphs),
        base,
        sizes.most_common(1)[0][0],
        _first_width(glyphs),
        fonts.most_common(1)[0][0],
        sum(glyph.style.pale for glyph in glyphs) > half,
        sum(glyph.style.red for glyph in glyphs) > half,
        sum(glyph.style.hidden for glyph in glyphs) > half,
        spread,
    )


def _middle(glyph: Glyph) -> float:
    return (glyph.left + glyph.right) / 2


def _text(glyphs: Sequence[Glyph], blanks: Sequence[float], usual: float) -> str:
    """The text of a fragment, with a blank where one is printed or a gap is as wide as one."""
    pairs = list(pairwise(glyphs))
    printed = [
        bisect_left(blanks, _middle(before)) < bisect_left(blanks, _middle(after))
        for before, after in pairs
    ]
    between = [
        is_printed
        for (before, after), is_printed in zip(pairs, printed, strict=True)
        if is_wide(before.text) and is_wide(after.text)
    ]
    spaced = len(between) >= _MIN_SPACED and sum(between) >= _SPACED_SHARE * len(between)
    parts = [glyphs[0].text]
    for (before, after), is_printed in zip(pairs, printed, strict=True):
        size = max(before.style.size, after.style.size)
        gap = (after.left - before.right - usual) / size
        wide = is_wide(before.text) or is_wide(after.text)
        if (is_printed and not (spaced and wide)) or gap > (_BLANK_GAP if wide else _LATIN_GAP):
            parts.append(" ")
        parts.append(after.text)
    # Characters beyond the first 65,536 may come as two halves.
    return "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _first_width(glyphs: Sequence[Glyph]) -> float:
    """The width of what would have had to fit on the line before."""
    end = 0
    for before, after in pairwise(glyphs):
        word = not is_wide(before.text) and not is_wide(after.text)
        near = after.left - before.right < _WORD_GAP * after.style.size
        quotes = before.text in "”’" and after.text in "“‘"
        if not (
            (word and near) or quotes or before.text in NEVER_LAST or after.text in NEVER_FIRST
        ):
            break
        end += 1
    return glyphs[end].right - glyphs[0].left


def joined(fragments: Sequence[Fragment]) -> Fragment:
    """Fragments of one row as one; a title set apart character by character gets no blanks."""
    if len(fragments) == 1:
        return fragments[0]
    single = len(fragments) > 2 and all(len(each.text) == 1 for each in fragments)
    longest = max(fragments, key=lambda each: len(each.text))
    return longest._replace(
        text=("" if single else " ").join(each.text for each in fragments),
        left=fragments[0].left,
        right=max(each.right for each in fragments),
        first=fragments[0].first,
    )


def paragraph(lines: Iterable[str]) -> str:
    """Lines as one text; words of letters keep a blank between them, hyphenated ones do not."""
    parts: list[str] = []
    for line in lines:
        if parts:
            last = parts[-1]
            before, after = last[-1], line[0]
            latin = before.isascii() and after.isascii() and after.isalpha()
            if (
                before == "-"
                and after.islower()
                and last[-2:-1].isascii()
                and last[-2:-1].isalpha()
            ):
                parts[-1] = last[:-1]
            elif latin and (before.isalpha() or before in ",;:."):
                parts.append(" ")
        parts.append(line)
    return "".join(parts)
