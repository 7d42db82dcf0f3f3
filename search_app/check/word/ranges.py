"""Sets marks around a stretch of text, for a comment on it.

Runs are split where the stretch begins and ends; both halves keep the run's properties, and the
text stays as it is. Marks stand between runs: inside a hyperlink, an insertion or the result of a
field only where the stretch ends inside. Where an element cannot be split (an equation, ruby, a
control that holds plain text), the stretch grows to all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from search_app.check.memo_text import Piece
from search_app.check.word.markup import (
    XML_SPACE,
    attribute,
    child,
    children,
    is_in_paragraph,
    make,
    name_of,
)
from search_app.check.word.objects import shown, strip
from search_app.check.word.paragraph import Paragraph, Span

_WHOLE = ("w:r", "m:oMath", "m:oMathPara", "mc:AlternateContent")
_TYPED = ("w:text", "w:date", "w:dropDownList", "w:comboBox", "w:dataBinding", "w:picture")


def mark_ranges(
    paragraphs: Sequence[Paragraph], comments: Sequence[tuple[str, Sequence[Piece]]], style: str
) -> None:
    """Set the marks of comments with these ids around their pieces.

    ``style`` is that of a comment's reference, or "".
    """
    inside = [(key, _together(paragraphs, pieces)) for key, pieces in comments]
    for _, pieces in inside:
        for piece in pieces:
            paragraph = paragraphs[piece.block]
            if paragraph.anchor is None:
                _cut(paragraph, piece.start)
                _cut(paragraph, piece.end)
            else:
                _split_run(paragraph.anchor, after=False)
                _split_run(paragraph.anchor, after=True)
    for key, pieces in inside:
        first = _item(_first_element(paragraphs[pieces[0].block], pieces[0]))
        last = _item(_last_element(paragraphs[pieces[-1].block], pieces[-1]))
        _set_marks(first, last, key, style)


def _together(paragraphs: Sequence[Paragraph], pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that are where the first one is: at the same anchor, or in the same cell.

    Of stretches over several cells, LibreOffice loses some.
    """
    places = [_place(paragraphs[its.block]) for its in pieces]
    return [its for its, place in zip(pieces, places, strict=True) if place == places[0]]


def _place(paragraph: Paragraph) -> tuple[Any, Any]:
    """The anchor of a paragraph, and the cell that it stands in; None for none."""
    ancestors = paragraph.spans[0].element.iterancestors()
    return paragraph.anchor, next((its for its in ancestors if name_of(its) == "w:tc"), None)


def _first_element(paragraph: Paragraph, piece: Piece) -> Any:
    if paragraph.anchor is not None:
        return paragraph.anchor
    return next(its.element for its in paragraph.spans if its.end > piece.start)


def _last_element(paragraph: Paragraph, piece: Piece) -> Any:
    if paragraph.anchor is not None:
        return paragraph.anchor
    return next(its.element for its in reversed(paragraph.spans) if its.start < piece.end)


def _cut(paragraph: Paragraph, offset: int) -> None:
    """Let a run end at an offset of a paragraph, and the next one begin there.

    In the middle of what cannot be split, let runs begin and end around it.
    """
    for index, (start, end, element) in enumerate(paragraph.spans):
        if start < offset < end and _can_split(element, end - start):
            second = _split_text(element, offset - start)
            halves = [Span(start, offset, element), Span(offset, end, second)]
            paragraph.spans[index : index + 1] = halves
            return
        if start < offset <= end:
            _split_run(element, after=True)
        if start <= offset < end:
            _split_run(element, after=False)


def _can_split(element: Any, length: int) -> bool:
    """Whether an element shows its own characters, in a run that is not part of something whole."""
    is_plain = name_of(element) == "w:t" and len(shown(element)) == length
    return is_plain and _item(element) is element.getparent()


def _split_text(text: Any, offset: int) -> Any:
    """Split a ``w:t`` and its run; returns the second one."""
    strip(text)
    second = make(text, "w:t")
    second.text, text.text = text.text[offset:], text.text[:offset]
    for its in (text, second):
        its.set(XML_SPACE, "preserve")
    text.addnext(second)
    _split_run(second, after=False)
    return second


def _split_run(element: Any, *, after: bool) -> None:
    """Split the run of an element before or after it, unless nothing is on that side."""
    run = _item(element)
    if name_of(run) != "w:r" or run is element:
        return
    while element.getparent() is not run:
        element = element.getparent()
    at = run.index(element) + after
    rest = run[at:]
    if not rest or all(name_of(its) == "w:rPr" for its in run[:at]):
        return
    second = run.makeelement(run.tag, dict(run.attrib), run.nsmap)
    if (properties := child(run, "w:rPr")) is not None:
        second.append(deepcopy(properties))
    second.extend(rest)
    run.addnext(second)


def _item(element: Any) -> Any:
    """What stands between runs: the outermost run, equation or typed control of an element.

    Of a paragraph it is the paragraph itself.
    """
    wholes = [its for its in [element, *element.iterancestors()] if _is_whole(its)]
    return wholes[-1] if wholes else element


def _is_whole(element: Any) -> bool:
    name = name_of(element)
    is_kept = name in _WHOLE or (name == "w:sdt" and _is_typed(element))
    return is_kept and is_in_paragraph(element)


def _is_typed(control: Any) -> bool:
    return next(children(child(control, "w:sdtPr"), *_TYPED), None) is not None


def _set_marks(first: Any, last: Any, key: str, style: str) -> None:
    """Set the marks of a comment before one item and after another."""
    start = make(first, "w:commentRangeStart", id=key)
    end = make(first, "w:commentRangeEnd", id=key)
    properties = [make(first, "w:rPr", make(first, "w:rStyle", val=style))] if style else []
    reference = make(first, "w:r", *properties, make(first, "w:commentReference", id=key))
    if name_of(first) == "w:p":
        properties = child(first, "w:pPr")
        at = 0 if properties is None else first.index(properties) + 1
        first[at:at] = [start, end, reference]
        return
    _outermost(first, before=True).addprevious(start)
    last = _outermost(last, before=False)
    while (after := last.getnext()) is not None and _closes(after):
        last = after
    last.addnext(end)
    end.addnext(reference)


def _outermost(item: Any, *, before: bool) -> Any:
    """The largest part of the paragraph that begins, or ends, with an item."""
    while name_of(parent := item.getparent()) != "w:p":
        others = item.itersiblings(preceding=before)
        if any(name_of(its) and not name_of(its).endswith("Pr") for its in others):
            break
        item = parent
    return item


def _closes(element: Any) -> bool:
    """Whether an element is the end of a field, or of an earlier comment."""
    if name_of(element) == "w:commentRangeEnd":
        return True
    parts = [its for its in element if name_of(its) != "w:rPr"] if name_of(element) == "w:r" else []
    return bool(parts) and all(
        name_of(its) == "w:commentReference"
        or (name_of(its) == "w:fldChar" and attribute(its, "w:fldCharType") == "end")
        for its in parts
    )
