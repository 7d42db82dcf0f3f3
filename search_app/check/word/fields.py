"""Follows the fields of a story: which of their text is shown, and what it links to.

A field such as ``HYPERLINK "http://…"`` has a code and a result. Word shows the result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from search_app.check.word.markup import attribute, descendants, name_of

_ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)', re.DOTALL)
_WITH_ARGUMENT = ("\\o", "\\t")  # switches whose argument is not a target

# Fields that Word draws from their codes, and what they show.
_WITHOUT_RESULT = {"EQ": "公式", "SYMBOL": "符号字体的字符", "FORMDROPDOWN": "下拉列表"}


@dataclass(slots=True)
class _Field:
    """An open field: its code so far, whether its result has begun, and what that links to."""

    code: str
    in_result: bool = False
    has_text: bool = False
    target: str = ""


class Fields:
    """The open fields of a story. Marks without their counterpart hide nothing."""

    def __init__(self, root: Any) -> None:
        self._open: list[_Field] = []
        self._whole = _whole(root)

    def is_whole(self, mark: Any) -> bool:
        """Whether a ``w:fldChar`` belongs to a field with a beginning and an end."""
        return mark in self._whole

    def begin(self, code: str = "") -> None:
        """Open a field."""
        self._open.append(_Field(code))

    def add_code(self, text: str) -> None:
        """Add to the code of the innermost field."""
        if self._open and not self._open[-1].in_result:
            self._open[-1].code += text

    def separate(self) -> None:
        """Begin the result of the innermost field."""
        if self._open:
            self._open[-1].in_result = True
            self._open[-1].target = link_target(self._open[-1].code)

    def close(self) -> str:
        """Close the innermost field; returns in Chinese what it shows without a stored result."""
        if not self._open:  # it began in what is not shown
            return ""
        closed = self._open.pop()
        kind = (closed.code.split() or [""])[0].upper()
        return "" if closed.has_text else _WITHOUT_RESULT.get(kind, "")

    def hide(self) -> bool:
        """Whether the walk is in the code of a field."""
        return not all(its.in_result for its in self._open)

    def target(self) -> str:
        """What the innermost field with a link links to, "" for none."""
        return next((its.target for its in reversed(self._open) if its.target), "")

    def has_text(self) -> None:
        """Say that text is shown in the open fields."""
        for its in self._open:
            its.has_text = True


def _whole(root: Any) -> set[Any]:
    """The marks of fields that have both a beginning and an end, deleted ones left out."""
    whole: set[Any] = set()
    open_fields: list[list[Any]] = []
    for mark in descendants(root, "w:fldChar"):
        if any(name_of(its) in ("w:del", "w:moveFrom") for its in mark.iterancestors()):
            continue
        match attribute(mark, "w:fldCharType"):
            case "begin":
                open_fields.append([mark])
            case "separate" if open_fields:
                open_fields[-1].append(mark)
            case "end" if open_fields:
                whole.update(open_fields.pop(), [mark])
    return whole


def link_target(code: str) -> str:
    """The address, or ``#`` and a bookmark, that the result of a field links to; "" for none."""
    arguments = [_plain(quoted) if quoted else bare for quoted, bare in _ARGUMENT.findall(code)]
    match arguments[0].upper() if arguments else "":
        case "HYPERLINK":
            return _hyperlink(arguments[1:])
        case "REF" if len(arguments) > 1:
            return f"#{arguments[1]}"
    return ""


def _plain(quoted: str) -> str:
    """An argument without the backslashes that quote a quotation mark, or a backslash."""
    return re.sub(r'\\(["\\])', r"\1", quoted)


def _hyperlink(arguments: list[str]) -> str:
    target = bookmark = ""
    rest = iter(arguments)
    for argument in rest:
        switch = argument.lower()
        if switch == "\\l":
            bookmark = f"#{next(rest, '')}"
        elif switch in _WITH_ARGUMENT:
            next(rest, "")
        elif not argument.startswith("\\"):
            target = target or argument
    return target + bookmark
