"""Finds the year that a figure is of, and whether it is a result or a target.

A report of January tells of the year before and plans the year that has begun, so its own year
decides nothing. The words nearest to the figure decide: its clause, the text before it in the
paragraph, then the headings above. A figure of several years (年均, 过去五年) has no year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from engine.model import Report

YearFrom = Literal["clause", "heading", "report"]
Kind = Literal["result", "target", "unknown"]

_TOPIC = 12  # characters at the beginning of a sentence that may name its year
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_PLAN_ENDS = {"十": 2005, "十一": 2010, "十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030}
_HORIZON = re.compile(r"到(?:19|20)\d\d年")  # of a plan of years, so of no year by itself
_YEAR = r"(?<!\d)(?P<year>(?:19|20)\d\d|[一二][九〇零][〇零一二三四五六七八九]{2})(?=年|[\"”]?末)"
_PLAIN_YEAR = _YEAR.replace("?P<year>", "?:")
_FROM = re.compile("[由从]")
_TIME = re.compile(
    r"(?=[比较与同是为相低高超由从\d去上前\"“自十一二两三四五六七八九年未今本以历新过刚这明])(?:"
    r"(?P<base>(?:比|较|与|同|是|为|相当于|[低高]于|超过|由|从)\s*"
    rf"(?:{_PLAIN_YEAR}年|去年|上年|前年|上一年)|(?:{_PLAIN_YEAR}年|去年|上年)的?基础上)"
    r"|(?P<since>(?:自|从)?(?:19|20)\d\d年(?:以来|起|到|至|-|—)|(?:19|20)\d\d(?:-|—|~|至)(?:19|20)?\d\d年?)"
    r"|(?P<planned>[\"“]?(?P<plan>十[一二三四五]?)五[\"”]?(?:期|规划)?(?:末|期末))"
    r"|(?P<span>[\"“]?十[一二三四五]?五[\"”]?|[两三四五六七八九十]\s*年(?:来|间|内|累计|以来|目标)?|[345]年(?:来|间|内|累计)?"
    r"|年均|年平均|未来|今后|本届政府|以来|历年)"
    rf"|(?:{_YEAR}年?)"
    r"|(?P<this>今年|本年度?|新的一年)|(?P<last>去年|上年|(?:过去|刚刚过去的?)的?一年|一年来|这一年|上一年)"
    r"|(?P<before>前年)|(?P<next>明年))"
)
_SPAN_HEADING = re.compile(r"五年|十[一二三四五]?五|三年|本届政府|今后|未来|以来")
_TARGET_WORDS = re.compile(
    r"力争|确保|争取|预期目标|奋斗目标|主要目标|目标[是为:]|目标建议|目标任务|努力实现|约束性指标|"
    r"(?:计划|拟|规划)(?:到|完成|实现|新增|新建|达)"
)
_TARGET_HEADING = re.compile(
    r"目标|任务|安排|工作计划|部署|思路|建议|重点工作|工作重点|工作要求|总体要求|今后|未来|打算|下一步|总体构想|展望|"
    r"预期|指导思想|新的一年|工作要点"
)
_RESULT_HEADING = re.compile(
    r"回顾|总结|完成情况|成效|成就|开展情况|过去|回望|主要做法|进展|取得|工作情况|实现良好开局|这五年|一年来"
)


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around a figure: its sentence up to it, the words between indicator and
    figure, and the headings above, all normalised.

    ``topic`` is the time that the sentences before are about, as ``topic_time`` has it.
    """

    before: str
    gap: str
    headings: Sequence[str]
    topic: int | None


def spoken_in(report: Report) -> int | None:
    """The year in which a report was given: what it calls 今年.

    A report of December may bear the next year in its title.
    """
    published = report.published[:4]
    if report.year and published.isdigit() and int(published) == report.year - 1:
        return report.year - 1
    return report.year


def year_of(context: Context, report: Report) -> tuple[int | None, YearFrom | None]:
    """The year of a figure, and what it was read from."""
    now = spoken_in(report)
    if "年均" in context.gap or "年平均" in context.gap:
        return None, None
    found = _last_time(_FROM.sub("", context.gap), now)
    if found is None:
        found = _last_time(context.before, now)
    if found is None:
        found = context.topic
    if found is not None:
        return (found, "clause") if found else (None, None)
    for heading in reversed(context.headings):
        if (found := _heading_year(heading, now)) is not None:
            return (found, "heading") if found else (None, None)
    return (report.year, "report") if report.year else (None, None)


def topic_time(sentences: Sequence[str], report: Report) -> int | None:
    """The year that the last of the sentences names which begins with one.

    Later sentences may be about it too. It is 0 for several years, None without a time.
    """
    now = spoken_in(report)
    for sentence in reversed(sentences):
        if (time := _last_time(_HORIZON.sub("五年", sentence[:_TOPIC]), now)) is not None:
            return time
    return None


def _last_time(words: str, now: int | None) -> int | None:
    """The year of the last time that the words name; 0 for several years; None without a time."""
    found = None
    for match in _TIME.finditer(words):
        if match["base"]:
            continue
        if match["since"] or match["span"]:
            found = 0
        elif match["planned"]:
            found = _PLAN_ENDS.get(match["plan"], 0)
        elif match["year"]:
            found = int(match["year"].translate(_DIGITS))
        elif now:
            found = (
                now + {"this": 0, "last": -1, "before": -2, "next": 1}[match.lastgroup or "this"]
            )
    return found


@lru_cache(maxsize=4096)  # many paragraphs stand below one heading
def _heading_year(heading: str, now: int | None) -> int | None:
    """The one year of a heading; 0 if it speaks of several; None if of none."""
    years = {match[0] for match in re.finditer(r"(?:19|20)\d\d(?=年)", heading)}
    if _SPAN_HEADING.search(heading) or len(years) > 1:
        return 0
    return int(years.pop()) if years else _last_time(heading, now)


def kind_of(context: Context, year: int | None, source: YearFrom | None, report: Report) -> Kind:
    """Whether a figure was reached or is aimed at."""
    before = context.before
    last_clause = max(before.rfind("；"), before.rfind(";")) + 1
    if _TARGET_WORDS.search(before[last_clause:] + context.gap):
        return "target"
    for heading in reversed(context.headings):
        if (kind := _heading_kind(heading)) != "unknown":
            return kind
    now = spoken_in(report)
    if year and now and source in ("clause", "heading") and year != now:
        return "result" if year < now else "target"
    return "unknown"


@lru_cache(maxsize=4096)
def _heading_kind(heading: str) -> Kind:
    """What a heading says about the figures below it."""
    target, result = _TARGET_HEADING.search(heading), _RESULT_HEADING.search(heading)
    if bool(target) == bool(result):
        return "unknown"
    return "target" if target else "result"
