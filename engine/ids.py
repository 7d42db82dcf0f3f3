"""Ids that last: short hashes of texts, which can be typed.

A paragraph's id is made from its report's id and its raw text, so it survives a rebuild, a
better cleaner, and edits elsewhere in the report. Blanks are left out, because readers of
different formats give different blanks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u to mistype
_PARAGRAPH_ID_LENGTH = 6  # 30 bits


def paragraph_ids(report_id: str, raw_texts: Iterable[str]) -> Iterator[str]:
    """Yield ``<report>-<paragraph>`` for each paragraph of a report, from its raw texts in order.

    Equal texts are told apart by their order.
    """
    copies: Counter[str] = Counter()
    used: set[str] = set()
    for raw in map(without_blanks, raw_texts):
        digest, copy = "", copies[raw]
        while not digest or digest in used:
            digest = short_hash(f"{report_id}\n{raw}\n{copy or ''}", _PARAGRAPH_ID_LENGTH)
            copy += 1
        copies[raw] = copy
        used.add(digest)
        yield f"{report_id}-{digest}"


def report_of(paragraph_id: str) -> str:
    """The id of the report that a paragraph's id names."""
    return paragraph_id.rpartition("-")[0]


def without_blanks(text: str) -> str:
    return "".join(text.split())


def short_hash(text: str, length: int) -> str:
    """The first ``5 * length`` bits of the SHA-256 of a text, one character for each 5 bits."""
    number = int.from_bytes(sha256(text.encode()).digest()[:8], "big")
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(length))
