"""Near-duplicates on the cluster: found at each commit, over all paragraphs that will be live.

The sketches are read from the index, and the texts of paragraphs that are worth a comparison.
Inside the index a duplicate group is a number. A group keeps the number that most of its
paragraphs have, so that one paragraph more does not change thousands of documents; the id that
readers see is looked up when a hit is shown. A paragraph without near-duplicates has a number
of its own (``documents.group_of_one``).
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
from engine.duplicates.marks import MIN_FORMULAIC_REPORTS, count_reports
from engine.duplicates.shingles import Shingles, concatenate, shingles_of
from engine.duplicates.sketches import Sketches, clusters
from engine.opensearch.client import Connection, Json, patiently
from engine.opensearch.documents import group_of_one, number_of, paragraph_of
from engine.opensearch.new_documents import duplicate_fields
from engine.opensearch.pages import MAX_RESULT_WINDOW, PAGE_SIZE
from engine.opensearch.sketches import pack, unpack

_THREADS = 4
_PARAGRAPHS_PER_SPAN = 50_000  # which one thread reads, page after page
_ROW_FIELDS = ["place", "cluster", "wording", "sketch"]


class Rows(NamedTuple):
    """What the index holds of paragraphs, a row for each, in the order of their places."""

    places: Array  # int64
    groups: Array  # int64, the numbers of duplicate groups
    formulaic: Array  # bool
    sketches: Sketches

    def take(self, rows: Array) -> Rows:
        """The rows of these numbers."""
        places, groups, formulaic, sketches = self
        taken = Sketches(*(column[rows] for column in sketches))
        return Rows(places[rows], groups[rows], formulaic[rows], taken)


@dataclass(frozen=True, slots=True)
class ParagraphReader:
    """Reads the paragraphs that the query ``live`` finds, while no other writer is at work.

    Where the cluster is busy, or loses a node, a request is sent again.
    """

    connection: Connection
    index: str
    live: Json

    def rows(self, reports: int, paragraphs: int) -> Rows:
        """The rows of all paragraphs.

        Report numbers are below ``reports``. ``paragraphs`` is their number, roughly.
        """
        step = -(-reports * _PARAGRAPHS_PER_SPAN // (paragraphs + _PARAGRAPHS_PER_SPAN)) or 1
        with ThreadPoolExecutor(_THREADS) as threads:
            starts = range(0, reports + 1, step)
            spans = list(threads.map(lambda start: self._span(start, step), starts))
        places, groups, formulaic, sketches = zip(*spans, strict=True)
        return Rows(
            np.concatenate(places),
            np.concatenate(groups),
            np.concatenate(formulaic),
            Sketches(*map(np.concatenate, zip(*sketches, strict=True))),
        )

    def _span(self, start: int, reports: int) -> Rows:
        """The rows of as many reports, from the number ``start`` on."""
        in_span: Json = {"range": {"number": {"gte": start, "lt": start + reports}}}
        body: Json = {
            "query": {"bool": {"filter": [self.live, in_span]}},
            "size": MAX_RESULT_WINDOW,
            "_source": False,
            "stored_fields": "_none_",
            "docvalue_fields": _ROW_FIELDS,
            "sort": [{"place": "asc"}],
        }
        rows: list[Json] = []
        while True:
            response = patiently(partial(self.connection.search, self.index, body))
            hits = response["hits"]["hits"]
            rows += [hit["fields"] for hit in hits]
            if len(hits) < MAX_RESULT_WINDOW:
                break
            body = {**body, "search_after": hits[-1]["sort"]}
        return Rows(
            np.array([row["place"][0] for row in rows], np.int64),
            np.array([row["cluster"][0] for row in rows], np.int64),
            np.array([row["wording"] == ["formulaic"] for row in rows], np.bool_),
            unpack([row.get("sketch", [""])[0] for row in rows]),
        )

    def shingles(self, places: Array) -> Shingles:
        """The shingles of the paragraphs at these places, in the order given."""

        def of_page(low: int) -> Shingles:
            page = places[low : low + PAGE_SIZE].tolist()
            sources = self._sources(page, ["key", "report", "place", "data"])
            texts = (paragraph_of(sources[place]).text for place in page)
            return shingles_of(map(character_texts, texts))

        with ThreadPoolExecutor(_THREADS) as threads:
            return concatenate(threads.map(of_page, range(0, len(places), PAGE_SIZE)))

    def updates(self, changes: Rows) -> Iterator[tuple[Json, Json]]:
        """The source of each document to write again, with its new ``duplicate_fields``."""
        for low in range(0, len(changes.places), PAGE_SIZE):
            high = min(low + PAGE_SIZE, len(changes.places))
            page = changes.take(np.arange(low, high))
            places = page.places.tolist()
            sources = self._sources(places)
            sketches, groups = pack(page.sketches), page.groups.tolist()
            fields = map(duplicate_fields, sketches, groups, page.formulaic.tolist())
            yield from zip((sources[place] for place in places), fields, strict=True)

    def _sources(self, places: list[int], fields: list[str] | bool = True) -> Mapping[int, Json]:
        """The sources of the paragraphs of one page, by place."""
        query: Json = {"bool": {"filter": [self.live, {"terms": {"place": places}}]}}
        body = {"query": query, "size": len(places), "_source": fields, "sort": ["_doc"]}
        response = patiently(partial(self.connection.search, self.index, body))
        return {hit["_source"]["place"]: hit["_source"] for hit in response["hits"]["hits"]}


def changes(
    rows: Rows, shingles: Callable[[Array], Shingles], next_number: int
) -> tuple[Rows, int]:
    """The paragraphs whose group or wording changed, with the new ones; and the next number.

    ``shingles`` gives the shingles of places; new groups are numbered from ``next_number`` on.
    """
    which = clusters(rows.sketches, lambda numbers: shingles(rows.places[numbers]))
    repeated = np.flatnonzero(np.bincount(which)[which] > 1)
    _, inside = np.unique(which[repeated], return_inverse=True)
    numbers, following = _group_numbers(inside, rows.groups[repeated], next_number)
    reports = count_reports(inside, number_of(rows.places[repeated]), len(numbers))
    groups, formulaic = group_of_one(rows.places), np.zeros(len(which), np.bool_)
    groups[repeated] = numbers[inside]
    formulaic[repeated] = reports[inside] >= MIN_FORMULAIC_REPORTS
    changed = np.flatnonzero((groups != rows.groups) | (formulaic != rows.formulaic))
    return rows._replace(groups=groups, formulaic=formulaic).take(changed), following


def _group_numbers(inside: Array, before: Array, next_number: int) -> tuple[Array, int]:
    """The number of each duplicate group, and the next number.

    ``inside`` has the group of each paragraph, counted from 0, and ``before`` the number that
    its document has so far. Where a number is that of several groups, the group with most of
    its paragraphs keeps it; where a group has several, it keeps that of most of its paragraphs.
    """
    numbers = np.full(int(inside.max(initial=-1)) + 1, -1, np.int64)
    numbered = np.flatnonzero(before >= 0)
    pairs = np.stack([inside[numbered], before[numbered]], axis=1)
    pairs, counts = np.unique(pairs, axis=0, return_counts=True)
    pairs = pairs[np.argsort(-counts, kind="stable")]
    for column in (1, 0):
        pairs = pairs[np.sort(np.unique(pairs[:, column], return_index=True)[1])]
    numbers[pairs[:, 0]] = pairs[:, 1]
    new = np.flatnonzero(numbers < 0)
    numbers[new] = next_number + np.arange(len(new))
    return numbers, next_number + len(new)
