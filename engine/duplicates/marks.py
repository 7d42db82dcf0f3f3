"""Marks paragraphs as unique, repeated or formulaic, from their clusters (see ``sketches``)."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array

MIN_FORMULAIC_REPORTS = 3
UNIQUE, REPEATED, FORMULAIC = range(3)  # without a cluster; in a cluster; formulaic


def count_reports(clusters: Array, groups: Array, cluster_count: int) -> Array:
    """Return the number of groups of each cluster (int32[cluster_count]).

    ``clusters`` and ``groups`` are the cluster and the group of each of some paragraphs.
    """
    size = int(groups.max(initial=0)) + 1
    pairs = np.sort(clusters.astype(np.int64) * size + groups)
    different = pairs[np.diff(pairs, prepend=-1) != 0]  # faster than numpy.unique
    counts: Array = np.bincount(different // size, minlength=cluster_count).astype(np.int32)
    return counts
