"""Which documents have two Han characters side by side: see ``layout.Pairs``.

Made from the finished postings of the exact field, a block at a time: first the
characters of each document are laid out again in their order, then for each
character what follows it is noted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from engine.columns.freqs import entries
from engine.columns.handles import hold
from engine.columns.layout import (
    BLOCK,
    DENSE,
    ESCAPE,
    MORE,
    PAIRED,
    WORDS,
    Array,
    Pairs,
    Postings,
    Strings,
)
from engine.columns.merging import documents
from engine.columns.tokens import FIRST, Lexicon, find

_BEGIN, _END = "\u4e00".encode(), "\ua000".encode()  # CJK Unified Ideographs
_OTHER = 65_535  # no character of these


def pair(postings: Postings, terms: Strings, exact: tuple[int, int], documents: int) -> Pairs:
    """The pairs of a segment whose exact field has the terms ``exact``."""
    lexicon = hold(Lexicon(*terms, np.array([exact]), postings.freqs_at))
    low, after = find(lexicon, [(0, _BEGIN), (0, _END)])[:, FIRST].tolist()
    high = min(after, low + _OTHER)
    cursors = list(_cursors(postings, exact, -(-documents // BLOCK)))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda at: _pair_block(postings, exact[0], low, high, *at), cursors))
    keys, places, sizes, gaps, dense = (
        np.concatenate([column, *(block[number] for block in found)])
        for number, column in enumerate(_NOTHING)
    )
    ends = np.cumsum([[0, 0, 0], *([len(block[n]) for n in (0, 3, 4)] for block in found)], axis=0)
    for block, (begin, gap, row) in enumerate(ends[:-1].tolist()):
        here = slice(begin, ends[block + 1, 0])
        places[here] += np.where(sizes[here] >= DENSE - 1, row, gap).astype(np.uint32)
    return Pairs(np.array([low, high]), ends[:, 0], keys, places, sizes, gaps, dense)


_NOTHING = (
    *(np.empty(0, np.uint32), np.empty(0, np.uint32), np.empty(0, np.uint16)),
    *(np.empty(0, np.uint8), np.empty((0, WORDS), np.uint64)),
)


def _cursors(
    postings: Postings, exact: tuple[int, int], blocks: int
) -> Iterator[tuple[int, Array, Array]]:
    """For each block: its number, the next run of each term, and where that begins."""
    runs = postings.runs[exact[0] : exact[1]].copy()
    ats = np.stack([column[exact[0] : exact[1]] for column in postings[1:5]])
    for block in range(blocks):
        yield block, runs.copy(), ats.copy()
        _advance(postings, exact[0], block, runs, ats)


@njit(cache=True, nogil=True)
def _here(postings, first, i, block, runs):
    """How many documents term ``first + i`` has in the block."""
    run = runs[i]
    if run == postings.runs[first + i + 1] or postings.run_block[run] != block:
        return 0
    return np.int64(postings.run_size[run]) + 1


@njit(cache=True, nogil=True)
def _advance(postings, first, block, runs, ats):
    for i in range(len(runs)):
        size = _here(postings, first, i, block, runs)
        if size:
            ats[0, i] += 0 if size >= DENSE else size
            ats[1, i] += size >= DENSE
            ats[2, i] += size
            ats[3, i] += postings.run_gaps[runs[i]]
            runs[i] += 1


@njit(cache=True, nogil=True)
def _pair_block(postings, first, low, high, block, runs, ats):
    """The columns of the pairs of a block, as in ``Pairs``, their places from 0."""
    lengths = np.zeros(BLOCK, np.int64)
    most = 0
    held = np.empty(len(runs), np.int64)
    for i in range(len(runs)):
        held[i] = _here(postings, first, i, block, runs)
        most = max(most, postings.run_gaps[runs[i]] if held[i] else 0)
    docs, spots = np.empty(most, np.uint16), np.empty(most, np.int64)
    noted = 0
    for i in range(len(runs)):
        if held[i]:
            count = _occurrences(postings, held[i], ats[:, i], docs, spots)
            for at in range(count):
                lengths[docs[at]] = max(lengths[docs[at]], spots[at] + 1)
            if held[i] >= PAIRED and low <= first + i < high:
                noted += count
    begins = np.zeros(BLOCK + 1, np.int64)
    for doc in range(BLOCK):
        begins[doc + 1] = begins[doc] + lengths[doc] + 1  # and a place that nothing stands at
    text = np.full(begins[BLOCK], _OTHER, np.uint16)
    for i in range(low - first, high - first):
        if held[i] >= PAIRED:
            count = _occurrences(postings, held[i], ats[:, i], docs, spots)
            for at in range(count):
                text[begins[docs[at]] + spots[at]] = first + i - low
    return _note(postings, first, low, high, held, ats, begins, text, docs, spots, noted)


@njit(cache=True, nogil=True)
def _note(postings, first, low, high, held, ats, begins, text, docs, spots, noted):
    """Go through the characters, and for each through what follows it."""
    keys, places = np.empty(noted, np.uint32), np.empty(noted, np.uint32)
    sizes, gaps = np.empty(noted, np.uint16), np.empty(3 * noted, np.uint8)
    dense = np.zeros((noted // DENSE, WORDS), np.uint64)
    pairs = upto = rows = 0
    last = np.full(_OTHER, -1, np.int32)  # in which document a character followed last
    many = np.zeros(_OTHER, np.int32)
    nexts, ordered = np.empty((2, len(docs)), np.uint16)
    met = np.empty(_OTHER, np.int64)
    for i in range(low - first, high - first):
        if held[i] < PAIRED:
            continue
        count = _occurrences(postings, held[i], ats[:, i], docs, spots)
        kept, kinds = _follow(begins, text, docs[:count], spots, last, nexts, met, many)
        met[:kinds].sort()
        _order(docs[:kept], nexts, met[:kinds], many, ordered)
        begin = 0
        for kind in range(kinds):
            end = many[met[kind]]
            many[met[kind]] = 0
            last[met[kind]] = -1
            keys[pairs] = (first + i - low) * BLOCK + met[kind]
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
def _follow(begins, text, docs, spots, last, nexts, met, many):
    """What follows a character in each document, once each; returns how many, how many kinds.

    The documents move to the front of ``docs``, beside them in ``nexts`` is what follows;
    ``met`` has each character that does, ``many`` in how many documents.
    """
    kept = kinds = 0
    for at in range(len(docs)):
        after = text[begins[docs[at]] + spots[at] + 1]
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


@njit(cache=True, nogil=True)
def _occurrences(postings, size, at, docs, places):
    """Document and position of each occurrence in a run, into two arrays; returns how many."""
    found = np.empty(size, np.uint16)
    documents(postings.docs, postings.dense, size, at[0], at[1], found)
    freqs, large_at, large, gaps = postings.freqs, postings.large_at, postings.large, postings.gaps
    gap, count = at[3], 0
    for posting in range(size):
        end = gap + entries(freqs, at[2] + posting, large_at, large)
        place = 0
        while gap < end:
            step = np.int64(gaps[gap])
            place += step
            gap += 1
            if step != ESCAPE:
                docs[count], places[count] = found[posting], place
                count += 1
    return count
