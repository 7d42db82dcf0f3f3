"""``yinju batch``: a file of queries, counted by region or year."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any

import click

from search_app.search_options import query_of, search_options

if TYPE_CHECKING:
    from search_app.batch.counts import Faulty, Group

SOME_UNREAD = 3  # done, but some lines are no queries; as for files that could not be read


@click.command()
@click.argument("file", type=click.File("rb"))
@search_options()
@click.option(
    "--by",
    type=click.Choice(["province", "city", "county", "year"]),
    default="province",
    show_default=True,
    help="按省、市、县或年份分列。",
)
@click.option(
    "--format",
    "suffix",
    type=click.Choice(["csv", "md", "json"]),
    default="csv",
    show_default=True,
    help="输出格式。",
)
def batch(file: IO[bytes], by: Group, suffix: str, location: str, **options: Any) -> None:
    """逐行查 FILE 里的检索式，按地区或年份列出篇数和段数，每个数都有链接。

    一行一个检索式，空行和以 # 开头的行不算；FILE 写 - 是读标准输入。
    """
    from search_app import site
    from search_app.batch.counts import Faulty, count_all
    from search_app.batch.formats import FORMATS
    from search_app.terminal import searching

    filters, lines = query_of((), options), read_lines(file)
    with searching(location) as searcher:
        answers = list(count_all(searcher, lines, filters, by))
    click.echo(FORMATS[suffix](answers, by, site.stated_url() or site.DEFAULT_URL), nl=False)
    exit_naming([answer for answer in answers if isinstance(answer, Faulty)])


def read_lines(file: IO[bytes]) -> list[tuple[int, str]]:
    """See ``counts.read_queries``; raises ``UsageError`` for what is no text."""
    from search_app.batch.counts import read_queries

    try:
        return list(read_queries(file.read()))
    except UnicodeDecodeError as error:
        message = f"{file.name} 不是文本文件，请存成 UTF-8 编码"
        raise click.UsageError(message) from error


def exit_naming(faults: Sequence[Faulty]) -> None:
    """Name each line that is no query, and exit with ``SOME_UNREAD`` if there is one."""
    from search_app.batch.formats import fault

    for faulty in faults:
        click.echo(fault(faulty), err=True)
    if faults:
        sys.exit(SOME_UNREAD)
