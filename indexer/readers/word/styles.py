"""What the styles of a document give its paragraphs and characters.

A style is based on another, and says only what differs. Word follows a chain of styles
that bites its own tail no further than once round, and so do we.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from indexer.readers.word.package import W, integer, is_on, value

_HEADING = re.compile(r"(?:heading|标题) ?([1-6])", re.IGNORECASE)
_TITLES = ("title", "标题")
_CONTENTS = re.compile(r"(?:toc|.*目录) ?(?:[1-9]|heading|标题)", re.IGNORECASE)
_MIN_RAISED = 4  # half points above the line
_MAX_CHAIN = 50  # styles that are based on each other
_SYMBOL_FONT = re.compile(r"symbol|wingdings|webdings", re.IGNORECASE)


class Style(NamedTuple):
    """What a style, or the properties of a paragraph or run itself, makes of a text.

    ``level`` is a heading's, 1 to 6, else 0; ``number`` and ``depth`` place a paragraph in a
    list, ``number_styles`` are the ids of the styles that name the list, none where the
    paragraph itself does. ``raised`` is ``superscript``, ``subscript`` or "". ``font`` is a
    symbol font or "".
    """

    level: int = 0
    number: str = ""
    depth: int = 0
    number_styles: tuple[str, ...] = ()
    in_contents: bool = False
    hidden: bool = False
    raised: str = ""
    font: str = ""


class Styles:
    """The styles of a document; ``root`` is that of its ``styles.xml``, None for none."""

    def __init__(self, root: Any) -> None:
        elements = root.findall(f"{W}style") if root is not None else []
        self._elements = {its.get(f"{W}styleId"): its for its in elements}
        self._styles: dict[str, Style] = {}
        self._default = next(
            (
                its.get(f"{W}styleId")
                for its in elements
                if its.get(f"{W}type") == "paragraph" and is_on_attribute(its.get(f"{W}default"))
            ),
            "",
        )

    def of_paragraph(self, properties: Any) -> Style:
        """What applies to a paragraph; ``properties`` is its ``w:pPr`` or None."""
        style = self._style(value(properties, "pStyle") or self._default)
        direct = _with_paragraph(properties, style)
        numbering = properties.find(f"{W}numPr") if properties is not None else None
        return direct if numbering is None else direct._replace(number_styles=())

    def of_run(self, properties: Any, paragraph: Style) -> Style:
        """What applies to a run in a paragraph; ``properties`` is its ``w:rPr`` or None."""
        if properties is None:
            return paragraph
        name = value(properties, "rStyle")
        if name in self._elements:
            chain = self._chain(name)
            for its in reversed(chain):
                paragraph = _with_run(its.find(f"{W}rPr"), paragraph)
        return _with_run(properties, paragraph)

    def _chain(self, name: str) -> list[Any]:
        """The elements of a style and of those that it is based on, in that order."""
        chain: dict[str, Any] = {}
        while name in self._elements and name not in chain and len(chain) < _MAX_CHAIN:
            chain[name] = self._elements[name]
            name = value(chain[name], "basedOn")
        return list(chain.values())

    def _style(self, name: str) -> Style:
        """What a style of paragraphs gives, with those that it is based on."""
        if name not in self._styles:
            chain = self._chain(name)
            style = Style(number_styles=tuple(its.get(f"{W}styleId") for its in chain))
            for its in reversed(chain):
                called = value(its, "name")
                match = _HEADING.fullmatch(called)
                if match or called.lower() in _TITLES:
                    style = style._replace(level=int(match[1]) if match else 1)
                if _CONTENTS.fullmatch(called):
                    style = style._replace(in_contents=True)
                style = _with_paragraph(its.find(f"{W}pPr"), style)
                style = _with_run(its.find(f"{W}rPr"), style)
            self._styles[name] = style
        return self._styles[name]


def _with_paragraph(properties: Any, style: Style) -> Style:
    """The style with what a ``w:pPr`` changes in it."""
    if properties is None:
        return style
    if outline := value(properties, "outlineLvl"):  # 0 to 8; 9 is body text
        level = integer(outline, 9) + 1
        style = style._replace(level=level if level <= 6 else 0)
    numbering = properties.find(f"{W}numPr")
    if number := value(numbering, "numId"):
        style = style._replace(number=number)
    if depth := value(numbering, "ilvl"):
        style = style._replace(depth=integer(depth, 0))
    return style


def _with_run(properties: Any, style: Style) -> Style:
    """The style with what a ``w:rPr`` changes in it."""
    if properties is None:
        return style
    hidden = [its for name in ("vanish", "webHidden") for its in properties.iterfind(f"{W}{name}")]
    if hidden:
        style = style._replace(hidden=any(map(is_on, hidden)))
    if raised := value(properties, "vertAlign"):
        style = style._replace(raised="" if raised == "baseline" else raised)
    elif height := integer(value(properties, "position"), 0):  # in half points
        style = style._replace(raised="superscript" if height >= _MIN_RAISED else "")
    fonts = properties.find(f"{W}rFonts")
    font = fonts.get(f"{W}ascii", fonts.get(f"{W}hAnsi", "")) if fonts is not None else ""
    if font:
        style = style._replace(font=font if _SYMBOL_FONT.match(font) else "")
    return style


def is_on_attribute(text: str | None) -> bool:
    """Whether an attribute such as ``w:default="1"`` is switched on."""
    return (text or "").lower() in ("1", "true", "on")
