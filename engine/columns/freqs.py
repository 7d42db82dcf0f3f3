"""Frequencies of postings, sixteen to a word (see ``layout.Postings``)."""

from __future__ import annotations

import numpy as np

from engine.columns.layout import LARGE
from engine.jit import njit


@njit(nogil=True, inline="always")
def packed(freqs, posting):
    """Return the four bits of a posting."""
    return int(freqs[posting >> 4] >> np.uint64((posting & 15) << 2)) & LARGE


@njit(nogil=True, inline="always")
def frequency(freqs, posting, large_at, large):
    """Return the frequency of a posting, or 0 where a damaged file has none."""
    freq = packed(freqs, posting)
    if freq == LARGE:
        place = np.searchsorted(large_at, posting)
        freq = int(large[place]) if place < len(large) else 0
    return freq
