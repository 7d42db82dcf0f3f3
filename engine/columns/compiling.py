"""Being told when kernels are compiled, which takes half a minute and happens once.

Numba keeps what it has compiled beside the source, or in the user's cache where that
cannot be written to, until the source, the processor or numba itself is another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from numba.core import event


class _Once(event.Listener):
    def __init__(self, tell: Callable[[], object]) -> None:
        self._tell = tell
        self._told = False

    def on_start(self, event: event.Event) -> None:
        if not self._told:
            self._told = True
            self._tell()

    def on_end(self, event: event.Event) -> None:
        pass


@contextmanager
def telling(tell: Callable[[], object]) -> Iterator[None]:
    """Calls ``tell`` as soon as something has to be compiled, and once at the most."""
    with event.install_listener("numba:compile", _Once(tell)):
        yield
