"""Where compiled code is cached, and a call when compiling begins.

Compiling takes half a minute and happens once, until the source, the processor or numba itself
changes. The code is cached beside the source, or in the user's cache folder where the source
cannot be written to.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path

_COMPILED = ("columns", "duplicates")  # packages with compiled functions
_ALSO = ("arrays.py", "hashing.py", "fields.py", "ranking.py")  # which these use

_listeners: list[Callable[[], object]] = []


@cache
def cache_folder() -> Path:
    """Return the folder for compiled code of this state of the source.

    Numba looks only at the file that a kernel is in. It would go on using a kernel whose helpers
    in another file have changed.
    """
    here = Path(__file__).parent
    modules = (path for package in _COMPILED for path in (here / package).rglob("*.py"))
    source = sha256()
    for path in sorted((*(here / name for name in _ALSO), *modules)):
        source.update(path.read_bytes())
    configured = os.environ.get("NUMBA_CACHE_DIR")
    base = Path(configured) if configured else here / "__pycache__"
    if not os.access(base if base.exists() else here, os.W_OK):
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "yinju"
    return base / f"kernels-{source.hexdigest()[:12]}"


def notify() -> None:
    """Call those who want to know that something is compiled, each of them once."""
    while _listeners:
        _listeners.pop()()


@contextmanager
def on_compiling(call: Callable[[], object]) -> Iterator[None]:
    """Call ``call`` once, as soon as anything has to be compiled."""
    _listeners.append(call)
    try:
        yield
    finally:
        if call in _listeners:
            _listeners.remove(call)
