"""What PDFium sees on a page: glyphs, ruled lines and pictures, turned upright.

This is the only module that asks PDFium about a page. Lengths are in points (72 to an inch);
``base`` and every other vertical position grows downwards, so that what is read later has the
larger number. PDFium makes up blanks and line ends; they are left out, because positions tell
more (``lines.py``).
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pypdfium2 import raw

from indexer.readers.pdf.objects import Box, PageObjects, Rule, address, read_objects

_HYPHENS = (2, 0xFFFE, 0xAD)  # PDFium's marks for a hyphen at a line's end; the soft hyphen
_MAX_SKEW = 8  # degrees from upright or from lying; text that leans more is a watermark or a stamp
_PALE = 150  # of 255; text that is lighter is pale
_MAX_FONT_NAME = 128  # bytes


class Style(NamedTuple):
    """What the glyphs of one text object share.

    ``size`` in points as shown; ``angle`` in degrees, counterclockwise; ``hidden``: not to be
    seen on the page; ``pale``: too light for running text; ``red``: as letterheads are.
    """

    size: float
    angle: int
    font: str
    hidden: bool
    pale: bool
    red: bool


class Glyph(NamedTuple):
    """A character on the page; blank characters are glyphs too."""

    text: str
    left: float
    right: float
    base: float
    style: Style


class Sheet(NamedTuple):
    """A page as seen. ``glyphs`` are upright; ``turned`` are those at other angles.

    ``paths`` counts drawn shapes; ``box`` is the visible part of the page.
    """

    box: Box
    glyphs: list[Glyph]
    turned: list[Glyph]
    rules: list[Rule]
    images: list[Box]
    paths: int


def read_sheet(page: Any) -> Sheet:
    """Read an open page of PDFium, turned so that most of its text is upright."""
    text_page = page.get_textpage()
    visible = Box(*_top_down(page.get_bbox()))
    objects = read_objects(page, visible)
    glyphs = list(_glyphs(text_page, objects, visible))
    text_page.close()
    angles = Counter(glyph.style.angle for glyph in glyphs if not glyph.text.isspace())
    lying = {angle: count for angle, count in angles.items() if angle % 90 == 0}
    angle = max(lying, key=lambda each: lying[each], default=0)
    upright = [glyph for glyph in glyphs if glyph.style.angle == angle]
    turned = [_turned(glyph, glyph.style.angle) for glyph in glyphs if glyph.style.angle != angle]
    return Sheet(
        _turned_box(visible, angle),
        [_turned(glyph, angle) for glyph in upright] if angle else upright,
        turned,
        [_turned_rule(rule, angle) for rule in objects.rules] if angle else objects.rules,
        [_turned_box(box, angle) for box in objects.images],
        objects.paths,
    )


def _top_down(box: Sequence[float]) -> tuple[float, float, float, float]:
    left, bottom, right, top = box
    return left, -top, right, -bottom


def _glyphs(text_page: Any, objects: PageObjects, visible: Box) -> Iterator[Glyph]:
    """The glyphs within the visible page, in the order of the page's program."""
    x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    styles: dict[int, Style] = {}
    for index in range(text_page.count_chars()):
        pointer = raw.FPDFText_GetTextObject(text_page, index)
        key = address(pointer)
        if key is None:  # PDFium made the character up
            continue
        style = styles.get(key)
        if style is None:
            style = styles[key] = _style(text_page, index, pointer, objects)
        raw.FPDFText_GetCharOrigin(text_page, index, x, y)
        raw.FPDFText_GetLooseCharBox(text_page, index, box)
        left, right, top, bottom = box.left, box.right, -box.top, -box.bottom
        if not visible.holds((left + right) / 2, (top + bottom) / 2):
            continue
        text = _text(text_page, index, style)
        if not text:
            continue
        if style.angle in (0, 180):
            yield Glyph(text, left, right, -y.value, style)
        elif style.angle in (90, 270):
            yield Glyph(text, top, bottom, x.value, style)  # _turned knows
        else:
            yield Glyph(text, x.value, x.value, -y.value, style)


def _text(text_page: Any, index: int, style: Style) -> str:
    """The character of a glyph; "" for none, U+FFFD where the font does not tell which it is."""
    code: int = raw.FPDFText_GetUnicode(text_page, index)
    if code in _HYPHENS:
        return "-"
    if code in (9, 10, 13):
        return " "
    if code >= 32 and not 0xFFF0 <= code <= 0xFFFF:
        return chr(code)
    left, bottom, right, top = text_page.get_charbox(index)
    return "\ufffd" if right - left > style.size / 10 and top - bottom > 0 else ""


def _style(text_page: Any, index: int, pointer: Any, objects: PageObjects) -> Style:
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text_page, index, matrix)
    scale = math.hypot(matrix.c, matrix.d) or 1.0
    size = abs(raw.FPDFText_GetFontSize(text_page, index) * scale) or 1.0
    angle = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
    nearest = round(angle / 90) * 90
    if abs(angle - nearest) <= _MAX_SKEW:
        angle = nearest % 360
    text = objects.texts.get(address(pointer))
    red, green, blue, alpha = text.colour if text else (0, 0, 0, 255)
    light = 255 - (255 - (0.3 * red + 0.59 * green + 0.11 * blue)) * alpha / 255
    return Style(
        size,
        angle,
        _font(pointer, objects),
        text is not None and objects.hides(text),
        light > _PALE,
        red > 150 and max(green, blue) < 100,
    )


def _font(pointer: Any, objects: PageObjects) -> str:
    """The name of a text object's font, with the prefix that tells its subset."""
    font = raw.FPDFTextObj_GetFont(pointer)
    key = address(font)
    if key not in objects.fonts:
        name = ctypes.create_string_buffer(_MAX_FONT_NAME)
        raw.FPDFFont_GetBaseFontName(font, name, len(name))
        objects.fonts[key] = name.value.decode("utf-8", "replace")
    return objects.fonts[key]


def _turned(glyph: Glyph, angle: int) -> Glyph:
    """A glyph in the frame in which text of ``angle`` is upright."""
    text, left, right, base, style = glyph
    if angle == 180:
        return Glyph(text, -right, -left, -base, style)
    if angle == 90:
        return Glyph(text, -right, -left, base, style)
    if angle == 270:
        return Glyph(text, left, right, -base, style)
    if angle:
        turn = math.radians(angle)
        along = left * math.cos(turn) - base * math.sin(turn)
        width = style.size if ord(text[0]) > 0x2E80 else style.size / 2
        return Glyph(
            text,
            along,
            along + width,
            left * math.sin(turn) + base * math.cos(turn),
            style,
        )
    return glyph


def _turned_point(x: float, y: float, angle: int) -> tuple[float, float]:
    """A point (y downwards) in the frame in which text of ``angle`` (a right one) is upright."""
    return {0: (x, y), 90: (-y, x), 180: (-x, -y), 270: (y, -x)}[angle]


def _turned_box(box: Box, angle: int) -> Box:
    x0, y0 = _turned_point(box.left, box.top, angle)
    x1, y1 = _turned_point(box.right, box.bottom, angle)
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _turned_rule(rule: Rule, angle: int) -> Rule:
    if angle == 180:
        return Rule(rule.across, -rule.at, -rule.end, -rule.start)
    if angle == 90:  # (x, y) -> (-y, x)
        if rule.across:
            return Rule(False, -rule.at, rule.start, rule.end)
        return Rule(True, rule.at, -rule.end, -rule.start)
    if rule.across:  # 270: (x, y) -> (y, -x)
        return Rule(False, rule.at, -rule.end, -rule.start)
    return Rule(True, -rule.at, rule.start, rule.end)
