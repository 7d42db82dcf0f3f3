"""What is painted on a page besides text, and which text it hides.

PDFium lists a page's objects in the order in which they are painted. From them come the ruled
lines of tables, the pictures, and the text that nobody sees: drawn in mode 3, fully
transparent, white on white, or painted over by a picture of the page (as under scans).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

from pypdfium2 import raw

_MAX_OBJECTS = 50_000  # of a page that are looked at; maps and charts have more
_MAX_DEPTH = 4  # of forms within forms
_MAX_THICKNESS = 3.0  # points; what is thicker is an area, no line
_MIN_LENGTH = 6.0  # points of a ruled line
_WHITE = 240  # of 255; each part of a colour that counts as white is above
_PARTS = tuple(ctypes.c_uint() for _ in range(4))  # of a colour, for PDFium to write into


class Box(NamedTuple):
    """A rectangle; ``top`` is less than ``bottom``."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    @property
    def area(self) -> float:
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    def within(self, other: Box) -> Box:
        """The part of this box that lies in another."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )


class Rule(NamedTuple):
    """A straight line, lying (``across``) at the height ``at``, or standing at the place ``at``."""

    across: bool
    at: float
    start: float
    end: float


class TextObject(NamedTuple):
    """A text object: its place in the order of painting, and its colour (0 to 255 each)."""

    order: int
    item: Any
    matrix: Any
    unseen: bool
    colour: tuple[int, int, int, int]

    @property
    def box(self) -> Box:
        return _bounds(self.item, self.matrix)


class PageObjects:
    """The rules, pictures and shapes of a page, and its text objects by their address."""

    def __init__(self, visible: Box) -> None:
        self.rules: list[Rule] = []
        self.images: list[Box] = []
        self.paths = 0
        self.texts: dict[int | None, TextObject] = {}
        self.fonts: dict[int | None, str] = {}  # their names, by address
        self._visible = visible
        self._areas: list[tuple[int, Box]] = []  # painted in colour, pictures included
        self._covers: list[tuple[int, Box]] = []  # pictures of most of the page

    def hides(self, text: TextObject) -> bool:
        """Whether a text object cannot be seen on the page."""
        red, green, blue, alpha = text.colour
        if text.unseen or alpha == 0:
            return True
        white = min(red, green, blue) > _WHITE
        if not white and not self._covers:
            return False
        box = text.box
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        if any(order > text.order and cover.holds(x, y) for order, cover in self._covers):
            return True
        return white and not any(
            order < text.order and area.holds(x, y) for order, area in self._areas
        )

    def add(self, order: int, item: Any, matrix: Any) -> None:
        """Take in one object of the page, which ``matrix`` places."""
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            unseen = raw.FPDFTextObj_GetTextRenderMode(item) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
            self.texts[address(item)] = TextObject(order, item, matrix, unseen, _colour(item))
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            box = _bounds(item, matrix).within(self._visible)
            self.images.append(box)
            self._areas.append((order, box))
            opaque = not raw.FPDFPageObj_HasTransparency(item)
            if opaque and box.area > self._visible.area / 2:
                self._covers.append((order, box))
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            self.paths += 1
            self._add_path(order, item, matrix)
        elif kind == raw.FPDF_PAGEOBJ_SHADING:
            self._areas.append((order, _bounds(item, matrix)))

    def _add_path(self, order: int, item: Any, matrix: Any) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        if not fill.value and not stroke.value:
            return
        box = _bounds(item, matrix)
        if fill.value:
            red, green, blue, alpha = _colour(item)
            white = min(red, green, blue) > _WHITE
            if not white and alpha:
                self._areas.append((order, box))
            if white and not stroke.value:
                return
        if stroke.value:
            self.rules.extend(_segments(item, matrix))
        else:
            self.rules.extend(_as_rule(box))


def read_objects(page: Any, visible: Box) -> PageObjects:
    """Look through the objects of an open page; ``visible`` is its visible part."""
    objects = PageObjects(visible)
    identity = raw.FS_MATRIX(1, 0, 0, 1, 0, 0)
    for order, (item, matrix) in enumerate(_walk(page.raw, identity, 0)):
        if order == _MAX_OBJECTS:
            break
        objects.add(order, item, matrix)
    return objects


def _walk(holder: Any, matrix: Any, depth: int) -> Iterator[tuple[Any, Any]]:
    """The objects of a page or form with the matrices that place them, as they are painted."""
    count = raw.FPDFFormObj_CountObjects if depth else raw.FPDFPage_CountObjects
    get = raw.FPDFFormObj_GetObject if depth else raw.FPDFPage_GetObject
    for index in range(count(holder)):
        item = get(holder, index)
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_FORM:
            yield item, matrix
        elif depth < _MAX_DEPTH:
            own = raw.FS_MATRIX()
            raw.FPDFPageObj_GetMatrix(item, own)
            yield from _walk(item, _product(own, matrix), depth + 1)


def _product(first: Any, then: Any) -> Any:
    """The matrix that does ``first``, then ``then``."""
    return raw.FS_MATRIX(
        first.a * then.a + first.b * then.c,
        first.a * then.b + first.b * then.d,
        first.c * then.a + first.d * then.c,
        first.c * then.b + first.d * then.d,
        first.e * then.a + first.f * then.c + then.e,
        first.e * then.b + first.f * then.d + then.f,
    )


def _point(x: float, y: float, matrix: Any) -> tuple[float, float]:
    """A point as placed by a matrix, with its height growing downwards."""
    return (
        matrix.a * x + matrix.c * y + matrix.e,
        -(matrix.b * x + matrix.d * y + matrix.f),
    )


def address(pointer: Any) -> int | None:
    """Where a pointer of PDFium points; None for a null pointer."""
    return ctypes.c_void_p.from_buffer(pointer).value


def _bounds(item: Any, matrix: Any) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    points = [_point(x.value, y.value, matrix) for x in (left, right) for y in (bottom, top)]
    across, down = zip(*points, strict=True)
    return Box(min(across), min(down), max(across), max(down))


def _colour(item: Any) -> tuple[int, int, int, int]:
    """The colour that an object is filled with: red, green, blue, opacity, each 0 to 255."""
    parts = _PARTS
    if not raw.FPDFPageObj_GetFillColor(item, *parts):
        return 0, 0, 0, 255
    return parts[0].value, parts[1].value, parts[2].value, parts[3].value


def _segments(path: Any, matrix: Any) -> Iterator[Rule]:
    """The lying and standing lines of a path."""
    own = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(path, own)
    placed = _product(own, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    start = previous = (0.0, 0.0)
    for index in range(min(raw.FPDFPath_CountSegments(path), _MAX_OBJECTS)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = _point(x.value, y.value, placed)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield from _as_rule(_spanned(previous, point))
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _as_rule(_spanned(point, start))
        previous = point


def _spanned(one: tuple[float, float], other: tuple[float, float]) -> Box:
    return Box(
        min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])
    )


def _as_rule(box: Box) -> Iterator[Rule]:
    """A thin and long box as a line; nothing for any other."""
    width, height = box.right - box.left, box.bottom - box.top
    if height <= _MAX_THICKNESS and width >= _MIN_LENGTH:
        yield Rule(True, (box.top + box.bottom) / 2, box.left, box.right)
    elif width <= _MAX_THICKNESS and height >= _MIN_LENGTH:
        yield Rule(False, (box.left + box.right) / 2, box.top, box.bottom)
