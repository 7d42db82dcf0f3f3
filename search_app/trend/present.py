"""A trend as JSON; each number of reports is that of the search at the ``url`` beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from engine.model import UNKNOWN, Level, Query, Report
from search_app.params import address, pairs, way_back
from search_app.present import Json
from search_app.report_counts import By, Count, of_region, of_year
from search_app.trend.counts import Counts, RegionCounts, Trend, first_regions, of_level


def trends_json(trends: Sequence[Trend], levels: Mapping[Level, Count]) -> Json:
    """The answer of ``/api/trend`` and ``yinju trend --json``; ``levels`` are the first query's."""
    first = trends[0]
    return {
        "of": {year: count.of for year, count in first.counts.years.items() if year},
        "levels": [
            {"level": level} | _count_json(of_level(first.query, level), count)
            for level, count in levels.items()
        ],
        "queries": [_trend_json(trend) for trend in trends],
    }


def shares_json(trends: Sequence[Trend]) -> Iterator[Json]:
    """Each share of each query, in a flat form.

    ``region`` is the path of a region, or None for all reports; ``year`` is None for all years.
    """
    for trend in trends:
        regions = [(each.path, of_region(trend.query, each.path), each) for each in trend.regions]
        for path, query, counts in [(None, trend.query, trend.counts), *regions]:
            place = {"q": trend.query.text, "region": path}
            yield place | {"year": None} | _count_json(query, counts.total)
            for year, count in counts.years.items():
                yield place | {"year": year or UNKNOWN} | _count_json(of_year(query, year), count)


def _trend_json(trend: Trend) -> Json:
    return {
        "q": trend.query.text,
        **_counts_json(trend.query, trend.counts),
        "regions": [
            {"path": region.path} | _counts_json(of_region(trend.query, region.path), region)
            for region in trend.regions
        ],
        "first": [
            _first_json(trend.query, region, report) for region, report in first_regions(trend)
        ],
    }


def _counts_json(query: Query, counts: Counts) -> Json:
    years = {year: _count_json(of_year(query, year), count) for year, count in counts.years.items()}
    return {
        "total": _count_json(query, counts.total),
        "years": [{"year": year} | count for year, count in years.items() if year],
        "undated": years.get(None),
    }


def _count_json(query: Query, count: Count) -> Json:
    rest = {"per_10000": round(count.per_10000, 2), "url": address(query)}
    return share_json(count) | rest


def share_json(count: Count) -> Json:
    """A share of reports with the ends of its interval, and the paragraphs that match."""
    low, high = count.interval
    return {
        "reports": count.reports,
        "of": count.of,
        "share": round(count.share, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "paragraphs": count.paragraphs,
    }


def _first_json(query: Query, region: RegionCounts, report: Report) -> Json:
    return {
        "id": report.id,
        "year": report.year,
        "region": list(report.region.names),
        "title": report.title,
        "url": f"/r/{report.id}{way_back(query)}",
    }


def trend_address(query: Query, others: Sequence[str] = (), by: By | None = None) -> str:
    """The address of the page that compares a query with others."""
    more = [("vs", text) for text in others] + ([("by", by)] if by else [])
    return "/trend?" + urlencode([*pairs(query), *more], safe="/")
