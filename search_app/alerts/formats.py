"""News as lines of text, as the body of a mail, and as JSON. No news is no text and no mail."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from engine.model import Hit
from search_app import memo, site
from search_app.alerts.news import Look, News
from search_app.marks import snippet
from search_app.navigate import describe, full_title
from search_app.params import address
from search_app.passages import Passage
from search_app.present import Json, hit_json, permalink
from search_app.quotation import quotation
from search_app.since import utc

# Characters. A whole paragraph on one line may be longer than mail allows, which is 998 bytes.
_MAIL_WIDTH = 38


def as_text(look: Look, root: str) -> str:
    """A few lines for each paragraph: its report, its address, where the query stands in it."""
    return "".join(f"{line}\n" for news in _with_hits(look) for line in _text_lines(news, root))


def _text_lines(news: News, root: str) -> Iterator[str]:
    yield f"{_title(news)}：{_counts(news)}"
    yield f"  {_url(news, root)}"
    for hit in news.page.hits:
        cut = snippet(hit.paragraph.text, hit.spans)
        text = "".join(piece for run in cut.shown for piece, _ in run.parts)
        yield f"  {full_title(hit.report)} 第 {hit.paragraph.ordinal} 段  {_permalink(hit, root)}"
        yield f"    {'…' if cut.before else ''}{text}{'…' if cut.after else ''}"
    yield from (f"  {note}" for note in _rest(news))


def as_mail(look: Look, root: str) -> str:
    """Whole paragraphs with their references, in short lines."""
    told = _with_hits(look)
    if not told:
        return ""
    parts = [f"引据：{len(told)} 个检索式有新收录的段落。"]
    parts += [part for news in told for part in _mail_parts(news, root)]
    return "\n\n".join(parts) + "\n"


def _mail_parts(news: News, root: str) -> Iterator[str]:
    yield f"【{_title(news)}】{_counts(news)}\n{_url(news, root)}"
    for number, hit in enumerate(news.page.hits, 1):
        said = quotation(memo.entry(Passage(hit), root, site.today()))
        source = _short_lines(said.before, "    ")
        text = _short_lines(f"{number}. {hit.paragraph.text}{said.caution}", "")
        yield f"{text}\n{source}\n    {said.url}{said.after}"
    yield from _rest(news)


def _short_lines(text: str, indent: str) -> str:
    lines = [textwrap.wrap(line, _MAIL_WIDTH) for line in text.splitlines()]
    return "\n".join(f"{indent}{piece}" for pieces in lines for piece in pieces)


def as_json(look: Look, root: str) -> str:
    """One object with every query, those without news too, and the lines that are no queries."""
    errors = [
        {"line": one.line, "q": one.text, "message": one.error.message, "hint": one.error.hint}
        for one in look.faults
    ]
    queries = [_news_json(news, root) for news in look.news]
    return json.dumps({"queries": queries, "errors": errors}, ensure_ascii=False) + "\n"


def _news_json(news: News, root: str) -> Json:
    page = news.page
    return {
        "line": news.line,
        "q": page.query.text,
        "title": _title(news),
        "since": utc(page.query.since),
        "total": page.total,
        "reports": page.reports,
        "url": _url(news, root),
        "hits": [hit_json(hit) | {"url": _permalink(hit, root)} for hit in page.hits],
    }


def _with_hits(look: Look) -> list[News]:
    return [news for news in look.news if news.page.total]


def _title(news: News) -> str:
    return describe(replace(news.page.query, since=0, offset=0))


def _counts(news: News) -> str:
    return f"新收录 {news.page.total:,} 段，出自 {news.page.reports:,} 篇报告"


def _rest(news: News) -> Iterator[str]:
    if rest := news.page.entries - len(news.page.hits):
        yield f"另有 {rest:,} 段，见上面的网址。"


def _url(news: News, root: str) -> str:
    return root + address(news.page.query)


def _permalink(hit: Hit, root: str) -> str:
    return root + permalink(hit.paragraph.id)


FORMATS: Mapping[str, Callable[[Look, str], str]] = {
    "text": as_text,
    "json": as_json,
    "mail": as_mail,
}
