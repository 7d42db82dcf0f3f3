"""Finds the documents of one block of which a sentence holds all terms of a query.

The term that the fewest documents hold is looked for first; the others are looked for in the
sentences that hold it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.coding import find_bytes, write
from engine.columns.layout import BLOCK
from engine.columns.run.phrases import list_documents, prefetch_later
from engine.columns.run.slots import SIZE, TERM
from engine.columns.sequences import LONGEST
from engine.jit import njit

_ONE = np.uint64(1)


@njit(nogil=True)
def one_sentence(view, slots, slot_info, spellings, block, out):
    """Remove the documents from ``out`` of which no sentence holds all terms.

    ``spellings`` has the number of terms and the slot of the first token, then for each spelling
    the number of its term, -1 for a sign that ends a sentence, and the number of its tokens.
    """
    sequences, words = view.sequences, view.words
    at, data = sequences.at[block * BLOCK :], sequences.data
    patterns = _patterns(sequences.codes, view.first, slots, slot_info, spellings)
    rarest = _rarest(slots, spellings)
    docs = list_documents(out, len(at) - 1)
    for number in range(len(docs)):
        prefetch_later(at, data, docs, number)
        doc = docs[number]
        if not _holds(data, words, at[doc], at[doc + 1], patterns, rarest):
            out[doc >> 6] &= ~(_ONE << np.uint64(doc & 63))


class _Patterns(NamedTuple):
    """The spellings that a segment has, signs that end a sentence first, then term by term.

    Spelling ``p`` has the bytes ``written[begins[p]:begins[p + 1]]``, and is looked for by its
    byte ``pivots[p]``, that of its rarest token. The spellings of term ``t`` are those from
    ``terms[t]`` to ``terms[t + 1]``. ``stops`` says which bytes end (bit 0) or begin (bit 1) a
    sign that ends a sentence.
    """

    written: Array
    begins: Array
    pivots: Array
    terms: Array
    stops: Array


@njit(nogil=True)
def _patterns(codes, first, slots, slot_info, spellings):
    written = np.empty(LONGEST * len(slot_info), np.uint8)
    begins, pivots = np.zeros(len(spellings), np.int64), np.zeros(len(spellings), np.int64)
    terms = np.zeros(spellings[0] + 1, np.int64)
    stops = np.zeros(256, np.uint8)
    count = size = 0
    slot = spellings[1]
    for entry in range(2, len(spellings), 2):
        term, end, rarest = spellings[entry], slot + spellings[entry + 1], slot
        while slot < end and slot_info[slot, TERM] >= 0:
            if slots[slot, SIZE] <= slots[rarest, SIZE]:
                rarest, pivots[count] = slot, size - begins[count]
            size = write(np.int64(codes[slot_info[slot, TERM] - first]), written, size)
            slot += 1
        if slot < end:  # a token that the segment does not have
            size, slot = begins[count], end
        else:
            if term < 0:
                stops[written[size - 1]] |= 1
                stops[written[begins[count]]] |= 2
            count += 1
            begins[count] = size
        terms[term + 1] = count
    return _Patterns(written, begins, pivots, terms, stops)


@njit(nogil=True)
def _rarest(slots, spellings):
    """Return the term that the fewest documents of the block can hold."""
    sizes = np.zeros(spellings[0], np.int64)
    slot = spellings[1]
    for entry in range(2, len(spellings), 2):
        end, least = slot + spellings[entry + 1], BLOCK
        for token in range(slot, end):
            least = min(least, slots[token, SIZE])
        if spellings[entry] >= 0:
            sizes[spellings[entry]] += least
        slot = end
    return np.argmin(sizes)


@njit(nogil=True)
def _holds(data, words, low, high, patterns, rarest):
    """Return whether a sentence of ``data[low:high]`` holds all terms."""
    terms = patterns.terms
    for p in range(terms[rarest], terms[rarest + 1]):
        begin = low
        while begin < high:
            place = _place(data, words, begin, high, patterns, p)
            if place < 0:
                break
            start, end = _sentence(data, begin, high, place, patterns)
            others = 0
            for term in range(len(terms) - 1):
                if term == rarest or _has_term(data, words, start, end, patterns, term):
                    others += 1
            if others == len(terms) - 1:
                return True
            begin = end
    return False


@njit(nogil=True)
def _has_term(data, words, low, high, patterns, term):
    for p in range(patterns.terms[term], patterns.terms[term + 1]):
        if _place(data, words, low, high, patterns, p) >= 0:
            return True
    return False


@njit(nogil=True)
def _place(data, words, low, high, patterns, p):
    begins = patterns.begins
    return find_bytes(
        data, words, low, high, patterns.written, begins[p], begins[p + 1], patterns.pivots[p]
    )


@njit(nogil=True)
def _sentence(data, low, high, place, patterns):
    """Return where the sentence around a place begins and ends."""
    stops = patterns.stops
    start, end = place, place
    while start > low and not (stops[data[start - 1]] & 1 and _stop(data, low, start, patterns, 1)):
        start -= 1
    while end < high:
        size = _stop(data, end, high, patterns, 0) if stops[data[end]] & 2 else 0
        if size:
            return start, end + size
        end += 1
    return start, high


@njit(nogil=True)
def _stop(data, low, high, patterns, at_end):
    """Return the bytes of the sign at the beginning or the end of ``data[low:high]``, or 0."""
    written, begins = patterns.written, patterns.begins
    for p in range(patterns.terms[0]):
        begin, size = begins[p], begins[p + 1] - begins[p]
        if size > high - low:
            continue
        place = high - size if at_end else low
        same = 0
        while same < size and data[place + same] == written[begin + same]:
            same += 1
        if same == size:
            return size
    return 0
