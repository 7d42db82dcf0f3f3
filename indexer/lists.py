"""Marks short lines that no text stands under: lists, tables of contents, catalogues,
names of annexes, signatures.

Each function changes ``kinds``, the kind of each piece, None where it is not decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from engine.analyze import normalise
from engine.model import Kind
from indexer.kinds import is_bullet, is_catalogue_line, is_date, is_sentence, is_signature
from indexer.numbering import MAX_HEADING_LENGTH, Number, Scheme
from indexer.piece import Piece

Kinds = list[Kind | None]
Numbers = Sequence[Number | None]

# Tables of contents

_CONTENTS_HEADING = re.compile(r"(?:<\w+>)*\W*目 ?[录次]\W*(?:</\w+>)*")
_CONTENTS_MARKS = re.compile(  # looks behind to stay linear
    r"^[•·*-]+|(?<![.·…])[.·…]{2,}[0-9]*$|(?<![\s(])[\s(]*[0-9]{1,3}\)?$|\s"
)
_MIN_CONTENTS = 3  # entries; fewer lines that come again are no table of contents


def mark_contents(pieces: Sequence[Piece], numbers: Numbers, kinds: Kinds) -> None:
    """Mark each table of contents as captions.

    It follows the line ``目录``, and ends where its first entry comes again as a heading.
    Without that line it is several numbered lines, one after the other, most of which come
    again, the first among them.
    """
    end = 0
    for at, piece in enumerate(pieces):
        is_short = len(piece.text) <= MAX_HEADING_LENGTH
        if at >= end and is_short and _CONTENTS_HEADING.fullmatch(piece.text):
            end = _contents_end(pieces, at + 1)
            kinds[at:end] = ["caption"] * (end - at)
    numbered = [at for at, kind in enumerate(kinds) if kind == "heading" and numbers[at]]
    last = {_entry(pieces[at].text): at for at in numbered}
    for run in adjacent(numbered):
        entries = _until_repeated([_entry(pieces[at].text) for at in run])
        end = run[0] + len(entries)
        again = [last[entry] >= end for entry in entries]
        if len(entries) >= _MIN_CONTENTS and again[0] and sum(again) > len(again) / 2:
            kinds[run[0] : end] = ["caption"] * len(entries)


def _until_repeated(entries: Sequence[str]) -> list[str]:
    """The entries before the first one that is there already."""
    seen: dict[str, None] = {}
    for entry in entries:
        if entry in seen:
            break
        seen[entry] = None
    return list(seen)


def _contents_end(pieces: Sequence[Piece], start: int) -> int:
    """The place after the last entry of the table of contents that begins at ``start``."""
    seen: set[str] = set()
    for at in range(start, len(pieces)):
        text = pieces[at].text
        entry = _entry(text)
        is_heading = entry in seen or (pieces[at].level > 0 and not pieces[start].level)
        if is_heading or is_sentence(text) or text.endswith(("：", ":")):
            return at
        seen.add(entry)
    return len(pieces)


def _entry(text: str) -> str:
    """A line of a table of contents as its heading reads, without blanks and page number."""
    return _CONTENTS_MARKS.sub("", normalise(text))


def adjacent(places: Iterable[int]) -> Iterator[list[int]]:
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


def mark_catalogue(pieces: Sequence[Piece], kinds: Kinds) -> None:
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


def mark_lists(pieces: Sequence[Piece], numbers: Numbers, kinds: Kinds) -> None:
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


def mark_annexes(pieces: Sequence[Piece], numbers: Numbers, kinds: Kinds) -> None:
    """Mark the list of annexes above a signature: ``附件：1.甲办法``, ``2.乙名单``.

    No annex begins there: after it come the signature, the annexes or nothing.
    """
    for at, number in enumerate(numbers):
        if number is None or number.scheme is not Scheme.ANNEX or pieces[at].level:
            continue
        end = at + 1
        while end < len(pieces) and _is_annex_name(pieces[end], numbers[end]):
            end += 1
        lists = end > at + 1 or _NAMED.search(pieces[at].text) is not None
        if lists and (end == len(pieces) or _ends_annex_list(pieces[end], numbers[end])):
            for entry in range(at, end):
                kinds[entry] = "body"


_NAMED = re.compile("[:：].")  # 附件：某办法


def _is_annex_name(piece: Piece, number: Number | None) -> bool:
    if piece.level or piece.row or is_sentence(piece.text) or is_signature(piece.text):
        return False
    return not is_date(piece.text) and (number is None or number.scheme is Scheme.DIGIT)


def _ends_annex_list(piece: Piece, number: Number | None) -> bool:
    annex = number is not None and number.scheme is Scheme.ANNEX
    return annex or is_date(piece.text) or is_signature(piece.text)


def mark_signatures(pieces: Sequence[Piece], kinds: Kinds) -> None:
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
