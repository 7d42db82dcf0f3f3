"""``yinju memo-check``: whether each quotation of a memo still says what its source says."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from indexer.cli import DONE, FAULT, UNREAD
from search_app import site, terminal
from search_app.check.check import Checked, CheckedQuotation, check_memo
from search_app.check.isolated import with_comments
from search_app.check.present import checked_json
from search_app.check.words import comments, excerpt, lines_of, summary
from yinju.memo_files import is_word, read_memo


@click.command("memo-check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="把带批注的 Word 文件写到这里（FILE 须是 .docx）。",
)
def memo_check(file: Path, output: Path | None, location: str, as_json: bool) -> None:
    """核对 FILE（.docx、.md 或 .txt）里的引文：每一处是否与报告原文一致。

    引文是引号里的话、引用段落，或后面注有永久链接的句子。退出状态：0 都一致，
    1 有不一致的，3 都一致但有的部分没有核对。
    """
    data = file.read_bytes()
    if output and not is_word(file):
        raise click.UsageError("--output 只能用于 Word 文件；FILE 须是 .docx")
    memo = read_memo(file, data)
    with terminal.searching(location) as searcher:
        checked = check_memo(searcher, memo)
    if output:
        root = site.stated_url() or site.DEFAULT_URL
        output.write_bytes(with_comments(data, comments(checked, root)))
    if as_json:
        click.echo(json.dumps(checked_json(checked), ensure_ascii=False))
    else:
        for line in _lines(checked):
            click.echo(line)
    sys.exit(_status(checked))


def _status(checked: Checked) -> int:
    if any(each.is_fault for each in checked.quotations):
        return FAULT
    return UNREAD if checked.unreadable else DONE


def _lines(checked: Checked) -> Iterator[str]:
    """The quotations in their order, a block each; those that are too short are only counted."""
    for each in checked.quotations:
        if each.verdict != "too_short":
            yield from _block(each)
            yield ""
    yield from (f"未核对  {part}" for part in checked.unreadable)
    yield summary(checked)


def _block(checked: CheckedQuotation) -> Iterator[str]:
    verdict, *rest = lines_of(checked)
    place = f"  {checked.quotation.place}" if checked.quotation.place else ""
    yield click.style(verdict, fg="red" if checked.is_fault else None, bold=True) + place
    yield f"  引文：{excerpt(checked.text)}"
    yield from (f"  {line}" for line in rest)
    if checked.match:
        yield click.style(f"  {checked.match.id}", dim=True)
