"""The command ``yinju compare``: two reports side by side on a terminal, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import click

from engine.engine import Searcher, open_engine
from engine.model import Report
from search_app import permalinks
from search_app.compare import comparison
from search_app.compare.alignment import Pair, Sentence
from search_app.compare.comparison import Comparison
from search_app.compare.likeness import Side
from search_app.compare.present import comparison_json
from search_app.compare.values import Indicator
from search_app.compare.words import words_for
from search_app.figures.collecting import Value
from search_app.figures.words import KINDS, bound_words, measure_words
from search_app.navigate import place


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
def compare(a: str, b: str, location: str, as_json: bool) -> None:
    """两篇报告对照：A 和 B 是报告的编号；比较同一地区的两年时，先写较早的一篇。"""
    with open_engine(location).searcher() as searcher:
        reports = _find_report(searcher, a), _find_report(searcher, b)
        found = comparison.compare(searcher, *reports)
    if as_json:
        click.echo(json.dumps(comparison_json(found), ensure_ascii=False))
        return
    for line in _lines(found):
        click.echo(line)


def _find_report(searcher: Searcher, report_id: str) -> Report:
    """The report of an id; raises ``click.UsageError`` where it leads to none, or to several."""
    try:
        return permalinks.find_report(searcher, report_id)
    except permalinks.Several as error:
        ids = "、".join(path.rpartition("/")[2] for path in error.paths)
        message = f"{report_id} 曾是几篇报告共有的编号，请改用 {ids}"
        raise click.UsageError(message) from error
    except permalinks.Unknown as error:
        raise click.UsageError(f"索引里没有报告 {report_id}") from error


def _lines(found: Comparison) -> Iterator[str]:
    """A comparison line by line: phrases, themes, indicators, sentences."""
    words = words_for(found)
    names = {"new": words.new, "kept": words.kept, "gone": words.gone}
    for side, report in (("甲", found.a), ("乙", found.b)):
        yield f"{side}  {report.title}  {place(report)}"
    for title, changes in (("政策用语", found.phrases), ("主题", found.themes)):
        yield ""
        for state, group in changes.by_state():
            listed = "、".join(change.name for change in group)
            yield f"{title}{names[state]} {len(group)}  {listed}".rstrip()
    yield ""
    yield from _indicator_lines(found.indicators)
    sentences = found.sentences
    yield ""
    yield f"相近的句子 {len(sentences.pairs)}"
    for pair in sentences.pairs:
        yield ""
        yield f"甲 {pair.a.paragraph.id}  {_marked(pair, 'a')}"
        yield f"乙 {pair.b.paragraph.id}  {_marked(pair, 'b')}"
    for name, rest in (
        (words.new_sentences, sentences.new),
        (words.gone_sentences, sentences.gone),
    ):
        yield ""
        yield f"句子{name} {len(rest)}"
        yield from map(_line, rest)


def _indicator_lines(indicators: Sequence[Indicator]) -> Iterator[str]:
    """The indicators with the values of both reports, a line for each year."""
    yield f"同一指标 {len(indicators)}"
    for indicator in indicators:
        yield f"  {indicator.name}"
        for year in indicator.years:
            sides = "  ".join(
                f"{side} {'、'.join(map(_value, values)) or '-'}"
                for side, values in (("甲", year.a), ("乙", year.b))
            )
            yield f"    {year.year or '未定'}  {sides}"


def _value(value: Value) -> str:
    words = measure_words(value), f"{value.text}{bound_words(value)}", f"（{KINDS[value.kind]}）"
    return "".join(words)


def _marked(pair: Pair, side: Side) -> str:
    styles = {"figure": {"fg": "red"}, "negation": {"fg": "red"}, "word": {"underline": True}}
    return "".join(
        click.style(piece, **styles[kind]) if kind else piece  # type: ignore[arg-type]
        for piece, kind in pair.pieces(side)
    )


def _line(sentence: Sentence) -> str:
    return f"{sentence.paragraph.id}  {sentence.text}"
