"""Arrays that compiled code keeps hold of, so that calling it is cheap.

Numba looks at every array that a call hands over; with the forty of a segment
that takes as long as searching it for a rare word. A *handle* is looked at once,
when it is made.
"""

from __future__ import annotations

from typing import Any

from numba import njit, types
from numba.experimental import structref


@structref.register
class _HandleType(types.StructRef):
    def preprocess_fields(self, fields: Any) -> Any:
        return tuple((name, types.unliteral(held)) for name, held in fields)


class Handle(structref.StructRefProxy):
    """``held`` is a named tuple of arrays, or of such tuples, for kernels to read."""


structref.define_proxy(Handle, _HandleType, ["held"])


@njit(cache=True, nogil=True)
def hold(held):
    """A handle of a named tuple."""
    return Handle(held)
