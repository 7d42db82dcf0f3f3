"""What the fields of Word show whose code is the text: EQ, SYMBOL and form fields.

Word 97 wrote equations, circled characters and pinyin above characters as EQ fields, and
WPS still does: ``EQ \\o\\ac(○,7)`` shows ⑦, ``EQ \\f(1,2)`` shows 1/2.
"""

from __future__ import annotations

import re
from typing import Any

from indexer.readers.word.numerals import numeral
from indexer.readers.word.package import W, integer, is_on, value
from indexer.readers.word.raised import raised
from indexer.readers.word.symbols import shown

_CODE = re.compile(r"\s*(\w+)")
_SWITCH = re.compile(r"\\([a-z]+[0-9]*)\s*", re.IGNORECASE)
_SYMBOL = re.compile(r'symbol\s+(0x[0-9a-f]+|\d+)(?:.*\\f\s+"?([^"\\]+)"?)?', re.IGNORECASE)
_CIRCLES = ("○", "〇", "◯")
_CIRCLED = {
    numeral(number, "decimal"): numeral(number, "decimalEnclosedCircle") for number in range(1, 21)
} | {
    numeral(number, "chineseCounting"): numeral(number, "ideographEnclosedCircle")
    for number in range(1, 11)
}


def kind(code: str) -> str:
    """The name of a field by its code: ``TOC``, ``PAGEREF``."""
    match = _CODE.match(code)
    return match[1].upper() if match else ""


def is_contents(code: str) -> bool:
    """Whether a field is a table of contents."""
    return kind(code) == "TOC"


def result(code: str, form: Any) -> str:
    """What a field without a stored result shows; ``form`` is its ``w:ffData`` or None."""
    match kind(code):
        case "EQ":
            return _Equation(re.sub(r"^\s*eq\b", "", code, flags=re.IGNORECASE)).text()
        case "SYMBOL":
            symbol = _SYMBOL.search(code)
            return shown(chr(int(symbol[1], 0)), symbol[2] or "Symbol") if symbol else ""
    return _form(form) if form is not None else ""


def _form(form: Any) -> str:
    """The state of a check box or a drop-down list."""
    box, choices = form.find(f"{W}checkBox"), form.find(f"{W}ddList")
    if box is not None:
        state = box.find(f"{W}checked")
        return "☑" if is_on(box.find(f"{W}default") if state is None else state) else "☐"
    if choices is not None:
        entries = [its.get(f"{W}val", "") for its in choices.iterfind(f"{W}listEntry")]
        chosen = integer(value(choices, "result") or value(choices, "default"), 0)
        return entries[chosen] if 0 <= chosen < len(entries) else ""
    return ""


class _Equation:
    """Reads the code of an EQ field from left to right."""

    def __init__(self, code: str) -> None:
        # Formatting switches of the field itself: \\* jc2 \\* "Font:宋体" \\* hps10
        self._code = re.sub(r'\\\*\s*("[^"]*"|\S+)', "", code).strip()
        self._at = 0

    def text(self, ends: str = "") -> str:
        """The text up to one of ``ends``, which is not passed, or to the end of the code."""
        text = ""
        while self._at < len(self._code) and self._code[self._at] not in ends:
            switch = _SWITCH.match(self._code, self._at)
            if switch:
                text += self._switched(switch, text)
            elif self._code[self._at] == "\\":  # \\, and \\( are characters
                text += self._code[self._at + 1 : self._at + 2]
                self._at += 2
            elif self._code[self._at] == "(":
                text += "(" + ",".join(self._arguments()) + ")"
            else:
                text += self._code[self._at]
                self._at += 1
        return text

    def _switched(self, switch: re.Match[str], before: str) -> str:
        """The text of a switch with its options and its arguments: ``\\f(1,2)``."""
        name, options = switch[1].lower(), []
        self._at = switch.end()
        while option := _SWITCH.match(self._code, self._at):
            options.append(option[1].lower())
            self._at = option.end()
        while self._code[self._at : self._at + 1].isdigit():  # of \\s\\up 9(…)
            self._at += 1
        at_arguments = self._code[self._at : self._at + 1] == "("
        arguments = self._arguments() if at_arguments else []
        return _composed(name, options, arguments, before)

    def _arguments(self) -> list[str]:
        """The texts between brackets, apart by commas or semicolons."""
        arguments = []
        while self._at < len(self._code) and self._code[self._at] != ")":
            self._at += 1
            arguments.append(self.text(",;，；)"))
        self._at += 1
        return arguments


def _composed(name: str, options: list[str], arguments: list[str], before: str) -> str:
    """What a switch shows of its arguments."""
    match name:
        case "f" if len(arguments) == 2:
            return "/".join(arguments)
        case "r" if arguments:
            return "√" + arguments[-1]
        case "b":
            return f"({','.join(arguments)})"
        case "s":  # raised or lowered, as far as it does not stand above another character
            is_up = any(option.startswith("up") for option in options)
            return raised(before, arguments[0]) if is_up and arguments else "".join(arguments)
        case "o":
            return _overlaid(arguments)
        case "d":
            return ""
        case "a" | "l" | "i":
            return " ".join(filter(None, arguments))
    return "".join(arguments)


def _overlaid(arguments: list[str]) -> str:
    """Characters on top of each other: ``○`` and ``7`` are ⑦; pinyin is above its character."""
    marks = [its.strip() for its in arguments if its.strip()]
    signs = [its for its in marks if its not in _CIRCLES]
    if len(signs) < len(marks) and len(signs) == 1:
        return _CIRCLED.get(signs[0], signs[0])
    return signs[-1] if signs else ""
