"""Answers on a terminal: the lines of ``yinju search`` and ``yinju show``, and what it is asked."""

from __future__ import annotations

import gc
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from engine.compiling import is_temporary
from engine.engine import Searcher, open_engine, reporting_compilation
from engine.ids import read_id
from engine.model import Hit, Page, Query
from engine.printable import printable
from search_app.marks import snippet
from search_app.navigate import LABELS, UNMARKED, name_of
from search_app.offers import Offer
from search_app.params import FACETS, selected
from search_app.passages import Passage
from search_app.permalinks import Gone, Malformed, NoSentence, Several, Unknown, find_passage
from search_app.remarks import remarks
from search_app.same_paragraph import SameParagraph
from search_app.since import utc


@contextmanager
def searching(location: str) -> Iterator[Searcher]:
    """One state of an index, for a command that ends with its answer."""
    gc.set_threshold(1_000_000)  # to open an index makes many objects and no garbage
    with reporting_compilation(say_compiling), open_engine(location).searcher() as searcher:
        yield searcher


def say_compiling() -> None:
    later = "以后不再编译"
    if is_temporary():
        later = "没有地方存，下次还要编译；请把环境变量 NUMBA_CACHE_DIR 设为一个可写的文件夹"
    click.echo(f"先编译检索程序，约需半分钟，{later}……", err=True)


def results(
    page: Page, offers: Sequence[Offer], same_paragraph: SameParagraph | None
) -> Iterator[str]:
    """A page of hits with its facets, and offers of other searches, line by line."""
    yield f"{page.total:,} 段，出自 {page.reports:,} 篇报告（{page.took_ms:.1f} 毫秒）"
    for offer in offers:
        yield f"只看{offer.text}（{offer.total:,} 段）：{_command(offer.query)}"
    if same_paragraph:
        found = f"{same_paragraph.text} {same_paragraph.total:,} 段"
        yield f"{found}：{_command(same_paragraph.query)}"
    understood = page.understood
    if synonyms := understood.synonyms:
        words = "；".join(f"{word} → {'、'.join(others)}" for word, others in synonyms.items())
        yield f"已同时查找：{words}（只查原词用 --no-synonyms）"
    yield from remarks(page)
    if understood.wider:
        yield f"放宽一些：{understood.wider.text}（{understood.wider.total:,} 段）"
    if page.query.fold and page.total:
        yield f"合并同文后 {page.entries:,} 条"
    if page.total and not page.hits:
        yield f"没有第 {page.query.offset + 1} 条，最后一条是第 {page.entries} 条"
    for number, hit in enumerate(page.hits, page.query.offset + 1):
        yield ""
        yield from _result(number, hit)
    yield ""
    for facet, name in LABELS.items():
        counts = "  ".join(f"{name_of(v.path)} {v.count}" for v in page.facets[facet][:8])
        if page.total and counts:
            yield f"{name}  {counts}"


def _command(query: Query) -> str:
    """The command that searches for ``query``, from its first hit."""
    flags = {
        "--exact": query.exact,
        "--same-sentence": query.one_sentence,
        "--no-synonyms": not query.synonyms,
        "--fold": query.fold,
    }
    options = [("in", text) for text in query.inside]
    options += [(facet, path) for facet in FACETS for path in selected(query, facet)]
    options += [("level", level) for level in query.levels]
    options += [("since", utc(query.since))] if query.since else []
    options += [("same", query.same)] if query.same else []
    options += [("sort", query.sort)] if query.sort != "relevance" else []
    words = [shlex.quote(query.text)] if query.text else []
    words += [flag for flag, is_set in flags.items() if is_set]
    words += [f"--{name} {shlex.quote(value)}" for name, value in options]
    return f"yinju search {' '.join(words)}"


def _result(number: int, hit: Hit) -> Iterator[str]:
    place = " · ".join(filter(None, ("".join(hit.report.region.names), str(hit.report.year or ""))))
    yield click.style(f"{number}. {hit.report.title}", bold=True) + (f"  {place}" if place else "")
    if hit.paragraph.heading:
        yield click.style("   " + " › ".join(hit.paragraph.heading), dim=True)
    cut = snippet(hit.paragraph.text, hit.spans)
    pieces = (piece for run in cut.shown for piece in run.parts)
    shown = "".join(click.style(text, fg="red") if asked else text for text, asked in pieces)
    yield f"   {'…' if cut.before else ''}{shown}{'…' if cut.after else ''}"
    themes = "、".join(theme.name for theme in hit.paragraph.themes)
    same = f"同文 {hit.duplicates.paragraphs:,} 处" if hit.duplicates else ""
    yield click.style("   " + "  ".join(filter(None, (hit.paragraph.id, themes, same))), dim=True)


def passage(found: Passage) -> Iterator[str]:
    """A passage, with the report, labels and near-duplicates of its paragraph."""
    report, quoted, same = found.report, found.paragraph, found.hit.duplicates
    sentences = "" if found.is_whole else f"，{found.locator.partition('段')[2]}"
    facts = (
        ("报告", report.title),
        ("发布", "  ".join(filter(None, (report.issuer, report.published))) or UNMARKED),
        ("地区", "/".join(report.region.names) or UNMARKED),
        ("年份", str(report.year or UNMARKED)),
        ("文种", report.kind or UNMARKED),
        ("位置", f"第 {quoted.ordinal} 段{sentences}，共 {report.paragraphs} 段"),
        ("标题", " › ".join(quoted.heading)),
        ("主题", "、".join(theme.name for theme in quoted.themes)),
        ("同文", f"{same.paragraphs:,} 处，在 {same.reports:,} 篇报告里" if same else ""),
        ("网址", report.url),
        ("文件", printable(report.source)),
        ("文字", "识别自扫描件，数字请对照原件" if quoted.ocr else ""),
    )
    yield found.text
    yield ""
    yield from (f"{name}  {value}" for name, value in facts if value)


def find(location: str, passage_id: str) -> Passage:
    """The passage of an id; raises ``click.UsageError`` where it leads to none, or to several."""
    passage_id = read_id(passage_id)
    with open_engine(location).searcher() as searcher:
        try:
            return find_passage(searcher, passage_id)
        except Several as error:
            ids = "、".join(path.rpartition("/")[2] for path in error.paths)
            raise click.UsageError(f"{passage_id} 曾是几篇报告共有的编号，请改用 {ids}") from error
        except NoSentence as error:
            reason = f"段落 {error.paragraph_id} 共 {error.count} 句，没有“{error.wanted}”"
            raise click.UsageError(reason) from error
        except Gone as error:
            reason = f"报告“{error.title}”里已经没有段落 {passage_id}，可能已被修改"
            raise click.UsageError(reason) from error
        except Malformed as error:
            raise click.UsageError(f"{passage_id} 不是段落的编号，请对照引用重新输入") from error
        except Unknown as error:
            raise click.UsageError(f"索引里没有段落 {passage_id}") from error
