"""An index on a cluster, searched in its newest generation.

Before each question the engine looks which generation is the newest: a few facts that every
node has in memory. A searcher looks again after each answer, and where another generation came
in between, the engine asks the question anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TypeVar

from engine.engine import Engine, Searcher
from engine.errors import EngineUnavailable, IndexMissing, Superseded
from engine.model import FileRecord
from engine.opensearch import listing
from engine.opensearch.address import parse as parse_address
from engine.opensearch.client import Busy, Connection
from engine.opensearch.searcher import ClusterSearcher
from engine.opensearch.state import find_index, open_state

_MAX_ATTEMPTS = 5  # at a question, while one commit follows on another

_Answer = TypeVar("_Answer")


class ClusterEngine(Engine):
    """Answers from an index on a cluster, any number of searches at a time."""

    def __init__(self, location: str) -> None:
        self._connection = Connection(parse_address(location))
        self._searcher = ClusterSearcher(open_state(self._connection))
        self._closed = False

    @contextmanager
    def searcher(self) -> Iterator[ClusterSearcher]:
        if self._closed:  # the client would quietly open new sockets
            raise EngineUnavailable(f"集群 {self._connection.address.nodes} 上的索引已经关闭")
        searcher = self._searcher
        state = open_state(self._connection, searcher.state)
        if state is not searcher.state:
            searcher = self._searcher = ClusterSearcher(state)
        yield searcher

    def close(self) -> None:
        self._closed = True
        self._connection.close()

    def ask(self, question: Callable[[Searcher], _Answer]) -> _Answer:
        for _ in range(_MAX_ATTEMPTS):
            with suppress(Superseded), self.searcher() as searcher:
                return question(searcher)
        raise Busy("索引一再更新，答不完整；请稍后再试")


def known_files(location: str) -> Mapping[str, FileRecord]:
    """See ``engine.engine.known_files``."""
    connection = Connection(parse_address(location))
    try:
        index, meta = find_index(connection)
    except IndexMissing:
        return {}
    return listing.files(connection, index, meta["generation"])
