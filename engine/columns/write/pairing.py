"""Which documents have two Han characters side by side: see ``layout.Pairs``.

Made from the sequences of the exact field, a block at a time: for each character,
what follows it is noted.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.arrays import Array, Strings, check_uint32
from engine.columns.handles import hold
from engine.columns.layout import (
    BLOCK,
    DENSE,
    MORE,
    PAIRED,
    WORDS_PER_BLOCK,
    Pairs,
    Postings,
    Sequences,
)
from engine.columns.read.terms import FIRST, TermDictionary, find
from engine.columns.sequences import read
from engine.compiling import njit

_BEGIN, _END = "\u4e00".encode(), "\ua000".encode()  # CJK Unified Ideographs
_OTHER = 65_535  # no character of these
_GAP_BYTES = 3  # at the most, for the distance of a document to the one before


def pair(postings: Postings, terms: Strings, exact: tuple[int, int], sequences: Sequences) -> Pairs:
    """The pairs of a segment whose exact field has the terms ``exact``.

    Raises ``OverflowError`` where they take more than 4 GB.
    """
    lexicon = hold(TermDictionary(*terms, np.array([exact]), postings.freqs_at))
    low, after = find(lexicon, [(0, _BEGIN), (0, _END)])[:, FIRST].tolist()
    high = min(after, low + _OTHER)
    han = np.full(int(sequences.codes.max(initial=0)) + 1, _OTHER, np.uint16)
    han[sequences.codes[low - exact[0] : high - exact[0]]] = np.arange(high - low)
    bounds = range(0, len(sequences.at) - 1, BLOCK)
    often = [_often(postings, low, high, block) for block in range(len(bounds))]

    def pair_block(block: int) -> tuple[Array, ...]:
        at = sequences.at[bounds[block] : bounds[block] + BLOCK + 1]
        check_uint32(_GAP_BYTES * int(at[-1] - at[0] + len(at)), "pairs")
        found: tuple[Array, ...] = _pair_block(sequences.data, at, han, often[block])
        return found

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(pair_block, range(len(bounds))))
    keys, places, sizes, gaps, dense = (
        np.concatenate([column, *(block[number] for block in found)])
        for number, column in enumerate(_NOTHING)
    )
    ends = np.cumsum([[0, 0, 0], *([len(block[n]) for n in (0, 3, 4)] for block in found)], axis=0)
    check_uint32(int(ends[-1].max()), "pairs")
    for block, (begin, gap, row) in enumerate(ends[:-1].tolist()):
        here = slice(begin, ends[block + 1, 0])
        places[here] += np.where(sizes[here] >= DENSE - 1, row, gap).astype(np.uint32)
    return Pairs(np.array([low, high]), ends[:, 0], keys, places, sizes, gaps, dense)


_NOTHING = (
    *(np.empty(0, np.uint32), np.empty(0, np.uint32), np.empty(0, np.uint16)),
    *(np.empty(0, np.uint8), np.empty((0, WORDS_PER_BLOCK), np.uint64)),
)


@njit(cache=True, nogil=True)
def _often(postings, low, high, block):
    """Which of the characters stand in enough documents of a block to be noted."""
    often = np.zeros(high - low, np.bool_)
    for term in range(low, high):
        for run in range(postings.runs[term], postings.runs[term + 1]):
            if postings.run_block[run] == block:
                often[term - low] = np.int64(postings.run_size[run]) + 1 >= PAIRED
    return often


@njit(cache=True, nogil=True)
def _pair_block(data, at, han, often):
    """The columns of the pairs of a block, as in ``Pairs``, their places from 0.

    Characters are laid out in their order, those that are not noted as others, with one
    such behind each document; then they are sorted, with the place and document of each.
    """
    text = np.empty(at[-1] - at[0] + len(at), np.uint16)
    stops = np.empty(len(at) - 1, np.int64)  # where the text of each document does
    begins = np.zeros(len(often) + 1, np.int64)  # where the places of each character begin
    size = 0
    for doc in range(len(at) - 1):
        here = at[doc]
        while here < at[doc + 1]:
            code, here = read(data, here)
            text[size] = han[code]
            if text[size] != _OTHER and not often[text[size]]:
                text[size] = _OTHER
            if text[size] != _OTHER:
                begins[text[size] + 1] += 1
            size += 1
        stops[doc] = size
        text[size] = _OTHER
        size += 1
    for char in range(len(often)):
        begins[char + 1] += begins[char]
    upto = begins[:-1].copy()
    docs, spots = np.empty(begins[-1], np.uint16), np.empty(begins[-1], np.uint32)
    begin = 0
    for doc in range(len(stops)):
        for place in range(begin, stops[doc]):
            char = text[place]
            if char != _OTHER:
                docs[upto[char]], spots[upto[char]] = doc, place
                upto[char] += 1
        begin = stops[doc] + 1
    return _note(text, begins, docs, spots)


@njit(cache=True, nogil=True)
def _note(text, begins, docs, spots):
    """Go through the characters, and for each through what follows it."""
    noted = begins[-1]
    keys, places = np.empty(noted, np.uint32), np.empty(noted, np.uint32)
    sizes, gaps = np.empty(noted, np.uint16), np.empty(_GAP_BYTES * noted, np.uint8)
    dense = np.zeros((noted // DENSE, WORDS_PER_BLOCK), np.uint64)
    pairs = upto = rows = 0
    last = np.full(_OTHER, -1, np.int32)  # in which document a character followed last
    many = np.zeros(_OTHER, np.int32)
    nexts, ordered = np.empty((2, noted), np.uint16)
    met = np.empty(_OTHER, np.int64)
    for char in range(len(begins) - 1):
        low, high = begins[char], begins[char + 1]
        kept, kinds = _follow(text, docs[low:high], spots[low:high], last, nexts, met, many)
        met[:kinds].sort()
        _order(docs[low : low + kept], nexts, met[:kinds], many, ordered)
        begin = 0
        for kind in range(kinds):
            end = many[met[kind]]
            many[met[kind]] = 0
            last[met[kind]] = -1
            keys[pairs] = char * BLOCK + met[kind]
            sizes[pairs] = end - begin - 1
            places[pairs] = upto
            if end - begin >= DENSE:
                places[pairs] = rows
                for at in range(begin, end):
                    dense[rows, ordered[at] >> 6] |= np.uint64(1) << np.uint64(ordered[at] & 63)
                rows += 1
            else:
                upto = _put_gaps(ordered[begin:end], gaps, upto)
            pairs += 1
            begin = end
    keys, places, sizes = keys[:pairs].copy(), places[:pairs].copy(), sizes[:pairs].copy()
    return keys, places, sizes, gaps[:upto].copy(), dense[:rows].copy()


@njit(cache=True, nogil=True)
def _follow(text, docs, spots, last, nexts, met, many):
    """What follows a character in each document, once each; returns how many, how many kinds.

    The documents move to the front of ``docs``, beside them in ``nexts`` is what follows;
    ``met`` has each character that does, ``many`` in how many documents.
    """
    kept = kinds = 0
    for at in range(len(docs)):
        after = text[spots[at] + 1]
        if after != _OTHER and last[after] != docs[at]:
            last[after] = docs[at]
            docs[kept], nexts[kept] = docs[at], after
            kept += 1
            if many[after] == 0:
                met[kinds] = after
                kinds += 1
            many[after] += 1
    return kept, kinds


@njit(cache=True, nogil=True)
def _order(docs, nexts, met, many, ordered):
    """Documents by the character that follows there; ``many`` becomes where each one ends."""
    begin = 0
    for after in met:
        begin += many[after]
        many[after] = begin - many[after]
    for at in range(len(docs)):
        ordered[many[nexts[at]]] = docs[at]
        many[nexts[at]] += 1


@njit(cache=True, nogil=True)
def _put_gaps(docs, gaps, at):
    """Write how far each document is from the one before; returns where that ends."""
    last = 0
    for doc in docs:
        gap = np.int64(doc) - last
        last = np.int64(doc)
        while gap >= MORE:
            gaps[at] = gap % MORE + MORE
            gap //= MORE
            at += 1
        gaps[at] = gap
        at += 1
    return at
