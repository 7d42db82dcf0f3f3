"""Hashes of bytes and of other hashes, for compiled code."""

from __future__ import annotations

import numpy as np

from engine.jit import njit

_MIX = np.uint64(0x9E3779B97F4A7C15)


@njit(cache=True, nogil=True)
def hash_bytes(data, start, end):
    """Compute FNV-1a (Fowler, Noll, Vo), with the high bits folded in for tables of 2**n slots."""
    code = np.uint64(0xCBF29CE484222325)
    for at in range(start, end):
        code = (code ^ np.uint64(data[at])) * np.uint64(0x100000001B3)
    return code ^ (code >> np.uint64(32))


@njit(cache=True, nogil=True)
def mix(code, number):
    """Hash a hash and one more number."""
    code = (code ^ number) * _MIX
    return code ^ (code >> np.uint64(29))
