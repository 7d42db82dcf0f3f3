"""An index on a cluster, searched in its newest generation.

Before a question the engine looks which generation holds, which is a look at a few facts
that every node has in memory. A searcher looks again after each answer, and where another
generation has come in between, the question is asked anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TypeVar

from engine.engine import Engine, Searcher
from engine.errors import IndexMissing, Superseded
from engine.model import FileRecord
from engine.opensearch import listing
from engine.opensearch.address import parse as parse_address
from engine.opensearch.client import Busy, Connection
from engine.opensearch.searcher import ClusterSearcher
from engine.opensearch.state import look, open_state

_RACES = 5  # an index may be replaced between two looks; ask again so often

_Answer = TypeVar("_Answer")


class ClusterEngine(Engine):
    """Answers from an index on a cluster, any number of searches at a time."""

    def __init__(self, location: str) -> None:
        self._cluster = Connection(parse_address(location))
        self._searcher = ClusterSearcher(open_state(self._cluster))

    @contextmanager
    def searcher(self) -> Iterator[ClusterSearcher]:
        state = open_state(self._cluster, self._searcher.state)
        if state is not self._searcher.state:
            self._searcher = ClusterSearcher(state)
        yield self._searcher

    def close(self) -> None:
        self._cluster.close()

    def ask(self, question: Callable[[Searcher], _Answer]) -> _Answer:
        for _ in range(_RACES):
            with suppress(Superseded), self.searcher() as searcher:
                return question(searcher)
        raise Busy("索引一再更新，答不完整；请稍后再试")


def known_files(location: str) -> Mapping[str, FileRecord]:
    """See ``engine.engine.known_files``."""
    cluster = Connection(parse_address(location))
    try:
        index, about = look(cluster)
    except IndexMissing:
        return {}
    return listing.files(cluster, index, about["generation"])
