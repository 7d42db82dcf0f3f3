"""Hits in their order, from any offset on.

OpenSearch pages through the first ten thousand hits by number. Beyond them, each request
continues after the last hit of the one before (``search_after``), over a view of the index
that does not change (a point in time).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from engine.errors import EngineUnavailable
from engine.opensearch.client import Absent, Connection, Json
from engine.opensearch.state import State

MAX_RESULT_WINDOW = 10_000  # hits that OpenSearch pages through by number
PAGE_SIZE = 1000  # hits in one response, with their sources
_KEEP_ALIVE = "2m"  # how long a point in time outlives a request


class Slice(NamedTuple):
    """The hits from ``offset`` on; ``limit`` 0 means all of them.

    ``fold`` takes the first hit of each duplicate group only.
    """

    offset: int
    limit: int
    fold: bool


def first_page(wanted: Slice) -> Json:
    """What to add to the body of a search so that its response has the first of the hits."""
    size = min(wanted.limit or PAGE_SIZE, PAGE_SIZE)
    if wanted.offset + size > MAX_RESULT_WINDOW:
        return {"size": 0}
    page: Json = {"from": wanted.offset, "size": size}
    return page | {"collapse": {"field": "cluster"}} if wanted.fold else page


def slice_hits(
    state: State, body: Json, response: Json, wanted: Slice, entries: int
) -> Iterator[Json]:
    """The hits of a slice: those that ``response`` has already, and those that follow.

    ``response`` answers ``body`` with ``first_page`` added. ``entries`` is the number of all
    hits, whatever the offset.
    """
    first, rest = response["hits"]["hits"], max(0, entries - wanted.offset)
    count = min(wanted.limit, rest) if wanted.limit else rest
    yield from first
    if len(first) < count:
        skip = 0 if first else wanted.offset
        after = first[-1]["sort"] if first else None
        unseen = _Fold(first).unseen if wanted.fold else None
        following = _scan(state.connection, state.index, body, after, skip, unseen)
        yield from islice(following, count - len(first))


class _Fold:
    """Keeps the first hit of each duplicate group."""

    def __init__(self, hits: Iterable[Json]) -> None:
        self._seen = {hit["_source"]["cluster"] for hit in hits}

    def unseen(self, hits: Iterable[Json]) -> list[Json]:
        """The hits whose duplicate group no earlier hit belongs to."""
        kept = []
        for hit in hits:
            group = hit["_source"]["cluster"]
            if group not in self._seen:
                self._seen.add(group)
                kept.append(hit)
        return kept


def _scan(
    connection: Connection,
    index: str,
    body: Json,
    after: list[object] | None = None,
    skip: int = 0,
    unseen: Callable[[list[Json]], list[Json]] | None = None,
) -> Iterator[Json]:
    """All hits after the one with the sort values ``after``, without the first ``skip``.

    ``unseen`` filters them, before they are skipped or given.
    """
    path = f"/{index}/_search/point_in_time"
    opened = connection.ask(
        "POST", path, keep_alive=_KEEP_ALIVE, allow_partial_pit_creation="false"
    )
    view = opened["pit_id"]
    try:
        while True:
            page = {**body, "pit": {"id": view, "keep_alive": _KEEP_ALIVE}, "size": PAGE_SIZE}
            if skip:  # without texts, so that a response may have more hits
                size = min(skip, MAX_RESULT_WINDOW)
                page |= {"size": size, "_source": ["cluster"] if unseen else False}
            if after:
                page["search_after"] = after
            hits = connection.search("", page)["hits"]["hits"]
            if not hits:
                return
            after = hits[-1]["sort"]
            hits = unseen(hits) if unseen else hits
            if skip:
                skip -= len(hits)
            else:
                yield from hits
    finally:
        with suppress(Absent, EngineUnavailable):  # it expires by itself, too
            connection.ask("DELETE", "/_search/point_in_time", {"pit_id": [view]})


def all_sources(
    connection: Connection, index: str, query: Json, fields: Sequence[str], order: str
) -> Iterator[Json]:
    """The sources of all documents that a query finds, in the order of a unique field."""
    body: Json = {"query": query, "_source": list(fields), "sort": [{order: "asc"}]}
    return (hit["_source"] for hit in _scan(connection, index, body))
