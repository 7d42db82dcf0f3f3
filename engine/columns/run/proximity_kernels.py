"""Measures how near the terms of a query stand, compiled (see ``proximity``)."""

from __future__ import annotations

import numpy as np

from engine.columns.coding import end_of_sentence, write
from engine.columns.sequences import AFTER, LONGEST
from engine.jit import njit

_ONE = np.uint64(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@njit(nogil=True)
def proximity(texts, documents, patterns, density, together):
    """Fill the density of each document's terms, and whether one sentence holds them all."""
    sequences = texts.sequences
    written, at = write_patterns(patterns.codes, patterns.at)
    second = second_bytes(written, at)
    for number, document in enumerate(documents):
        density[number], together[number] = _look(
            sequences, document, second, written, at, patterns.terms, patterns.term_count
        )


@njit(nogil=True)
def write_patterns(codes, at):
    """Write patterns as sequences have them; pattern ``p`` is ``codes[at[p]:at[p + 1]]``.

    Returns the bytes, and where those of each pattern begin.
    """
    written = np.empty(len(codes) * LONGEST, np.uint8)
    begins = np.zeros(len(at), np.int64)
    size = 0
    for pattern in range(len(at) - 1):
        for token in range(at[pattern], at[pattern + 1]):
            size = write(codes[token], written, size)
        begins[pattern + 1] = size
    return written, begins


@njit(nogil=True)
def second_bytes(written, at):
    """Return which bytes may follow the first one of a pattern: a bitset of their lowest six bits,
    for each first byte."""
    second = np.zeros(256, np.uint64)
    for pattern in range(len(at) - 1):
        low, high = at[pattern], at[pattern + 1]
        if high - low == 1:
            second[written[low]] = _ALL
        elif high > low:
            second[written[low]] |= _ONE << np.uint64(written[low + 1] & 63)
    return second


@njit(nogil=True)
def _look(sequences, document, second, written, at, terms, count):
    """The density of the terms in a document, and whether a sentence has all."""
    data = sequences.data[sequences.at[document] : sequences.at[document + 1] + 1]
    base, sentence_end = sequences.at[document], np.int64(0)
    sentence = np.int64(sequences.sizes_at[document])
    last = np.full(count, -1, np.int64)  # the token at which each term stood last
    ends = np.zeros(count, np.int64)
    in_sentence = np.zeros(count, np.bool_)
    shortest, best, together = len(data) + 1, 0, False
    here = -1  # the number of the token
    for place in range(len(data) - 1):
        here += data[place] < AFTER
        if place == sentence_end:
            in_sentence[:] = False
            end, sentence = end_of_sentence(sequences, document, base + place, sentence)
            sentence_end = end - base
        if not second[data[place]] >> np.uint64(data[place + 1] & 63) & _ONE:
            continue
        for pattern in range(len(terms)):
            size = _tokens(data, place, written, at[pattern], at[pattern + 1])
            if not size:
                continue
            term = terms[pattern]
            last[term], ends[term] = here, here + size
            in_sentence[term] |= place + at[pattern + 1] - at[pattern] <= sentence_end
            together |= _all(in_sentence)
            begin, end, length = _stretch(last, ends)
            if begin >= 0 and end - begin < shortest:
                shortest, best = end - begin, length
    return (min(1.0, best / shortest) if best else 0.0), together


@njit(nogil=True)
def _all(flags):
    count = 0
    for flag in flags:
        count += flag
    return count == len(flags)


@njit(nogil=True)
def _stretch(last, ends):
    """Return where terms begin and end that stand last at these places, and their length."""
    begin, end, length = last[0], ends[0], 0
    for term in range(len(last)):
        begin, end = min(begin, last[term]), max(end, ends[term])
        length += ends[term] - last[term]
    return begin, end, length


@njit(nogil=True)
def _tokens(data, place, written, low, high):
    """Return the number of tokens of a pattern that stands at a place, 0 where it does not."""
    if place + high - low >= len(data):
        return 0
    size = 0
    for at in range(low, high):
        if data[place + at - low] != written[at]:
            return 0
        size += written[at] < AFTER
    return size
