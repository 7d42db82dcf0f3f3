"""Frequencies, sixteen to a word: reading one, and adding up many (see ``layout.Postings``)."""

from __future__ import annotations

import numpy as np
from numba import njit

from engine.columns.layout import LARGE

_HALVES = np.uint64(0x0F0F0F0F0F0F0F0F)
_ONES = np.uint64(0x0101010101010101)
_LOWEST = np.uint64(0x1111111111111111)


@njit(cache=True, nogil=True, inline="always")
def packed(freqs, at):
    """The four bits of posting ``at``."""
    return int(freqs[at >> 4] >> np.uint64((at & 15) << 2)) & LARGE


@njit(cache=True, nogil=True, inline="always")
def entries(freqs, at, large_at, large):
    """The frequency of posting ``at``."""
    freq = packed(freqs, at)
    if freq == LARGE:
        freq = int(large[np.searchsorted(large_at, at)])
    return freq


@njit(cache=True, nogil=True)
def total(freqs, begin, end, large_at, large):
    """The sum of the frequencies of the postings from ``begin`` up to ``end``."""
    count = 0
    full = np.uint64(0)  # lowest bits of those that say 15
    for at in range(begin >> 4, (end + 15) >> 4):
        word = freqs[at]
        if at == begin >> 4:
            shift = np.uint64((begin & 15) << 2)
            word = word >> shift << shift
        if at == end >> 4:
            word &= (np.uint64(1) << np.uint64((end & 15) << 2)) - np.uint64(1)
        full |= word & (word >> np.uint64(1)) & (word >> np.uint64(2)) & (word >> np.uint64(3))
        halves = (word & _HALVES) + ((word >> np.uint64(4)) & _HALVES)
        count += int((halves * _ONES) >> np.uint64(56))
    if full & _LOWEST:
        for at in range(np.searchsorted(large_at, begin), np.searchsorted(large_at, end)):
            count += int(large[at]) - LARGE
    return count
