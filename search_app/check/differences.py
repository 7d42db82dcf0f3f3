"""What kind of difference there is between a quotation and its source.

Figures, negations, units and places come first, since they turn the sense; then other words, and
cuts: words of the source that the quotation leaves out without ``……``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from search_app.check.align import Edit
from search_app.check.letters import BEGIN, END, Letters
from search_app.figures.units import UNIT

Kind = Literal["figure", "negation", "unit", "place", "word", "cut"]
KINDS: tuple[Kind, ...] = ("figure", "negation", "unit", "place", "word", "cut")

NEGATIONS = "不未无非没勿莫否"
_NUMERALS = "〇零一二三四五六七八九十百千万亿两半"
_SCALES = "十百千万亿"
_LONG_CUT = 6  # letters; what is shorter is named for what it says
_REACH = 12  # letters beside a difference that tell what it is part of
_NUMBER = rf"(?:{BEGIN}[0-9.]+{END}|[{_NUMERALS}])"
_FIGURE = re.compile(rf"[0-9%‰]|百分之|[{_NUMERALS}]|[-~:/.](?={BEGIN})")
_MEASURE = re.compile(rf"(?<=[{END}{_NUMERALS}])(?P<unit>[{_SCALES}]*(?:{UNIT})?)")
_PLACE_END = "省市县区州盟旗镇乡村"
_PLACE = re.compile(rf"[\u4e00-\u9fff]{{1,7}}[{_PLACE_END}]")
_PLACE_BEHIND = re.compile(f"族?(?:自治)?[{_PLACE_END}]")
_LONGEST_PLACE = 8
_NO_PLACE = re.compile(
    "[农乡山城全本各该市县社园景牧库地灾小辖片校新老特专保战牧湖江外]"
    f"[{_PLACE_END}]|(?:城市|乡镇|村镇|街区|功能区|示范区|开发区|集聚区|产业区)"
)


class Stretch(NamedTuple):
    """Half-open, in code points of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The words of a quotation, and what the source has instead; one of them may be empty.

    ``at`` is the place in the quotation's text, ``source_at`` that in the text of the source.
    """

    quoted: str
    source: str
    kind: Kind
    at: Stretch
    source_at: Stretch


def differences(
    quoted: Letters, source: Letters, edits: Sequence[Edit], places: Collection[str]
) -> list[Difference]:
    """The differences that edits make, in the order of ``KINDS``.

    ``places`` are names of regions.
    """
    found = [_difference(quoted, source, edit, places) for edit in _whole(quoted, source, edits)]
    return sort(found)


def sort(found: Iterable[Difference]) -> list[Difference]:
    """Differences by kind, then in the order of the quotation."""
    return sorted(found, key=lambda each: (KINDS.index(each.kind), each.at))


def edge_edits(quoted: Letters, source: Letters, start: int, end: int) -> list[Edit]:
    """What is wrong where a quotation that has the words of ``source`` begins and ends.

    It must not begin behind a negation, or cut a figure.
    """
    text, found = source.text, []
    if source.touches(start):
        before, first = text[start - 1], text[start]
        is_negated = before in NEGATIONS and text[max(0, start - 2) : start] != "与否"
        if is_negated or (before in _NUMERALS + END and first in _NUMERALS):
            found.append(Edit((0, 0), (start - 1, start)))
    if source.touches(end):
        last, behind = text[end - 1], text[end]
        is_number = last == END and behind in "%‰万亿"
        if is_number or (last in _NUMERALS and behind in f"%‰{_NUMERALS}"):
            found.append(Edit((len(quoted.text),) * 2, (end, end + 1)))
    return found


def _whole(quoted: Letters, source: Letters, edits: Sequence[Edit]) -> Iterator[Edit]:
    """Edits of whole numbers and words; those of one number become one."""
    joined: Edit | None = None
    for each in edits:
        edit = Edit(quoted.whole(*each.quoted), source.whole(*each.source))
        if joined and (edit.quoted[0] < joined.quoted[1] or edit.source[0] < joined.source[1]):
            joined = Edit(
                (joined.quoted[0], max(joined.quoted[1], edit.quoted[1])),
                (joined.source[0], max(joined.source[1], edit.source[1])),
            )
            continue
        if joined:
            yield joined
        joined = edit
    if joined:
        yield joined


def _difference(
    quoted: Letters, source: Letters, edit: Edit, places: Collection[str]
) -> Difference:
    at, source_at = quoted.slice(*edit.quoted), source.slice(*edit.source)
    return Difference(
        quoted.source[slice(*at)],
        source.source[slice(*source_at)],
        _kind(quoted, source, edit, places),
        Stretch(*at),
        Stretch(*source_at),
    )


def _kind(quoted: Letters, source: Letters, edit: Edit, places: Collection[str]) -> Kind:
    sides = ((quoted.text, edit.quoted), (source.text, edit.source))
    there, here = quoted.text[slice(*edit.quoted)], source.text[slice(*edit.source)]
    is_cut = not there
    if is_cut and len(here.strip(BEGIN + END)) >= _LONG_CUT:
        return "cut"
    has_digits = BEGIN in there + here
    if not has_digits and any(_is_in_name(text, *at, places) for text, at in sides):
        return "place"
    if any(_is_unit(text, *at) for text, at in sides):
        return "unit"
    if _FIGURE.search(there) or _FIGURE.search(here):
        return "figure"
    if set(there + here) & set(NEGATIONS):
        return "negation"
    if any(_is_place(text, *at) for text, at in sides):
        return "place"
    return "cut" if is_cut else "word"


def _is_unit(text: str, start: int, end: int) -> bool:
    """Whether a stretch lies in the unit of a figure: 万 in ``5万元``, 公顷 in ``3公顷``."""
    low = max(0, start - _REACH)
    return start < end and any(
        match.start("unit") <= start - low and end - low <= match.end("unit")
        for match in _MEASURE.finditer(text[low : end + _REACH])
        if match["unit"]
    )


def _is_in_name(text: str, start: int, end: int, places: Collection[str]) -> bool:
    """Whether a stretch overlaps one of these names of places."""
    low = max(0, start - _REACH)
    return start < end and any(
        text[first:last] in places
        for first in range(low, end)
        for last in range(max(first + 2, start + 1), first + _REACH)
    )


def _is_place(text: str, start: int, end: int) -> bool:
    """Whether a stretch is a name before 省, 县 and the like, or with it."""
    behind = _PLACE_BEHIND.match(text, end)
    is_name = 0 < end - start <= _LONGEST_PLACE and (behind or _PLACE.fullmatch(text[start:end]))
    return bool(is_name) and not _NO_PLACE.search(text[max(0, start - 1) : end + 1])
