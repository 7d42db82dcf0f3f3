"""Tokens in their order, written so that a match of bytes is a match of tokens."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array, Int64s, UInt32s, to_uint32
from engine.columns.layout import Sequences
from engine.columns.native import Kernel

# First bytes from TWO on begin a code of 2 bytes, from THREE on one of 3, FIVE one of 5. Bytes
# from AFTER on continue a code, with six bits each.
TWO, THREE, FIVE, AFTER = 160, 183, 191, 192
TWO_CODES = TWO  # the first code of 2 bytes, of 3, of 5
THREE_CODES = TWO_CODES + (THREE - TWO) * 64
FIVE_CODES = THREE_CODES + (FIVE - THREE) * 64 * 64
CODES = FIVE_CODES + 64**4  # the number of codes
LONGEST = 5  # bytes of a code
PADDING = 64  # bytes that may be read behind the end

_decode = Kernel("engine.columns.coding", "decode", Sequences, Int64s, UInt32s, Int64s)


class Chunk(NamedTuple):
    """Documents as in ``layout.Sequences``: their bytes and sizes, and where those of each end."""

    ends: Array  # int64
    data: Array  # uint8
    sizes_ends: Array  # int64
    sizes: Array  # uint8


def join(chunks: list[Chunk], codes: Array) -> Sequences:
    """Join chunks of documents to the sequences of a field.

    Raises ``OverflowError`` where their sentences are more than 32 bits count.
    """
    at, data = _joined([(chunk.ends, chunk.data) for chunk in chunks])
    sizes_at, sizes = _joined([(chunk.sizes_ends, chunk.sizes) for chunk in chunks])
    data = np.concatenate([data, np.zeros(PADDING, np.uint8)])
    return Sequences(codes, at, data, to_uint32(sizes_at, "sizes"), sizes)


def _joined(chunks: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    """Join the ends and bytes of chunks; the ends then begin with 0."""
    ends, size = [np.zeros(1, np.int64)], 0
    for of_chunk, data in chunks:
        ends.append(of_chunk + size)
        size += len(data)
    return np.concatenate(ends), np.concatenate([np.empty(0, np.uint8), *(d for _, d in chunks)])


def decode(sequences: Sequences, documents: Array) -> tuple[Array, Array]:
    """Return the codes of some documents (int64), and where the codes of each end.

    The codes are uint32, the ends int64.
    """
    size = int((sequences.at[documents + 1] - sequences.at[documents]).sum())
    codes, ends = np.empty(size, np.uint32), np.empty(len(documents), np.int64)
    count = _decode(sequences, documents, codes, ends)
    return codes[:count], ends


def positions(sequences: Sequences, code: int, documents: Array) -> tuple[Array, Array]:
    """Return where a code stands in documents, and where the positions of each begin.

    The positions of ``documents[i]`` are ``found[starts[i]:starts[i + 1]]``; returns ``starts``
    and ``found`` (int64).
    """
    codes, ends = decode(sequences, documents)
    found = np.flatnonzero(codes == code)
    bounds = np.concatenate([np.zeros(1, np.int64), ends])
    starts = np.searchsorted(found, bounds)
    return starts, found - np.repeat(bounds[:-1], np.diff(starts))
