"""Which sets are nearly the same, found without comparing all with all.

Sets whose MinHash digests agree in all rows of a *band* are candidates (Leskovec,
Rajaraman, Ullman, Mining of Massive Datasets, 3.4). Those that really have most of their
shingles in common are joined, and whatever is joined to something joined is so too. Sets
that candidates link, from one to the next, are a *chain*: what is in another one need not
be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from engine.arrays import Array
from engine.compiling import njit
from engine.duplicates.shingles import Shingles
from engine.hashing import mixed

ROWS = 4  # of a digest, in a band


@njit(cache=True, nogil=True)
def folded(digests, rows):
    """Every so many rows of digests (uint32[sets, rows]) as one number: uint64[sets, bands]."""
    bands = np.empty((len(digests), digests.shape[1] // rows), np.uint64)
    for number in range(len(digests)):
        for band in range(bands.shape[1]):
            code = np.uint64(band + 1)
            for row in range(band * rows, (band + 1) * rows):
                code = mixed(code, np.uint64(digests[number, row]))
            bands[number, band] = code
    return bands


def chains(bands: Array, together: int) -> Iterator[Array]:
    """Sets (int64) that have a band in common with another one, in bits of whole chains.

    A bit has about so many sets ``together``, or more where a chain has.
    """
    parents = np.arange(len(bands))
    for band in bands.T:
        _link(parents, band, np.argsort(band))
    chain = _roots(parents)
    order = np.argsort(chain, kind="stable")
    order = order[np.bincount(chain)[chain[order]] > 1]
    first = np.flatnonzero(np.diff(chain[order], prepend=-1))  # of each chain
    bits = first[np.diff(first // together, prepend=-1) > 0]
    for low, high in pairwise([*bits.tolist(), len(order)]):
        yield order[low:high]


def join(keys: Array, bands: Array, sets: Shingles, similar: float) -> Array:
    """The cluster of each set: the number of one of its sets (int64).

    Sets are joined that have a band in common and the share ``similar`` of all their
    shingles. ``keys`` (uint64) are different ones, made of the sets alone: in their order
    sets are compared, so that it does not matter in which they come.
    """
    at, hashes = sets.at.astype(np.int64), sets.hashes.copy()
    sizes = _sort(hashes, at)
    parents = np.arange(len(bands))
    for band in bands.T:
        _join_band(parents, band, np.lexsort((keys, band)), hashes, at, sizes, similar)
    clusters: Array = _roots(parents)
    return clusters


@njit(cache=True, nogil=True)
def _sort(hashes, at):
    """Sort the shingles of each set, each once to the front; returns how many these are."""
    sizes = np.empty(len(at) - 1, np.int64)
    for number in range(len(sizes)):
        held = hashes[at[number] : at[number + 1]]
        held.sort()
        many = 0
        for place in range(len(held)):
            if place == 0 or held[place] != held[place - 1]:
                held[many] = held[place]
                many += 1
        sizes[number] = many
    return sizes


@njit(cache=True, nogil=True)
def _join_band(parents, band, order, hashes, at, sizes, similar):
    """Join what is alike among those with the same number for a band.

    Each is compared with one of every cluster met there, so that a thousand copies take
    a thousand comparisons.
    """
    leaders = np.empty(len(order), np.int64)
    many = 0
    for place in range(len(order)):
        one = order[place]
        if place and band[one] != band[order[place - 1]]:
            many = 0
        known = False
        for number in range(many):
            other = leaders[number]
            mine, its = _root(parents, one), _root(parents, other)
            if mine == its:
                known = True
            elif _alike(hashes, at, sizes, one, other) >= similar:
                parents[max(mine, its)] = min(mine, its)
                known = True
        if not known:
            leaders[many] = one
            many += 1


@njit(cache=True, nogil=True)
def _link(parents, band, order):
    """Join those with the same number for a band."""
    for place in range(1, len(order)):
        one, other = order[place - 1], order[place]
        if band[one] == band[other]:
            mine, its = _root(parents, one), _root(parents, other)
            parents[max(mine, its)] = min(mine, its)


@njit(cache=True, nogil=True)
def _root(parents, number):
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number


@njit(cache=True, nogil=True)
def _roots(parents):
    roots = np.empty(len(parents), np.int64)
    for number in range(len(parents)):
        roots[number] = _root(parents, number)
    return roots


@njit(cache=True, nogil=True)
def _alike(hashes, at, sizes, one, other):
    """Jaccard's coefficient of two sets."""
    here, there = at[one], at[other]
    end, stop = here + sizes[one], there + sizes[other]
    both = 0
    while here < end and there < stop:
        if hashes[here] == hashes[there]:
            both += 1
            here += 1
            there += 1
        elif hashes[here] < hashes[there]:
            here += 1
        else:
            there += 1
    return both / (sizes[one] + sizes[other] - both)
