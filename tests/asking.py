"""Threads that ask an index while a test changes it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def asking(ask: Callable[[], object], threads: int) -> Iterator[list[Exception]]:
    """Call ``ask`` again and again, in so many threads, while the block runs.

    Yields the list of the errors that the calls raise.
    """
    done, errors = threading.Event(), list[Exception]()

    def go_on() -> None:
        while not done.is_set():
            try:
                ask()
            except Exception as error:
                errors.append(error)

    askers = [threading.Thread(target=go_on) for _ in range(threads)]
    for asker in askers:
        asker.start()
    try:
        yield errors
    finally:
        done.set()
        for asker in askers:
            asker.join()
