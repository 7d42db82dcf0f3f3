"""Numba, set up: where compiled code is kept, and a message while it is being made.

Compiling takes half a minute and happens once. Numba keeps the result beside the
source, or in the user's cache where that cannot be written to, until the source,
the processor or numba itself changes. Modules with compiled functions import
``njit`` from here, so that the folder is set before numba looks for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import numba
from numba import njit
from numba.core import event

__all__ = ["njit", "on_compiling"]

_COMPILED_ROOMS = ("columns", "duplicates")  # whose modules hold compiled functions


def _cache_folder() -> Path:
    """Where numba keeps what it has compiled of this package.

    A folder for each state of the source: numba looks only at the file that a kernel
    is in, and would go on using one whose helpers in another file have changed.
    """
    here = Path(__file__).parent
    rooms = (path for room in _COMPILED_ROOMS for path in (here / room).rglob("*.py"))
    source = sha256()
    for path in sorted((here / "hashing.py", *rooms)):
        source.update(path.read_bytes())
    chosen: str = getattr(numba.config, "CACHE_DIR", "")  # by NUMBA_CACHE_DIR
    base = Path(chosen) if chosen else here / "__pycache__"
    if not os.access(base if base.exists() else here, os.W_OK):
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "yinju"
    return base / f"kernels-{source.hexdigest()[:12]}"


setattr(numba.config, "CACHE_DIR", str(_cache_folder()))  # noqa: B010


class _Once(event.Listener):
    def __init__(self, notify: Callable[[], object]) -> None:
        self._notify = notify
        self._notified = False

    def on_start(self, event: event.Event) -> None:
        if not self._notified:
            self._notified = True
            self._notify()

    def on_end(self, event: event.Event) -> None:
        pass


@contextmanager
def on_compiling(notify: Callable[[], object]) -> Iterator[None]:
    """Call ``notify`` as soon as something has to be compiled, once at most."""
    with event.install_listener("numba:compile", _Once(notify)):
        yield
