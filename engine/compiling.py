"""Sets up numba: where it caches compiled code, and a call when it starts to compile.

Compiling takes half a minute and happens once. Numba caches the result beside the source, or in
the user's cache folder where the source cannot be written to, until the source, the processor or
numba itself changes. Modules with compiled functions import ``njit`` from here, so that the
folder is set before numba looks for it.
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

_COMPILED = ("columns", "duplicates")  # packages with compiled functions, besides ``hashing``


def _cache_folder() -> Path:
    """Return the folder for compiled code of this state of the source.

    Numba looks only at the file that a kernel is in. It would go on using a kernel whose helpers
    in another file have changed.
    """
    here = Path(__file__).parent
    modules = (path for package in _COMPILED for path in (here / package).rglob("*.py"))
    source = sha256()
    for path in sorted((here / "hashing.py", *modules)):
        source.update(path.read_bytes())
    configured: str = getattr(numba.config, "CACHE_DIR", "")  # by NUMBA_CACHE_DIR
    base = Path(configured) if configured else here / "__pycache__"
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
    """Call ``notify`` once, as soon as anything has to be compiled."""
    with event.install_listener("numba:compile", _Once(notify)):
        yield
