"""A search as one request: the query, its filters, its counts and the order of hits.

Selections of facets are a post filter, so that aggregations still see what they exclude: each
facet is counted under the selections of the others (drill-sideways). The reports of each year and
duplicate groups are counted exactly, as sets of their numbers; OpenSearch's own count of distinct
values is an estimate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine import facets
from engine.model import UNKNOWN, FacetCount, Query, ReportShare
from engine.opensearch.client import Json
from engine.opensearch.documents import PARAGRAPH, REPORT, UNDATED_YEAR
from engine.opensearch.state import State, bucket_counts, counting_body, values_of
from engine.ranking import HEADING_WEIGHT

# The facets, and the fields of their values.
_FACETS = {
    "region": "region",
    "year": "year",
    "theme": "theme",
    "kind": "document_kind",
    "wording": "wording",
}
_HIT_FIELDS = ["key", "report", "of", "data", "place", "cluster"]

_HAS_DUPLICATES: Json = {"range": {"cluster": {"gte": 0}}}


def distinct_count(field: str) -> Json:
    """The aggregation that counts the distinct numbers of a field.

    Each shard, or each thread that searches a part of a shard, makes a set; the result is
    the size of their union.
    """
    return {
        "scripted_metric": {
            "params": {"field": field},
            "init_script": "state.numbers = new BitSet()",
            "map_script": "state.numbers.set((int) doc[params.field].value)",
            "combine_script": "return state.numbers.toLongArray()",
            "reduce_script": """
                BitSet all = new BitSet();
                for (long[] set : states) { if (set != null) { all.or(BitSet.valueOf(set)) } }
                return all.cardinality()""",
        }
    }


def search_body(state: State, query: Query, scoring: Json, same: Json | None) -> Json:
    """The body of a search that counts the total, the facets and the reports of each year too.

    ``query`` has its selections as full paths, ``scoring`` is its translation, and ``same``
    filters the near-duplicates of a paragraph, where these alone are wanted.
    """
    selections = _selections(query, same)
    repeated = {"filter": _HAS_DUPLICATES, "aggs": {"distinct": distinct_count("cluster")}}
    kept: Json = {"filter": _all_of(selections)}
    facet_aggregations = {facet: _facet_aggregation(facet, selections) for facet in _FACETS}
    facet_aggregations["year"]["aggs"]["values"]["aggs"] = {"reports": distinct_count("number")}
    return {
        **ranking_body(state, query, scoring, same),
        "track_total_hits": True,
        "aggs": {
            "matched": {"filter": {"match_all": {}}},
            "kept": {**kept, "aggs": {"repeated": repeated}} if query.fold else kept,
            **facet_aggregations,
        },
    }


def ranking_body(state: State, query: Query, scoring: Json, same: Json | None) -> Json:
    """The body of a search for hits in their order, without counts; see ``search_body``."""
    live = state.live(PARAGRAPH)
    return {
        "query": _with_heading_weight({"bool": {"must": [scoring], "filter": [live]}}),
        "post_filter": _all_of(_selections(query, same)),
        "sort": _order(query),
        "track_scores": True,
        "_source": _HIT_FIELDS,
    }


def _with_heading_weight(query: Json) -> Json:
    """The query in which a heading or caption scores less, as in ``engine.local.snapshot``."""
    not_body = {"bool": {"must_not": [{"term": {"kind": "body"}}]}}
    functions = [{"filter": not_body, "weight": HEADING_WEIGHT}]
    return {
        "function_score": {
            "query": query,
            "functions": functions,
            "score_mode": "first",
            "boost_mode": "multiply",
        }
    }


def _order(query: Query) -> list[Json]:
    """By score, or by date with undated reports last, or by when reports came in and then by
    date; ties in the order of places."""
    place: Json = {"place": {"order": "asc"}}
    if query.sort == "relevance":
        return [{"_score": {"order": "desc"}}, place]
    order = "asc" if query.sort == "oldest" else "desc"
    date: Json = {"day": {"order": order, "missing": "_last"}}
    return (
        [{"arrived": {"order": "desc"}}, date, place] if query.sort == "arrived" else [date, place]
    )


def _selections(query: Query, same: Json | None) -> Mapping[str, Json]:
    """A filter for each facet in which something is selected, for ``same``, levels and times."""
    filters: dict[str, Json] = {"same": same} if same else {}
    if query.regions:
        filters["region"] = {"terms": {"region": list(query.regions)}}
    if query.levels:
        filters["level"] = {"terms": {"level": list(query.levels)}}
    if query.since:
        filters["since"] = {"range": {"arrived": {"gte": query.since}}}
    if query.years:
        spans = [span or (UNDATED_YEAR, UNDATED_YEAR) for span in query.years]
        ranges = [{"range": {"year": {"gte": first, "lte": last}}} for first, last in spans]
        filters["year"] = {"bool": {"should": ranges}}
    if query.themes:
        filters["theme"] = {"terms": {"theme": list(query.themes)}}
    if query.kinds:
        filters["kind"] = {"terms": {"document_kind": list(query.kinds)}}
    if query.wordings:
        filters["wording"] = {"terms": {"wording": list(query.wordings)}}
    return filters


def report_selections(query: Query) -> list[Json]:
    """The filters of a query that concern reports."""
    of_reports = Query(
        regions=query.regions,
        years=query.years,
        kinds=query.kinds,
        levels=query.levels,
        since=query.since,
    )
    return [*_selections(of_reports, None).values()]


def _all_of(filters: Mapping[str, Json]) -> Json:
    return {"bool": {"filter": list(filters.values())}} if filters else {"match_all": {}}


def _facet_aggregation(facet: str, selections: Mapping[str, Json]) -> Json:
    others = {name: filter for name, filter in selections.items() if name != facet}
    return {"filter": _all_of(others), "aggs": {"values": values_of(_FACETS[facet])}}


def facet_counts(query: Query, aggregations: Json) -> dict[str, tuple[FacetCount, ...]]:
    """The facets, from the response to ``search_body``."""
    counts = {facet: bucket_counts(aggregations[facet]["values"]) for facet in _FACETS}
    years = {None if y == UNDATED_YEAR else y: count for y, count in counts["year"].items()}
    return {
        "region": facets.tree(counts["region"], query.regions),
        "year": facets.years(years, query.years),
        "theme": facets.tree(counts["theme"], query.themes),
        "kind": facets.tree(counts["kind"], query.kinds),
        "wording": facets.tree(counts["wording"], query.wordings),
    }


def year_shares(state: State, query: Query, aggregations: Json) -> dict[str, ReportShare]:
    """The share of the reports of each year, from the response to ``search_body``."""
    buckets = aggregations["year"]["values"]["buckets"]
    found = {_year_value(each["key"]): int(each["reports"]["value"]) for each in buckets}
    return facets.year_shares(found, _reports_by_year(state, query))


def _reports_by_year(state: State, query: Query) -> Mapping[str, int]:
    """The number of reports of each year that are of the selected regions, levels, kinds and
    times."""
    key = ("reports by year", query.regions, query.levels, query.kinds, query.since)
    counts: Mapping[str, int] | None = state.known.get(key)
    if counts is None:
        selections = report_selections(replace(query, years=()))
        body = counting_body(
            {"bool": {"filter": [state.live(REPORT), *selections]}},
            {"years": values_of(_FACETS["year"])},
        )
        by_number = bucket_counts(state.search(body)["aggregations"]["years"])
        counts = {_year_value(year): count for year, count in by_number.items()}
        state.known[key] = counts
    return counts


def _year_value(year: int) -> str:
    return UNKNOWN if year == UNDATED_YEAR else str(year)


def entry_count(query: Query, aggregations: Json) -> int:
    """The number of hits to page through: without the copies, where they are folded."""
    kept = aggregations["kept"]
    total: int = kept["doc_count"]
    if not query.fold:
        return total
    repeated = kept["repeated"]
    return total - int(repeated["doc_count"]) + int(repeated["distinct"]["value"])
