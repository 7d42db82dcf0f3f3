"""One page of a PDF: which of its text counts, in rows and tables.

Text that nobody sees is left out, unless it is all the text that there is: under the picture
of a scanned page lies what a program recognised in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from indexer.readers.pdf.fragments import Fragment, fragments_of, joined
from indexer.readers.pdf.glyphs import Glyph, Sheet
from indexer.readers.pdf.objects import Box, Rule
from indexer.readers.pdf.tables import Table, ruled_tables

_MIN_PICTURE = 0.5  # of the page; a picture that covers more may be a scan
_MAX_MARKS = 60  # characters; a page with fewer may have only stamps and page numbers
_MIN_OUTLINES = 200  # shapes on a page without text, which may be its letters
_CELL = 8.0  # points, of the grid that finds text upon text
_MIN_DOUBLED = 0.5  # of the unseen text; where as much lies upon visible text, it is a copy
TABLE_MARK = "\0"  # begins the text of a fragment that stands for a table


class Page(NamedTuple):
    """A page as read.

    A table stands among ``rows`` as a fragment whose text is ``TABLE_MARK`` and its place in
    ``tables``. ``turned`` are fragments of text at other angles, ``scan`` says that the page is
    a picture without text, ``fonts`` counts the characters of each font, and ``additions`` are
    the texts of annotations and fields.
    """

    box: Box
    rows: list[list[Fragment]]
    tables: list[Table]
    turned: list[Fragment]
    leaning: list[Fragment]
    rules: list[Rule]
    fonts: Counter[str]
    scan: bool
    additions: list[str]


def read_page(sheet: Sheet, additions: Sequence[str]) -> Page:
    """The page that PDFium's view of it makes."""
    glyphs = _that_counts(sheet)
    tables, rest = ruled_tables(sheet.rules, [glyph for glyph in glyphs if not glyph.style.pale])
    pale = [glyph for glyph in glyphs if glyph.style.pale]
    rows = fragments_of(rest) + fragments_of(pale)
    rows += [[_stand_in(table, number)] for number, table in enumerate(tables)]
    rows.sort(key=lambda row: row[0].base)
    turned, leaning = _turned(sheet)
    return Page(
        sheet.box,
        rows,
        tables,
        turned,
        leaning,
        sheet.rules,
        Counter(glyph.style.font for glyph in glyphs if not glyph.text.isspace()),
        _is_scan(sheet, glyphs),
        list(additions),
    )


def _stand_in(table: Table, number: int) -> Fragment:
    """The fragment that stands for a table among the rows."""
    box, first = table.box, table.rows[0].fragments[0]
    return first._replace(
        text=f"{TABLE_MARK}{number}", left=box.left, right=box.right, base=box.bottom, first=0.0
    )


def _that_counts(sheet: Sheet) -> list[Glyph]:
    """The upright glyphs that are the page's text, visible or recognised."""
    seen = [glyph for glyph in sheet.glyphs if not glyph.style.hidden]
    hidden = [glyph for glyph in sheet.glyphs if glyph.style.hidden]
    if not hidden:
        return seen
    taken = {
        (int(glyph.left // _CELL) + x, int(glyph.base // _CELL) + y)
        for glyph in seen
        if not glyph.text.isspace()
        for x in (0, 1)
        for y in (-1, 0)
    }
    apart = [
        glyph
        for glyph in hidden
        if (int(glyph.left // _CELL), int(glyph.base // _CELL)) not in taken
        and any(box.holds((glyph.left + glyph.right) / 2, glyph.base) for box in sheet.images)
    ]
    doubled = len(apart) < (1 - _MIN_DOUBLED) * len(hidden)
    return seen if doubled else seen + apart


def _is_scan(sheet: Sheet, glyphs: Sequence[Glyph]) -> bool:
    """Whether a page is a picture of text, or has its letters as mere shapes."""
    if any(glyph.style.hidden for glyph in glyphs):
        return False  # it was recognised
    covered = sum(box.area for box in sheet.images)
    if covered > _MIN_PICTURE * sheet.box.area:
        return len(glyphs) < _MAX_MARKS
    return not glyphs and not sheet.turned and sheet.paths >= _MIN_OUTLINES


def _turned(sheet: Sheet) -> tuple[list[Fragment], list[Fragment]]:
    """The fragments of text at right angles to the page's, and of text that leans."""
    turned: list[Fragment] = []
    leaning: list[Fragment] = []
    for angle in sorted({glyph.style.angle for glyph in sheet.turned}):
        glyphs = [g for g in sheet.turned if g.style.angle == angle and not g.style.hidden]
        lines = [joined(row) for row in fragments_of(glyphs)]
        (leaning if angle % 90 else turned).extend(lines)
    return turned, leaning
