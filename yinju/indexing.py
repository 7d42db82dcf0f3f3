"""``yinju index``: brings an index up to date with files, once or whenever they change."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.engine import known_files, reporting_compilation
from indexer.cli import DONE, INTERRUPTED, UNREAD, fail, say

if TYPE_CHECKING:
    from indexer.update import Summary


@click.command()
@click.argument("corpus", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--rebuild", is_flag=True, help="从头建起；给了 CORPUS 的只收这些，不给的连同收过的都重收。"
)
@click.option("--remove", is_flag=True, help="一个文件夹少了一半以上的文件时，也移出这些文件。")
@click.option("--watch", is_flag=True, help="一直看着这些文件，有变动就更新；按 Ctrl-C 停止。")
def index(
    corpus: tuple[Path, ...], location: str, rebuild: bool, remove: bool, watch: bool
) -> None:
    """把 CORPUS（文件、文件夹或 zip）收进索引；再次运行只读有变动的文件。

    不给 CORPUS 时收环境变量 YINJU_CORPUS 所指或 corpus 文件夹；两者都没有时，核对收过的文件。
    """
    from indexer.build import Interrupted
    from indexer.read import corpora

    try:
        if watch:
            _watch(corpora(corpus), location, rebuild or remove)
        files = corpora(corpus, or_none=not corpus and bool(known_files(location)))
        summary = _run(files, location, rebuild, remove, keep_others=not corpus)
    except Interrupted as error:
        state = "这次的改动已经写进索引" if error.committed else "索引仍是原来的样子"
        fail(f"已中断；{state}", DONE if watch else INTERRUPTED)
    except KeyboardInterrupt:
        if not watch:
            raise
        fail("已停止", DONE)
    for line in summary.lines(location):
        say(line)
    sys.exit(UNREAD if summary.failures else DONE)


def _watch(files: Sequence[Path], location: str, is_asked_for_more: bool) -> None:
    if is_asked_for_more:
        raise click.UsageError(
            "--watch 不能和 --rebuild 或 --remove 一起用；请先单独运行一次，再用 --watch"
        )
    from yinju.watching import keep_up

    keep_up(files, location, lambda there: _run(there, location))


def _run(
    files: Sequence[Path],
    location: str,
    rebuild: bool = False,
    remove: bool = False,
    keep_others: bool = True,
) -> Summary:
    """One run, as ``indexer.build.build`` has it, with its progress on a terminal."""
    from indexer.build import build
    from search_app.terminal import say_compiling

    try:
        with reporting_compilation(say_compiling):
            return build(files, location, rebuild, _show_progress, remove, keep_others)
    finally:
        if sys.stderr.isatty():
            click.echo("\r\033[K", err=True, nl=False)


def _show_progress(done: int, total: int, source: str) -> None:
    if sys.stderr.isatty():
        name = source if len(source) <= 40 else f"…{source[-39:]}"
        click.echo("\r\033[K", err=True, nl=False)
        say(f"{done + 1}/{total}  {name}", nl=False)
