"""Sketches of paragraphs (see ``engine.duplicates.sketches``) as a document carries them.

A sketch is one string: the key and the bands, 64 bits each, in base 64. A numeric field would
not do, for OpenSearch returns the numbers of a field sorted.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence

import numpy as np

from engine.arrays import Array
from engine.duplicates.shingles import shingles_of
from engine.duplicates.sketches import BANDS, Sketches

_NUMBER = np.dtype("<u8")
_BYTES = (1 + BANDS) * _NUMBER.itemsize


def encoded_sketches(texts: Iterable[Sequence[str]]) -> list[str]:
    """The sketches of paragraphs, given as their exact tokens; empty for mere punctuation."""
    return pack(Sketches.of(shingles_of(texts)))


def pack(sketches: Sketches) -> list[str]:
    """Sketches as strings, the empty string for a paragraph that has none."""
    keys, bands, full = sketches
    rows: Array = np.column_stack([keys, bands]).astype(_NUMBER)
    return [
        b64encode(row.tobytes()).decode() if is_full else ""
        for row, is_full in zip(rows, full.tolist(), strict=True)
    ]


def unpack(texts: Sequence[str]) -> Sketches:
    """The sketches of ``pack``."""
    data = b"".join([b64decode(text) or bytes(_BYTES) for text in texts])
    rows = np.frombuffer(data, _NUMBER).reshape(-1, 1 + BANDS)
    full = np.array([bool(text) for text in texts], np.bool_)
    return Sketches(rows[:, 0], rows[:, 1:], full)
