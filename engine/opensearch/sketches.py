"""Sketches of paragraphs (see ``engine.duplicates.sketches``) as a document carries them.

One string a paragraph: its key and its bands, 64 bits each, in base 64. OpenSearch gives the
numbers of a field back sorted, so that they could not be told apart.
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


def sketched(texts: Iterable[Sequence[str]]) -> list[str]:
    """The sketches of paragraphs whose exact tokens these are, empty where these are signs."""
    return packed(Sketches.of(shingles_of(texts)))


def packed(sketches: Sketches) -> list[str]:
    """Sketches as strings."""
    keys, bands, full = sketches
    rows: Array = np.column_stack([keys, bands]).astype(_NUMBER)
    return [
        b64encode(row.tobytes()).decode() if some else ""
        for row, some in zip(rows, full.tolist(), strict=True)
    ]


def unpacked(sketches: Sequence[str]) -> Sketches:
    """From what ``packed`` gave."""
    data = b"".join([b64decode(one) or bytes(_BYTES) for one in sketches])
    rows = np.frombuffer(data, _NUMBER).reshape(-1, 1 + BANDS)
    full = np.array([bool(one) for one in sketches], np.bool_)
    return Sketches(rows[:, 0], rows[:, 1:], full)
