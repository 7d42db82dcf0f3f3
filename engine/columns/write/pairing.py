"""Finds the documents that have two Han characters side by side (see ``layout.Pairs``).

The pairs are made from the sequences of the exact field, one block at a time: for each
character, the characters that follow it are listed.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.arrays import Array, Strings, check_uint32, to_uint32
from engine.columns.coding import read
from engine.columns.layout import (
    BLOCK,
    MIN_DENSE,
    MIN_LISTED,
    MIN_PAIRED,
    WORDS_PER_BLOCK,
    Pairs,
    Postings,
    Sequences,
)
from engine.columns.native import Handle
from engine.columns.numbers import write_number
from engine.columns.read.terms import INSERTION_POINT, TermDictionary, find
from engine.columns.write.pair_sentences import list_sentences
from engine.jit import njit

_BEGIN, _END = "\u4e00".encode(), "\ua000".encode()  # CJK Unified Ideographs
_OTHER = 65_535  # stands for every token that is not a frequent character
_MAX_GAP = 3  # bytes of the distance of a document to the one before


def pair(postings: Postings, terms: Strings, exact: tuple[int, int], sequences: Sequences) -> Pairs:
    """Make the pairs of a segment whose exact field has the terms ``exact``.

    Raises ``OverflowError`` where they take more than 4 GB.
    """
    dictionary = Handle(TermDictionary(*terms, np.array([exact], np.int64), postings.freqs_at))
    low, after = find(dictionary, [(0, _BEGIN), (0, _END)])[:, INSERTION_POINT].tolist()
    high = min(after, low + _OTHER)
    han = np.full(int(sequences.codes.max(initial=0)) + 1, _OTHER, np.uint16)  # by code
    han[sequences.codes[low - exact[0] : high - exact[0]]] = np.arange(high - low)
    bounds = range(0, len(sequences.at) - 1, BLOCK)
    frequent = [_frequent(postings, low, high, block) for block in range(len(bounds))]

    def pair_block(block: int) -> tuple[Array, ...]:
        at = sequences.at[bounds[block] : bounds[block] + BLOCK + 1]
        check_uint32(_MAX_GAP * int(at[-1] - at[0] + len(at)), "pairs")
        columns: tuple[Array, ...] = _pair_block(sequences.data, at, han, frequent[block])
        keys, _, sizes, *_ = columns
        listed = keys[sizes >= MIN_LISTED - 1]
        return *columns, *list_sentences(sequences, bounds[block], han, listed)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        blocks = list(pool.map(pair_block, range(len(bounds))))
    keys, places, sizes, gaps, dense, sentence_sizes, sentences = (
        np.concatenate([column, *(block[number] for block in blocks)])
        for number, column in enumerate(_EMPTY)
    )
    sentences_at = to_uint32(np.concatenate([[0], np.cumsum(sentence_sizes)]), "pairs")
    ends = np.cumsum([[0, 0, 0], *([len(block[n]) for n in (0, 3, 4)] for block in blocks)], axis=0)
    check_uint32(int(ends[-1].max()), "pairs")
    for block, (begin, gap, row) in enumerate(ends[:-1].tolist()):
        of_block = slice(begin, ends[block + 1, 0])
        offsets = np.where(sizes[of_block] >= MIN_DENSE - 1, row, gap)
        places[of_block] += offsets.astype(np.uint32)
    return Pairs(
        *(np.array([low, high]), ends[:, 0], keys, places, sizes, gaps, dense),
        *(np.flatnonzero(sizes >= MIN_LISTED - 1).astype(np.uint32), sentences_at, sentences),
    )


_EMPTY = (
    *(np.empty(0, np.uint32), np.empty(0, np.uint32), np.empty(0, np.uint16)),
    *(np.empty(0, np.uint8), np.empty((0, WORDS_PER_BLOCK), np.uint64)),
    *(np.empty(0, np.int64), np.empty(0, np.uint8)),
)


@njit(cache=True, nogil=True)
def _frequent(postings, low, high, block):
    """Return which of the characters are frequent in a block (bool)."""
    frequent = np.zeros(high - low, np.bool_)
    for term in range(low, high):
        for run in range(postings.runs[term], postings.runs[term + 1]):
            if postings.run_block[run] == block:
                frequent[term - low] = np.int64(postings.run_size[run]) + 1 >= MIN_PAIRED
    return frequent


@njit(cache=True, nogil=True)
def _pair_block(data, at, han, frequent):
    """Return the columns of the pairs of a block, as in ``Pairs``, with places from 0.

    First the characters are laid out in their order; ``_OTHER`` stands for every other token
    and ends each document. Then their occurrences are sorted by character, each with its
    place and document.
    """
    text = np.empty(at[-1] - at[0] + len(at), np.uint16)
    stops = np.empty(len(at) - 1, np.int64)  # where the text of each document ends
    begins = np.zeros(len(frequent) + 1, np.int64)  # of the occurrences of each character
    size = 0
    for doc in range(len(at) - 1):
        byte = at[doc]
        while byte < at[doc + 1]:
            code, byte = read(data, byte)
            text[size] = han[code]
            if text[size] != _OTHER and not frequent[text[size]]:
                text[size] = _OTHER
            if text[size] != _OTHER:
                begins[text[size] + 1] += 1
            size += 1
        stops[doc] = size
        text[size] = _OTHER
        size += 1
    for char in range(len(frequent)):
        begins[char + 1] += begins[char]
    next_at = begins[:-1].copy()
    docs, spots = np.empty(begins[-1], np.uint16), np.empty(begins[-1], np.uint32)
    begin = 0
    for doc in range(len(stops)):
        for place in range(begin, stops[doc]):
            char = text[place]
            if char != _OTHER:
                docs[next_at[char]], spots[next_at[char]] = doc, place
                next_at[char] += 1
        begin = stops[doc] + 1
    return _list_pairs(text, begins, docs, spots)


@njit(cache=True, nogil=True)
def _list_pairs(text, begins, docs, spots):
    """List, for each character, the characters that follow it and their documents."""
    total = begins[-1]
    keys, places = np.empty(total, np.uint32), np.empty(total, np.uint32)
    sizes, gaps = np.empty(total, np.uint16), np.empty(_MAX_GAP * total, np.uint8)
    dense = np.zeros((total // MIN_DENSE, WORDS_PER_BLOCK), np.uint64)
    pairs = gap_bytes = rows = 0
    last = np.full(_OTHER, -1, np.int32)  # the last document in which a character followed
    counts = np.zeros(_OTHER, np.int32)
    nexts, ordered = np.empty((2, total), np.uint16)
    followers = np.empty(_OTHER, np.int64)
    for char in range(len(begins) - 1):
        low, high = begins[char], begins[char + 1]
        kept, different = _follow(
            text, docs[low:high], spots[low:high], last, nexts, followers, counts
        )
        followers[:different].sort()
        _order(docs[low : low + kept], nexts, followers[:different], counts, ordered)
        begin = 0
        for after in followers[:different]:
            end = counts[after]
            counts[after] = 0
            last[after] = -1
            keys[pairs] = char * BLOCK + after
            sizes[pairs] = end - begin - 1
            places[pairs] = gap_bytes
            if end - begin >= MIN_DENSE:
                places[pairs] = rows
                for at in range(begin, end):
                    dense[rows, ordered[at] >> 6] |= np.uint64(1) << np.uint64(ordered[at] & 63)
                rows += 1
            else:
                gap_bytes = _write_gaps(ordered[begin:end], gaps, gap_bytes)
            pairs += 1
            begin = end
    keys, places, sizes = keys[:pairs].copy(), places[:pairs].copy(), sizes[:pairs].copy()
    return keys, places, sizes, gaps[:gap_bytes].copy(), dense[:rows].copy()


@njit(cache=True, nogil=True)
def _follow(text, docs, spots, last, nexts, followers, counts):
    """Find the characters that follow a character, each of them once in a document.

    The documents move to the front of ``docs``; ``nexts`` has the character that follows in
    each. ``followers`` lists the different characters, ``counts`` has the number of documents
    of each. Returns the numbers of entries in ``docs`` and in ``followers``.
    """
    kept = different = 0
    for at in range(len(docs)):
        after = text[spots[at] + 1]
        if after != _OTHER and last[after] != docs[at]:
            last[after] = docs[at]
            docs[kept], nexts[kept] = docs[at], after
            kept += 1
            if counts[after] == 0:
                followers[different] = after
                different += 1
            counts[after] += 1
    return kept, different


@njit(cache=True, nogil=True)
def _order(docs, nexts, followers, counts, ordered):
    """Sort documents by the character that follows.

    Afterwards ``counts`` has the end of each character's documents.
    """
    begin = 0
    for after in followers:
        begin += counts[after]
        counts[after] = begin - counts[after]
    for at in range(len(docs)):
        ordered[counts[nexts[at]]] = docs[at]
        counts[nexts[at]] += 1


@njit(cache=True, nogil=True)
def _write_gaps(docs, gaps, at):
    """Write the distance of each document to the one before; return where they end."""
    last = 0
    for doc in docs:
        at = write_number(np.int64(doc) - last, gaps, at)
        last = np.int64(doc)
    return at
