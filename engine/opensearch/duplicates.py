"""Near-duplicates on the cluster: found at a commit, over all paragraphs that will be there.

Their sketches are read from the index, and the texts of those that are worth a comparison.
Inside the index a cluster is a number. It keeps that of most of its paragraphs, so that one
paragraph more does not change thousands of documents; the id that is shown is looked up when
it is shown. A paragraph that is alone has a number of its own (``documents.alone``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from engine.analyze import character_texts
from engine.arrays import Array
from engine.duplicates.shingles import Shingles, concatenate, shingles_of
from engine.duplicates.sketches import MIN_FORMULAIC_REPORTS, Sketches, clusters, count_reports
from engine.opensearch.client import Cluster, Json, patiently
from engine.opensearch.documents import alone, number_of, paragraph_of
from engine.opensearch.new_documents import likeness
from engine.opensearch.pages import PAGE, WINDOW
from engine.opensearch.sketches import packed, unpacked

_THREADS = 4
_SPAN = 50_000  # paragraphs that are read one after the other
_READ = ["place", "cluster", "wording", "sketch"]


class Held(NamedTuple):
    """What paragraphs bear in the index, a row for each, in the order of their places."""

    places: Array  # int64
    clusters: Array  # int64
    often: Array  # bool: of a formulaic cluster
    sketches: Sketches

    def of(self, rows: Array) -> Held:
        """Some of them."""
        places, numbers, often, sketches = self
        return Held(
            places[rows], numbers[rows], often[rows], Sketches(*(s[rows] for s in sketches))
        )


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Those that a query finds in an index that nobody changes meanwhile.

    Where the cluster is busy, or loses a node, what was asked is asked again.
    """

    cluster: Cluster
    index: str
    here: Json

    def held(self, reports: int, paragraphs: int) -> Held:
        """All of them; there are about so many, of reports with numbers below ``reports``."""
        step = -(-reports * _SPAN // (paragraphs + _SPAN)) or 1
        with ThreadPoolExecutor(_THREADS) as threads:
            spans = range(0, reports + 1, step)
            bits = list(threads.map(lambda low: self._span(low, step), spans))
        places, numbers, often, sketches = zip(*bits, strict=True)
        return Held(
            np.concatenate(places),
            np.concatenate(numbers),
            np.concatenate(often),
            Sketches(*map(np.concatenate, zip(*sketches, strict=True))),
        )

    def _span(self, low: int, reports: int) -> Held:
        """Those of some reports."""
        among: Json = {"range": {"number": {"gte": low, "lt": low + reports}}}
        body: Json = {
            "query": {"bool": {"filter": [self.here, among]}},
            "size": WINDOW,
            "_source": False,
            "stored_fields": "_none_",
            "docvalue_fields": _READ,
            "sort": [{"place": "asc"}],
        }
        told: list[Json] = []
        while True:
            answer = patiently(partial(self.cluster.search, self.index, body))
            hits = answer["hits"]["hits"]
            told += [hit["fields"] for hit in hits]
            if len(hits) < WINDOW:
                break
            body = {**body, "search_after": hits[-1]["sort"]}
        return Held(
            np.array([one["place"][0] for one in told], np.int64),
            np.array([one["cluster"][0] for one in told], np.int64),
            np.array([one["wording"] == ["formulaic"] for one in told], np.bool_),
            unpacked([one.get("sketch", [""])[0] for one in told]),
        )

    def shingles(self, places: Array) -> Shingles:
        """The shingles of some, in the order given."""

        def made(low: int) -> Shingles:
            some = places[low : low + PAGE].tolist()
            sources = self._sources(some, ["key", "report", "place", "data"])
            texts = (paragraph_of(sources[place]).text for place in some)
            return shingles_of(map(character_texts, texts))

        with ThreadPoolExecutor(_THREADS) as threads:
            return concatenate(threads.map(made, range(0, len(places), PAGE)))

    def changed(self, changes: Held) -> Iterator[tuple[Json, Json]]:
        """The source of each, and the ``likeness`` that it ought to have."""
        for low in range(0, len(changes.places), PAGE):
            some = changes.of(np.arange(low, min(low + PAGE, len(changes.places))))
            places = some.places.tolist()
            sources = self._sources(places)
            alike = map(
                likeness, packed(some.sketches), some.clusters.tolist(), some.often.tolist()
            )
            yield from zip((sources[place] for place in places), alike, strict=True)

    def _sources(self, places: list[int], fields: list[str] | bool = True) -> Mapping[int, Json]:
        """The sources of a page of them, by place."""
        here: Json = {"bool": {"filter": [self.here, {"terms": {"place": places}}]}}
        body = {"query": here, "size": len(places), "_source": fields, "sort": ["_doc"]}
        told = patiently(partial(self.cluster.search, self.index, body))
        return {hit["_source"]["place"]: hit["_source"] for hit in told["hits"]["hits"]}


def changes(held: Held, shingles: Callable[[Array], Shingles], first: int) -> tuple[Held, int]:
    """What has to be borne instead, where that is something else; the next cluster's number.

    ``shingles`` gives those of places; new clusters are numbered from ``first`` on.
    """
    which = clusters(held.sketches, lambda rows: shingles(held.places[rows]))
    several = np.flatnonzero(np.bincount(which)[which] > 1)
    _, inside = np.unique(which[several], return_inverse=True)
    numbers, following = _numbered(inside, held.clusters[several], first)
    reports = count_reports(inside, number_of(held.places[several]), len(numbers))
    found, often = alone(held.places), np.zeros(len(which), np.bool_)
    found[several] = numbers[inside]
    often[several] = reports[inside] >= MIN_FORMULAIC_REPORTS
    other = np.flatnonzero((found != held.clusters) | (often != held.often))
    return held._replace(clusters=found, often=often).of(other), following


def _numbered(inside: Array, borne: Array, first: int) -> tuple[Array, int]:
    """The number of each cluster, and the next one.

    ``inside`` tells the cluster of some paragraphs, from 0, ``borne`` the number that each has
    so far. A number stays with most of those that bear it, and of several a cluster keeps
    that of the most.
    """
    numbers = np.full(int(inside.max(initial=-1)) + 1, -1, np.int64)
    before = np.flatnonzero(borne >= 0)
    pairs = np.stack([inside[before], borne[before]], axis=1)
    pairs, counts = np.unique(pairs, axis=0, return_counts=True)
    pairs = pairs[np.argsort(-counts, kind="stable")]
    for column in (1, 0):
        pairs = pairs[np.sort(np.unique(pairs[:, column], return_index=True)[1])]
    numbers[pairs[:, 0]] = pairs[:, 1]
    new = np.flatnonzero(numbers < 0)
    numbers[new] = first + np.arange(len(new))
    return numbers, first + len(new)
