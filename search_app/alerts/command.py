"""``yinju alerts``: what came in for the queries of a file since the last run, for cron."""

from __future__ import annotations

import os
from pathlib import Path

import click

_MANY = 20  # hits of one query


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "name",
    type=click.Choice(["text", "json", "mail"]),
    default="text",
    show_default=True,
    help="输出格式；mail 是邮件的正文。",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=_MANY,
    show_default=True,
    help="每个检索式最多列几段，0 为全部。",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="记下报到哪里的文件，不写则是 FILE.seen.json。",
)
def alerts(file: Path, name: str, limit: int, state: Path | None, location: str) -> None:
    """逐行查 FILE 里的检索式，报出上次运行以后新收录的段落；没有新的就什么也不输出。

    一行一个检索式，或检索页的网址（连同筛选条件）；空行和以 # 开头的行不算。
    """
    from search_app import site
    from search_app.alerts import news
    from search_app.alerts import state as states
    from search_app.alerts.formats import FORMATS
    from search_app.batch.command import exit_naming, read_lines
    from search_app.terminal import searching

    state = state or file.with_name(f"{file.name}.seen.json")
    if not os.access(state.parent, os.W_OK):
        raise click.UsageError(f"{state.parent} 里不能写文件，请用 --state 写明另一处")
    with file.open("rb") as opened:
        states.wait_alone(opened)
        lines = read_lines(opened)
        try:
            seen = states.load(state)
        except ValueError as error:
            raise click.UsageError(
                f"{state} 不是 yinju alerts 记下的文件；"
                "请用 --state 写明另一个，或删去它，从现在起重新关注"
            ) from error
        with searching(location) as searcher:
            look = news.look(searcher, lines, seen, limit)
        with states.advancing(state, look.seen):  # what cannot be printed is told again
            click.echo(FORMATS[name](look, site.stated_url() or site.DEFAULT_URL), nl=False)
    if look.begun:
        click.echo(f"新关注 {look.begun} 个检索式，从现在起收录的才会报出", err=True)
    exit_naming(look.faults)
