"""An index on a cluster, asked through the ``Engine`` protocol.

Every question first looks which generation holds, which is a look at a few facts that every
node has in memory, goes on with that one to its end, and looks again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from engine.errors import IndexMissing
from engine.model import (
    FileRecord,
    Hit,
    Lexicon,
    Overview,
    Page,
    Paragraph,
    Query,
    Report,
    Vocabulary,
)
from engine.opensearch import listing
from engine.opensearch.address import parse as parse_address
from engine.opensearch.client import Absent, Busy, Cluster
from engine.opensearch.search import hit, search
from engine.opensearch.state import State, look, open_state
from engine.opensearch.vocabulary import vocabulary

_RACES = 5  # an index may be replaced between two looks; look again so often

_Answer = TypeVar("_Answer")


class ClusterEngine:
    """Answers from the newest generation of an index, any number of searches at a time."""

    def __init__(self, location: str) -> None:
        self._cluster = Cluster(parse_address(location))
        self._state = open_state(self._cluster)
        self._reading = threading.Lock()
        self._vocabulary: tuple[State, Vocabulary] | None = None

    def _answered(self, answer: Callable[[State], _Answer]) -> _Answer:
        """What a state answers that is the newest one before and afterwards.

        Of an older one some documents may be deleted already, or a rebuild may have taken
        its place.
        """
        state = self._state = open_state(self._cluster, self._state)
        for _ in range(_RACES):
            found: list[_Answer] = []
            with suppress(Absent):
                found.append(answer(state))
            asked = state
            state = self._state = open_state(self._cluster, asked)
            if found and state is asked:
                return found[0]
        raise Busy("索引一再更新，答不完整；请稍后再试")

    def search(self, query: Query) -> Page:
        began = time.perf_counter()
        page = self._answered(lambda state: search(state, query))
        return replace(page, took_ms=(time.perf_counter() - began) * 1000)

    def hit(self, paragraph_id: str, query: Query | None = None) -> Hit | None:
        return self._answered(lambda state: hit(state, paragraph_id, query or Query()))

    def report(self, report_id: str) -> Report | None:
        return self._answered(lambda state: listing.report(state, report_id))

    def paragraphs(self, report_id: str) -> Sequence[Paragraph]:
        return self._answered(lambda state: listing.paragraphs(state, report_id))

    def overview(self) -> Overview:
        return self._answered(listing.overview)

    def lexicon(self) -> Lexicon:
        return self._answered(lambda state: state.lexicon)

    def vocabulary(self) -> Vocabulary:
        def read(state: State) -> Vocabulary:
            with self._reading:
                if self._vocabulary is None or self._vocabulary[0] is not state:
                    self._vocabulary = state, vocabulary(state)
                return self._vocabulary[1]

        return self._answered(read)

    def files(self) -> Mapping[str, FileRecord]:
        return self._answered(
            lambda state: listing.files(state.cluster, state.index, state.meta.generation)
        )

    def check(self) -> Iterator[str]:
        """Verify every count; yields each fault found, in words.

        Whether the bytes are right is OpenSearch's to know, which keeps checksums of its own.
        """
        yield from self._answered(lambda state: list(listing.faults(state)))


def known_files(location: str) -> Mapping[str, FileRecord]:
    """See ``engine.engine.known_files``."""
    cluster = Cluster(parse_address(location))
    try:
        index, told = look(cluster)
    except IndexMissing:
        return {}
    return listing.files(cluster, index, told["generation"])
