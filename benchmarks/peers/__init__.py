"""The engines that are measured, one module each, with the same four functions.

- ``missing() -> str``: why it cannot run here, or nothing;
- ``version() -> str``;
- ``build(records, folder)``: make its index, complete and on disk; the bytes that it
  takes, where these are not in the folder;
- ``connect(folder)``: a function from ``queries.Query`` to ``queries.Answer``.

``MOST`` is the number of paragraphs that it can finish in reasonable time (0: any).
``READS`` says how it takes a query: ``tokens`` as the tree stands, ``typed`` as
the product's query language reads the same words. ``KEEP`` says that an index,
once built, need not be built again while the version stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from benchmarks.corpus import Record
from benchmarks.queries import Answer, Query

NAMES = ("tantivy", "sqlite", "xapian", "whoosh", "columns", "ours", "opensearch")


class Peer(Protocol):
    """A module of this package."""

    MOST: int
    READS: str
    KEEP: bool

    def missing(self) -> str: ...

    def version(self) -> str: ...

    def build(self, records: Iterable[Record], folder: Path) -> int | None: ...

    def connect(self, folder: Path) -> Callable[[Query], Answer]: ...


def peer(name: str) -> Peer:
    """The module of a peer."""
    return cast(Peer, import_module(f"benchmarks.peers.{name}"))
