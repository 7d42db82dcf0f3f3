"""Gives each paragraph the path of headings above it.

Which heading stands above which follows from the levels that the file format marks, and then
from the numbers (``orders.py``). The path is a stack of open headings, the outermost first;
a heading closes the first one that does not stand above it, and all within that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from indexer.kinds import is_date, is_signature
from indexer.numbering import Number, Scheme
from indexer.piece import Piece
from indexer.steps import LOWEST, UNMARKED, Step, counting, steps_of


def with_paths(
    pieces: Sequence[Piece], numbers: Sequence[Number | None], title: str
) -> Iterator[Piece]:
    """Give each piece the path of headings above it; ``numbers`` are those that open the pieces.

    Headings before the running text are in no path unless they are marked below another
    one (``## 序言``), and neither is the report's title, unless it stands in a part. Where it
    stands again, the paths begin anew. A paragraph that opens with a
    numbered heading (``（一）守好基金。全年…``) has this heading in its path, and so have the
    paragraphs after it. An article of a law (``第三条 …``) is in the path of what follows
    it, up to the next article.
    """
    numbers = counting(pieces, numbers)
    steps = steps_of(pieces, numbers)
    start = _start(pieces, numbers)
    path, has_title = _Path(), False
    for at, piece in enumerate(pieces):
        is_again, has_title = has_title, has_title or _is_title(piece, title)
        if piece.kind not in ("heading", "body") or at < start:
            if _ends_part(pieces, at):
                path.end_part()
            yield piece
            continue
        step = steps[at]
        if step is not None:
            path.close_for(step)
            if step.is_lead:
                path.open(step)
        yield replace(piece, heading=path.texts) if path.texts else piece
        if step is not None and not step.is_lead:
            if _is_title(piece, title) and (is_again or not path.texts):
                path.clear()
            else:
                path.open(step)


class _Path:
    """The open headings, the outermost first. ``texts`` are those that show."""

    def __init__(self) -> None:
        self.texts: tuple[str, ...] = ()
        self._steps: list[Step] = []
        self._outside: list[Step] = []  # the headings that were open before the annex

    def open(self, step: Step) -> None:
        """Add a heading; the items of an article have none of their own."""
        in_article = step.is_lead and any(open_step.is_article for open_step in self._steps)
        self._set([*self._steps, replace(step, text="") if in_article else step])

    def close_for(self, new: Step) -> None:
        """Close the headings that do not stand above a new one."""
        if new.is_annex:
            if not self._in_annex():
                self._outside = self._steps
            self.clear()
            return
        steps = self._steps
        if self._in_annex() and _predecessor(steps, new) is None:
            goes_on = _predecessor(self._outside, new) is not None
            steps = self._outside if goes_on else steps
        self._set(_enclosing(steps, new))

    def end_part(self) -> None:
        """Close all headings but that of the annex."""
        self._set(self._steps[:1] if self._in_annex() else [])

    def clear(self) -> None:
        self._set([])

    def _in_annex(self) -> bool:
        return bool(self._steps) and self._steps[0].is_annex

    def _set(self, steps: list[Step]) -> None:
        self._steps = steps
        self.texts = tuple(step.text for step in steps if step.text)


def _start(pieces: Sequence[Piece], numbers: Sequence[Number | None]) -> int:
    """The place where paths begin: the first number or paragraph, or the heading right above.

    That heading is the report's title, unless the file marks it below another heading, or
    marks others like it.
    """
    at = next(
        (at for at, p in enumerate(pieces) if p.kind == "body" or numbers[at] is not None),
        len(pieces),
    )
    above = pieces[at - 1] if at else None
    if above is None or above.kind != "heading" or not above.level:
        return at
    earlier = [piece.level for piece in pieces[: at - 1] if piece.kind == "heading"]
    others = any(p.kind == "heading" and p.level == above.level for p in pieces[at:])
    is_first = bool(earlier) and above.level not in earlier
    return at - 1 if is_first and (max(earlier) > 0 or others) else at


def _is_title(piece: Piece, title: str) -> bool:
    """Whether a heading within the text is the report's title again, or one of its ends."""
    plain, whole = "".join(piece.text.split()), _REMARK.sub("", "".join(title.split()))
    is_long = len(plain) >= _MIN_TITLE_LENGTH
    return is_long and (whole.startswith(plain) or whole.endswith(plain))


_REMARK = re.compile(r"[（(][^（）()]*[）)]$")  # 关于某事的通知（2006年）
_MIN_TITLE_LENGTH = 10  # characters; a shorter heading may be the beginning of a title by chance


def _ends_part(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a piece is the date below a signature, so that something else follows."""
    if at == 0 or not is_date(pieces[at].text):
        return False
    return pieces[at - 1].kind == "dateline" and is_signature(pieces[at - 1].text)


# Which headings stay open


def _enclosing(path: list[Step], new: Step) -> list[Step]:
    """The steps of a path that stand above a new one.

    A marked heading outranks unmarked ones where the file marks the headings above them.
    """
    end = _predecessor(path, new)
    if end is None and new.number is None:
        end = _equal(path, new)
    if end is not None:
        return path[:end]
    under_mark = False
    for at, step in enumerate(path):
        is_outranked = under_mark and new.level < step.level == UNMARKED
        if is_outranked or not _stands_above(step, new):
            return path[:at]
        under_mark = under_mark or step.level < UNMARKED
    return path


def _predecessor(path: Sequence[Step], new: Step) -> int | None:
    """The innermost step of a path whose number comes just before that of a new one."""
    if new.number is None or new.number.value < 2:
        return None
    number = Number(new.number.scheme, new.number.value - 1)
    for at in range(len(path) - 1, -1, -1):
        if path[at].number == number and (new.level in (path[at].level, UNMARKED)):
            return at
    return None


def _equal(path: Sequence[Step], new: Step) -> int | None:
    """The open heading that a new one follows as an equal; neither has a number.

    The file marks both on the same level, and no numbered heading on that level between
    them. Or it marks neither, but both stand above series of numbers, and none of the series
    that are open goes on.
    """
    for at, step in enumerate(path):
        inner = path[at + 1 :]
        if step.number is not None or step.level != new.level:
            continue
        if step.level < UNMARKED:
            return None if any(other.level == step.level for other in inner) else at
        if max(step.place, new.place) < LOWEST:
            return at if all(other.is_last for other in inner) else None
    return None


def _stands_above(open_step: Step, new: Step) -> bool:
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
    if new.level == UNMARKED:
        begins = new.number is not None and new.number.value == 1
        return is_higher or begins or open_step.number is None
    if open_step.level == UNMARKED:
        return is_higher and (open_step.is_line or new.number is not None)
    return open_step.level < new.level


def _sums_up(open_step: Step, new: Step) -> bool:
    """Whether ``第一，`` begins what follows from all of ``（一）`` to ``（五）``.

    It stands under the last of them if it begins at once under it.
    """
    if new.number != Number(Scheme.ORDINAL, 1) or open_step.number is None:
        return False
    is_bracket = open_step.number.scheme is Scheme.BRACKET
    return is_bracket and open_step.is_last and new.at > open_step.at + 1
