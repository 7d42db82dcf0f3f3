"""Finds the documents of one block of which a sentence holds all terms of a query.

Of frequent pairs of characters the index lists the sentences. So most frequent words are looked
up, and only sentences that such lists admit are searched for the other terms, byte by byte.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.columns.coding import end_of_sentence, find_bytes, write
from engine.columns.layout import BLOCK
from engine.columns.numbers import CONTINUES, read_number
from engine.columns.run.phrases import find_pair, list_documents, prefetch_later
from engine.columns.run.slots import CHARACTER, NO_CHARACTER, SIZE, TERM
from engine.columns.sequences import LONGEST
from engine.jit import njit

_LISTED = 64  # bytes of a list that are read in the time in which a document is searched

_ONE = np.uint64(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@njit(nogil=True)
def one_sentence(view, slots, slot_info, spellings, block, out):
    """Remove the documents from ``out`` of which no sentence holds all terms.

    ``spellings`` has the number of terms and the slot of the first token, then for each spelling
    the number of its term and the number of its tokens.
    """
    at, sizes_at = view.sequences.at[block * BLOCK :], view.sequences.sizes_at[block * BLOCK :]
    docs = list_documents(out, len(at) - 1)
    if len(docs) == 0:
        return
    patterns = _patterns(view.sequences.codes, view.first, slots, slot_info, spellings)
    first, end = np.int64(sizes_at[0]), np.int64(sizes_at[min(BLOCK, len(sizes_at) - 1)])
    admitted = np.full(((end - first) >> 6) + 1, _ALL, np.uint64)
    searched = _look_up(view.pairs, patterns, block, _LISTED * len(docs), admitted)
    order = _by_frequency(slots, spellings, searched)
    left = 0
    for doc in docs:
        if _any(admitted, sizes_at[doc] - first, sizes_at[doc + 1] - first):
            docs[left] = doc
            left += 1
        else:
            out[doc >> 6] &= ~(_ONE << np.uint64(doc & 63))
    if len(order) == 0:
        return
    docs = docs[:left]
    for number in range(left):
        prefetch_later(at, view.sequences.data, docs, number)
        doc = docs[number]
        if not _holds(view.sequences, block * BLOCK + doc, first, admitted, patterns, order):
            out[doc >> 6] &= ~(_ONE << np.uint64(doc & 63))


class _Patterns(NamedTuple):
    """The spellings that a segment has, term by term.

    Spelling ``p`` has the bytes ``written[begins[p]:begins[p + 1]]``, and is looked for by its
    byte ``pivots[p]``, that of its rarest token. Its tokens are the characters
    ``characters[tokens[p]:tokens[p + 1]]``. The spellings of term ``t`` are those from
    ``terms[t]`` to ``terms[t + 1]``.
    """

    written: Array
    begins: Array
    pivots: Array
    characters: Array
    tokens: Array
    terms: Array


@njit(nogil=True)
def _patterns(codes, first, slots, slot_info, spellings):
    written = np.empty(LONGEST * len(slot_info), np.uint8)
    characters = np.empty(len(slot_info), np.int64)
    begins, pivots, tokens = np.zeros((3, len(spellings)), np.int64)
    terms = np.zeros(spellings[0] + 1, np.int64)
    count = size = token = 0
    slot = spellings[1]
    for entry in range(2, len(spellings), 2):
        end, rarest = slot + spellings[entry + 1], slot
        while slot < end and slot_info[slot, TERM] >= 0:
            if slots[slot, SIZE] <= slots[rarest, SIZE]:
                rarest, pivots[count] = slot, size - begins[count]
            size = write(np.int64(codes[slot_info[slot, TERM] - first]), written, size)
            characters[token] = slot_info[slot, CHARACTER]
            token += 1
            slot += 1
        if slot < end:  # a token that the segment does not have
            size, token, slot = begins[count], tokens[count], end
        else:
            count += 1
            begins[count], tokens[count] = size, token
        terms[spellings[entry] + 1] = count
    return _Patterns(written, begins, pivots, characters, tokens, terms)


# --- lists of sentences -----------------------------------------------------------------------


@njit(nogil=True)
def _look_up(pairs, patterns, block, budget, admitted):
    """Leave the sentences in ``admitted`` that can have all terms, as far as lists tell.

    Returns which terms have to be searched for all the same. Lists of more bytes than ``budget``
    are not read.
    """
    terms = patterns.terms
    searched = np.ones(len(terms) - 1, np.bool_)
    of_term, of_spelling, of_pair = np.empty((3, len(admitted)), np.uint64)
    for term in range(len(terms) - 1):
        of_term[:] = np.uint64(0)
        searched[term] = False
        for p in range(terms[term], terms[term + 1]):
            of_spelling[:] = _ALL
            low, high = patterns.tokens[p], patterns.tokens[p + 1]
            listed = 0
            for token in range(low, high - 1):
                first, second = patterns.characters[token], patterns.characters[token + 1]
                row = _row(pairs, first, second, block, budget)
                if row >= 0:
                    _list_sentences(pairs, row, of_pair)
                    _intersect(of_spelling, of_pair)
                    listed += 1
            searched[term] |= listed == 0 or high - low > 2
            for word in range(len(of_term)):
                of_term[word] |= of_spelling[word]
        _intersect(admitted, of_term)
    return searched


@njit(nogil=True)
def _row(pairs, first, second, block, budget):
    """Return the place of two characters in ``Pairs.listed``, or -1 to read no list of them."""
    if first == NO_CHARACTER or second == NO_CHARACTER:
        return -1
    pair = find_pair(pairs, first, second, block)
    if pair < 0:
        return -1
    row = np.searchsorted(pairs.listed, pair)
    if row == len(pairs.listed) or pairs.listed[row] != pair:
        return -1
    return row if pairs.sentences_at[row + 1] - pairs.sentences_at[row] <= budget else -1


@njit(nogil=True)
def _list_sentences(pairs, row, out):
    """Set ``out`` to the sentences of a pair."""
    out[:] = np.uint64(0)
    sentences = pairs.sentences
    at, end = int(pairs.sentences_at[row]), int(pairs.sentences_at[row + 1])
    sentence, most = 0, 64 * len(out)
    while at < end:
        gap = np.int64(sentences[at])
        at += 1
        if gap >= CONTINUES:
            gap, at = read_number(sentences, at - 1, end)
        sentence += gap
        if not 0 <= sentence < most:  # a damaged file
            break
        out[sentence >> 6] |= _ONE << np.uint64(sentence & 63)


@njit(nogil=True)
def _intersect(bits, others):
    for word in range(len(bits)):
        bits[word] &= others[word]


@njit(nogil=True)
def _any(bits, low, high):
    """Return whether a bit from ``low`` to ``high`` is set."""
    for word in range(low >> 6, (high + 63) >> 6):
        found = bits[word]
        if word == low >> 6:
            found &= _ALL << np.uint64(low & 63)
        if word == high >> 6:
            found &= ~(_ALL << np.uint64(high & 63))
        if found:
            return True
    return False


# --- searching --------------------------------------------------------------------------------


@njit(nogil=True)
def _by_frequency(slots, spellings, searched):
    """Return the terms that are to be searched for, the one that fewest documents hold first."""
    sizes = np.zeros(spellings[0], np.int64)
    slot = spellings[1]
    for entry in range(2, len(spellings), 2):
        end, least = slot + spellings[entry + 1], BLOCK
        for token in range(slot, end):
            least = min(least, slots[token, SIZE])
        sizes[spellings[entry]] += least
        slot = end
    order = np.empty(len(sizes), np.int64)
    count = 0
    for term in range(len(sizes)):
        if searched[term]:
            place = count
            while place > 0 and sizes[order[place - 1]] > sizes[term]:
                order[place] = order[place - 1]
                place -= 1
            order[place] = term
            count += 1
    return order[:count]


@njit(nogil=True)
def _holds(sequences, doc, first, admitted, patterns, terms):
    """Return whether an admitted sentence of a document holds the terms.

    Only sentences in which the first term begins are looked at.
    """
    data, high = sequences.data, sequences.at[doc + 1]
    end, after = sequences.at[doc], np.int64(sequences.sizes_at[doc])
    while True:
        place = _find(data, end, high, patterns, terms[0])
        if place < 0:
            return False
        begin, number = end, after
        while end <= place:
            begin, number = end, after
            end, after = end_of_sentence(sequences, doc, begin, number)
        number -= first
        if admitted[number >> 6] >> np.uint64(number & 63) & _ONE:
            held = 0
            while held < len(terms) and _find(data, begin, end, patterns, terms[held]) >= 0:
                held += 1
            if held == len(terms):
                return True


@njit(nogil=True)
def _find(data, low, high, patterns, term):
    """Return the first place of a term in ``data[low:high]``, or -1."""
    written, begins, pivots = patterns.written, patterns.begins, patterns.pivots
    first = -1
    for p in range(patterns.terms[term], patterns.terms[term + 1]):
        place = find_bytes(data, low, high, written, begins[p], begins[p + 1], pivots[p])
        if place >= 0 and (first < 0 or place < first):
            first = place
    return first
