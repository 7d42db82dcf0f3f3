"""Gives each paragraph the path of headings above it.

Which heading stands above which follows from the levels that the file format marks, and then
from the numbers (``orders.py``). The path is a stack of open headings, the outermost first;
a heading closes the first one that does not stand above it, and all within that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.analyze import normalise
from engine.model import Kind
from indexer.kinds import is_date, is_signature
from indexer.numbering import Number, Scheme, run_in_heading
from indexer.orders import Order, orders
from indexer.piece import Piece

_UNMARKED = 7  # below the levels 1 to 6
_LOWEST = float(len(Scheme))  # the place of a heading without a number


@dataclass(frozen=True, slots=True)
class _Step:
    """An open heading or numbered paragraph.

    ``text`` is "" if it shows in no path. ``level`` is 1 to 6 or ``_UNMARKED``. ``place`` is
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
    def is_division(self) -> bool:
        """A part, chapter or section: these keep their order whatever the file marks."""
        return self.number is not None and Scheme.PART <= self.number.scheme <= Scheme.SECTION


def with_paths(
    pieces: Sequence[Piece], numbers: Sequence[Number | None], title: str
) -> Iterator[Piece]:
    """Give each piece the path of headings above it.

    Headings before the running text are in no path unless they are marked below another
    one (``## 序言``), and neither is the report's title. A
    paragraph that opens with a numbered heading (``（一）守好基金。全年…``) has this heading
    in its path, and so have the paragraphs after it. An article of a law (``第三条 …``) is
    in the path of what follows it, up to the next article. ``numbers`` are those that open
    the pieces.
    """
    numbers = _counting(pieces, numbers)
    steps = _steps(pieces, numbers)
    path: list[_Step] = []
    outside: list[_Step] = []  # the path before the annex
    shown: tuple[str, ...] = ()
    start = _start(pieces, numbers)
    for at, piece in enumerate(pieces):
        step = steps[at]
        if piece.kind not in ("heading", "body") or at < start:
            if _ends_part(pieces, at):
                path = [open_step for open_step in path[:1] if open_step.is_annex]
                shown = _texts(path)
            yield piece
            continue
        if step is not None:
            if step.is_annex:
                outside, path = outside if path and path[0].is_annex else path, []
            path = _enclosing(path, outside, step)
            if piece.kind == "body" and not _is_article(step):
                in_article = any(map(_is_article, path))
                path = [*path, replace(step, text="") if in_article else step]
                step = None
            shown = _texts(path)
        yield replace(piece, heading=shown) if shown else piece
        if step is not None:
            path = [] if _is_title(piece, title) else [*path, step]
            shown = _texts(path)


def _texts(path: Sequence[_Step]) -> tuple[str, ...]:
    return tuple(step.text for step in path if step.text)


def _start(pieces: Sequence[Piece], numbers: Sequence[Number | None]) -> int:
    """The place where paths begin: the first number or paragraph, or the heading right above.

    That heading is the report's title, unless the file marks it below another heading, or
    marks others like it.
    """
    at = next((at for at, p in enumerate(pieces) if p.kind == "body" or numbers[at] is not None), 0)
    above = pieces[at - 1] if at else None
    if above is None or above.kind != "heading" or not above.level:
        return at
    earlier = [piece.level for piece in pieces[: at - 1] if piece.kind == "heading"]
    others = any(p.kind == "heading" and p.level == above.level for p in pieces[at:])
    is_first = bool(earlier) and above.level not in earlier
    return at - 1 if is_first and (max(earlier) > 0 or others) else at


def _is_article(step: _Step) -> bool:
    return step.number is not None and step.number.scheme is Scheme.ARTICLE


def _is_title(piece: Piece, title: str) -> bool:
    """Whether a heading within the text is the report's title again, or one of its ends."""
    plain, whole = "".join(piece.text.split()), _NOTE.sub("", "".join(title.split()))
    is_long = len(plain) >= _MIN_TITLE_LENGTH
    return is_long and (whole.startswith(plain) or whole.endswith(plain))


_NOTE = re.compile(r"[（(][^（）()]*[）)]$")  # 关于某事的通知（2006年）


_MIN_TITLE_LENGTH = 10  # characters; a shorter heading may be the beginning of a title by chance


def _ends_part(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a piece is the date below a signature, so that something else follows."""
    if at == 0 or not is_date(pieces[at].text):
        return False
    return pieces[at - 1].kind == "dateline" and is_signature(pieces[at - 1].text)


# Which headings stay open


def _enclosing(path: list[_Step], outside: list[_Step], new: _Step) -> list[_Step]:
    """The steps of a path that stand above a new one; ``outside``: the path before an annex."""
    before = _predecessor(path, new)
    if before is None and path and path[0].is_annex and _predecessor(outside, new) is not None:
        path, before = outside, _predecessor(outside, new)
    if before is not None:
        return path[:before]
    if new.number is None and (equal := _equal(path, new)) is not None:
        return path[:equal]
    closed = next((at for at, step in enumerate(path) if not _stands_above(step, new)), len(path))
    return path[:closed]


def _predecessor(path: Sequence[_Step], new: _Step) -> int | None:
    """The innermost step of a path whose number comes just before that of a new one."""
    if new.number is None or new.number.value < 2:
        return None
    number = Number(new.number.scheme, new.number.value - 1)
    for at in range(len(path) - 1, -1, -1):
        if path[at].number == number and (new.level in (path[at].level, _UNMARKED)):
            return at
    return None


def _equal(path: Sequence[_Step], new: _Step) -> int | None:
    """The open heading without a number that a new one of its level follows as an equal.

    Both stand above series of numbers, and none of the series that are open goes on.
    """
    for at, step in enumerate(path):
        if step.number is None and step.level == new.level and max(step.place, new.place) < _LOWEST:
            return at if all(inner.is_last for inner in path[at + 1 :]) else None
    return None


def _stands_above(open_step: _Step, new: _Step) -> bool:
    """Whether an open heading stands above a new one; a marked one does above an unmarked one.

    But an unmarked number that begins no series belongs to one further up.
    """
    is_higher = open_step.place < new.place
    if open_step.is_annex:
        return not new.is_annex
    if _sums_up(open_step, new):
        return False
    if new.level == open_step.level or (open_step.is_division and new.is_division):
        return is_higher
    if new.level == _UNMARKED:
        begins = new.number is not None and new.number.value == 1
        return is_higher or begins or open_step.number is None
    if open_step.level == _UNMARKED:
        return is_higher and (open_step.is_line or new.number is not None)
    return open_step.level < new.level


def _sums_up(open_step: _Step, new: _Step) -> bool:
    """Whether ``第一，`` begins what follows from all of ``（一）`` to ``（五）``.

    It stands under the last of them if it begins at once under it.
    """
    if new.number != Number(Scheme.ORDINAL, 1) or open_step.number is None:
        return False
    is_bracket = open_step.number.scheme is Scheme.BRACKET
    return is_bracket and open_step.is_last and new.at > open_step.at + 1


# Steps


def _counting(pieces: Sequence[Piece], numbers: Sequence[Number | None]) -> list[Number | None]:
    """The numbers of headings and paragraphs; articles only where several are.

    A paragraph is no annex: it may name one, as ``附件：1.名单`` does.
    """
    counting = [
        number
        if number is not None and piece.kind in _KINDS_BY_SCHEME.get(number.scheme, _IN_PATHS)
        else None
        for piece, number in zip(pieces, numbers, strict=True)
    ]
    articles = sum(number is not None and number.scheme is Scheme.ARTICLE for number in counting)
    if articles >= _MIN_ARTICLES:
        return counting
    return [None if n is not None and n.scheme is Scheme.ARTICLE else n for n in counting]


_IN_PATHS: tuple[Kind, ...] = ("heading", "body")
_KINDS_BY_SCHEME: dict[Scheme, tuple[Kind, ...]] = {Scheme.ANNEX: ("heading",)}
_MIN_ARTICLES = 3  # fewer may be 第一条战线是…, 第二条是…


def _steps(pieces: Sequence[Piece], numbers: Sequence[Number | None]) -> list[_Step | None]:
    """The step that each heading or numbered paragraph makes; None for other pieces."""
    by_piece = orders(pieces, numbers)
    series = _series_below(pieces, numbers)
    shown = _leads(pieces, numbers)
    last = _last_of_series(numbers)
    steps: list[_Step | None] = []
    for at, piece in enumerate(pieces):
        number, is_line = numbers[at], piece.kind == "heading"
        if number is None and not is_line:
            steps.append(None)
            continue
        text = piece.text if is_line else shown[at]
        place = _place(by_piece[at], number, series[at])
        level = piece.level or _UNMARKED
        steps.append(_Step(at, text, level, place, number, is_line, at in last))
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
    return _LOWEST if series is None else order[series] - 0.5


_PREFACE = re.compile(r"\W*(?:序 ?言|前 ?言|引 ?言|导 ?言|结 ?语|结 ?束 ?语|后 ?记)\W*")


def _series_below(pieces: Sequence[Piece], numbers: Sequence[Number | None]) -> list[Scheme | None]:
    """For each heading without a number the scheme of the series that begins under it.

    ``2024年工作安排`` stands above ``一、``. Another heading without a number ends the search,
    unless its level is below. Chapters follow at once on the heading above them.
    """
    found: list[Scheme | None] = [None] * len(pieces)
    number_at = text_at = end = len(pieces)
    heading_at = [end] * (_UNMARKED + 1)  # the next heading without a number, for each level
    for at in range(len(pieces) - 1, -1, -1):
        piece, level = pieces[at], pieces[at].level or _UNMARKED
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
