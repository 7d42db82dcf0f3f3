"""Sets paragraphs as official papers are set, into a PDF: justified, with the rules of line breaks.

No line begins with a closing mark or ends with an opening one, and no number or word is broken.
The font has no file: PDFium knows the character map that the PDF names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

_UNIT = re.compile(
    r"[“‘（《【〔(]*(?:[A-Za-z0-9.,%/+-]*[A-Za-z0-9%]|.)[，。、；：！？”’）》】〕)…％]*"
)


@dataclass(frozen=True)
class Layout:
    """How a PDF is set: sizes in points, ``indent`` and ``after`` (a paragraph) in characters."""

    size: float = 16
    characters: int = 28  # of a line
    leading: float = 28
    indent: float = 2
    after: float = 0
    columns: int = 1
    gutter: float = 2  # characters
    justified: bool = True
    font: str = FONT
    numbered: bool = True


OFFICIAL = Layout()
FLUSH = Layout(indent=0)
SPACED = Layout(indent=0, after=0.6)
SMALL = Layout(size=10.5, characters=42, leading=18)
COLUMNS = Layout(size=10.5, characters=20, leading=17, columns=2)


def typeset(path: Path, paragraphs: Sequence[str], layout: Layout, title: str = "") -> Path:
    """Write a PDF of the paragraphs, with a title over the first page, and page numbers."""
    canvas = Canvas(str(path), pagesize=A4)
    width = layout.size * layout.characters
    whole = layout.columns * width + (layout.columns - 1) * layout.gutter * layout.size
    left = (A4[0] - whole) / 2
    top = y = 760.0
    if title:
        canvas.setFont(layout.font, 22)
        canvas.drawCentredString(A4[0] / 2, y, title)
        top = y = y - 50
    page, column = 1, 0
    for paragraph in paragraphs:
        for start, units, last in _lines(paragraph, layout):
            if y < 80:
                column, y = column + 1, top
                if column == layout.columns:
                    page, column, top, y = _turn(canvas, page, layout), 0, 760.0, 760.0
            x = left + column * (width + layout.gutter * layout.size) + start
            _draw(canvas, x, y, units, width - start, layout, last)
            y -= layout.leading
        y -= layout.after * layout.size
    _turn(canvas, page, layout)
    canvas.save()
    return path


def _turn(canvas: Canvas, page: int, layout: Layout) -> int:
    if layout.numbered:
        canvas.setFont(layout.font, 14)
        canvas.drawCentredString(A4[0] / 2, 40, f"— {page} —")
    canvas.showPage()
    return page + 1


def _width(unit: str, layout: Layout) -> float:
    return float(pdfmetrics.stringWidth(unit, layout.font, layout.size))


def _lines(paragraph: str, layout: Layout) -> Iterator[tuple[float, list[str], bool]]:
    """The lines of a paragraph: where each begins, its units, whether it is the last."""
    start = layout.indent * layout.size
    limit = layout.size * layout.characters + 0.01
    line: list[str] = []
    used = start
    for unit in _UNIT.findall(paragraph):
        width = _width(unit, layout)
        if line and used + width > limit:
            yield start, line if line[-1] != " " else line[:-1], False
            start, line, used = 0.0, [], 0.0
        line.append(unit)
        used += width
    yield start, line, True


def _draw(
    canvas: Canvas, x: float, y: float, units: list[str], width: float, layout: Layout, last: bool
) -> None:
    text = "".join(units)
    spare = width - _width(text, layout)
    line = canvas.beginText(x, y)
    line.setFont(layout.font, layout.size)
    if layout.justified and not last and len(text) > 1:
        line.setCharSpace(spare / (len(text) - 1))
    line.textOut(text)
    line.setCharSpace(0)
    canvas.drawText(line)
