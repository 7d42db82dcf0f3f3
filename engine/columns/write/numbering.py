"""A hash table over bytes that numbers tokens, so that no token becomes a Python object.

A batch of documents is UTF-8. Each token ends in a newline and each document in a form feed. A
vertical tab stands between two sentences of a document. All three are white space, which no
analyzer leaves inside a token.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array, Strings, check_uint32
from engine.hashing import hash_bytes
from engine.jit import njit

END_TOKEN, END_SENTENCE, END_DOCUMENT = "\n", "\v", "\f"

_NEWLINE, _VERTICAL_TAB, _FORM_FEED = map(ord, (END_TOKEN, END_SENTENCE, END_DOCUMENT))
_FREE = -1
_NO_ROOM, _CROWDED, _DONE = 0, 1, 2  # why ``_number`` returned


class Numbered(NamedTuple):
    """Tokens as numbers, the end of each document, and the breaks between sentences.

    Ends and breaks are numbers of tokens.
    """

    tokens: Array  # uint32
    ends: Array  # int64
    breaks: Array  # int64


class TermNumbering:
    """Numbers distinct tokens in the order in which they first come."""

    def __init__(self) -> None:
        self.size = 0
        self._data = np.empty(1 << 16, np.uint8)
        self._at = np.zeros(1 << 12, np.uint32)
        self._slots = np.full(1 << 13, _FREE, np.int32)

    def number(self, text: str) -> Numbered:
        """Number the tokens of ``text``.

        Raises ``OverflowError`` where all distinct tokens together may take 4 GB.
        """
        data = np.frombuffer(text.encode(), np.uint8)
        check_uint32(int(self._at[self.size]) + len(data), "terms")
        numbers = np.empty(text.count(END_TOKEN), np.uint32)
        ends = np.empty(text.count(END_DOCUMENT), np.int64)
        breaks = np.empty(text.count(END_SENTENCE), np.int64)
        numbered = Numbered(numbers, ends, breaks)
        # Bytes, tokens, documents and breaks that are done, and terms.
        state = np.array([0, 0, 0, 0, self.size], np.int64)
        while True:
            reason = _number(data, numbered, self._data, self._at, self._slots, state)
            self.size = int(state[-1])
            if reason == _DONE:
                return numbered
            if reason == _NO_ROOM:
                self._data = _longer(self._data, int(self._at[self.size]) + len(data))
                self._at = _longer(self._at, self.size + 2)
            else:
                self._slots = np.full(len(self._slots) * 2, _FREE, np.int32)
                _fill(self._slots, self._data, self._at, self.size)

    def strings(self) -> Strings:
        """Return the tokens, by their numbers."""
        return Strings(self._data[: self._at[self.size]], self._at[: self.size + 1])


def _longer(old: Array, min_length: int) -> Array:
    new = np.empty(max(2 * len(old), min_length), old.dtype)
    new[: len(old)] = old
    return new


@njit(cache=True, nogil=True)
def _fill(slots, known, at, size):
    mask = np.uint64(len(slots) - 1)
    for term in range(size):
        slot = hash_bytes(known, at[term], at[term + 1]) & mask
        while slots[slot] != _FREE:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = term


@njit(cache=True, nogil=True)
def _number(data, numbered, known, at, slots, state):
    """Number tokens from the place in ``state`` on, until done or until a table is full."""
    numbers, ends, breaks = numbered
    begin, token, document, sentence, size = state
    mask = np.uint64(len(slots) - 1)
    reason = _DONE
    for here in range(begin, len(data)):
        if data[here] == _FORM_FEED:
            ends[document], document, begin = token, document + 1, here + 1
        elif data[here] == _VERTICAL_TAB:
            breaks[sentence], sentence, begin = token, sentence + 1, here + 1
        elif data[here] == _NEWLINE:
            length = here - begin
            slot = hash_bytes(data, begin, here) & mask
            while True:
                term = slots[slot]
                if term == _FREE:
                    break
                low = at[term]
                if at[term + 1] - low == length:
                    same = 0
                    while same < length and known[low + same] == data[begin + same]:
                        same += 1
                    if same == length:
                        break
                slot = (slot + np.uint64(1)) & mask
            if term == _FREE:
                if 2 * size >= len(slots):
                    reason = _CROWDED
                    break
                low = at[size]
                if size + 2 > len(at) or low + length > len(known):
                    reason = _NO_ROOM
                    break
                for offset in range(length):
                    known[low + offset] = data[begin + offset]
                at[size + 1] = low + length
                slots[slot] = term = size
                size += 1
            numbers[token] = term
            token += 1
            begin = here + 1
    state[:] = begin, token, document, sentence, size
    return reason
