"""How near the terms of a query stand to each other in a document.

Of the first hits each place where a term stands is found in their sequences, as bytes: a match
of bytes is a match of tokens. What counts is the shortest stretch that holds all terms, and
whether one sentence does.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array, Bools, Float64s, Int64s
from engine.columns.native import Handle, Kernel
from engine.columns.run.ops import SegmentView


class Patterns(NamedTuple):
    """The spellings of terms, as codes of a segment's sequences.

    Spelling ``p`` of term ``terms[p]`` is ``codes[at[p]:at[p + 1]]``.
    """

    codes: Int64s
    at: Int64s  # [spellings + 1]
    terms: Int64s  # [spellings]
    term_count: int


_proximity = Kernel(
    *("engine.columns.run.proximity_kernels", "proximity"),
    *(Handle[SegmentView], Int64s, Patterns, Float64s, Bools),
)


def proximity(
    texts: Handle[SegmentView], documents: Array, patterns: Patterns
) -> tuple[Array, Array]:
    """For each document, how dense its terms stand and whether one sentence holds them all.

    Density (float64, 0 to 1) is the length of the terms divided by that of the shortest
    stretch that holds all of them; 0 where none does. The second array is bool.
    """
    density = np.empty(len(documents), np.float64)
    together = np.empty(len(documents), np.bool_)
    _proximity(texts, documents, patterns, density, together)
    return density, together
