"""Decides the kind of each piece from its text and from the pieces around it.

A short line without an ending is a heading only where what follows supports it. Lists of
names, tables of contents, catalogues of annexes, rows of tables and signatures have short
lines too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from engine.analyze import normalise
from engine.model import Kind
from indexer.clean import drop_trailing_furniture
from indexer.kinds import (
    is_bold,
    is_bullet,
    is_catalogue_line,
    is_data,
    is_date,
    is_sentence,
    is_short_sentence,
    is_signature,
    is_speaker,
    is_table_line,
    kind_above,
    kind_below,
    kind_of,
    names_topic,
)
from indexer.numbering import MAX_HEADING_LENGTH, Number, Scheme
from indexer.piece import Piece

Kinds = list[Kind | None]
Numbers = Sequence[Number | None]


def with_kinds(pieces: Sequence[Piece], numbers: Numbers, titled: bool) -> list[Piece]:
    """Each piece with its kind.

    ``numbers`` are those that open the pieces; ``titled``: the metadata gives a title.
    """
    kinds: Kinds = [
        "body" if piece.row else kind_of(piece.text, piece.level > 0, number)
        for piece, number in zip(pieces, numbers, strict=True)
    ]
    _mark_contents(pieces, numbers, kinds)
    _mark_catalogue(pieces, kinds)
    _mark_lists(pieces, numbers, kinds)
    _mark_annexes(pieces, numbers, kinds)
    _mark_signatures(pieces, kinds)
    _decide(pieces, numbers, kinds, titled)
    return [_with_kind(piece, kind or "body") for piece, kind in zip(pieces, kinds, strict=True)]


def _with_kind(piece: Piece, kind: Kind) -> Piece:
    if kind == "dateline":
        return replace(piece, text=drop_trailing_furniture(piece.text), kind=kind)
    return piece if kind == piece.kind else replace(piece, kind=kind)


# Tables of contents

_CONTENTS_HEADING = re.compile(r"(?:<\w+>)*\W*目 ?[录次]\W*(?:</\w+>)*")
_CONTENTS_MARKS = re.compile(r"^[•·*-]+|[.·…]{2,}[0-9]*$|[\s(]*[0-9]{1,3}\)?$|\s")
_MIN_CONTENTS = 3  # entries; fewer lines that come again are no table of contents


def _mark_contents(pieces: Sequence[Piece], numbers: Numbers, kinds: Kinds) -> None:
    """Mark each table of contents as captions.

    It follows the line ``目录``, and ends where its first entry comes again as a heading.
    Without that line it is several numbered lines, one after the other, that all come again.
    """
    end = 0
    for at, piece in enumerate(pieces):
        is_short = len(piece.text) <= MAX_HEADING_LENGTH
        if at >= end and is_short and _CONTENTS_HEADING.fullmatch(piece.text):
            end = _contents_end(pieces, at + 1)
            kinds[at:end] = ["caption"] * (end - at)
    numbered = [
        at for at, kind in enumerate(kinds) if kind == "heading" and numbers[at] is not None
    ]
    last = {_entry(pieces[at].text): at for at in numbered}
    for run in _adjacent(numbered):
        if len(run) >= _MIN_CONTENTS and all(last[_entry(pieces[at].text)] > run[-1] for at in run):
            for at in run:
                kinds[at] = "caption"


def _contents_end(pieces: Sequence[Piece], start: int) -> int:
    """The place after the last entry of the table of contents that begins at ``start``."""
    seen: set[str] = set()
    for at in range(start, len(pieces)):
        text = pieces[at].text
        is_marked_heading = pieces[at].level > 0 and not pieces[start].level
        entry = _entry(text)
        if is_marked_heading or entry in seen or is_sentence(text) or text.endswith(("：", ":")):
            return at
        seen.add(entry)
    return len(pieces)


def _entry(text: str) -> str:
    """A line of a table of contents as its heading reads, without blanks and page number."""
    return _CONTENTS_MARKS.sub("", normalise(text))


def _adjacent(places: Iterable[int]) -> Iterator[list[int]]:
    """Runs of places, each next to the one before: 3 4 5 9 → 3 4 5, 9."""
    run: list[int] = []
    for at in places:
        if run and at != run[-1] + 1:
            yield run
            run = []
        run.append(at)
    if run:
        yield run


# The catalogue above a document, lists, annexes and signatures


def _mark_catalogue(pieces: Sequence[Piece], kinds: Kinds) -> None:
    """Mark the catalogue that a web page shows above a document.

    ``索引号：``, ``[ 主题分类 ]`` and what stands below it as an item of the same list.
    """
    in_list = False
    for at, piece in enumerate(pieces):
        is_line = not piece.level and is_catalogue_line(piece.text)
        if is_line or (in_list and is_bullet(piece.text)):
            kinds[at] = "dateline"
        elif kinds[at] == "body" and is_sentence(piece.text):
            break
        in_list = is_bullet(piece.text) and (is_line or in_list)


def _mark_lists(pieces: Sequence[Piece], numbers: Numbers, kinds: Kinds) -> None:
    """Mark numbered lines as body where one follows the other: nothing stands under them."""
    items = [at for at in range(len(pieces)) if _is_item(pieces[at], numbers[at], kinds[at])]
    last = -1  # the last item of the list before
    for run in _runs(items, numbers):
        after = run[-1] + 1
        text_follows = after < len(pieces) and kinds[after] == "body"
        goes_on = last >= 0 and run[0] <= last + 2 and _follows(numbers[last], numbers[run[0]])
        if len(run) > 2 or goes_on or (len(run) == 2 and not text_follows):
            last = run[-1]
            for at in run:
                kinds[at] = "body"


def _runs(items: Iterable[int], numbers: Numbers) -> Iterator[list[int]]:
    """The places of lines that follow each other, and whose numbers do."""
    run: list[int] = []
    for at in items:
        if run and (at != run[-1] + 1 or not _follows(numbers[run[-1]], numbers[at])):
            yield run
            run = []
        run.append(at)
    if run:
        yield run


def _is_item(piece: Piece, number: Number | None, kind: Kind | None) -> bool:
    return kind == "heading" and not piece.level and number is not None and number.value > 0


def _follows(before: Number | None, after: Number | None) -> bool:
    """Whether a number is the next one of its series."""
    if before is None or after is None:
        return False
    return after.scheme is before.scheme and after.value == before.value + 1


def _mark_annexes(pieces: Sequence[Piece], numbers: Numbers, kinds: Kinds) -> None:
    """Mark the list of annexes above a signature: ``附件：1.甲办法``, ``2.乙名单``.

    No annex begins there: after it come the signature, the annexes or nothing.
    """
    for at, number in enumerate(numbers):
        if number is None or number.scheme is not Scheme.ANNEX or pieces[at].level:
            continue
        end = at + 1
        while end < len(pieces) and _is_annex_name(pieces[end], numbers[end]):
            end += 1
        lists = end > at + 1 or pieces[at].text.find("：") not in (-1, len(pieces[at].text) - 1)
        if lists and (end == len(pieces) or _ends_annex_list(pieces[end], numbers[end])):
            for entry in range(at, end):
                kinds[entry] = "body"


def _is_annex_name(piece: Piece, number: Number | None) -> bool:
    if piece.level or piece.row or is_sentence(piece.text) or is_signature(piece.text):
        return False
    return not is_date(piece.text) and (number is None or number.scheme is Scheme.DIGIT)


def _ends_annex_list(piece: Piece, number: Number | None) -> bool:
    annex = number is not None and number.scheme is Scheme.ANNEX
    return annex or is_date(piece.text) or is_signature(piece.text)


def _mark_signatures(pieces: Sequence[Piece], kinds: Kinds) -> None:
    """Mark the names of offices that stand above a date within the text."""
    signs = False
    first = next((at for at, kind in enumerate(kinds) if kind == "body"), len(pieces))
    for at in range(len(pieces) - 1, first, -1):
        piece = pieces[at]
        if is_date(piece.text):
            signs = True
        elif signs and kinds[at] is None and not piece.level and is_signature(piece.text):
            kinds[at] = "dateline"
        else:
            signs = False


# Short lines


def _decide(pieces: Sequence[Piece], numbers: Numbers, kinds: Kinds, titled: bool) -> None:
    """Decide the kinds that are still None, and those of short numbered sentences."""
    running = [at for at, kind in enumerate(kinds) if kind == "body"]
    first, last = (running[0], running[-1]) if running else (len(pieces), -1)
    plain = _plain_lines(pieces, numbers, kinds, first, last)
    for at, piece in enumerate(pieces):
        if kinds[at] is None:
            if at < first:
                kinds[at] = kind_above(piece.text, is_bold(piece.raw), titled)
            elif at > last:
                kinds[at] = kind_below(piece.text)
            else:
                kinds[at] = _kind_amid(pieces, kinds, at, at in plain)
        elif first < at < last and kinds[at] == "body" and _is_headed(pieces, numbers, at):
            kinds[at] = "heading"
        titled = titled or kinds[at] == "heading"


def _is_headed(pieces: Sequence[Piece], numbers: Numbers, at: int) -> bool:
    """Whether a numbered line is a heading that is a sentence: ``（一）参保稳定。``.

    Beside a line with the same kind of number it is an item of a list.
    """
    number = numbers[at]
    if number is None or not is_short_sentence(pieces[at].text, number):
        return False
    return number.scheme not in {n.scheme for n in (numbers[at - 1], numbers[at + 1]) if n}


def _kind_amid(pieces: Sequence[Piece], kinds: Kinds, at: int, supported: bool) -> Kind:
    """The kind of a short line within the running text; ``supported``: text stands under it."""
    piece, below = pieces[at], pieces[at + 1]
    if is_speaker(piece.text):
        return "dateline"
    if below.row or is_table_line(below.text):
        return "caption"
    return "heading" if supported or is_bold(piece.raw) else "body"


_MAX_LINES = 3  # of a heading; more short lines, one after the other, are a list or a table


def _plain_lines(
    pieces: Sequence[Piece], numbers: Numbers, kinds: Kinds, first: int, last: int
) -> set[int]:
    """The places of short lines without a mark that have running text or a heading under them.

    A single one is a heading only among other headings, or if it names a topic: the captions
    of photographs in news and the calls in speeches stand alone too.
    """
    amid = [at for at in range(first + 1, last) if kinds[at] is None]
    plain = [at for at in amid if not is_bold(pieces[at].raw)]
    found = {
        run[-1]
        for run in _adjacent(plain)
        if len(run) <= _MAX_LINES and _leads_on(pieces, kinds, run[-1])
    }
    headings = (at for at in range(last) if kinds[at] == "heading" and (at > first or numbers[at]))
    if len(found) == 1 and len(amid) == len(plain) and not any(headings):
        found = {at for at in found if names_topic(pieces[at].text)}
    return found


def _leads_on(pieces: Sequence[Piece], kinds: Kinds, at: int) -> bool:
    text, below = pieces[at].text, pieces[at + 1].text
    if is_data(text) or (text.endswith(("）", ")")) and text.startswith(("（", "("))):
        return False
    return kinds[at + 1] == "heading" or (
        kinds[at + 1] == "body" and (is_sentence(below) or below.endswith(("：", ":")))
    )
