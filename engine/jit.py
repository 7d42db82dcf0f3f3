"""Sets up numba, for the modules with compiled functions, which import ``njit`` from here.

So the cache folder is set before numba looks for it, and whoever waits for the compiler is told.
"""

from __future__ import annotations

import atexit

import numba
from numba import njit
from numba.core import event

from engine.compiling import cache_folder, list_checksums, notify, remove_damaged

__all__ = ["njit"]

_FOLDER = cache_folder()
remove_damaged(_FOLDER)
setattr(numba.config, "CACHE_DIR", str(_FOLDER))  # noqa: B010


class _Listener(event.Listener):
    def on_start(self, event: event.Event) -> None:
        notify()
        list_checksums(_FOLDER)  # of the functions before; a server may be killed before it ends

    def on_end(self, event: event.Event) -> None:
        pass


atexit.register(list_checksums, _FOLDER)
event.register("numba:compile", _Listener())  # type: ignore[no-untyped-call]
