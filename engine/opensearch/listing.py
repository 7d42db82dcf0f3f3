"""What an index holds, without a query: reports, paragraphs, clusters, files, and whether they
add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from engine.checking import miscounted
from engine.model import DuplicateGroup, FileRecord, Overview, Paragraph, Report
from engine.opensearch import client
from engine.opensearch.client import Absent, Json
from engine.opensearch.documents import (
    FILE,
    PARAGRAPH,
    REPORT,
    UNDATED_YEAR,
    file_of,
    paragraph_of,
    report_of,
)
from engine.opensearch.pages import all_of
from engine.opensearch.request import distinct
from engine.opensearch.state import MOST_VALUES, State, counted

_TOGETHER = 5000  # reports whose paragraphs are counted in one request
_FETCHED = 500  # reports fetched in one request
_CLUSTERS = 1000  # that are looked up in one request


def find(state: State, kind: str, key: str) -> Json | None:
    """The source of the document of a kind and key, or None."""
    here: Json = {"term": {"key": key}}
    body = {"query": {"bool": {"filter": [here, state.belonging(kind)]}}, "size": 1}
    for hit in state.search(body)["hits"]["hits"]:
        source: Json = hit["_source"]
        return source
    return None


def report(state: State, report_id: str) -> Report | None:
    """See ``Engine.report``."""
    source = find(state, REPORT, report_id)
    return report_of(source) if source else None


def reports_of(state: State, wanted: Iterable[tuple[str, str]]) -> Mapping[str, Report]:
    """Reports by id, of these documents and ids; raises ``Absent``."""
    asked = [
        {"_id": document, "routing": key, "_source": ["data"]} for document, key in sorted(wanted)
    ]
    found: dict[str, Report] = {}
    for low in range(0, len(asked), _FETCHED):
        body = {"docs": asked[low : low + _FETCHED]}
        for told in state.cluster.ask("POST", f"/{state.index}/_mget", body)["docs"]:
            if "error" in told:
                raise state.cluster.refused(503, told["error"])
            if not told.get("found"):
                raise Absent(told["_id"])
            one = report_of(told["_source"])
            found[one.id] = one
    return found


def paragraphs(state: State, report_id: str) -> Sequence[Paragraph]:
    """See ``Engine.paragraphs``."""
    here: Json = {"term": {"report": report_id}}
    query = {"bool": {"filter": [here, state.belonging(PARAGRAPH)]}}
    shown = ["key", "report", "data"]
    return tuple(map(paragraph_of, all_of(state.cluster, state.index, query, shown, "place")))


def clusters_of(state: State, numbers: Collection[int]) -> Mapping[int, DuplicateGroup]:
    """The clusters of these numbers; there are none below 0."""
    wanted = sorted(number for number in numbers if number >= 0)
    least = {"sort": [{"key": "asc"}], "size": 1, "_source": ["key"]}
    inside = {"least": {"top_hits": least}, "reports": distinct("number")}
    found: dict[int, DuplicateGroup] = {}
    for low in range(0, len(wanted), _CLUSTERS):
        some = wanted[low : low + _CLUSTERS]
        here = {"bool": {"filter": [state.belonging(PARAGRAPH), {"terms": {"cluster": some}}]}}
        each = {"terms": {"field": "cluster", "size": len(some)}, "aggs": inside}
        told = state.search(counted(here, {"clusters": each}))
        for bucket in told["aggregations"]["clusters"]["buckets"]:
            (first,) = bucket["least"]["hits"]["hits"]
            found[bucket["key"]] = DuplicateGroup(
                first["_source"]["key"], bucket["doc_count"], int(bucket["reports"]["value"])
            )
    return found


def overview(state: State) -> Overview:
    """See ``Engine.overview``."""
    years = {"years": {"terms": {"field": "year", "size": MOST_VALUES}}}
    provinces = {"field": "region", "include": "[^/]+", "size": MOST_VALUES}
    told = state.search(
        counted(state.belonging(REPORT), {"provinces": {"terms": provinces, "aggs": years}})
    )
    grid = {
        (province["key"], None if year["key"] == UNDATED_YEAR else year["key"]): year["doc_count"]
        for province in told["aggregations"]["provinces"]["buckets"]
        for year in province["years"]["buckets"]
    }
    return Overview(state.meta.reports, state.meta.paragraphs, grid)


def files(cluster: client.Connection, index: str, generation: int) -> Mapping[str, FileRecord]:
    """The manifest's files, in the order in which they were given."""
    here: list[Json] = [{"term": {"type": FILE}}, {"term": {"since": generation}}]
    found = all_of(cluster, index, {"bool": {"filter": here}}, ["data"], "number")
    return dict(map(file_of, found))


def faults(state: State) -> Iterator[str]:
    """See ``Engine.check``."""
    counts = _counts_by_report(state)
    found = all_of(state.cluster, state.index, state.belonging(REPORT), ["data"], "number")
    reports = {one.id: (one.paragraphs, counts[one.id]) for one in map(report_of, found)}
    listed = files(state.cluster, state.index, state.meta.generation)
    yield from miscounted(state.meta.paragraphs, counts.total(), listed, reports)


def _counts_by_report(state: State) -> Counter[str]:
    counts: Counter[str] = Counter()
    pages: Json = {"size": _TOGETHER, "sources": [{"report": {"terms": {"field": "report"}}}]}
    while True:
        body = counted(state.belonging(PARAGRAPH), {"reports": {"composite": pages}})
        told = state.search(body)["aggregations"]["reports"]
        for bucket in told["buckets"]:
            counts[bucket["key"]["report"]] = bucket["doc_count"]
        if "after_key" not in told:
            return counts
        pages["after"] = told["after_key"]
