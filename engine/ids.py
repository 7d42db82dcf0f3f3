"""Ids that last: short hashes of texts, which can be typed.

A paragraph's id is made from its report's id and its raw text, so it survives a rebuild, a
better cleaner, and edits elsewhere in the report. Blanks are left out, because readers of
different formats give different blanks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from urllib.parse import unquote

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u to mistype
_PARAGRAPH_ID_LENGTH = 6  # 30 bits
REPORT_ID_LENGTH = 8  # 40 bits

_REPORT_ID = re.compile(rf"[{_ALPHABET}]{{{REPORT_ID_LENGTH}}}")
# The report's part may be any: whether there is such a report, only an index knows.
_PARAGRAPH_ID = re.compile(rf"[0-9a-z]+-[{_ALPHABET}]{{{_PARAGRAPH_ID_LENGTH}}}")
# An id as it stands in running text: signs around it, capitals, a range of sentences (~2-4).
_QUOTED = re.compile(
    r"[^0-9A-Za-z]*(?P<id>[0-9A-Za-z]+(?:-[0-9A-Za-z]+)?(?:~[0-9]+(?:-[0-9]+)?)?)[^0-9A-Za-z]*"
)


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


def read_id(text: str) -> str:
    """The id that a text holds, without what stands around it in print: ``A1-B2。`` → ``a1-b2``.

    Signs, blanks and Han characters around the id are left out, percent-encoded ones too; a
    range of sentences (``~2-4``) stays. A text that holds something else comes back unchanged.
    """
    quoted = _QUOTED.fullmatch(unquote(text))
    return quoted["id"].lower() if quoted else text


def is_paragraph_id(text: str) -> bool:
    """Whether a text has the form of the ids that ``paragraph_ids`` makes."""
    return _PARAGRAPH_ID.fullmatch(text) is not None


def is_report_id(text: str) -> bool:
    """Whether a text has the form of a report's id."""
    return _REPORT_ID.fullmatch(text) is not None


def report_of(paragraph_id: str) -> str:
    """The id of the report that a paragraph's id names."""
    return paragraph_id.rpartition("-")[0]


def without_blanks(text: str) -> str:
    return "".join(text.split())


def short_hash(text: str, length: int) -> str:
    """The first ``5 * length`` bits of the SHA-256 of a text, one character for each 5 bits."""
    number = int.from_bytes(sha256(text.encode()).digest()[:8], "big")
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(length))
