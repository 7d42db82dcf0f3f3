"""``yinju trend``: the counts of one to five queries by year, on a terminal or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click

from search_app.search_options import query_of, search_options
from search_app.trend import counts, present, tables


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, metavar="QUERY")
@click.option("--vs", multiple=True, metavar="QUERY", help="与之比较的检索，连 QUERY 至多 5 个。")
@click.option(
    "--by",
    type=click.Choice(["province", "city", "county"]),
    help="按省、市或县分；默认是所选地区的下一级。",
)
@search_options()
def trend(
    words: tuple[str, ...],
    vs: tuple[str, ...],
    by: Any,
    location: str,
    as_json: bool,
    **options: Any,
) -> None:
    """逐年、逐地区有多大比例的报告提到 QUERY。"""
    from search_app.terminal import searching

    asked = counts.queries(query_of(words, options), vs)
    with searching(location) as searcher:
        trends = [counts.trend(searcher, query, by) for query in asked]
        if as_json:
            levels = counts.count_levels(searcher, asked[0])
            click.echo(json.dumps(present.trends_json(trends, levels), ensure_ascii=False))
            return
    for line in _lines(trends):
        click.echo(line)


def _lines(trends: Sequence[counts.Trend]) -> Iterator[str]:
    """A line for each year, with the share of each query."""
    yield "\t".join(["年份", *(trend.query.text for trend in trends)])
    for row in tables.year_rows(trends):
        cells = [cell for cell in row.cells if cell]
        yield "\t".join(
            [row.name, *(f"{cell.share}  {cell.number}  {cell.interval}" for cell in cells)]
        )
