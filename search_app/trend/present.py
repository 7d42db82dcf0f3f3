"""A trend as JSON; each number of reports is that of the search at the ``url`` beside it."""

from __future__ import annotations

from collections.abc import Sequence

from search_app.params import address, way_back
from search_app.present import Json
from search_app.report_counts import Count, of_region, of_year
from search_app.trend.counts import RegionCounts, Trend, Years, coverage


def trends_json(trends: Sequence[Trend]) -> Json:
    """The answer of ``/api/trend`` and ``yinju trend --json``."""
    return {"of": coverage(trends), "queries": [_trend_json(trend) for trend in trends]}


def _trend_json(trend: Trend) -> Json:
    return {
        "q": trend.query.text,
        "years": _years_json(trend, trend.years),
        "undated": _count_json(trend.undated),
        "regions": [
            {"path": region.path, "years": _years_json(trend, region.years, region.path)}
            for region in trend.regions
        ],
        "first": [_first_json(trend, region) for region in first_regions(trend)],
    }


def _years_json(trend: Trend, years: Years, path: str = "") -> list[Json]:
    query = of_region(trend.query, path) if path else trend.query
    return [
        {"year": year} | _count_json(count) | {"url": address(of_year(query, year))}
        for year, count in years.items()
    ]


def _count_json(count: Count) -> Json:
    low, high = count.interval
    return {
        "reports": count.reports,
        "of": count.of,
        "share": round(count.share, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "paragraphs": count.paragraphs,
        "per_10000": round(count.per_10000, 2),
    }


def first_regions(trend: Trend) -> list[RegionCounts]:
    """The regions in which the phrase stands, the earliest first."""
    said = [region for region in trend.regions if region.first]
    return sorted(said, key=lambda region: ((region.first and region.first.year) or 0, region.path))


def _first_json(trend: Trend, region: RegionCounts) -> Json:
    report = region.first
    assert report
    return {
        "id": report.id,
        "year": report.year,
        "region": list(report.region.names),
        "title": report.title,
        "url": f"/r/{report.id}{way_back(trend.query)}",
    }
