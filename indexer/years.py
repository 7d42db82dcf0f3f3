"""Infers which year a document is about, with the words that show it.

What shows it depends on the kind of document. A report to a congress bears the year for which
it was delivered (``delivery.py``). A law, a notice and a news item bear the year of their
adoption, signature or publication. Any other document bears the first year in its title, or
else the year that it reviews: the year in its opening or in a heading, or the latest year that
it reports on. Plans, five-year programmes, the numbers of other documents (〔2022〕5号) and
glossaries are no evidence for a year; a range (2019—2021年) counts as its last year, in the title
of a plan not at all.

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from indexer import delivery
from indexer.dates import FIRST_YEAR, LAST_YEAR, RANGE, day_in, years_in
from indexer.document_kinds import (
    CENTRAL,
    GOVERNMENT_REPORT,
    INTERPRETATION,
    LAW,
    LOOKING_BACK,
    NEWS,
    OFFICIAL,
    PLAN,
    SPEECH,
    TO_CONGRESS,
    short,
)

DATE_HEAD, DATE_TAIL = 16, 4  # paragraphs at either end that may have a date
ADOPTION_HEAD = 8  # paragraphs in which a plan says when it was adopted; a law may need more
OPENING_PARAGRAPHS = 3  # whose beginnings say what a summary is about
MAX_HEADING_LENGTH = 60  # characters; a longer line is a paragraph, no heading or signature
MAX_ADOPTION_LENGTH = 120  # characters of a line that says when a law was adopted
FIRST_OWN_MONTH = 4  # a summary signed in an earlier month reviews the year before
BY_DAY = (
    *OFFICIAL,
    LAW,
    CENTRAL,
    NEWS,
    SPEECH,
    PLAN,
    INTERPRETATION,
)  # kinds that bear the year of their day

SUMMARY = re.compile(r"总结|汇报|报告|述职|回顾|年来|今年以来|工作情况|开展情况")
OWN_YEAR_REVIEWED = re.compile(
    r"报告[^。]{0,10}?((?:19|20)\d\d)年度?(?!以?来|至)[^。]{0,24}?(?:审计|执行|决算|预算)"
)
PLANNED_TITLE = re.compile(r"规划|五年|纲要|远景")
RANGED_TITLE = re.compile(r"计划|方案|意见|措施|办法|目标|任务")
PLANNED = re.compile(
    r"规划|计划|安排|打算|思路|展望|目标|部署|任务|重点|下一步|力争|预期|建议|谋划|将"
)
FULL_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?")
SIGNED = re.compile(rf"[^,。;]{{1,{MAX_HEADING_LENGTH}}}")  # a line without clauses
ADOPTED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)年\d{1,2}月(?:\d{1,2}日)?[^。]{0,80}?(?:通过|批准|公布|发布|颁布|印发|刊印)"
)
IN_FORCE = re.compile(r"自((?:19|20)\d\d)年\d{1,2}月\d{1,2}日起(?:施行|实施|执行)")
YEAR_AND_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)年(?=\d{1,2}月|度)")
# 某政发〔2022〕5号 alone in its line or cell, in a catalogue, or at either end of a title
OWN_NUMBER = re.compile(
    r"(?:^|\|)(?:\W*(?:发文字号|文件编号|文号)[^\w|]*)?\W*(?!根据|按照|依据)[^\W\d]{2,12}"
    r"[〔\[(【﹝]((?:19|20)\d\d)[〕\])】﹞]\s*第?\s*\d+\s*号(?!文|精神)"
)
NUMBER_BEHIND = re.compile(
    r"^(?!.*(?:根据|按照|依据|转发|贯彻)).*(?:通知|意见|决定|批复|函|公告|通告|办法)\W*[^\W\d]{2,12}"
    r"[〔\[(【﹝]((?:19|20)\d\d)[〕\])】﹞]\s*第?\s*\d+\s*号\W*$"
)
IN_FORCE_FROM = re.compile(r"自((?:19|20)\d\d)年\d{1,2}月\d{1,2}日(?:\d{1,2}[时:点]\d{0,2}分?)?起")
LEAD = 4  # paragraphs that may hold the lead of a news item
EARLY, LATE = 4, 11  # months in which meetings plan a year: up to April, or from November before
LEAD_DAY = re.compile(r"\W*(?:本[报网]讯\W*)?(?:\([^()]{1,24}\))?\W*(\d{1,2})月\d{1,2}日")
# 召开2023年全市检察长会议; 2024年第一季度
NAMED_YEAR = re.compile(
    r"(?:召开|举行|举办)[^,。;]{0,8}?((?:19|20)\d\d)年[^,。;]{0,20}(?:会|活动|仪式|论坛)"
)
CURRENT_YEAR = re.compile(r"((?:19|20)\d\d)年(?:第?[一二三]季度|上半年|前三季度|1[-至到]\d{1,2}月)")
PLANNED_YEAR = re.compile(
    r"((?:19|20)\d\d)年[^,。;]{0,16}(?:安排|思路|打算|计划|任务|要点|展望|部署)"
    r"|(?:部署|安排|谋划|提出|对于|做好)[^,。;]{0,6}?((?:19|20)\d\d)年"
)
# A signature in a text saved as one line: …贯彻执行。 2006年12月6日 关于…
SIGNED_WITHIN = re.compile(
    r"[。局府室会厅院]\s*((?:19|20)\d\d)年\d{1,2}月\d{1,2}日\s*(?![,。;前后起至止到])"
)
SITE_TIME = re.compile(r"上传|收录|归档|下载|整理|看过")  # of the page, not of the document
SESSION = re.compile(r"人大|人民代表大会|政协|(?:工作|施政)报告|议会")
LONE_DAY = re.compile(r"\W*(?:19|20)\d\d年\d{1,2}月\d{1,2}日\W*")
OPENING = re.compile(
    r"^\W*(?:过去的|刚刚过去的|刚过去的|在过去的)?((?:19|20)\d\d)年(?:度|以来|来)?"
    r"(?:[,是]|[^,。]{0,16}(?:思路|要求|任务|目标)是|(?!\d{1,2}月[^,。]{0,3},)[^,。]{0,12},)"
)
LOOKING_BACK_WORDS = re.compile(r"回顾|总结|完成|开展|情况|成效|亮点|工作|成绩|指标")
Found = tuple[int, str] | None


def infer(
    kind: str, title: str, paragraphs: Sequence[str], published: str = ""
) -> tuple[int | None, str]:
    """The year of a document and its evidence; ``published`` is an ISO date or empty."""
    if kind == GOVERNMENT_REPORT:
        found = delivery.infer(title, paragraphs, DATE_HEAD)
    elif kind in TO_CONGRESS:
        found = _by_title(title) or delivery.infer("", paragraphs, DATE_HEAD)
    elif kind in BY_DAY:
        found = _by_title(title) or _of_its_day(kind, paragraphs, published)
    else:
        found = (
            _by_title(title)
            or (None if kind else _by_congress(paragraphs[:DATE_HEAD]))
            or _by_statement(paragraphs[:DATE_HEAD])
            or _by_opening(paragraphs[:OPENING_PARAGRAPHS])
            or _by_heading(paragraphs)
            or _by_day(kind, title, paragraphs, published)
            or _by_latest_year(paragraphs, alone=bool(kind))
            or (None if kind else _by_latest_month(paragraphs))
        )
    return found or (None, "")


def _of_its_day(kind: str, lines: Sequence[str], published: str) -> Found:
    """The year in which a document was adopted, signed or published."""
    return (
        _by_adoption(lines[: DATE_HEAD if kind == LAW else ADOPTION_HEAD])
        or (_by_pattern(lines[-DATE_TAIL:], IN_FORCE) if kind == LAW else None)
        or (by_number(lines[:DATE_HEAD]) if kind in (*OFFICIAL, PLAN, LAW, CENTRAL) else None)
        or _by_lone_day(lines)
        or _by_publication(published)
        or (_by_opening(lines[:OPENING_PARAGRAPHS]) if kind in (NEWS, SPEECH) else None)
        or (_of_meeting(lines[:LEAD]) if kind == NEWS else None)
        or (_by_latest_month(lines) or _of_session(lines) if kind == NEWS else None)
        or (_by_pattern(lines, SIGNED_WITHIN) if kind in OFFICIAL else None)
        or (_by_pattern(lines, IN_FORCE_FROM) if kind in OFFICIAL else None)
    )


def _by_title(title: str) -> Found:
    """The first year in the title; of a plan, no year of the time that it plans for."""
    if PLANNED_TITLE.search(title):
        return None
    if RANGED_TITLE.search(title) and not SUMMARY.search(title):
        title = RANGE.sub("", title)
    years = years_in(title, in_title=True)
    return (years[0], f"据标题“{short(title)}”") if years else None


def _by_congress(head: Sequence[str]) -> Found:
    """The year of a dateline that names a congress, for a document of an unknown kind."""
    return delivery.by_dateline([line for line in head if delivery.CONGRESS.search(line)])


def _by_statement(head: Iterable[str]) -> Found:
    """The year of the accounts on which a speaker says that he reports."""
    for line in head:
        if match := OWN_YEAR_REVIEWED.search(line):
            return int(match[1]), f"据“{short(match[0])}”"
    return None


def _by_adoption(head: Iterable[str]) -> Found:
    for line in head:
        match = ADOPTED.search(line) if len(line) <= MAX_ADOPTION_LENGTH else None
        if match and FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            return int(match[1]), f"据“{short(line)}”"
    return None


def _by_pattern(lines: Iterable[str], pattern: re.Pattern[str]) -> Found:
    """The year of the first day that a pattern finds: of coming into force, or of signing."""
    for line in lines:
        if match := pattern.search(line):
            return int(match[1]), f"据“{match[0]}”"
    return None


def by_number(head: Iterable[str]) -> Found:
    """The year of the document's own number, and its evidence; None where the head has none.

    A page that shows the document may have been put up in a later year.
    """
    for line in head:
        opening = line[: MAX_ADOPTION_LENGTH + 1]
        match = OWN_NUMBER.search(opening) if "|" in line or len(line) == len(opening) else None
        if match := match or NUMBER_BEHIND.match(opening):
            return int(match[1]), f"据发文字号“{short(match[0])}”"
    return None


def _by_lone_day(lines: Sequence[str]) -> Found:
    """The year of the first line that is a date and nothing else: a dateline or a signature."""
    for line in lines:
        if len(line) <= MAX_HEADING_LENGTH and LONE_DAY.fullmatch(line) and (day := day_in(line)):
            return int(day[:4]), f"据“{line.strip()}”"
    for line in (*lines[:ADOPTION_HEAD], *lines[-DATE_TAIL:]):
        if len(line) <= MAX_HEADING_LENGTH and not SITE_TIME.search(line) and (day := day_in(line)):
            return int(day[:4]), f"据“{short(line)}”"
    return None


def _by_publication(published: str) -> Found:
    return (int(published[:4]), f"据发布日期 {published}") if published else None


def _by_opening(head: Iterable[str]) -> Found:
    for line in head:
        if match := OPENING.match(line):
            return int(match[1]), f"据首段“{short(match[0])}”"
    return None


def _by_heading(lines: Iterable[str]) -> Found:
    """The year in the first heading that reviews one."""
    for line in lines:
        if len(line) > MAX_HEADING_LENGTH or PLANNED.search(line):
            continue
        if LOOKING_BACK_WORDS.search(line) and (years := years_in(line)):
            return years[0], f"据小标题“{short(line)}”"
    return None


def _by_day(kind: str, title: str, lines: Sequence[str], published: str) -> Found:
    """The year of the signature or publication; the year before for a summary early in a year."""
    looks_back = kind in LOOKING_BACK or any(
        SUMMARY.search(line) for line in (title, *lines[:OPENING_PARAGRAPHS])
    )
    for line in lines[-DATE_TAIL:]:
        if SIGNED.fullmatch(line) and (match := FULL_DATE.search(line)):
            year, month = int(match[1]), int(match[2])
            return year - (looks_back and month < FIRST_OWN_MONTH), f"据落款“{short(line)}”"
    if published:
        day = date.fromisoformat(published)
        return day.year - (looks_back and day.month < FIRST_OWN_MONTH), f"据发布日期 {published}"
    return None


def _by_latest_month(lines: Iterable[str]) -> Found:
    """The latest year that a news item names with a month: that of an event, not of a birth."""
    years = [int(match[1]) for line in lines for match in YEAR_AND_MONTH.finditer(line)]
    latest = max((year for year in years if FIRST_YEAR <= year <= LAST_YEAR), default=None)
    return (latest, f"据正文所述最近年月“{latest}年”") if latest else None


def _of_meeting(lead: Sequence[str]) -> Found:
    """The year in which a meeting heard of the work planned for a year.

    ``1月9日…部署2022年重点任务`` is of 2022, ``12月9日…`` of the year before.
    """
    for pattern in (NAMED_YEAR, CURRENT_YEAR):
        if found := [match for line in lead for match in pattern.finditer(line)]:
            return int(found[-1][1]), f"据“{short(found[-1][0])}”"
    month = next(
        (int(match[1]) for line in lead if (match := LEAD_DAY.match(line[:MAX_HEADING_LENGTH]))), 0
    )
    planned = [match for line in lead for match in PLANNED_YEAR.finditer(line)]
    if not planned or EARLY < month < LATE or not month:
        return None
    match = max(planned, key=lambda found: found[1] or found[2])
    return int(match[1] or match[2]) - (month >= LATE), f"据“{short(match[0])}”"


def _of_session(lines: Sequence[str]) -> Found:
    """The year of news: the latest, where it is about a congress or a report; else one repeated."""
    alone = any(SESSION.search(line) for line in lines[:OPENING_PARAGRAPHS])
    return _by_latest_year(lines, alone)


def _by_latest_year(lines: Iterable[str], alone: bool) -> Found:
    """The latest year in sentences that report rather than plan.

    Unless ``alone``, it must be named twice, or beside another: a single year may be anything.
    """
    counts: Counter[int] = Counter()
    for line in lines:
        for sentence in re.split(r"[。;]", line):
            if not PLANNED.search(sentence):
                counts.update(years_in(sentence))
    if not counts or (not alone and sum(counts.values()) == 1):
        return None
    latest = max(counts)
    return latest, f"据正文所述最近年份“{latest}年”"
