"""Sets up numba, for the modules with compiled functions, which import ``njit`` from here.

So the cache folder is set before numba looks for it, and whoever waits for the compiler is told.
"""

from __future__ import annotations

import numba
from numba import njit
from numba.core import event

from engine.compiling import cache_folder, notify

__all__ = ["njit"]

setattr(numba.config, "CACHE_DIR", str(cache_folder()))  # noqa: B010


class _Listener(event.Listener):
    def on_start(self, event: event.Event) -> None:
        notify()

    def on_end(self, event: event.Event) -> None:
        pass


event.register("numba:compile", _Listener())  # type: ignore[no-untyped-call]
