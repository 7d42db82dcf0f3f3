"""Lists the sentences in which a frequent pair of characters stands (see ``layout.Pairs``)."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.columns.coding import end_of_sentence, read
from engine.columns.layout import BLOCK, Sequences
from engine.columns.numbers import size_of_number, write_number
from engine.jit import njit


def list_sentences(
    sequences: Sequences, first: int, characters: Array, keys: Array
) -> tuple[Array, Array]:
    """List the sentences of the pairs ``keys`` in the block that begins at document ``first``.

    ``characters`` has the number of the character that each code stands for. Returns the number of
    bytes of each list, and the lists one after the other.
    """
    begins = np.searchsorted(keys // BLOCK, np.arange(BLOCK + 1))  # of the pairs of a character
    seconds = (keys % BLOCK).astype(np.uint16)
    at = np.zeros(len(keys) + 1, np.int64)
    nothing = np.empty(0, np.uint8)
    at[1:] = np.cumsum(_list(sequences, first, characters, begins, seconds, at[:-1], nothing))
    lists = np.empty(at[-1], np.uint8)
    _list(sequences, first, characters, begins, seconds, at[:-1], lists)
    return np.diff(at), lists


@njit(cache=True, nogil=True)
def _list(sequences, first, characters, begins, seconds, at, lists):
    """Write the list of each pair from its place in ``at`` on; return the bytes of each list.

    Only measures the lists where ``lists`` is empty.
    """
    sizes_at, data = sequences.sizes_at, sequences.data
    last = np.full(len(seconds), np.int64(sizes_at[first]))
    ends, seen = at.copy(), np.full(len(seconds), -1)
    for doc in range(first, min(first + BLOCK, len(sequences.at) - 1)):
        place, after = sequences.at[doc], np.int64(sizes_at[doc])
        while place < sequences.at[doc + 1]:
            sentence = after
            end, after = end_of_sentence(sequences, doc, place, sentence)
            code, place = read(data, place)
            char = characters[code]
            while place < end:
                code, place = read(data, place)
                before, char = char, characters[code]
                for pair in range(begins[before], begins[before + 1]):
                    if seconds[pair] != char or seen[pair] == sentence:
                        continue
                    gap, last[pair], seen[pair] = sentence - last[pair], sentence, sentence
                    if len(lists):
                        ends[pair] = write_number(gap, lists, ends[pair])
                    else:
                        ends[pair] += size_of_number(gap)
    return ends - at
