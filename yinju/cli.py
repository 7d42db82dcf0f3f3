"""The command line: the one place that uses indexer, engine and search_app.

Answers go to stdout and all messages to stderr, so that a pipe gets answers only.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module
from typing import Any

import click

from engine.engine import leftovers, open_engine
from engine.errors import IndexCorrupt, QueryError, ReadError, SettingError, YinjuError
from indexer.cli import FAULT, INTERRUPTED, UNUSABLE, USAGE, fail, index_option
from indexer.obstacles import system_message
from search_app.alerts.command import alerts
from search_app.batch.command import batch
from search_app.compare.command import compare
from search_app.export.command import export
from search_app.lines.command import lines
from search_app.search_options import query_of, search_options
from search_app.trend.command import trend
from yinju.assistant.command import mcp
from yinju.indexing import index
from yinju.memo_check import memo_check
from yinju.serving.command import serve

json_option = click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="yinju", prog_name="yinju", message="%(prog)s %(version)s")
def cli() -> None:
    """引据：逐段检索政府工作报告，每一段都查得到、引得出。"""


class _LazyGroup(click.Group):
    """A group of commands whose module is imported when one of them is called."""

    def __init__(self, name: str, module: str, help: str) -> None:
        super().__init__(name, help=help)
        self._module = module

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(import_module(self._module).COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command: click.Command | None = import_module(self._module).COMMANDS.get(cmd_name)
        return command


cli.add_command(json_option(index_option(compare)))
cli.add_command(
    _LazyGroup("labels", "indexer.label_commands", "核对地区、年份等标注，或导出来改。")
)
cli.add_command(
    _LazyGroup("lexicon", "indexer.lexicon_commands", "从报告里找词库还没有的政策短语。")
)
cli.add_command(index_option(json_option(lines)))
cli.add_command(index_option(json_option(trend)))
cli.add_command(index_option(export))
cli.add_command(index_option(index))
cli.add_command(index_option(batch))
cli.add_command(index_option(alerts))
cli.add_command(index_option(mcp))
cli.add_command(index_option(serve))
cli.add_command(index_option(json_option(memo_check)))


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, metavar="QUERY")
@search_options()
@click.option(
    "--limit", type=click.IntRange(min=0), default=10, show_default=True, help="0 为全部。"
)
@click.option("--offset", type=click.IntRange(min=0), default=0)
@index_option
@json_option
def search(words: tuple[str, ...], location: str, as_json: bool, **options: Any) -> None:
    """查找含有 QUERY 的段落；QUERY 为空时列出全部。

    医保 基金 · A OR B · A|B · -C · "逐字短语" · 参保* · 标题:商洛
    """
    from search_app import present, spelling, terminal
    from search_app.offers import offers
    from search_app.same_paragraph import same_paragraph

    query = query_of(words, options)
    with terminal.searching(location) as searcher:
        page = searcher.search(query)
        if as_json:
            corrections = spelling.did_you_mean(searcher, page)
            _print_json(present.page_json(page, corrections, offers(searcher, page)))
            return
        other_searches = offers(searcher, page), same_paragraph(searcher, page)
        for line in terminal.results(page, *other_searches):
            click.echo(line)
        # Corrections come last, because finding them may take a second.
        if corrections := spelling.did_you_mean(searcher, page):
            click.echo(f"是不是要查：{'、'.join(corrections)}")


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, metavar="QUERY")
@search_options()
@index_option
@json_option
def values(words: tuple[str, ...], location: str, as_json: bool, **options: Any) -> None:
    """列出找到的段落里 QUERY 的数值：参保率、基金支出、地区生产总值等。

    每个数值带单位、年份，注明是结果还是目标；看不准的写明未定。最多读 10,000 段。
    """
    from search_app import terminal
    from search_app.values.answer import answer, answer_json
    from search_app.values.listing import listing

    query = query_of(words, options)
    with terminal.searching(location) as searcher:
        found = answer(searcher, query)
    if as_json:
        _print_json(answer_json(found))
        return
    for line in listing(found):
        click.echo(line)


@cli.command()
@click.argument("passage_id", metavar="ID")
@index_option
@json_option
def show(passage_id: str, location: str, as_json: bool) -> None:
    """一段的全文、出处和标注；ID~2-4 只要第 2 到第 4 句。"""
    from search_app import terminal
    from search_app.present import paragraph_json

    found = terminal.find(location, passage_id)
    if as_json:
        _print_json(paragraph_json(found))
        return
    for line in terminal.passage(found):
        click.echo(line)


@cli.command()
@click.argument("passage_id", metavar="ID")
@click.option(
    "--style",
    type=click.Choice(["gbt7714-2015", "gbt7714-2025", "markdown", "bibtex", "ris", "csl-json"]),
    default="gbt7714-2025",
    show_default=True,
)
@index_option
def cite(passage_id: str, style: str, location: str) -> None:
    """一段或其中几句（ID~2-4）的引用。链接的网址开头由环境变量 YINJU_URL 给出。"""
    from search_app import site, terminal
    from search_app.cite import cite as citation
    from search_app.present import permalink

    found = terminal.find(location, passage_id)
    url = (site.stated_url() or site.DEFAULT_URL) + permalink(found.id)
    click.echo(citation(found, url, style, site.today()))


@cli.command()
@index_option
def check(location: str) -> None:
    """核对索引的每个文件和每个数目。"""
    try:
        engine = open_engine(location)
        faults = list(engine.check())
    except IndexCorrupt as error:
        faults = [str(error)]
    for fault in faults:
        click.echo(fault)
    if faults:
        click.echo(
            f"发现{len(faults)}处不符；请运行：yinju index --rebuild --index {location}", err=True
        )
        sys.exit(FAULT)
    overview = engine.overview()
    click.echo(f"索引完好：{overview.reports:,}篇报告，{overview.paragraphs:,}段", err=True)
    number, size = leftovers(location)
    if number:
        click.echo(
            f"另有{number}个文件（{size / 1_000_000:.1f} MB）不属于现在的索引，"
            "是正在进行或中断了的更新留下的；下次运行 yinju index 时清除",
            err=True,
        )


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; an error that is meant for a person becomes one line on stderr."""
    try:
        cli.main(arguments, prog_name="yinju", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(USAGE)
    except click.ClickException as error:
        fail(f"{_in_chinese(error)}（用法见 yinju --help）", USAGE)
    except (QueryError, ReadError, SettingError) as error:
        fail(str(error), USAGE)
    except YinjuError as error:
        fail(str(error), UNUSABLE)
    except (KeyboardInterrupt, click.Abort):
        fail("已中断", INTERRUPTED)
    except UnicodeEncodeError:  # the command line has bytes that are no UTF-8
        fail("参数里有不是 UTF-8 编码的字符，请重新输入", USAGE)
    except (MemoryError, OSError) as error:
        fail(system_message(error), UNUSABLE)


def _in_chinese(error: click.ClickException) -> str:
    """Click's message about a wrong command line, in Chinese."""
    match error:
        case click.NoSuchOption():
            return f"没有 {error.option_name} 这个选项"
        case click.MissingParameter():
            return f"缺少 {(error.param and error.param.metavar) or '参数'}"
        case click.BadParameter():
            name = error.param.opts[0] if error.param else "参数"
            return f"{name} 的值不对（{error.message}）"
    message = error.format_message()
    if command := re.match(r"No such command '(.+?)'", message):
        return f"没有 {command[1]} 这个命令"
    return "多了一个参数" if "unexpected extra argument" in message else message
