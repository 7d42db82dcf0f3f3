"""Frequencies, sixteen to a word (see ``layout.Postings``)."""

from __future__ import annotations

import numpy as np

from engine.columns.layout import LARGE
from engine.compiling import njit


@njit(cache=True, nogil=True, inline="always")
def packed(freqs, at):
    """The four bits of posting ``at``."""
    return int(freqs[at >> 4] >> np.uint64((at & 15) << 2)) & LARGE


@njit(cache=True, nogil=True, inline="always")
def frequency(freqs, at, large_at, large):
    """The frequency of posting ``at``; 0 where a damaged file has none."""
    freq = packed(freqs, at)
    if freq == LARGE:
        place = np.searchsorted(large_at, at)
        freq = int(large[place]) if place < len(large) else 0
    return freq
