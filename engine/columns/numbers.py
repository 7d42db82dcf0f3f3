"""Whole numbers in as few bytes as they need, written and read by compiled code (LEB128).

A byte has seven bits of a number, the lowest ones first. ``CONTINUES`` is added to a byte that
another byte of the same number follows. Loops over many numbers read those of one byte themselves
and call ``read_number`` for the others, which is ten times as fast.
"""

from __future__ import annotations

from engine.jit import njit

CONTINUES = 128
_BITS = 7
_MAX_SHIFT = 56  # so that a damaged file gives a number all the same


@njit(cache=True, nogil=True)
def write_number(number, data, at):
    """Write a number at ``data[at]``; return where the next one goes."""
    while number >= CONTINUES:
        data[at] = number % CONTINUES + CONTINUES
        number //= CONTINUES
        at += 1
    data[at] = number
    return at + 1


@njit(cache=True, nogil=True)
def read_number(data, at, end):
    """Return the number at ``data[at]``, of which no byte is behind ``end``, and the next place."""
    number = shift = 0
    while at < end:
        byte = int(data[at])
        at += 1
        number |= (byte & (CONTINUES - 1)) << shift
        if byte < CONTINUES:
            break
        shift = min(shift + _BITS, _MAX_SHIFT)
    return number, at


@njit(cache=True, nogil=True)
def size_of_number(number):
    """Return how many bytes a number takes."""
    size = 1
    while number >= CONTINUES:
        number //= CONTINUES
        size += 1
    return size
