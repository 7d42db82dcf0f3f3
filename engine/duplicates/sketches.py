"""Finds paragraphs that say nearly the same.

Reports repeat each other: opening sentences, explanations of terms, whole duties that return the
next year. Paragraphs with the same figures whose shingles have a Jaccard coefficient of at least
``MIN_SIMILARITY`` share a *cluster*. A paragraph is formulaic if its cluster has paragraphs of at
least ``MIN_FORMULAIC_REPORTS`` reports.

The MinHash digests of shingles are rensa's. Paragraphs that agree in a band are then compared
shingle by shingle, so that two paragraphs never share a cluster by chance. Paragraphs with other
figures agree in no band.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import rensa

from engine.arrays import Array
from engine.duplicates.clustering import ROWS, chains, hash_bands, join
from engine.duplicates.shingles import Shingles

MIN_SIMILARITY = 0.7  # Jaccard's coefficient
BANDS = 8  # with 8, 89 in 100 pairs that are just similar agree in a band, 99 at 0.83
_SEED = 1
_BATCH = 50_000  # paragraphs whose shingles are in memory at a time


class Sketches(NamedTuple):
    """What is known of paragraphs without their texts, one row for each.

    Paragraphs with equal ``keys`` have equal shingles and figures. Paragraphs that agree in one
    of their ``bands`` are candidates, and have equal figures. ``full`` says which paragraphs
    have any shingles.
    """

    keys: Array  # uint64[paragraphs]
    bands: Array  # uint64[paragraphs, bands]
    full: Array  # bool[paragraphs]

    @classmethod
    def of(cls, sets: Shingles) -> Sketches:
        """Make sketches from the MinHash digests of shingles."""
        matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(
            sets.hashes, sets.at, BANDS * ROWS, _SEED
        )
        digests = np.array(matrix.to_rows(), np.uint32).reshape(-1, BANDS * ROWS)
        keys = hash_bands(digests, digests.shape[1], sets.figures)[:, 0]
        return cls(keys, hash_bands(digests, ROWS, sets.figures), np.diff(sets.at) > 0)


def clusters(sketches: Sketches, shingles: Callable[[Array], Shingles]) -> Array:
    """Return the cluster of each paragraph (int64), a number that all of its members share.

    ``shingles`` is called with ascending rows and returns their shingles; never with very many.
    The order of paragraphs makes no difference to the members of a cluster.
    """
    keys, first, inverse = np.unique(sketches.keys, return_index=True, return_inverse=True)
    bands, has_shingles = sketches.bands[first], sketches.full[first]
    rows, cluster = np.flatnonzero(has_shingles), np.arange(len(first))
    for batch in chains(bands[rows], _BATCH):
        linked = rows[batch]
        linked = linked[np.argsort(first[linked])]
        joined = join(keys[linked], bands[linked], shingles(first[linked]), MIN_SIMILARITY)
        cluster[linked] = linked[joined]
    alone = len(first) + np.arange(len(inverse))
    of_each: Array = np.where(sketches.full, cluster[inverse], alone)
    return of_each
