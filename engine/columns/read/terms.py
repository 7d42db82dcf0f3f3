"""The terms of a segment, looked up by their bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.arrays import Array, Int64Table, UInt8s, UInt32s
from engine.columns.native import Handle, Kernel

_KEY = b"%c%s\n"  # the number of a field, and a term; no token contains a newline


class TermDictionary(NamedTuple):
    """The terms of a segment, sorted in each field."""

    data: UInt8s  # see ``Strings``
    at: UInt32s
    fields: Int64Table  # [fields, 2]: the first term of each field, and the one after its last
    freqs_at: UInt32s  # see ``Postings``


TERM_NUMBER, INSERTION_POINT, DOCUMENT_COUNT = range(3)  # the columns of what ``find`` returns


_find = Kernel("engine.columns.read.lookup", "find", Handle[TermDictionary], UInt8s, Int64Table)


def find(dictionary: Handle[TermDictionary], keys: Sequence[tuple[int, bytes]]) -> Array:
    """Look up keys, each the number of a field and the bytes of a term.

    Returns a row for each key (int64[keys, 3]). ``TERM_NUMBER`` is the number of the term, or
    -1 where the field does not have it.
    ``INSERTION_POINT`` is the number of the field's first term that is not less than the key.
    ``DOCUMENT_COUNT`` is the number of the term's postings.
    """
    rows = np.empty((len(keys), 3), np.int64)
    _find(dictionary, np.frombuffer(b"".join([_KEY % key for key in keys]), np.uint8), rows)
    return rows
