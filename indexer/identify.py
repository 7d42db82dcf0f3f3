"""Ids that last: made from what a report says, not from where its file lies.

A report's id comes from its title and its opening paragraph, a paragraph's from
its report's id and its raw text. So an id survives a rebuild, a better cleaner,
a renamed file, and edits elsewhere in the report. Blanks do not count, because
they are what a reader for another format would change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256

from indexer.split import Piece

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u to mistype
_REPORT, _PARAGRAPH = 8, 6  # 40 and 30 bits
_OPENING = 80  # characters; shorter paragraphs (各位代表：) open many reports alike


def report_id(title: str, pieces: Sequence[Piece], copy: int = 0) -> str:
    """Eight characters; ``copy`` tells apart reports that open alike, from 0."""
    opening = next((p.raw for p in pieces if p.kind == "body" and len(p.text) >= _OPENING), "")
    if not opening:
        opening = "".join(piece.raw for piece in pieces)
    return _short(f"{_bare(title)}\n{_bare(opening)}\n{copy or ''}", _REPORT)


def paragraph_ids(report: str, pieces: Sequence[Piece]) -> Iterator[str]:
    """``<report>-<paragraph>`` for each paragraph of a report, six characters behind the dash."""
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    for piece in pieces:
        raw = _bare(piece.raw)
        short, copy = "", seen[raw]
        while not short or short in taken:
            short, copy = _short(f"{report}\n{raw}\n{copy or ''}", _PARAGRAPH), copy + 1
        seen[raw] = copy
        taken.add(short)
        yield f"{report}-{short}"


def _bare(text: str) -> str:
    return "".join(text.split())


def _short(text: str, length: int) -> str:
    number = int.from_bytes(sha256(text.encode()).digest()[:8], "big")
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(length))
