"""The engines that are measured, one module each, with the same four functions.

- ``missing() -> str``: why the engine cannot run here, or nothing;
- ``version() -> str``;
- ``build(records, folder)``: make the index, complete and on disk; returns its size in
  bytes where it is not in the folder;
- ``connect(folder)``: a function from ``queries.Query`` to ``queries.Answer``.

``MAX_PARAGRAPHS`` is the size that the engine can index in reasonable time (0: any).
``READING`` is how it reads a query: ``tokens`` means the tree as it stands, ``typed``
the same words as the product's query language reads them. ``KEEP``: an index is not
built again while the engine's version stays the same. ``WARM_UP``: seconds of asking
all queries, again and again, before the engine is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from benchmarks.corpus import Record
from benchmarks.queries import Answer, Query

NAMES = ("tantivy", "lucene", "sqlite", "xapian", "whoosh", "columns", "ours", "opensearch")


class Peer(Protocol):
    """A module of this package."""

    MAX_PARAGRAPHS: int
    READING: str
    KEEP: bool
    WARM_UP: float

    def missing(self) -> str: ...

    def version(self) -> str: ...

    def build(self, records: Iterable[Record], folder: Path) -> int | None: ...

    def connect(self, folder: Path) -> Callable[[Query], Answer]: ...


def peer(name: str) -> Peer:
    """The module of a peer."""
    return cast(Peer, import_module(f"benchmarks.peers.{name}"))
