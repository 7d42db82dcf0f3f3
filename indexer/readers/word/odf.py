"""What the styles of an OpenDocument text give its paragraphs, characters and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from indexer.readers.word.numbering import MAX_DEPTHS, Depth
from indexer.readers.word.numerals import SYSTEMS, numeral
from indexer.readers.word.package import integer

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
STYLE, TEXT = f"{{{_ODF}style:1.0}}", f"{{{_ODF}text:1.0}}"
TABLE, DRAW, OFFICE = f"{{{_ODF}table:1.0}}", f"{{{_ODF}drawing:1.0}}", f"{{{_ODF}office:1.0}}"
_FORMAT = f"{{{_ODF}xsl-fo-compatible:1.0}}"
SVG = f"{{{_ODF}svg-compatible:1.0}}"
_FAMILY = f"{SVG}font-family"
_CONTENTS = re.compile(r"(?:contents|toc)(?:_20_| )(?:[1-9]|heading)", re.IGNORECASE)
_EXTENSION = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_PLAIN_FORMATS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
_MAX_CHAIN = 50  # styles that are based on each other
_SYMBOL_FONT = re.compile(r"symbol|wingdings|webdings", re.IGNORECASE)


class Look(NamedTuple):
    """What a style makes of a text: see ``styles.Style``; ``page`` is a page's layout or ""."""

    level: int = 0
    hidden: bool = False
    raised: str = ""
    font: str = ""
    page: str = ""
    in_contents: bool = False


PLAIN = Look()


class OdfStyles:
    """The styles in the roots of ``styles.xml`` and ``content.xml``, the latter last."""

    def __init__(self, roots: list[Any]) -> None:
        self._styles: dict[tuple[str, str], Any] = {}
        self._fonts: dict[str, str] = {}
        self.lists: dict[str, dict[int, Depth]] = {}
        self.headings: dict[int, Depth] = {}
        for root in roots:
            for font in root.iter(f"{STYLE}font-face"):
                self._fonts[font.get(f"{STYLE}name", "")] = font.get(_FAMILY, "")
            for style in root.iter(f"{STYLE}style"):
                key = style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", "")
                self._styles[key] = style
            for style in root.iter(f"{TEXT}list-style"):
                self.lists[style.get(f"{STYLE}name", "")] = _depths(style)
            for style in root.iter(f"{TEXT}outline-style"):
                self.headings = _depths(style)

    def look(self, family: str, name: str, base: Look = PLAIN) -> Look:
        """What a style gives a text that has the look ``base`` without it."""
        for style in reversed(list(self._chain(family, name))):
            base = _with(style, base)
        font = self._fonts.get(base.font, base.font).strip("'\"")
        return base._replace(font=font if _SYMBOL_FONT.match(font) else "")

    def _chain(self, family: str, name: str) -> Iterator[Any]:
        """A style and those that it is based on."""
        seen: set[str] = set()
        while (family, name) in self._styles and name not in seen and len(seen) < _MAX_CHAIN:
            seen.add(name)
            style = self._styles[family, name]
            yield style
            name = style.get(f"{STYLE}parent-style-name", "")


def _with(style: Any, look: Look) -> Look:
    """The look with what one style changes in it."""
    if style.get(f"{STYLE}name") == "Title":
        look = look._replace(level=1)
    if style.get(f"{STYLE}default-outline-level"):
        look = look._replace(level=integer(style.get(f"{STYLE}default-outline-level"), 0))
    if _CONTENTS.match(style.get(f"{STYLE}name", "")):
        look = look._replace(in_contents=True)
    if style.get(f"{STYLE}master-page-name"):
        look = look._replace(page=style.get(f"{STYLE}master-page-name"))
    properties = style.find(f"{STYLE}text-properties")
    if properties is None:
        return look
    if display := properties.get(f"{TEXT}display"):
        look = look._replace(hidden=display == "none")
    if position := properties.get(f"{STYLE}text-position"):
        look = look._replace(raised=_raised(position.split()[0]))
    font = properties.get(f"{STYLE}font-name") or properties.get(f"{_FORMAT}font-family")
    return look._replace(font=font) if font else look


def _raised(position: str) -> str:
    """``super`` or ``33%`` is raised, ``sub`` or ``-33%`` is lowered."""
    if position in ("super", "sub"):
        return f"{position}script"
    share = integer(position.rstrip("%").partition(".")[0], 0)
    return "superscript" if share > 0 else "subscript" if share < 0 else ""


def _depths(style: Any) -> dict[int, Depth]:
    """The formats of a list style, by depth from 0."""
    depths = {}
    for level in style:
        depth = integer(level.get(f"{TEXT}level"), 1) - 1
        if not 0 <= depth < MAX_DEPTHS:
            continue
        numbered = level.tag in (f"{TEXT}list-level-style-number", f"{TEXT}outline-level-style")
        named = level.get(f"{STYLE}num-format", "") if numbered else ""
        depths[depth] = Depth(
            _numeral(named) if numbered else "bullet",
            _pattern(level, depth) if named else "",
            integer(level.get(f"{TEXT}start-value"), 1),
            depth,
        )
    return depths


def _pattern(level: Any, depth: int) -> str:
    """The pattern of a label, as Word writes it: ``%1.%2``."""
    if pattern := level.get(f"{_EXTENSION}num-list-format"):
        return re.sub(r"%([0-9]+)%", r"%\1", pattern)
    shown = integer(level.get(f"{TEXT}display-levels"), 1)
    numbers = ".".join(f"%{at + 1}" for at in range(depth - shown + 1, depth + 1))
    prefix, suffix = level.get(f"{STYLE}num-prefix", ""), level.get(f"{STYLE}num-suffix", "")
    return f"{prefix}{numbers}{suffix}"


def _numeral(named: str) -> str:
    """The name of a system of numerals: ``1``, or its beginning, as ``一, 二, 三, ...``."""
    if not named:
        return "none"
    begins = [sign.strip() for sign in named.split(",")[:2]]
    fits = (its for its in SYSTEMS if [numeral(1, its), numeral(2, its)] == begins)
    return _PLAIN_FORMATS.get(named) or next(fits, "decimal")
