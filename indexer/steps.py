"""The steps of heading paths: what each heading and each numbered paragraph adds to a path."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.analyze import normalise
from indexer.numbering import Number, Scheme, run_in_heading
from indexer.orders import Order, orders
from indexer.piece import Piece

UNMARKED = 7  # below the levels 1 to 6
LOWEST = float(len(Scheme))  # the place of a heading without a number


@dataclass(frozen=True, slots=True)
class Step:
    """An open heading or numbered paragraph.

    ``text`` is "" if it shows in no path. ``level`` is 1 to 6 or ``UNMARKED``. ``place`` is
    that of its scheme in the document's order; a heading over a series of numbers stands
    half a place above their scheme. ``is_line``: it is a heading on a line of its own.
    ``is_last``: the next number of its scheme does not continue its series. ``at`` is the
    place of its piece.
    """

    at: int
    text: str
    level: int
    place: float
    number: Number | None
    is_line: bool
    is_last: bool

    @property
    def is_annex(self) -> bool:
        return self.number is not None and self.number.scheme is Scheme.ANNEX

    @property
    def is_article(self) -> bool:
        return self.number is not None and self.number.scheme is Scheme.ARTICLE

    @property
    def is_lead(self) -> bool:
        """It opens a paragraph, which then stands under it itself; an article's does not."""
        return not self.is_line and not self.is_article

    @property
    def is_division(self) -> bool:
        """A part, chapter or section: these keep their order whatever the file marks."""
        return self.number is not None and Scheme.PART <= self.number.scheme <= Scheme.SECTION


def counting(pieces: Sequence[Piece], numbers: Sequence[Number | None]) -> list[Number | None]:
    """The numbers of headings and paragraphs; articles only where several are.

    A paragraph is no annex: it may name one, as ``附件：1.名单`` does.
    """
    counted: list[Number | None] = []
    for piece, number in zip(pieces, numbers, strict=True):
        is_name = piece.kind == "body" and number is not None and number.scheme is Scheme.ANNEX
        counted.append(number if piece.kind in ("heading", "body") and not is_name else None)
    articles = sum(number is not None and number.scheme is Scheme.ARTICLE for number in counted)
    if articles >= _MIN_ARTICLES:
        return counted
    return [None if n is not None and n.scheme is Scheme.ARTICLE else n for n in counted]


_MIN_ARTICLES = 3  # fewer may be 第一条战线是…, 第二条是…


def steps_of(pieces: Sequence[Piece], numbers: Sequence[Number | None]) -> list[Step | None]:
    """The step that each heading or numbered paragraph makes; None for other pieces."""
    by_piece = orders(pieces, numbers)
    series = _series_below(pieces, numbers)
    shown = _leads(pieces, numbers)
    last = _last_of_series(numbers)
    steps: list[Step | None] = []
    for at, piece in enumerate(pieces):
        number, is_line = numbers[at], piece.kind == "heading"
        if number is None and not is_line:
            steps.append(None)
            continue
        text = piece.text if is_line else shown[at]
        place = _place(by_piece[at], number, series[at])
        level = piece.level or UNMARKED
        steps.append(Step(at, text, level, place, number, is_line, at in last))
    return steps


def _last_of_series(numbers: Sequence[Number | None]) -> set[int]:
    """The places of numbers that the next number of their scheme does not continue."""
    found: set[int] = set()
    following: dict[Scheme, int] = {}
    for at in range(len(numbers) - 1, -1, -1):
        if (number := numbers[at]) is not None:
            if following.get(number.scheme) != number.value + 1:
                found.add(at)
            following[number.scheme] = number.value
    return found


def _place(order: Order, number: Number | None, series: Scheme | None) -> float:
    if number is not None:
        return float(order[number.scheme])
    return LOWEST if series is None else order[series] - 0.5


_PREFACE = re.compile(r"\W*(?:序 ?言|前 ?言|引 ?言|导 ?言|结 ?语|结 ?束 ?语|后 ?记)\W*")


def _series_below(pieces: Sequence[Piece], numbers: Sequence[Number | None]) -> list[Scheme | None]:
    """For each heading without a number the scheme of the series that begins under it.

    ``2024年工作安排`` stands above ``一、``. Another heading without a number ends the search,
    unless its level is below. Chapters follow at once on the heading above them.
    """
    found: list[Scheme | None] = [None] * len(pieces)
    number_at = text_at = end = len(pieces)
    heading_at = [end] * (UNMARKED + 1)  # the next heading without a number, for each level
    for at in range(len(pieces) - 1, -1, -1):
        piece, level = pieces[at], pieces[at].level or UNMARKED
        if numbers[at] is not None:
            number_at = at
        elif piece.kind == "heading":
            first = numbers[number_at] if number_at < min(heading_at[: level + 1]) else None
            begins = first is not None and (first.value == 1 or first.scheme is Scheme.ARTICLE)
            if first is not None and begins and not _PREFACE.fullmatch(piece.text):
                is_near = first.scheme > Scheme.SECTION or number_at <= text_at
                found[at] = first.scheme if is_near else None
            heading_at[level] = at
        if piece.kind == "body":
            text_at = at
    return found


# Leads: what a numbered paragraph shows in the paths of what follows


_ARTICLE = re.compile(r"第[^条]{1,7}条(?:之.)?")
_CLAUSE = re.compile("，|要|应|须|不得|可以")  # what a rule says, not a heading
_MIN_SERIES, _MIN_SHARE = 4, 1 / 3  # a longer series with a smaller share of leads has none


def _leads(pieces: Sequence[Piece], numbers: Sequence[Number | None]) -> list[str]:
    """The number of each article, and the numbered heading that opens a paragraph.

    Where few paragraphs of a series open so, their first sentences are short by chance.
    """
    leads = [""] * len(pieces)
    open_series: dict[Scheme, list[int]] = {}
    all_series: list[list[int]] = []
    for at, (piece, number) in enumerate(zip(pieces, numbers, strict=True)):
        if number is None or piece.kind != "body":
            continue
        if number.scheme is Scheme.ARTICLE:
            match = _ARTICLE.match(normalise(piece.text[:20]))
            leads[at] = piece.text[: match.end()] if match else ""
            continue
        leads[at] = run_in_heading(piece.text)
        series = open_series.get(number.scheme)
        if series is None or number.value == 1:
            series = open_series[number.scheme] = []
            all_series.append(series)
        series.append(at)
    for series in all_series:
        led = sum(bool(leads[at]) for at in series)
        if len(series) >= _MIN_SERIES and led < _MIN_SHARE * len(series):
            for at in series:
                if not _is_surely_lead(pieces[at], numbers[at], leads[at]):
                    leads[at] = ""
    return leads


def _is_surely_lead(piece: Piece, number: Number | None, lead: str) -> bool:
    """Whether the words that open a paragraph are a heading, although few others open so."""
    if piece.raw.lstrip().startswith("**"):
        return True
    is_high = number is not None and number.scheme <= Scheme.BRACKET
    return is_high and not _CLAUSE.search(lead)
