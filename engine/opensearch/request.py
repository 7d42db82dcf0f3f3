"""A search as one request: what is found, filtered, counted and put in order.

What is selected in facets is a post filter, so that the counts see what it keeps out: those of
a facet are taken under the selections of the others (drill-sideways). Reports and clusters are
counted exactly, by a set of their numbers; OpenSearch's own count of distinct values is an
estimate.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine import facets
from engine.model import FacetCount, Query
from engine.opensearch.client import Json
from engine.opensearch.documents import PARAGRAPH, UNDATED_YEAR
from engine.opensearch.state import MOST_VALUES, State, buckets
from engine.ranking import HEADING_WEIGHT

_FACETS = ("region", "year", "theme", "wording")
_SHOWN = ["key", "report", "of", "data", "place", "cluster"]

_CLUSTERED: Json = {"range": {"cluster": {"gte": 0}}}


def distinct(field: str) -> Json:
    """How many numbers of a field there are: a set for each shard (and for each thread that
    searches a part of one), then their union."""
    return {
        "scripted_metric": {
            "params": {"field": field},
            "init_script": "state.numbers = new BitSet()",
            "map_script": "state.numbers.set((int) doc[params.field].value)",
            "combine_script": "return state.numbers.toLongArray()",
            "reduce_script": """
                BitSet all = new BitSet();
                for (long[] some : states) { if (some != null) { all.or(BitSet.valueOf(some)) } }
                return all.cardinality()""",
        }
    }


def request(state: State, query: Query, asked: Json, same: Json | None) -> Json:
    """The body of a search for ``asked``, with facets; ``query`` has its selections resolved.

    ``same`` is what finds the near-duplicates that are wanted alone.
    """
    selections = _selections(query, same)
    repeated = {"filter": _CLUSTERED, "aggs": {"distinct": distinct("cluster")}}
    kept = {"reports": distinct("number"), **({"repeated": repeated} if query.fold else {})}
    return {
        **ranked(state, query, asked, same),
        "track_total_hits": True,
        "aggs": {
            "matched": {"filter": {"match_all": {}}},
            "kept": {"filter": _all(selections), "aggs": kept},
            **{name: _values(name, selections) for name in _FACETS},
        },
    }


def ranked(state: State, query: Query, asked: Json, same: Json | None) -> Json:
    """The body without counts: the hits in their order."""
    return {
        "query": _weighed({"bool": {"must": [asked], "filter": [state.belonging(PARAGRAPH)]}}),
        "post_filter": _all(_selections(query, same)),
        "sort": _order(query),
        "track_scores": True,
        "_source": _SHOWN,
    }


def _weighed(query: Json) -> Json:
    """A heading or caption counts for less, as in ``engine.local.snapshot``."""
    aside = {"bool": {"must_not": [{"term": {"kind": "body"}}]}}
    functions = [{"filter": aside, "weight": HEADING_WEIGHT}]
    return {
        "function_score": {
            "query": query,
            "functions": functions,
            "score_mode": "first",
            "boost_mode": "multiply",
        }
    }


def _order(query: Query) -> list[Json]:
    """By score or by date, undated last; equals in the order in which they came."""
    first: Json = {"_score": {"order": "desc"}}
    if query.sort != "relevance":
        order = "desc" if query.sort == "newest" else "asc"
        first = {"day": {"order": order, "missing": "_last"}}
    return [first, {"place": {"order": "asc"}}]


def _selections(query: Query, same: Json | None) -> Mapping[str, Json]:
    """A filter for each facet in which something is selected, and ``same``."""
    found: dict[str, Json] = {"same": same} if same else {}
    if query.regions:
        found["region"] = {"terms": {"region": list(query.regions)}}
    if query.years:
        spans = [span or (UNDATED_YEAR, UNDATED_YEAR) for span in query.years]
        either = [{"range": {"year": {"gte": first, "lte": last}}} for first, last in spans]
        found["year"] = {"bool": {"should": either}}
    if query.themes:
        found["theme"] = {"terms": {"theme": list(query.themes)}}
    if query.wordings:
        found["wording"] = {"terms": {"wording": list(query.wordings)}}
    return found


def _all(filters: Mapping[str, Json]) -> Json:
    return {"bool": {"filter": list(filters.values())}} if filters else {"match_all": {}}


def _values(name: str, selections: Mapping[str, Json]) -> Json:
    others = {facet: one for facet, one in selections.items() if facet != name}
    terms = {"terms": {"field": name, "size": MOST_VALUES}}
    return {"filter": _all(others), "aggs": {"values": terms}}


def facet_counts(query: Query, told: Json) -> dict[str, tuple[FacetCount, ...]]:
    """The facets of an answer's aggregations."""
    counts = {name: buckets(told[name]["values"]) for name in _FACETS}
    years = {None if y == UNDATED_YEAR else y: count for y, count in counts["year"].items()}
    return {
        "region": facets.tree(counts["region"], query.regions),
        "year": facets.years(years, query.years),
        "theme": facets.tree(counts["theme"], query.themes),
        "wording": facets.tree(counts["wording"], query.wordings),
    }


def reports_found(told: Json) -> int:
    """How many reports the paragraphs found are of."""
    return int(told["kept"]["reports"]["value"])


def entries_found(query: Query, told: Json) -> int:
    """How many hits there are to page through."""
    kept = told["kept"]
    total: int = kept["doc_count"]
    if not query.fold:
        return total
    return total - int(kept["repeated"]["doc_count"]) + int(kept["repeated"]["distinct"]["value"])
