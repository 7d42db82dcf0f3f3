"""What the styles of a document say of a text: whether it is hidden, whether it is a quotation.

A style is based on another, and says only what differs. Word follows a chain of styles that
bites its own tail no further than once round, and so do we.

A paragraph is a quotation by the name of its style (Word's Quote, Intense Quote and Block Text,
also in Chinese, and names of the same words), or of one that its style is based on. So is a
paragraph of the body that is indented on both sides by a character or more, is in no list, and is
neither centred nor right-aligned: signatures and dates stand so.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from search_app.check.word.markup import attribute, child, children, is_on, name_of, value

_QUOTATION = re.compile(
    r"(?:intense )?quote|quotations?|block (?:text|quotations?|quote)"
    r"|(?:明显|整段|大段)?(?:引用|引文|引语)(?:段落?|正文)?|文本块",
)
_NUMBERED = re.compile(r"[\s\d]+$")
_MIN_INDENT = 200  # twentieths of a point; a character of 五号 has 210
_MIN_INDENT_CHARACTERS = 100  # hundredths
_NOT_QUOTED = ("center", "right", "end", "distribute")
_MAX_CHAIN = 50


class Style(NamedTuple):
    """What the style of a paragraph and its own properties give.

    ``before`` and ``after`` tell whether it is indented on that side.
    """

    is_hidden: bool = False
    is_named_quotation: bool = False
    before: bool = False
    after: bool = False
    alignment: str = ""
    in_list: bool = False

    @property
    def is_indented_quotation(self) -> bool:
        """Whether it is indented on both sides as quotations are."""
        is_aligned = self.alignment not in _NOT_QUOTED
        return self.before and self.after and is_aligned and not self.in_list


class Styles:
    """The styles of a document; ``root`` is that of its ``styles.xml``, None for none."""

    def __init__(self, root: Any) -> None:
        self._elements = {attribute(its, "w:styleId"): its for its in children(root, "w:style")}
        self._paragraph_styles: dict[str, Style] = {}
        self._hidden_runs: dict[str, bool | None] = {}
        self._default = next(
            (
                style
                for style, its in self._elements.items()
                if attribute(its, "w:type") == "paragraph"
                and attribute(its, "w:default") in ("1", "true", "on")
            ),
            "",
        )

    def id_of(self, name: str) -> str:
        """The id of the style with this name, "" where there is none."""
        found = (key for key, its in self._elements.items() if value(its, "w:name") == name)
        return next(found, "")

    def of_paragraph(self, properties: Any) -> Style:
        """What applies to a paragraph; ``properties`` is its ``w:pPr`` or None."""
        style = self._named(value(properties, "w:pStyle") or self._default)
        return _with_paragraph(properties, style)

    def is_hidden(self, properties: Any, paragraph: Style) -> bool:
        """Whether a run is hidden; ``properties`` is its ``w:rPr`` or None."""
        if (own := _vanish(properties)) is not None:
            return own
        name = value(properties, "w:rStyle")
        if name and name not in self._hidden_runs:
            stated = [_vanish(child(its, "w:rPr")) for its in self._chain(name)]
            self._hidden_runs[name] = next((it for it in stated if it is not None), None)
        styled = self._hidden_runs.get(name)
        return paragraph.is_hidden if styled is None else styled

    def _chain(self, name: str) -> list[Any]:
        """The elements of a style and of those that it is based on, in that order."""
        chain: dict[str, Any] = {}
        while name in self._elements and name not in chain and len(chain) < _MAX_CHAIN:
            chain[name] = self._elements[name]
            name = value(chain[name], "w:basedOn")
        return list(chain.values())

    def _named(self, name: str) -> Style:
        """What a style of paragraphs gives, with those that it is based on."""
        if name not in self._paragraph_styles:
            chain = self._chain(name)
            names = [spelling for its in chain for spelling in _names(its)]
            style = Style(is_named_quotation=any(map(_is_quotation, names or [name])))
            for its in reversed(chain):
                style = _with_paragraph(child(its, "w:pPr"), style)
                hidden = _vanish(child(its, "w:rPr"))
                style = style if hidden is None else style._replace(is_hidden=hidden)
            self._paragraph_styles[name] = style
        return self._paragraph_styles[name]


def _names(style: Any) -> list[str]:
    """The names of a style: the one that it has, and its aliases."""
    return [value(style, "w:name"), *value(style, "w:aliases").split(",")]


def _is_quotation(name: str) -> bool:
    return bool(_QUOTATION.fullmatch(_NUMBERED.sub("", name.strip().lower())))


def _vanish(properties: Any) -> bool | None:
    """Whether properties hide their text; None where they say nothing of it."""
    switch = child(properties, "w:vanish")
    return None if switch is None else is_on(switch)


def _with_paragraph(properties: Any, style: Style) -> Style:
    """The style with what a ``w:pPr`` changes in it."""
    for its in properties if properties is not None else ():
        match name_of(its):
            case "w:ind":
                style = style._replace(
                    before=_is_indented(its, ("left", "start"), style.before),
                    after=_is_indented(its, ("right", "end"), style.after),
                )
            case "w:jc":
                style = style._replace(alignment=attribute(its, "w:val"))
            case "w:numPr":
                style = style._replace(in_list=value(its, "w:numId") not in ("", "0"))
    return style


def _is_indented(indents: Any, sides: tuple[str, ...], inherited: bool) -> bool:
    """Whether a ``w:ind`` indents on a side, by characters, else by length, else as inherited."""
    for unit, least in (("Chars", _MIN_INDENT_CHARACTERS), ("", _MIN_INDENT)):
        for side in sides:
            if text := attribute(indents, f"w:{side}{unit}"):
                try:
                    length = float(text)
                except ValueError:  # the strict edition also has units: 1.5cm
                    return not text.startswith(("0", "-"))
                if length or not unit:
                    return length >= least
    return inherited
