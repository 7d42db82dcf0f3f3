"""Finds sets that are nearly the same, without comparing each with all others.

Sets whose MinHash digests agree in all rows of a *band* are candidates (Leskovec, Rajaraman,
Ullman, Mining of Massive Datasets, 3.4). Candidates that have most of their shingles in common
share a cluster; clusters are transitive. A *chain* is a connected component of candidates. No
cluster reaches from one chain into another, so chains can be clustered one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from engine.arrays import Array
from engine.duplicates.shingles import Shingles
from engine.hashing import mix
from engine.jit import njit

ROWS = 4  # of a digest, in a band


@njit(cache=True, nogil=True)
def hash_bands(digests, rows, figures):
    """Hash each band of ``rows`` rows of digests (uint32[sets, rows of all bands]).

    Sets with other ``figures`` (uint64[sets]) have other hashes. Returns uint64[sets, bands].
    """
    bands = np.empty((len(digests), digests.shape[1] // rows), np.uint64)
    for number in range(len(digests)):
        for band in range(bands.shape[1]):
            code = mix(figures[number], np.uint64(band + 1))
            for row in range(band * rows, (band + 1) * rows):
                code = mix(code, np.uint64(digests[number, row]))
            bands[number, band] = code
    return bands


def chains(bands: Array, batch_size: int) -> Iterator[Array]:
    """Yield the sets (int64) that have candidates, in batches that never split a chain.

    A batch has about ``batch_size`` sets, or more where a chain has more.
    """
    parents = np.arange(len(bands))
    for band in bands.T:
        _link(parents, band, np.argsort(band))
    chain = _roots(parents)
    order = np.argsort(chain, kind="stable")
    order = order[np.bincount(chain)[chain[order]] > 1]
    first = np.flatnonzero(np.diff(chain[order], prepend=-1))  # of each chain
    batches = first[np.diff(first // batch_size, prepend=-1) > 0]
    for low, high in pairwise([*batches.tolist(), len(order)]):
        yield order[low:high]


def join(keys: Array, bands: Array, sets: Shingles, similarity: float) -> Array:
    """Return the cluster of each set: the number of one of the sets in it (int64).

    Two candidates share a cluster if their Jaccard coefficient is at least ``similarity``.
    ``keys`` (uint64) differ from set to set and depend on the set alone. Sets are compared in
    the order of their keys, so the order in which they come makes no difference.
    """
    at, hashes = sets.at.astype(np.int64), sets.hashes.copy()
    sizes = _sort(hashes, at)
    parents = np.arange(len(bands))
    for band in bands.T:
        _join_band(parents, band, np.lexsort((keys, band)), hashes, at, sizes, similarity)
    clusters: Array = _roots(parents)
    return clusters


@njit(cache=True, nogil=True)
def _sort(hashes, at):
    """Sort the distinct shingles of each set to its front; return how many each set has."""
    sizes = np.empty(len(at) - 1, np.int64)
    for number in range(len(sizes)):
        shingles = hashes[at[number] : at[number + 1]]
        shingles.sort()
        count = 0
        for place in range(len(shingles)):
            if place == 0 or shingles[place] != shingles[place - 1]:
                shingles[count] = shingles[place]
                count += 1
        sizes[number] = count
    return sizes


@njit(cache=True, nogil=True)
def _join_band(parents, band, order, hashes, at, sizes, similarity):
    """Join similar sets among those that agree in a band; ``order`` brings these together.

    Each set is compared with one set of every cluster that agrees in the band, so a thousand
    copies take a thousand comparisons.
    """
    leaders = np.empty(len(order), np.int64)
    count = 0
    for place in range(len(order)):
        current = order[place]
        if place and band[current] != band[order[place - 1]]:
            count = 0
        joined = False
        for number in range(count):
            leader = leaders[number]
            mine, its = _root(parents, current), _root(parents, leader)
            if mine == its:
                joined = True
            elif _similarity(hashes, at, sizes, current, leader) >= similarity:
                parents[max(mine, its)] = min(mine, its)
                joined = True
        if not joined:
            leaders[count] = current
            count += 1


@njit(cache=True, nogil=True)
def _link(parents, band, order):
    """Join all sets that agree in a band; ``order`` brings these together."""
    for place in range(1, len(order)):
        before, current = order[place - 1], order[place]
        if band[before] == band[current]:
            mine, its = _root(parents, before), _root(parents, current)
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
def _similarity(hashes, at, sizes, a, b):
    """Return the Jaccard coefficient of two sets."""
    here, there = at[a], at[b]
    end, stop = here + sizes[a], there + sizes[b]
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
    return both / (sizes[a] + sizes[b] - both)
