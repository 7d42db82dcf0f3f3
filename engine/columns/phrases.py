"""Where the terms of a phrase stand in a row, in one block of a segment."""

from __future__ import annotations

import numpy as np
from numba import njit

from engine.columns.bits import lowest, popcount
from engine.columns.freqs import entries, total
from engine.columns.layout import BLOCK, DENSE, ESCAPE, MORE, PAIRED, STRIDE, WORDS
from engine.columns.slots import (
    ABSENT,
    BEFORE,
    DOCS,
    FOLLOWER,
    FORM,
    FREQS,
    FULL,
    GAP,
    GAPS,
    HAN,
    LAST,
    NOT_HAN,
    PASSED,
    ROW,
    SHIFT,
    SIZE,
    WORD,
    union,
)

NEAR = 8  # words of bits for the places in a document
TOGETHER = 16  # words of a bitset that are looked at together; a multiple of STRIDE

_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def phrase(postings, pairs, slots, told, low, high, block, bits, known, out):
    """Leave in ``out`` only the documents where slots ``low`` to ``high`` are in a row.

    ``told`` is what the program says of the slots, see ``slots.TERM``. Documents in
    ``bits[known]``, if there is one, have the phrase for certain.
    """
    shifts, follows, han = told[:, SHIFT], told[:, FOLLOWER], told[:, HAN]
    for s in range(low, high):
        if slots[s, FORM] == ABSENT:
            out[:] = np.uint64(0)
            return
    held = np.empty(WORDS, np.uint64)
    covered = np.zeros(high - low, np.bool_)
    noted = 0
    for s in range(low, high):
        after = follows[s]
        if after == LAST or han[s] == NOT_HAN or han[after] == NOT_HAN:
            continue
        if slots[s, SIZE] >= PAIRED and slots[after, SIZE] >= PAIRED:
            key = han[s] * BLOCK + han[after]
            _pair(pairs, key, block, held)
            _keep(out, held)
            covered[s - low] = covered[after - low] = True
            noted += 1
    for s in range(low, high):
        if not covered[s - low]:
            union(postings.docs, postings.dense, slots, s, s + 1, held)
            _keep(out, held)
    if high - low == 2 and noted:
        return
    if known < 0:
        _look(postings, slots, shifts, low, high, out)
        return
    for word in range(WORDS):
        held[word] = out[word] & bits[known, word]
        out[word] ^= held[word]
    _look(postings, slots, shifts, low, high, out)
    for word in range(WORDS):
        out[word] |= held[word]


@njit(cache=True, nogil=True)
def _keep(out, held):
    for word in range(WORDS):
        out[word] &= held[word]


@njit(cache=True, nogil=True)
def _pair(pairs, key, block, out):
    """The documents that have a pair of characters, in a block that notes such pairs."""
    keys, gaps = pairs.keys, pairs.gaps
    low, high = pairs.at[block], pairs.at[block + 1]
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    out[:] = np.uint64(0)
    if low == pairs.at[block + 1] or keys[low] != key:
        return
    size, at = int(pairs.sizes[low]) + 1, int(pairs.places[low])
    if size >= DENSE:
        out[:] = pairs.dense[at]
        return
    doc = 0
    for _ in range(size):
        shift = 0
        while gaps[at] >= MORE:
            doc += (int(gaps[at]) - MORE) << shift
            shift += 7
            at += 1
        doc += int(gaps[at]) << shift
        at += 1
        out[doc >> 6] |= _ONE << np.uint64(doc & 63)


@njit(cache=True, nogil=True)
def _look(postings, slots, shifts, low, high, out):
    """Look at the positions in each document of ``out``, all of which have all terms.

    Some thousand documents at a time: first, slot by slot, where the positions of each
    are; then, document by document, whether they fit.
    """
    begins = np.empty((high - low, 64 * TOGETHER), np.int64)
    stops = np.empty((high - low, 64 * TOGETHER), np.int64)
    places = np.empty(high - low, np.int64)
    room = np.empty((2, NEAR), np.uint64)
    gaps, shifts = postings.gaps, shifts[low:high]
    for first in range(0, WORDS, TOGETHER):
        some = np.uint64(0)
        for word in range(first, first + TOGETHER):
            some |= out[word]
        if some == 0:
            continue
        for s in range(low, high):
            if slots[s, FORM] == FULL:
                _locate_full(postings, slots, s, out, first, begins[s - low], stops[s - low])
            else:
                _locate_sparse(postings, slots, s, out, first, begins[s - low], stops[s - low])
        number = 0
        for word in range(first, first + TOGETHER):
            left = out[word]
            while left:
                bit = lowest(left)
                left &= left - _ONE
                if not _fits(gaps, begins, stops, number, shifts, room, places):
                    out[word] &= ~(_ONE << np.uint64(bit))
                number += 1


@njit(cache=True, nogil=True)
def _locate_full(postings, slots, s, out, first, begins, stops):
    """Where the positions in the documents of ``out`` begin and end, in a dense run.

    Looks at the words from ``first`` on, having looked at those before in earlier calls.
    """
    dense, skips, freqs = postings.dense, postings.skips, postings.freqs
    large_at, large = postings.large_at, postings.large
    row, at, base = slots[s, ROW], slots[s, FREQS], slots[s, GAPS]
    before, passed, gap = slots[s, BEFORE], slots[s, PASSED], slots[s, GAP]
    for word in range(slots[s, WORD], first):
        before += popcount(dense[row, word])
    number = 0
    for stride in range(first, first + TOGETHER, STRIDE):
        fresh = True
        for word in range(stride, stride + STRIDE):
            held, left = dense[row, word], out[word]
            if left and fresh:
                fresh = False
                gap = int(skips[row, stride // STRIDE])
                passed = before
                for earlier in range(stride, word):
                    passed -= popcount(dense[row, earlier])
            while left:
                bit = lowest(left)
                left &= left - _ONE
                place = before + popcount(held & ((_ONE << np.uint64(bit)) - _ONE))
                gap += total(freqs, at + passed, at + place, large_at, large)
                passed = place
                begins[number] = base + gap
                stops[number] = base + gap + entries(freqs, at + place, large_at, large)
                number += 1
            before += popcount(held)
    slots[s, WORD], slots[s, BEFORE] = first + TOGETHER, before
    slots[s, PASSED], slots[s, GAP] = passed, gap


@njit(cache=True, nogil=True)
def _locate_sparse(postings, slots, s, out, first, begins, stops):
    """The same in a sparse run."""
    docs, freqs = postings.docs, postings.freqs
    large_at, large = postings.large_at, postings.large
    docs_at, freqs_at, base = slots[s, DOCS], slots[s, FREQS], slots[s, GAPS]
    passed, gap, number = slots[s, PASSED], slots[s, GAP], 0
    while passed < slots[s, SIZE]:
        doc = int(docs[docs_at + passed])
        if doc >= (first + TOGETHER) * 64:
            break
        many = entries(freqs, freqs_at + passed, large_at, large)
        if doc >= first * 64 and out[doc >> 6] >> np.uint64(doc & 63) & _ONE:
            begins[number], stops[number] = base + gap, base + gap + many
            number += 1
        gap += many
        passed += 1
    slots[s, PASSED], slots[s, GAP] = passed, gap


@njit(cache=True, nogil=True)
def _fits(gaps, begins, stops, number, shifts, room, places):
    """Whether the terms stand in a row in a document.

    A bit for each place where the phrase might begin, by the first term; each other one
    takes away those that it does not fit. A place beyond the bits is for ``_fits_long``.
    """
    for s in range(len(shifts)):
        here = room[min(s, 1)]
        here[:] = np.uint64(0)
        place = 0 - shifts[s]
        for at in range(begins[s, number], stops[s, number]):
            step = int(gaps[at])
            place += step
            if place >= 64 * NEAR:
                return _fits_long(gaps, begins, stops, number, shifts, places)
            if step != ESCAPE and place >= 0:
                here[place >> 6] |= _ONE << np.uint64(place & 63)
        if s > 0:
            left = np.uint64(0)
            for word in range(NEAR):
                room[0, word] &= here[word]
                left |= room[0, word]
            if left == 0:
                return False
    return True


@njit(cache=True, nogil=True)
def _fits_long(gaps, begins, stops, number, shifts, places):
    """The same for any document, place by place; the first slot is the rarest."""
    places[:] = -1
    while True:
        begin = _next_place(gaps, begins, stops, number, 0, places)
        if begin < 0:
            return False
        begin -= shifts[0]
        s = 1
        while begin >= 0 and s < len(shifts):
            wanted = begin + shifts[s]
            while places[s] < wanted:
                if _next_place(gaps, begins, stops, number, s, places) < 0:
                    return False
            if places[s] != wanted:
                break
            s += 1
        if begin >= 0 and s == len(shifts):
            return True


@njit(cache=True, nogil=True, inline="always")
def _next_place(gaps, begins, stops, number, s, places):
    """The next position of a slot's term, or -1 after the last."""
    at = begins[s, number]
    place = max(places[s], 0)
    if at == stops[s, number]:
        place = -1
    else:
        step = gaps[at]
        while step == ESCAPE:
            place += ESCAPE
            at += 1
            step = gaps[at]
        place += step
        begins[s, number] = at + 1
    places[s] = place
    return place
