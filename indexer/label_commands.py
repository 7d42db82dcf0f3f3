"""``yinju labels …``: evaluate inferred labels against a table; write them for correction."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from engine.engine import open_engine
from engine.ids import read_id
from indexer.cli import exit_naming, index_option
from indexer.evaluate import Score, evaluate
from indexer.label_setting import set_labels
from indexer.label_table import Row, doubtful, export
from indexer.metadata import METADATA_FILE

_CHINESE_NAMES = {
    "region": "地区",
    "province": "省份",
    "year": "年份",
    "issuer": "发布机构",
    "published": "发布日期",
    "title": "标题",
    "kind": "文种",
}
_MAX_CONFUSIONS = 5  # shown for each label
_UNLABELLED = "（未标明）"

folder = click.argument(
    "folder", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="FOLDER"
)


@click.command("evaluate")
@folder
@click.argument(
    "table", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="LABELS.tsv"
)
def evaluate_command(folder: Path, table: Path) -> None:
    """拿 FOLDER 里文件的标注与 LABELS.tsv 核对：标对多少，错在哪里。

    表以制表符分隔，第 1 行是列名：file，以及 region、year、issuer、published、title、kind
    中的几列。几个答案都对时，用 | 隔开。
    """
    scores, failures = evaluate(folder, table)
    for line in _report_lines(scores):
        click.echo(line)
    exit_naming(failures)


@click.command("export")
@folder
@click.option("--output", type=click.Path(path_type=Path), help="写到哪里；- 为屏幕。")
def export_command(folder: Path, output: Path | None) -> None:
    """把推断出的标注写成 FOLDER/metadata.csv，改好以后以它为准。"""
    target = output or folder / METADATA_FILE
    if str(target) != "-" and target.exists():
        raise click.UsageError(f"已有 {target}，不改动它；请先移走，或用 --output 写到别处")
    rows, failures = export(folder)
    _write(rows, target)
    exit_naming(failures)


@click.command("doubtful")
@folder
@click.option(
    "--output", type=click.Path(path_type=Path), default="-", help="写到哪里；默认为屏幕。"
)
def doubtful_command(folder: Path, output: Path) -> None:
    """列出 FOLDER 里没标明或靠不住的标注，最该看的在前，格式同 metadata.csv。

    改好以后并入 FOLDER/metadata.csv；那里写明的不再列出。
    """
    if str(output) != "-" and output.exists():
        raise click.UsageError(f"已有 {output}，不改动它；请先移走，或写到别处")
    rows, failures = doubtful(folder)
    _write(rows, output)
    exit_naming(failures)


@click.command("set")
@click.argument("report", metavar="REPORT")
@click.argument("labels", nargs=-1, required=True, metavar="COLUMN=VALUE…")
@index_option
def set_command(report: str, labels: tuple[str, ...], location: str) -> None:
    """改正一篇报告的标注，写进它旁边的 metadata.csv。

    REPORT 是报告或段落的编号、固定链接，或文件的路径；例如 region=湖南省/怀化市 year=2024。
    可改 title、region、year、issuer、published、kind、url；写成 year= 就是不再注明。
    """
    values = {}
    for each in labels:
        column, is_stated, value = each.partition("=")
        if not is_stated:
            raise click.UsageError(f"“{each}”没有写等号；请写成 year=2024")
        values[column.strip().lower()] = value.strip()
    file = Path(report) if Path(report).is_file() else _file_of(report, location)
    try:
        table = set_labels(file, values)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"已写入 {table}；请再运行 yinju index，改正才会生效", err=True)


def _file_of(report: str, location: str) -> Path:
    """The file of the report that an id or a permalink names."""
    report_id = read_id(report.rstrip("/").rpartition("/")[2]).partition("-")[0]
    for path, record in open_engine(location).files().items():
        if report_id in record.reports:
            if not Path(path).is_file():
                raise click.UsageError(f"报告的文件 {path} 已经不在；请写文件现在的路径")
            if len(record.reports) > 1 or path.lower().endswith(".zip"):
                raise click.UsageError(
                    f"{path} 不止一篇报告，不能从这里改；请改其中的 metadata.csv"
                )
            return Path(path)
    raise click.UsageError(f"索引里没有报告 {report}，也没有这个文件")


COMMANDS = {
    command.name: command
    for command in (evaluate_command, export_command, doubtful_command, set_command)
}


def _write(rows: Sequence[Row], target: Path) -> None:
    """Write the rows as CSV to a file, or to the screen if ``target`` is ``-``."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["file"])
    writer.writeheader()
    writer.writerows(rows)
    if str(target) == "-":
        click.echo(text.getvalue(), nl=False)
    else:
        target.write_text(text.getvalue(), "utf-8-sig", newline="")  # so that Excel reads it
        click.echo(f"{len(rows):,}个文件的标注 → {target}", err=True)


def _report_lines(scores: Mapping[str, Score]) -> Iterator[str]:
    for name, score in scores.items():
        right, wrong, unknown = (
            100 * count / score.total for count in (score.right, score.wrong, score.unknown)
        )
        precision = f"标出的 {score.right + score.wrong:,} 份中对 {_precision(score):.2f}%"
        yield (
            f"{_CHINESE_NAMES[name]}  {score.total:,} 份：对 {right:.2f}%，错 {wrong:.2f}%，"
            f"未标明 {unknown:.2f}%（{precision}）"
        )
        for (expected, actual), count in score.confusions.most_common(_MAX_CONFUSIONS):
            example = score.examples[expected, actual]
            yield f"  {expected} → {actual or _UNLABELLED}  {count} 次，例如 {example}"


def _precision(score: Score) -> float:
    """The share of right labels among the reports that got a label, in percent."""
    labelled = score.right + score.wrong
    return 100 * score.right / labelled if labelled else 0.0
