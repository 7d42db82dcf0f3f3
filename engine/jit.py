"""Sets up numba, for the modules with compiled functions, which import ``njit`` from here.

So the cache folder is set before numba looks for it, and whoever waits for the compiler is told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from numba.core import event

from engine.compiling import cache_folder, list_checksums, notify, remove_damaged

__all__ = ["njit"]

_FOLDER = cache_folder()
remove_damaged(_FOLDER)
setattr(numba.config, "CACHE_DIR", str(_FOLDER))  # noqa: B010


class _Listener(event.Listener):
    def on_start(self, event: event.Event) -> None:
        notify()

    def on_end(self, event: event.Event) -> None:
        pass


def njit(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Numba's ``njit``, whose files in the cache get a checksum as soon as they are written.

    Another process that starts now would remove a file without one.
    """
    decorate = numba.njit(**options)

    def compiled(function: Callable[..., Any]) -> Any:
        dispatcher = decorate(function)
        if options.get("cache"):
            save = dispatcher._cache.save_overload

            def save_and_list(*overload: Any) -> None:
                save(*overload)
                list_checksums(_FOLDER)

            dispatcher._cache.save_overload = save_and_list
        return dispatcher

    return compiled


event.register("numba:compile", _Listener())  # type: ignore[no-untyped-call]
