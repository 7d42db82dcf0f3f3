"""Which paragraphs say nearly the same.

Reports repeat each other: opening sentences, explanations of terms, whole duties carried
over to the next year. Paragraphs with ``SIMILAR`` of all their shingles in common share a
*cluster*. Those that stand so in ``FORMULAIC`` reports or more are formulaic.

MinHash digests of shingles are rensa's. Whatever shares a band is then compared shingle by
shingle, so that two paragraphs never share a cluster by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import rensa

from engine.arrays import Array
from engine.duplicates.clustering import ROWS, chains, folded, join
from engine.duplicates.shingles import Shingles

SIMILAR = 0.7  # Jaccard's coefficient
FORMULAIC = 3  # reports
UNIQUE, REPEATED, OFTEN = range(3)  # alone; in a cluster; in one of many reports

BANDS = 8  # of so many, 89 in 100 pairs that are just similar share one, 99 at 0.83
_SEED = 1
_COMPARED = 50_000  # paragraphs whose shingles are held at a time


class Sketches(NamedTuple):
    """What is known of paragraphs without their texts, a row for each.

    Those with the same ``keys`` are the same; those with one of their ``bands`` in common
    are worth a comparison. ``full`` says which ones hold more than signs.
    """

    keys: Array  # uint64[paragraphs]
    bands: Array  # uint64[paragraphs, bands]
    full: Array  # bool[paragraphs]

    @classmethod
    def of(cls, sets: Shingles) -> Sketches:
        """By the MinHash digests of their shingles."""
        made = rensa.RMinHash.digest_matrix_from_flat_token_hashes(*sets, BANDS * ROWS, _SEED)
        digests = np.array(made.to_rows(), np.uint32).reshape(-1, BANDS * ROWS)
        keys = folded(digests, digests.shape[1])[:, 0]
        return cls(keys, folded(digests, ROWS), np.diff(sets.at) > 0)


def clusters(sketches: Sketches, shingles: Callable[[Array], Shingles]) -> Array:
    """The cluster of each paragraph (int64), a number that all in it share.

    ``shingles`` gives those of some rows, in ascending order, to be compared; never of very
    many at a time. The order of paragraphs makes no difference to what is in a cluster.
    """
    keys, first, which = np.unique(sketches.keys, return_index=True, return_inverse=True)
    bands, wanted = sketches.bands[first], sketches.full[first]
    full, found = np.flatnonzero(wanted), np.arange(len(first))
    for batch in chains(bands[full], _COMPARED):
        alike = full[batch]
        alike = alike[np.argsort(first[alike])]
        found[alike] = alike[join(keys[alike], bands[alike], shingles(first[alike]), SIMILAR)]
    each: Array = np.where(sketches.full, found[which], len(first) + np.arange(len(which)))
    return each


def reports_of(clusters: Array, groups: Array, many: int) -> Array:
    """In how many groups each of so many clusters stands (int32[many]).

    ``clusters`` and ``groups`` are those of some paragraphs.
    """
    size = int(groups.max(initial=0)) + 1
    pairs = np.sort(clusters.astype(np.int64) * size + groups)
    each = pairs[np.diff(pairs, prepend=-1) != 0]  # faster than numpy.unique
    counts: Array = np.bincount(each // size, minlength=many).astype(np.int32)
    return counts
