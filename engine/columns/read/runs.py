"""Checks the runs of all terms of a segment, compiled (see ``checks``)."""

from __future__ import annotations

import numpy as np

from engine.columns.layout import BLOCK, MIN_DENSE, POSTINGS_PER_WORD
from engine.jit import njit


@njit(nogil=True)
def runs_fit(postings, ranges, documents):
    """Return whether the runs of all terms follow each other in every column and fill it.

    Field ``f`` has the terms ``ranges[f, 0]`` to ``ranges[f, 1]`` and ``documents[f]`` documents.
    """
    runs, run_block, run_size = postings.runs, postings.run_block, postings.run_size
    docs_at, dense_at, freqs_at = postings.docs_at, postings.dense_at, postings.freqs_at
    run = docs = rows = freqs = 0
    for field in range(len(ranges)):
        for term in range(ranges[field, 0], ranges[field, 1]):
            if runs[term] != run or docs_at[term] != docs:
                return False
            if dense_at[term] != rows or freqs_at[term] != freqs or runs[term + 1] > len(run_block):
                return False
            last = -1
            while run < runs[term + 1]:
                block, size = np.int64(run_block[run]), np.int64(run_size[run]) + 1
                if block <= last or block * BLOCK + size > documents[field]:
                    return False
                last = block
                rows += size >= MIN_DENSE
                docs += 0 if size >= MIN_DENSE else size
                freqs += size
                run += 1
    return (
        (runs[-1] == run == len(run_block) and freqs_at[-1] == freqs)
        and (docs_at[-1] == docs == len(postings.docs) and dense_at[-1] == rows)
        and (len(postings.dense) == rows and len(postings.freqs) == -(-freqs // POSTINGS_PER_WORD))
    )
