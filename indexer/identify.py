"""A report's id: made from what stands in its file, not from its path, nor from other files.

Usually the title and the opening paragraph tell reports apart. So an id survives a rebuild, a
renamed file, a corrected label, and edits elsewhere in the report. Reports of one corpus that
open alike get ids made from their whole text instead, all of them, so that it does not matter
which one came first. The id that a report does not have leads to it as a former id.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.ids import REPORT_ID_LENGTH, short_hash, without_blanks
from indexer.piece import Piece

_MIN_OPENING_LENGTH = 80  # characters; many reports share a shorter opening, such as 各位代表：


def opening_id(title: str, pieces: Sequence[Piece], copy: int = 0) -> str:
    """Eight characters made from the title and the opening paragraph.

    ``copy``: once, reports that open alike were numbered from 0 as they came.
    """
    opening = next(
        (p.raw for p in pieces if p.kind == "body" and len(p.text) >= _MIN_OPENING_LENGTH), ""
    )
    if not opening:
        opening = _whole(pieces)
    return short_hash(
        f"{without_blanks(title)}\n{without_blanks(opening)}\n{copy or ''}", REPORT_ID_LENGTH
    )


def whole_id(title: str, pieces: Sequence[Piece]) -> str:
    """Eight characters made from the title and the whole text."""
    return short_hash(
        f"{without_blanks(title)}\n{without_blanks(_whole(pieces))}\nwhole", REPORT_ID_LENGTH
    )


def former_ids(stated_title: str, title: str, pieces: Sequence[Piece]) -> list[str]:
    """The ids that former versions may have given a report.

    They made them from the title that ``metadata.csv`` states, or from the first heading, and
    counted reports that open alike.
    """
    first = next((piece.text for piece in pieces if piece.kind in ("heading", "body")), "")
    return [
        opening_id(old_title, pieces, copy)
        for old_title in {stated_title or title, first, ""}
        for copy in (0, 1)
    ]


def _whole(pieces: Sequence[Piece]) -> str:
    return "".join(piece.raw for piece in pieces)
