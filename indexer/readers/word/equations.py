"""Writes Word's equations (OMML) as a line of text: ``98.25%``, ``(a+b)/c``, ``x²``, ``√(2)``.

The elements are those of ECMA-376 Part 1, 22.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from indexer.readers.word.package import W, is_on
from indexer.readers.word.raised import raised

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_ONE_TERM = re.compile(r"[\w.%]*|\(.*\)", re.DOTALL)
_DELETED = (f"{W}del", f"{W}moveFrom", f"{W}rPr", f"{W}pPr")


def equation(element: Any) -> str:
    """The text of an ``m:oMath``, or of the lines of an ``m:oMathPara``."""
    return (" " if element.tag == f"{M}oMathPara" else "").join(map(_term, element))


def _term(element: Any) -> str:
    """The text of one element of an equation."""
    tag = element.tag
    if tag in (f"{M}t", f"{W}t"):
        return str(element.text or "")
    if tag in _DELETED or tag.endswith("Pr") or is_on(element.find(f"{W}rPr/{W}vanish")):
        return ""
    if tag == f"{W}br":
        return " "
    shape = _SHAPES.get(tag.removeprefix(M)) if tag.startswith(M) else None
    return shape(element) if shape else equation(element)


def _part(element: Any, name: str) -> str:
    """The text of a part, such as the numerator ``num``."""
    part = element.find(f"{M}{name}")
    return "" if part is None else equation(part)


def _in_brackets(text: str) -> str:
    """The text in brackets, unless it is one term: ``a+b`` → ``(a+b)``."""
    return text if _ONE_TERM.fullmatch(text) else f"({text})"


def _property(element: Any, name: str, default: str) -> str:
    """A property such as the bracket a term begins with, ``m:dPr/m:begChr``."""
    kind = element.tag.removeprefix(M)
    its = element.find(f"{M}{kind}Pr/{M}{name}")
    return default if its is None else str(its.get(f"{M}val", ""))


def _fraction(element: Any) -> str:
    over, under = _part(element, "num"), _part(element, "den")
    if _property(element, "type", "bar") == "noBar":
        return f"({over} {under})"
    return f"{_in_brackets(over)}/{_in_brackets(under)}"


def _power(base: str, power: str) -> str:
    base, sign = _in_brackets(base), power.strip()
    if not sign:
        return base
    written = raised("x", sign) if sign.isdecimal() or sign == "n" else f"^{_in_brackets(sign)}"
    return base + written


def _index(base: str, index: str) -> str:
    gap = "_" if base[-1:].isdecimal() and index[:1].isdecimal() else ""
    return f"{base}{gap}{index}"


def _index_and_power(element: Any) -> str:
    return _power(_index(_part(element, "e"), _part(element, "sub")), _part(element, "sup"))


def _root(element: Any) -> str:
    degree = _part(element, "deg")
    return f"{degree and raised('x', degree)}√{_in_brackets(_part(element, 'e'))}"


def _brackets(element: Any) -> str:
    inside = _property(element, "sepChr", "|").join(map(equation, element.iterfind(f"{M}e")))
    return _property(element, "begChr", "(") + inside + _property(element, "endChr", ")")


def _sum(element: Any) -> str:
    sign = _property(element, "chr", "∫")
    below, above = _part(element, "sub"), _part(element, "sup")
    limits = f"({below}..{above})" if below and above else f"({below})" if below else ""
    return f"{sign}{limits}{_part(element, 'e')}"


def _matrix(element: Any) -> str:
    rows = element.iterfind(f"{M}mr")
    return "; ".join(", ".join(map(equation, row.iterfind(f"{M}e"))) for row in rows)


def _phantom(element: Any) -> str:
    shown = _property(element, "show", "1") not in ("0", "off", "false")
    return _part(element, "e") if shown else ""


def _lines(element: Any) -> str:
    return "; ".join(map(equation, element.iterfind(f"{M}e")))


_SHAPES: Mapping[str, Callable[[Any], str]] = {
    "f": _fraction,
    "sSup": lambda its: _power(_part(its, "e"), _part(its, "sup")),
    "sSub": lambda its: _index(_part(its, "e"), _part(its, "sub")),
    "sSubSup": _index_and_power,
    "sPre": _index_and_power,
    "rad": _root,
    "d": _brackets,
    "nary": _sum,
    "limLow": lambda its: f"{_part(its, 'e')}({_part(its, 'lim')})",
    "limUpp": lambda its: f"{_part(its, 'e')}({_part(its, 'lim')})",
    "func": lambda its: f"{_part(its, 'fName')} {_part(its, 'e')}",
    "m": _matrix,
    "eqArr": _lines,
    "phant": _phantom,
}
