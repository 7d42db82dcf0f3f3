"""``yinju lines``: each occurrence of what was searched on a line of the terminal, or as JSON."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any, cast, get_args

import click

from engine.model import Query
from search_app.lines.concordance import (
    CONTEXT,
    Concordance,
    Line,
    Side,
    concordance,
    concordance_json,
    has_lines,
)
from search_app.navigate import place
from search_app.search_options import query_of, search_options


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, metavar="QUERY")
@search_options("left", "right")
@click.option(
    "--limit", type=click.IntRange(min=0), default=100, show_default=True, help="行数，0 为全部。"
)
@click.option("--offset", type=click.IntRange(min=0), default=0, help="跳过前几行。")
def lines(
    words: tuple[str, ...],
    sort: str,
    limit: int,
    offset: int,
    location: str,
    as_json: bool,
    **options: Any,
) -> None:
    """把 QUERY 的每一处用法排成一行，词在中间，前后文在两边。

    --sort left、right：按左边、右边的字排。
    """
    from search_app import terminal

    side = cast(Side, sort) if sort in get_args(Side) else None
    order = "relevance" if side else sort
    query = query_of(words, {**options, "sort": order, "limit": 0})
    with terminal.searching(location) as searcher:
        found = concordance(searcher, query, side, limit, offset)
    if as_json:
        click.echo(json.dumps(concordance_json(found), ensure_ascii=False))
        return
    for text in _texts(query, found):
        click.echo(text)


def _texts(query: Query, found: Concordance) -> Iterator[str]:
    counted = "" if found.occurrences is None else f"{found.occurrences:,} 处，"
    yield f"{counted}出自 {found.page.total:,} 段，{found.page.reports:,} 篇报告"
    if not has_lines(query):
        yield "没有检索词，就没有可列的行"
    yield from map(_text, found.lines)


def _text(line: Line) -> str:
    """The line, with its left side as wide as that of any other."""
    left = " " * (2 * CONTEXT - _columns(line.left)) + line.left
    shown = f"{left}{click.style(line.match, fg='red')}{line.right}".replace("\n", " ")
    return f"{shown}  {place(line.hit.report)}  {line.hit.paragraph.id}"


def _columns(text: str) -> int:
    """The number of columns that a terminal needs for the text; a Han character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
