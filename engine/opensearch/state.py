"""One generation of an index on the cluster, and which documents are live in it.

A document carries the generation that brought it (``since``). A change adds documents of a
later generation, which no reader sees yet, and lists the reports that are *gone*; then the
index's ``_meta`` names that generation, and the whole change is visible at once. Generations
whose writer never committed are *void*. Documents that are gone are deleted by the next change
only, so that a reader who is still at the generation before finds it whole. The price is a
filter in every query, and room for what one change removes.

A paragraph whose duplicate group changes gets a new document, and its old one is *replaced*:
the place is in a list. Both kinds of list may be long, so a list is a document of the index,
which the filter names and the cluster reads by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from engine.analyze import Analyzer
from engine.compatibility import check_maker, no_index_message, remedy, unknown_schema_message
from engine.errors import IndexCorrupt, IndexMissing, IndexStale
from engine.facets import theme_values
from engine.fields import FIELDS
from engine.model import Lexicon
from engine.opensearch.client import Absent, Connection, Json
from engine.opensearch.documents import GONE, MANIFEST, PARAGRAPH, REPLACED, REPORT, document_id
from engine.opensearch.mapping import SCHEMA, meta_of
from engine.packing import unpack_arrivals, unpack_lexicon
from engine.phrases import Phrases
from engine.query.synonyms import Synonyms

MAX_VALUES = 50_000  # of a facet, in one response; China has some 3,300 regions


@dataclass(frozen=True, slots=True)
class Meta:
    """The mapping's ``_meta``; its keys are the names of these fields.

    ``build`` tells apart indexes that had the same name. ``next`` is the number of the next
    report, ``clusters`` that of the next duplicate group. ``void`` has ranges of generations
    that were never committed, both ends included.
    """

    build: str
    schema: int
    tokenizer: str
    dictionary: str
    generation: int = 0
    reports: int = 0
    paragraphs: int = 0
    next: int = 0
    clusters: int = 0
    void: Sequence[Sequence[int]] = ()


class Manifest(NamedTuple):
    """The lexicon, the ids of the lists of what is gone and replaced, and the times of reports.

    See ``new_documents.manifest_documents`` and ``engine.arrivals``.
    """

    lexicon: Lexicon
    gone: Sequence[str]
    replaced: Sequence[str]
    arrivals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts over a whole generation.

    ``average_lengths`` has the average number of tokens of a paragraph, by field; ``regions``
    and ``kinds`` the reports and ``themes`` the paragraphs of each facet value.
    """

    paragraphs: int
    reports: int
    average_lengths: Mapping[str, float]
    regions: Mapping[str, int]
    themes: Mapping[str, int]
    kinds: Mapping[str, int]


def find_index(connection: Connection, nearby: bool = False) -> tuple[str, Json]:
    """The name and the meta data of the index to which the alias points.

    ``nearby`` asks any node for what it knows itself, which is quick and may be a moment old.
    Raises ``IndexMissing``, or ``IndexCorrupt`` where yinju did not make the index.
    """
    location, alias = connection.address.location, connection.address.name
    local = "true" if nearby else "false"
    try:
        response = connection.ask("GET", f"/{alias}/_mapping", local=local)
    except Absent as error:
        if nearby:  # a node that has just started knows of no index
            return find_index(connection)
        raise IndexMissing(no_index_message(location)) from error
    (index, about), *others = response.items()
    meta = meta_of(about)
    if others or not meta:
        raise IndexCorrupt(f"{location} 不是引据建的索引；请换一个索引名")
    return index, meta


def read_meta(data: Json, location: str) -> Meta:
    """Meta data from its JSON; raises ``IndexCorrupt`` and ``IndexStale``."""
    if data.get("schema") != SCHEMA:
        raise IndexStale(unknown_schema_message(data.get("schema"), location))
    try:
        return Meta(**data)
    except TypeError as error:
        raise IndexCorrupt(f"索引 {location} 的清单读不出来。{remedy(location)}") from error


def load_manifest(connection: Connection, index: str, generation: int) -> Manifest:
    """The manifest of a generation; raises ``IndexCorrupt``."""
    location = connection.address.location
    try:
        data = _manifest_data(connection, index, generation)
        lexicon, arrivals = unpack_lexicon(data["lexicon"]), unpack_arrivals(data["arrivals"])
        return Manifest(lexicon, data["gone"], data["replaced"], arrivals)
    except (Absent, KeyError, TypeError, ValueError) as error:
        raise IndexCorrupt(f"索引 {location} 的清单读不出来。{remedy(location)}") from error


def known_arrivals(connection: Connection, index: str, generation: int) -> Mapping[str, int]:
    """The times of reports in a manifest of any schema; the first schemas had none."""
    try:
        return unpack_arrivals(_manifest_data(connection, index, generation)["arrivals"])
    except (Absent, KeyError, TypeError, ValueError):
        return {}


def _manifest_data(connection: Connection, index: str, generation: int) -> Json:
    document = document_id(MANIFEST, "", generation)
    response = connection.ask("GET", f"/{index}/_doc/{document}")
    data: Json = json.loads(response["_source"]["data"])
    return data


def live_query(kind: str, meta: Meta, outdated: Sequence[Json] = ()) -> Json:
    """The query for the documents of a type that are live in a generation.

    ``outdated`` are ``outdated_queries``.
    """
    filters: list[Json] = [{"term": {"type": kind}}, {"range": {"since": {"lte": meta.generation}}}]
    return {"bool": {"filter": filters, "must_not": [*outdated, *void_queries(meta)]}}


def outdated_queries(
    index: str, meta: Meta, gone: Sequence[str], replaced: Sequence[str] = ()
) -> list[Json]:
    """Queries that together find the documents that a generation outdated; see ``Manifest``."""
    earlier = {"range": {"since": {"lt": meta.generation}}}
    listed = [
        *list_queries(index, "report", GONE, gone),
        *list_queries(index, "place", REPLACED, replaced),
    ]
    return [{"bool": {"filter": [earlier, query]}} for query in listed]


def void_queries(meta: Meta) -> list[Json]:
    """Queries that together find the documents of generations that were never committed."""
    return [{"range": {"since": {"gte": first, "lte": last}}} for first, last in meta.void]


def list_queries(index: str, field: str, path: str, lists: Sequence[str]) -> list[Json]:
    """Queries that together find the documents whose ``field`` has a value of one of the lists.

    ``lists`` are ids of ``new_documents.outdated_documents``, whose values are under ``path``.
    """
    return [{"terms": {field: {"index": index, "id": id, "path": path}}} for id in lists]


@dataclass(frozen=True)
class State:
    """A generation. Only ``known`` changes: it caches counts, of terms (see ``ClusterIndex``) and
    of reports by year."""

    connection: Connection
    index: str
    meta: Meta
    analyzer: Analyzer
    manifest: Manifest
    known: dict[Any, Any] = field(default_factory=dict)

    @property
    def lexicon(self) -> Lexicon:
        return self.manifest.lexicon

    @cached_property
    def phrases(self) -> Phrases:
        return Phrases(self.lexicon.phrases)

    @cached_property
    def synonyms(self) -> Synonyms:
        return Synonyms(self.lexicon.synonyms)

    def live(self, kind: str) -> Json:
        """The query for all live documents of a type."""
        return live_query(kind, self.meta, self._outdated)

    @cached_property
    def _outdated(self) -> list[Json]:
        manifest = self.manifest
        return outdated_queries(self.index, self.meta, manifest.gone, manifest.replaced)

    def search(self, body: Json, **params: Any) -> Json:
        return self.connection.search(self.index, body, **params)

    @cached_property
    def statistics(self) -> Statistics:
        sums = {name: {"sum": {"field": f"{name}_total"}} for name in FIELDS}
        reports, paragraphs = self.connection.searches(
            self.index,
            [
                counting_body(
                    self.live(REPORT),
                    {**sums, "region": values_of("region"), "kind": values_of("document_kind")},
                ),
                counting_body(self.live(PARAGRAPH), {"theme": values_of("theme")}),
            ],
        )
        count = paragraphs["hits"]["total"]["value"]
        totals = {name: reports["aggregations"][name]["value"] for name in FIELDS}
        return Statistics(
            count,
            reports["hits"]["total"]["value"],
            {name: total / (count or 1) or 1.0 for name, total in totals.items()},
            bucket_counts(reports["aggregations"]["region"]),
            bucket_counts(paragraphs["aggregations"]["theme"]),
            bucket_counts(reports["aggregations"]["kind"]),
        )

    @cached_property
    def regions(self) -> frozenset[str]:
        """The paths of all reports."""
        return frozenset(self.statistics.regions)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of all documents."""
        return frozenset(self.statistics.kinds)

    @cached_property
    def themes(self) -> frozenset[str]:
        """The paths of all paragraphs and of the lexicon."""
        themes = theme_values(list(self.lexicon.phrases.values()))
        return frozenset(self.statistics.themes).union(themes)


def counting_body(query: Json, aggregations: Json | None = None) -> Json:
    """The body of a search that counts and returns no hits."""
    body: Json = {"size": 0, "track_total_hits": True, "query": query}
    return {**body, "aggs": aggregations} if aggregations else body


def values_of(field: str) -> Json:
    """The aggregation that counts the values of a facet."""
    return {"terms": {"field": field, "size": MAX_VALUES}}


def bucket_counts(aggregation: Json) -> dict[Any, int]:
    """The counts of a terms aggregation's result, by value."""
    return {bucket["key"]: bucket["doc_count"] for bucket in aggregation["buckets"]}


def open_state(connection: Connection, last: State | None = None) -> State:
    """The newest generation, which may be the ``last`` one.

    Raises ``IndexMissing``, ``IndexStale``, ``IndexCorrupt`` and ``EngineUnavailable``.
    """
    location = connection.address.location
    index, data = find_index(connection, nearby=last is not None)
    meta = read_meta(data, location)
    same = last and (last.index, last.meta.build) == (index, meta.build)
    if last and same and meta.generation <= last.meta.generation:  # a node may be behind another
        return last
    try:
        manifest = load_manifest(connection, index, meta.generation)
    except IndexCorrupt:
        if find_index(connection) == (index, data):
            raise
        return open_state(connection)  # the index was replaced between the two requests
    analyzer = Analyzer(manifest.lexicon.phrases)
    check_maker(meta.tokenizer, meta.dictionary, analyzer, location)
    return State(connection, index, meta, analyzer, manifest)
