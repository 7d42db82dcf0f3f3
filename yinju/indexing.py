"""``yinju index``: brings an index up to date with files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.engine import reporting_compilation
from indexer.cli import DONE, INTERRUPTED, UNREAD, fail, say


@click.command()
@click.argument("corpus", nargs=-1, type=click.Path(path_type=Path))
@click.option("--rebuild", is_flag=True, help="从头建起，只收这次给出的文件。")
@click.option("--remove", is_flag=True, help="一个文件夹少了一半以上的文件时，也移出这些文件。")
def index(corpus: tuple[Path, ...], location: str, rebuild: bool, remove: bool) -> None:
    """把 CORPUS（文件、文件夹或 zip）收进索引；再次运行只读有变动的文件。

    不给 CORPUS 时收环境变量 YINJU_CORPUS 所指或 corpus 文件夹。
    """
    from indexer.build import Interrupted, build
    from indexer.read import corpora
    from search_app.terminal import say_compiling

    try:
        with reporting_compilation(say_compiling):
            summary = build(corpora(corpus), location, rebuild, _show_progress, remove)
    except Interrupted as error:
        state = "这次的改动已经写进索引" if error.committed else "索引仍是原来的样子"
        fail(f"已中断；{state}", INTERRUPTED)
    if sys.stderr.isatty():
        click.echo("\r\033[K", err=True, nl=False)
    for line in summary.lines(location):
        say(line)
    sys.exit(UNREAD if summary.failures else DONE)


def _show_progress(done: int, total: int, source: str) -> None:
    if sys.stderr.isatty():
        name = source if len(source) <= 40 else f"…{source[-39:]}"
        click.echo("\r\033[K", err=True, nl=False)
        say(f"{done + 1}/{total}  {name}", nl=False)
