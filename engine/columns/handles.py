"""Handles of arrays, so that a call of compiled code is cheap.

Numba inspects every array that a call passes. For the forty arrays of a segment that takes as
long as a search for a rare word. A *handle* is inspected once, when it is made.
"""

from __future__ import annotations

from typing import Any

from numba import njit, types
from numba.experimental import structref


@structref.register
class _HandleType(types.StructRef):
    def preprocess_fields(self, fields: Any) -> Any:
        return tuple((name, types.unliteral(kind)) for name, kind in fields)


class Handle(structref.StructRefProxy):
    """A named tuple of arrays, or of such tuples, that kernels read as ``handle.value``."""


structref.define_proxy(Handle, _HandleType, ["value"])


@njit(cache=True, nogil=True)
def make_handle(value):
    """Return a handle of a named tuple."""
    return Handle(value)
