"""What an index holds, apart from any query: reports, paragraphs, files, and whether the counts
agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from engine import facets
from engine.checking import miscounted
from engine.model import DuplicateGroup, FileRecord, Overview, Paragraph, Report
from engine.opensearch.client import Absent, Connection, Json
from engine.opensearch.documents import (
    FILE,
    PARAGRAPH,
    REPORT,
    UNDATED_YEAR,
    file_of,
    paragraph_of,
    report_of,
)
from engine.opensearch.pages import all_sources
from engine.opensearch.request import distinct_count
from engine.opensearch.state import State, counting_body

_COMBINATIONS_COUNTED = 5000  # in one request
_REPORTS_FETCHED = 500  # in one request
_GROUPS_COUNTED = 1000  # in one request


def find(state: State, kind: str, key: str) -> Json | None:
    """The source of the document of a type and key, or None."""
    with_key: Json = {"term": {"key": key}}
    body = {"query": {"bool": {"filter": [with_key, state.live(kind)]}}, "size": 1}
    for hit in state.search(body)["hits"]["hits"]:
        source: Json = hit["_source"]
        return source
    return None


def report(state: State, report_id: str) -> Report | None:
    """See ``Searcher.report``."""
    source = find(state, REPORT, report_id)
    return report_of(source) if source else None


def reports_of(state: State, region: Sequence[str]) -> Sequence[Report]:
    """See ``Searcher.reports_of``."""
    value = facets.prefixes(tuple(region))[-1]
    inside: Json = {"prefix": {"region": f"{value}/"}}
    filters = [{"term": {"region": value}}, state.live(REPORT)]
    query: Json = {"bool": {"filter": filters, "must_not": [inside]}}
    sources = all_sources(state.connection, state.index, query, ["data"], "number")
    return tuple(sorted(map(report_of, sources), key=facets.day, reverse=True))


def reports_once_called(state: State, former_id: str) -> Sequence[Report]:
    """See ``Searcher.reports_once_called``."""
    query = {"bool": {"filter": [{"term": {"former": former_id}}, state.live(REPORT)]}}
    sources = all_sources(state.connection, state.index, query, ["data"], "number")
    return tuple(map(report_of, sources))


def reports_by_id(state: State, wanted: Iterable[tuple[str, str]]) -> Mapping[str, Report]:
    """Reports by id, for pairs of document id and report id; raises ``Absent``."""
    items = [
        {"_id": document, "routing": key, "_source": ["data"]} for document, key in sorted(wanted)
    ]
    reports: dict[str, Report] = {}
    for low in range(0, len(items), _REPORTS_FETCHED):
        body = {"docs": items[low : low + _REPORTS_FETCHED]}
        for document in state.connection.ask("POST", f"/{state.index}/_mget", body)["docs"]:
            if "error" in document:
                raise state.connection.refused(503, document["error"])
            if not document.get("found"):
                raise Absent(document["_id"])
            fetched = report_of(document["_source"])
            reports[fetched.id] = fetched
    return reports


def paragraphs(state: State, report_id: str) -> Sequence[Paragraph]:
    """See ``Searcher.paragraphs``."""
    of_report: Json = {"term": {"report": report_id}}
    query = {"bool": {"filter": [of_report, state.live(PARAGRAPH)]}}
    fields = ["key", "report", "data"]
    sources = all_sources(state.connection, state.index, query, fields, "place")
    return tuple(map(paragraph_of, sources))


def duplicate_groups(state: State, numbers: Collection[int]) -> Mapping[int, DuplicateGroup]:
    """The duplicate groups of these numbers; a number below 0 stands for none."""
    wanted = sorted(number for number in numbers if number >= 0)
    least = {"sort": [{"key": "asc"}], "size": 1, "_source": ["key"]}
    inside = {"least": {"top_hits": least}, "reports": distinct_count("number")}
    groups: dict[int, DuplicateGroup] = {}
    for low in range(0, len(wanted), _GROUPS_COUNTED):
        batch = wanted[low : low + _GROUPS_COUNTED]
        query = {"bool": {"filter": [state.live(PARAGRAPH), {"terms": {"cluster": batch}}]}}
        each = {"terms": {"field": "cluster", "size": len(batch)}, "aggs": inside}
        response = state.search(counting_body(query, {"groups": each}))
        for bucket in response["aggregations"]["groups"]["buckets"]:
            (first,) = bucket["least"]["hits"]["hits"]
            groups[bucket["key"]] = DuplicateGroup(
                first["_source"]["key"], bucket["doc_count"], int(bucket["reports"]["value"])
            )
    return groups


def overview(state: State) -> Overview:
    """See ``Searcher.overview``."""
    grid = {
        (key["region"], None if key["year"] == UNDATED_YEAR else key["year"]): count
        for key, count in _combinations(state, state.live(REPORT), "region", "year")
    }
    times = state.manifest.arrivals.values()
    return Overview(
        state.meta.reports,
        state.meta.paragraphs,
        grid,
        min(times, default=0),
        max(times, default=0),
    )


def files(connection: Connection, index: str, generation: int) -> Mapping[str, FileRecord]:
    """The manifest's files, in the order in which the writer got them."""
    filters: list[Json] = [{"term": {"type": FILE}}, {"term": {"since": generation}}]
    sources = all_sources(connection, index, {"bool": {"filter": filters}}, ["data"], "number")
    return dict(map(file_of, sources))


def faults(state: State) -> Iterator[str]:
    """See ``Searcher.check``."""
    counts = paragraphs_by_report(state, state.live(PARAGRAPH))
    reports = {each.id: (each.paragraphs, counts[each.id]) for each in selected_reports(state)}
    listed = files(state.connection, state.index, state.meta.generation)
    sizes = state.meta.reports, state.meta.paragraphs
    yield from miscounted(sizes, counts.total(), listed, reports)


def selected_reports(state: State, selections: Iterable[Json] = ()) -> Iterator[Report]:
    """The live reports that pass all selections, in the order of the index."""
    query: Json = {"bool": {"filter": [state.live(REPORT), *selections]}}
    return map(report_of, all_sources(state.connection, state.index, query, ["data"], "number"))


def paragraphs_by_report(state: State, query: Json) -> Counter[str]:
    """The number of paragraphs of each report that a query finds, by the report's id."""
    return Counter({key["report"]: count for key, count in _combinations(state, query, "report")})


def _combinations(state: State, query: Json, *fields: str) -> Iterator[tuple[Json, int]]:
    """Yield each combination of values that documents found have, and their number."""
    sources = [{field: {"terms": {"field": field}}} for field in fields]
    page: Json = {"size": _COMBINATIONS_COUNTED, "sources": sources}
    while True:
        body = counting_body(query, {"each": {"composite": page}})
        combinations = state.search(body)["aggregations"]["each"]
        for bucket in combinations["buckets"]:
            yield bucket["key"], bucket["doc_count"]
        if "after_key" not in combinations:
            return
        page["after"] = combinations["after_key"]
