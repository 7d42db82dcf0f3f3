"""One generation of an index on the cluster, and which documents belong to it.

A document says which generation brought it (``since``). A change adds documents that come
``since`` a later generation, at which nobody looks yet, and lists of the reports that are *gone*;
then the index's ``_meta`` names that generation, and all of it holds at once. Numbers of runs that
never came to an end are *void*. What is gone is deleted by the change after that, so that whoever
still asks for the generation before finds it whole. The price is a filter in every query, and room
for what one change takes out.

A paragraph whose cluster is another one now stands in a new document, and the old one is
*replaced*: its place is in a list. Either may be very many, and so a list is a document, which
the filter names and the cluster reads for itself.
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
from engine.opensearch.mapping import SCHEMA, told_by
from engine.packing import unpack_lexicon
from engine.phrases import Phrases
from engine.query.synonyms import Synonyms

MOST_VALUES = 50_000  # of a facet, in one answer; China has some 3,300 regions


@dataclass(frozen=True, slots=True)
class Meta:
    """What is in the mapping's ``_meta``.

    ``build`` tells indexes of one name apart; ``next`` is the number of the next report,
    ``clusters`` that of the next cluster; ``void`` are generations that never were, as ranges
    of numbers, both ends included.
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
    """See ``documents.manifest_documents``."""

    lexicon: Lexicon
    gone: Sequence[str]
    replaced: Sequence[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is counted once for a generation.

    ``lengths`` are the average numbers of tokens of a paragraph, by field.
    """

    documents: int
    groups: int
    lengths: Mapping[str, float]
    regions: Mapping[str, int]
    themes: Mapping[str, int]


def look(cluster: Connection, nearby: bool = False) -> tuple[str, Json]:
    """The index that the alias names, and what it says of itself.

    ``nearby`` asks what a node itself knows, which is quick, and may be a moment old.
    Raises ``IndexMissing``, or ``IndexCorrupt`` where it is no index of yinju's.
    """
    location = cluster.address.location
    local = "true" if nearby else "false"
    try:
        found = cluster.ask("GET", f"/{cluster.address.name}/_mapping", local=local)
    except Absent as error:
        if nearby:  # a node that has just started knows of nothing
            return look(cluster)
        raise IndexMissing(no_index_message(location)) from error
    (index, held), *others = found.items()
    told = told_by(held)
    if others or not told:
        raise IndexCorrupt(f"{location} 不是引据建的索引；请换一个索引名")
    return index, told


def read_meta(told: Json, location: str) -> Meta:
    """What an index says of itself; raises ``IndexCorrupt`` and ``IndexStale``."""
    if told.get("schema") != SCHEMA:
        raise IndexStale(unknown_schema_message(told.get("schema"), location))
    try:
        return Meta(**told)
    except TypeError as error:
        raise IndexCorrupt(f"索引 {location} 的清单读不出来。{remedy(location)}") from error


def load_manifest(cluster: Connection, index: str, generation: int) -> Manifest:
    """That of a generation; raises ``IndexCorrupt``."""
    location = cluster.address.location
    try:
        found = cluster.ask("GET", f"/{index}/_doc/{document_id(MANIFEST, '', generation)}")
        told = json.loads(found["_source"]["data"])
        return Manifest(unpack_lexicon(told["lexicon"]), told["gone"], told["replaced"])
    except (Absent, KeyError, TypeError, ValueError) as error:
        raise IndexCorrupt(f"索引 {location} 的清单读不出来。{remedy(location)}") from error


def belonging(kind: str, meta: Meta, out: Sequence[Json] = ()) -> Json:
    """The query for all documents of a kind that hold in a generation; see ``outdated``."""
    filters: list[Json] = [{"term": {"type": kind}}, {"range": {"since": {"lte": meta.generation}}}]
    return {"bool": {"filter": filters, "must_not": [*out, *voids(meta)]}}


def outdated(
    index: str, meta: Meta, gone: Sequence[str], replaced: Sequence[str] = ()
) -> list[Json]:
    """Queries that together find what a generation did away with; see ``Manifest``."""
    before = {"range": {"since": {"lt": meta.generation}}}
    some = [*within(index, "report", GONE, gone), *within(index, "place", REPLACED, replaced)]
    return [{"bool": {"filter": [before, one]}} for one in some]


def voids(meta: Meta) -> list[Json]:
    """Queries that together find all documents of generations that never were."""
    return [{"range": {"since": {"gte": first, "lte": last}}} for first, last in meta.void]


def within(index: str, field: str, what: str, lists: Sequence[str]) -> list[Json]:
    """Queries that together find all documents with a value of ``outdated_documents``."""
    return [{"terms": {field: {"index": index, "id": one, "path": what}}} for one in lists]


@dataclass(frozen=True)
class State:
    """Never changes, but for what it has come to know (``known``: see ``Terms``)."""

    cluster: Connection
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

    def belonging(self, kind: str) -> Json:
        """The query for all documents of a kind."""
        return belonging(kind, self.meta, self._outdated)

    @cached_property
    def _outdated(self) -> list[Json]:
        _, gone, replaced = self.manifest
        return outdated(self.index, self.meta, gone, replaced)

    def search(self, body: Json, **params: Any) -> Json:
        return self.cluster.search(self.index, body, **params)

    @cached_property
    def facts(self) -> Facts:
        sums = {name: {"sum": {"field": f"{name}_total"}} for name in FIELDS}
        reports, paragraphs = self.cluster.searches(
            self.index,
            [
                counted(self.belonging(REPORT), {**sums, "region": _values("region")}),
                counted(self.belonging(PARAGRAPH), {"theme": _values("theme")}),
            ],
        )
        documents = paragraphs["hits"]["total"]["value"]
        sizes = {name: reports["aggregations"][name]["value"] for name in FIELDS}
        return Facts(
            documents,
            reports["hits"]["total"]["value"],
            {name: size / (documents or 1) or 1.0 for name, size in sizes.items()},
            buckets(reports["aggregations"]["region"]),
            buckets(paragraphs["aggregations"]["theme"]),
        )

    @cached_property
    def regions(self) -> frozenset[str]:
        """The paths of all reports."""
        return frozenset(self.facts.regions)

    @cached_property
    def themes(self) -> frozenset[str]:
        """The paths of all paragraphs and of the lexicon."""
        return frozenset(self.facts.themes).union(theme_values(list(self.lexicon.phrases.values())))


def counted(query: Json, aggregations: Json | None = None) -> Json:
    """A search for counts alone."""
    body: Json = {"size": 0, "track_total_hits": True, "query": query}
    return {**body, "aggs": aggregations} if aggregations else body


def _values(field: str) -> Json:
    return {"terms": {"field": field, "size": MOST_VALUES}}


def buckets(told: Json) -> dict[Any, int]:
    """Counts by value."""
    return {bucket["key"]: bucket["doc_count"] for bucket in told["buckets"]}


def open_state(cluster: Connection, last: State | None = None) -> State:
    """The newest generation, which may be the ``last`` one.

    Raises ``IndexMissing``, ``IndexStale``, ``IndexCorrupt`` and ``EngineUnavailable``.
    """
    index, told = look(cluster, nearby=last is not None)
    meta = read_meta(told, cluster.address.location)
    same = last and (last.index, last.meta.build) == (index, meta.build)
    if last and same and meta.generation <= last.meta.generation:  # a node may be behind another
        return last
    try:
        manifest = load_manifest(cluster, index, meta.generation)
    except IndexCorrupt:
        if look(cluster) == (index, told):
            raise
        return open_state(cluster)  # it was replaced between the two
    analyzer = Analyzer(manifest.lexicon.phrases)
    check_maker(meta.tokenizer, meta.dictionary, analyzer, cluster.address.location)
    return State(cluster, index, meta, analyzer, manifest)
