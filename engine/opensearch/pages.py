"""Hits in their order, as many as are wanted, from wherever they begin.

OpenSearch gives ten thousand by number. Beyond that the way is to go on after the last hit
one has (``search_after``), over a view of the index that stays as it is (a point in time).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from engine.opensearch.client import Cluster, Json
from engine.opensearch.state import State

WINDOW = 10_000  # hits that OpenSearch gives by number
PAGE = 1000  # in one answer, with all that is shown of them
_KEEP = "2m"  # how long a view is kept between two answers


def first_page(offset: int, limit: int) -> Json:
    """What to add to a request for the first hits from ``offset``; ``limit`` 0 means all."""
    size = min(limit or PAGE, PAGE)
    return {"from": offset, "size": size} if offset + size <= WINDOW else {"size": 0}


def hits_after(state: State, body: Json, told: Json, offset: int, limit: int) -> Iterator[Json]:
    """The hits of the answer ``told`` to ``body`` and ``first_page``, and those that follow."""
    first, total = told["hits"]["hits"], told["hits"]["total"]["value"]
    wanted = min(limit or total, max(0, total - offset))
    yield from first
    if len(first) < wanted:
        skipped = 0 if first else offset
        after = first[-1]["sort"] if first else None
        yield from islice(
            _walk(state.cluster, state.index, body, after, skipped), wanted - len(first)
        )


def _walk(
    cluster: Cluster, index: str, body: Json, after: list[object] | None = None, skip: int = 0
) -> Iterator[Json]:
    """All hits after one; the first ``skip`` are gone through without their texts."""
    path = f"/{index}/_search/point_in_time"
    view = cluster.ask("POST", path, keep_alive=_KEEP)["pit_id"]
    try:
        while True:
            size = min(skip, WINDOW) or PAGE
            page = {**body, "pit": {"id": view, "keep_alive": _KEEP}, "size": size}
            page["_source"] = body["_source"] if not skip else False
            if after:
                page["search_after"] = after
            hits = cluster.search("", page)["hits"]["hits"]
            if not hits:
                return
            after = hits[-1]["sort"]
            if skip:
                skip -= len(hits)
            else:
                yield from hits
    finally:
        cluster.ask("DELETE", "/_search/point_in_time", {"pit_id": [view]})


def all_of(
    cluster: Cluster, index: str, query: Json, fields: Sequence[str], order: str
) -> Iterator[Json]:
    """The sources of all documents that a query finds, by a field that no two share."""
    body: Json = {"query": query, "_source": list(fields), "sort": [{order: "asc"}]}
    return (hit["_source"] for hit in _walk(cluster, index, body))
