"""Hits in their order, as many as are wanted, from wherever they begin.

OpenSearch gives ten thousand by number. Beyond that the way is to go on after the last hit
one has (``search_after``), over a view of the index that stays as it is (a point in time).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from engine.errors import EngineUnavailable
from engine.opensearch.client import Absent, Connection, Json
from engine.opensearch.state import State

WINDOW = 10_000  # hits that OpenSearch gives by number
PAGE = 1000  # in one answer, with all that is shown of them
_KEEP = "2m"  # how long a view is kept between two answers


class Wanted(NamedTuple):
    """Hits from ``offset`` on; ``limit`` 0 means all. ``fold``: the first of each cluster."""

    offset: int
    limit: int
    fold: bool


def first_page(wanted: Wanted) -> Json:
    """What to add to a request for the first of the hits."""
    size = min(wanted.limit or PAGE, PAGE)
    if wanted.offset + size > WINDOW:
        return {"size": 0}
    page: Json = {"from": wanted.offset, "size": size}
    return page | {"collapse": {"field": "cluster"}} if wanted.fold else page


def hits_after(
    state: State, body: Json, told: Json, wanted: Wanted, entries: int
) -> Iterator[Json]:
    """The hits of the answer ``told`` to ``body`` and ``first_page``, and those that follow.

    There are so many ``entries`` before and after an offset.
    """
    offset, limit, fold = wanted
    first, many = told["hits"]["hits"], min(limit or entries, max(0, entries - offset))
    yield from first
    if len(first) < many:
        skipped = 0 if first else offset
        after = first[-1]["sort"] if first else None
        fresh = _Fold(first).fresh if fold else None
        walked = _walk(state.cluster, state.index, body, after, skipped, fresh)
        yield from islice(walked, many - len(first))


class _Fold:
    """Leaves of each cluster the first hit that comes by."""

    def __init__(self, hits: Iterable[Json]) -> None:
        self._seen = {hit["_source"]["cluster"] for hit in hits}

    def fresh(self, hits: Iterable[Json]) -> list[Json]:
        """Of the next hits those of no cluster that was seen before."""
        kept = []
        for hit in hits:
            cluster = hit["_source"]["cluster"]
            if cluster not in self._seen:
                self._seen.add(cluster)
                kept.append(hit)
        return kept


def _walk(
    cluster: Connection,
    index: str,
    body: Json,
    after: list[object] | None = None,
    skip: int = 0,
    fresh: Callable[[list[Json]], list[Json]] | None = None,
) -> Iterator[Json]:
    """All hits after one, or those that ``fresh`` keeps of them; the first ``skip`` are gone
    through without their texts."""
    path = f"/{index}/_search/point_in_time"
    view = cluster.ask("POST", path, keep_alive=_KEEP, allow_partial_pit_creation="false")["pit_id"]
    try:
        while True:
            page = {**body, "pit": {"id": view, "keep_alive": _KEEP}, "size": PAGE}
            if skip:
                page |= {"size": min(skip, WINDOW), "_source": ["cluster"] if fresh else False}
            if after:
                page["search_after"] = after
            hits = cluster.search("", page)["hits"]["hits"]
            if not hits:
                return
            after = hits[-1]["sort"]
            hits = fresh(hits) if fresh else hits
            if skip:
                skip -= len(hits)
            else:
                yield from hits
    finally:
        with suppress(Absent, EngineUnavailable):  # it ends by itself, too
            cluster.ask("DELETE", "/_search/point_in_time", {"pit_id": [view]})


def all_of(
    cluster: Connection, index: str, query: Json, fields: Sequence[str], order: str
) -> Iterator[Json]:
    """The sources of all documents that a query finds, by a field that no two share."""
    body: Json = {"query": query, "_source": list(fields), "sort": [{order: "asc"}]}
    return (hit["_source"] for hit in _walk(cluster, index, body))
