"""``yinju export``: all hits of a query, or a view of it, in one file."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from search_app.search_options import query_of, search_options

_FORMATS = ("csv", "xlsx", "jsonl", "md", "ris", "bib", "csl.json")
_VIEWS = ("lines", "trend", "values")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, metavar="QUERY")
@search_options()
@click.option("--view", type=click.Choice(_VIEWS), help="导出逐行、趋势或数值，而不是查到的段落。")
@click.option(
    "--format", "suffix", type=click.Choice(_FORMATS), help="文件格式；不写则按文件名，或为 csv。"
)
@click.option("--output", default="-", metavar="FILE", help="写到这个文件，不写则输出到屏幕。")
def export(
    words: tuple[str, ...],
    view: str | None,
    suffix: str | None,
    output: str,
    location: str,
    **options: Any,
) -> None:
    """把 QUERY 查到的段落全部导出为文件；QUERY 为空时导出全部段落。

    链接的网址开头由环境变量 YINJU_URL 给出。
    """
    from search_app import site
    from search_app.export.formats import FORMATS
    from search_app.export.hits import hit_export
    from search_app.export.views import view_export
    from search_app.terminal import searching

    query = query_of(words, options)
    suffix = suffix or next((f for f in _FORMATS if output.lower().endswith(f".{f}")), "csv")
    if suffix == "xlsx" and output == "-" and sys.stdout.isatty():
        raise click.UsageError("Excel 文件不能输出到屏幕，请用 --output 写明文件名")
    root, today = site.stated_url() or site.DEFAULT_URL, site.today()
    with searching(location) as searcher:
        found = (
            view_export(view, searcher, query, root, today)
            if view
            else hit_export(searcher, query, root, today)
        )
        _write(FORMATS[suffix](found), output)
    if found.note:
        click.echo(found.note, err=True)


def _write(pieces: Iterable[bytes], output: str) -> None:
    """Write the pieces to the screen (``-``), or to a file, which only a whole one replaces."""
    if output == "-":
        with click.open_file(output, "wb") as screen:
            screen.writelines(pieces)
        return
    path = Path(output)
    partial = path.with_name(f"{path.name}.part")
    try:
        with partial.open("wb") as file:
            file.writelines(pieces)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
