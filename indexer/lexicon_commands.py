"""``yinju lexicon …``: suggests phrases that the lexicon lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from engine.analyze import normalise
from engine.errors import ReadError
from indexer import lexicon
from indexer.cli import exit_naming
from indexer.mining import LONGEST_PHRASE, Candidate, mine
from indexer.read import corpora, find_files, read_file
from indexer.split import split

_WIDE_BLANK = "\u3000"  # as wide as a Han character, so that the columns align
_HEADER = f"{'短语':{_WIDE_BLANK}<{LONGEST_PHRASE}}    次数    篇数  凝固  自由  例句（文件）"


@click.command("suggest")
@click.argument("corpus", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="最多列几条。"
)
def suggest_command(corpus: tuple[Path, ...], limit: int) -> None:
    """从 CORPUS 里找词库还没有的政策短语：出现得多，用字固定，前后搭配自由。

    凝固：拆成两半时，两半同现比偶然多出多少。自由：前后用字有多少变化。单位都是比特，越大越像
    一个固定的提法。不给 CORPUS 时读环境变量 YINJU_CORPUS 所指或 corpus 文件夹。
    """
    packs = lexicon.load()
    known = packs.words | {normalise(phrase) for phrase in packs.phrases}
    failures: list[ReadError] = []
    click.echo("正在读报告、数短语，两千份约需一两分钟……", err=True)
    candidates = mine(_reports(corpora(corpus), failures), known)
    click.echo(_HEADER)
    for candidate in candidates[:limit]:
        click.echo(_line(candidate))
    click.echo(f"候选{len(candidates):,}条，列出{len(candidates[:limit]):,}条", err=True)
    exit_naming(failures)


COMMANDS = {suggest_command.name: suggest_command}


def _reports(
    roots: Sequence[Path], failures: list[ReadError]
) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each report's source and paragraphs; append reading errors to ``failures``."""
    for path in (file for root in roots for file in find_files(root)):
        for draft in read_file(path, str(path)):
            if isinstance(draft, ReadError):
                failures.append(draft)
            else:
                yield draft.source, [piece.text for piece in split(draft)[1]]


def _line(found: Candidate) -> str:
    return (
        f"{found.phrase:{_WIDE_BLANK}<{LONGEST_PHRASE}}  {found.occurrences:6}  {found.reports:6}  "
        f"{found.cohesion:4.1f}  {found.freedom:4.1f}  {found.example}（{found.source}）"
    )
