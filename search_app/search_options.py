"""The options of a search, which every command that asks a query has, and the query of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, get_args

import click

from engine.model import Level, Query, Sort
from engine.query.parser import parse_year
from search_app.since import parse_since

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--exact", is_flag=True, help="精确：逐字查找，不分词。"),
    click.option("--same-sentence", "one_sentence", is_flag=True, help="同句：各词要在同一句里。"),
    click.option("--in", "inside", multiple=True, metavar="QUERY", help="在这一检索的结果中检索。"),
    click.option(
        "--synonyms/--no-synonyms", default=True, help="同时查找同义词（默认），或只查原词。"
    ),
    click.option(
        "--region", "regions", multiple=True, metavar="R", help="湖南省 或 湖南省/怀化市。"
    ),
    click.option(
        "--year", "years", multiple=True, metavar="Y", help="2024、2019..2022 或 unknown。"
    ),
    click.option("--theme", "themes", multiple=True, metavar="T", help="如 医疗保障/基金监管。"),
    click.option("--kind", "kinds", multiple=True, metavar="K", help="文种，如 政府工作报告。"),
    click.option(
        "--level",
        "levels",
        multiple=True,
        type=click.Choice(get_args(Level)),
        help="报告所属地区的层级：全国、省、市、县，或未标明。",
    ),
    click.option(
        "--wording",
        "wordings",
        multiple=True,
        type=click.Choice(["formulaic", "particular"]),
        help="formulaic：多篇报告里几乎相同的通用表述；particular：特有表述。",
    ),
    click.option(
        "--since", default="", metavar="TIME", help="这时以后收录的：2026-11-30，或带时刻。"
    ),
    click.option("--same", default="", metavar="ID", help="与这一段几乎相同的段落。"),
    click.option("--fold", is_flag=True, help="合并同文：几乎相同的段落只列最前的一段。"),
)
_ORDERS = get_args(Sort)


def search_options(*more_orders: str) -> Callable[[_Command], _Command]:
    """Add the options of a search to a command; ``query_of`` reads them.

    ``more_orders`` are further values of ``--sort``, which the command handles itself.
    """
    orders = click.Choice([*_ORDERS, *more_orders])
    options = (*_OPTIONS, click.option("--sort", type=orders, default=_ORDERS[0]))

    def add(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def query_of(words: Sequence[str], options: Mapping[str, Any]) -> Query:
    """The query of a command line; raises ``UsageError`` for what looks like an option.

    Commands that take a query let unknown options pass, because ``-word`` excludes a word.
    """
    for word in words:
        if word.startswith("--"):
            raise click.UsageError(f"没有 {word} 这个选项")
    read = {
        "years": tuple(map(parse_year, options["years"])),
        "since": parse_since(options["since"]),
    }
    return Query(" ".join(words), **{**options, **read})
