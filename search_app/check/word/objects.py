"""What stands in a text and is no text: pictures, equations, symbols, alternative contents.

What cannot be read is named, so that nobody takes it for checked.
"""

from __future__ import annotations

import re
from typing import Any

from search_app.check.word.markup import XML_SPACE, attribute, child, children, descendants, name_of

UNREAD_CHARACTER = "\ufffc"  # in a text, for an equation that cannot be read
UNREAD = {
    "pic:pic": "图片",
    "v:imagedata": "图片",
    "w:object": "嵌入的对象",
    "w:control": "嵌入的对象",
    "c:chart": "图表",
    "dgm:relIds": "SmartArt 图示",
    "v:textpath": "艺术字",
    "a:t": "图形里的文字",
    "w:altChunk": "插入的文档",
    "w:subDoc": "子文档",
}
UNREAD_EQUATION, UNREAD_SYMBOL = "公式", "符号字体的字符"
_UNDERSTOOD = "http://schemas.microsoft.com/office/word/20"  # text boxes, and later editions
_FLAT = ("m:oMath", "m:r", "m:rPr", "m:t", "m:ctrlPr", "m:sty", "m:scr", "m:nor", "m:lit", "m:aln")
_SYMBOL_CODES = range(0xF000, 0xF100)  # the place of a sign in a font, which says not what it is
_DIGITS = re.compile(r"[0-9]{1,3}")
_TAKES_POWER = re.compile(r"[×xX*·]\s*10$|[A-Za-z]$|米$")
_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BLANKS = str.maketrans("\t\r\n", "   ")


def shown(text: Any) -> str:
    """The characters that a ``w:t`` shows: without blanks at its ends unless it keeps them."""
    return _stripped(text).translate(_BLANKS)


def _stripped(text: Any) -> str:
    content = text.text or ""
    trimmed: str = content.strip(" \t\r\n")
    if trimmed == content or text.get(XML_SPACE) == "preserve":
        return str(content)
    outer = next((its.get(XML_SPACE) for its in text.iterancestors() if its.get(XML_SPACE)), "")
    return content if outer == "preserve" and text.get(XML_SPACE) is None else trimmed


def strip(text: Any) -> None:
    """Take away the blanks of a ``w:t`` that it does not show."""
    text.text = _stripped(text)


def raised(before: str, text: str) -> str:
    """Raised digits behind ``before``: a power of ten or of a unit, else the number of a source.

    ``m`` and ``2`` → ``²``; ``增长5.2%`` and ``1`` → ``[1]``.
    """
    if not _DIGITS.fullmatch(text):
        return text
    return text.translate(_POWERS) if _TAKES_POWER.search(before) else f"[{text}]"


def equation(element: Any) -> str:
    """The text of an ``m:oMath`` that is one line of characters, else ``UNREAD_CHARACTER``.

    A fraction is more than its characters: of 1/2 they are 12.
    """
    names = {name_of(its) for its in element.iter() if name_of(its).startswith("m:")}
    if not names <= {*_FLAT}:
        return UNREAD_CHARACTER
    return "".join(its.text or "" for its in descendants(element, "m:t"))


def symbol(element: Any) -> tuple[str, bool]:
    """The character of a ``w:sym``, and whether it is known which sign that is."""
    try:
        code = int(attribute(element, "w:char"), 16)
        return chr(code), code not in _SYMBOL_CODES
    except (ValueError, OverflowError):
        return UNREAD_CHARACTER, False


def chosen(alternatives: Any) -> Any:
    """The one of alternative contents that Word shows, None where there is none.

    It is the first whose extensions we know, unless only the fallback has text.
    """
    fallback = child(alternatives, "mc:Fallback")
    choice = next(filter(_is_understood, children(alternatives, "mc:Choice")), None)
    if choice is None or (not _has_text(choice) and _has_text(fallback)):
        return fallback
    return choice


def _is_understood(choice: Any) -> bool:
    """Whether all extensions that a choice requires are Word's own."""
    names = choice.get("Requires", "").split()
    return all((choice.nsmap.get(name) or "").startswith(_UNDERSTOOD) for name in names)


def _has_text(element: Any) -> bool:
    return element is not None and any(its.text for its in descendants(element, "w:t"))
