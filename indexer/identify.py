"""Ids that last: made from what a report says, not from where its file lies.

A report's id comes from its title and its opening paragraph, a paragraph's from
its report's id and its raw text. So an id survives a rebuild, a better cleaner,
a renamed file, and edits elsewhere in the report. Blanks are left out, because
readers of different formats give different blanks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256

from indexer.piece import Piece

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u to mistype
_REPORT_ID_LENGTH, _PARAGRAPH_ID_LENGTH = 8, 6  # 40 and 30 bits
_MIN_OPENING_LENGTH = 80  # characters; many reports share a shorter opening, such as 各位代表：


def report_id(title: str, pieces: Sequence[Piece], copy: int = 0) -> str:
    """Eight characters. ``copy`` counts reports with the same title and opening, from 0."""
    opening = next(
        (p.raw for p in pieces if p.kind == "body" and len(p.text) >= _MIN_OPENING_LENGTH), ""
    )
    if not opening:
        opening = "".join(piece.raw for piece in pieces)
    return _digest(
        f"{_without_blanks(title)}\n{_without_blanks(opening)}\n{copy or ''}", _REPORT_ID_LENGTH
    )


def paragraph_ids(report: str, pieces: Sequence[Piece]) -> Iterator[str]:
    """Yield ``<report>-<paragraph>`` for each paragraph; the second part has six characters."""
    copies: Counter[str] = Counter()
    used: set[str] = set()
    for piece in pieces:
        raw = _without_blanks(piece.raw)
        digest, copy = "", copies[raw]
        while not digest or digest in used:
            digest, copy = _digest(f"{report}\n{raw}\n{copy or ''}", _PARAGRAPH_ID_LENGTH), copy + 1
        copies[raw] = copy
        used.add(digest)
        yield f"{report}-{digest}"


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _digest(text: str, length: int) -> str:
    number = int.from_bytes(sha256(text.encode()).digest()[:8], "big")
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(length))
