"""Which year a report is about, and the words that say so.

A government work report bears the year it was delivered for: that of its
dateline, the next one where it was delivered in November or December, else that
of its title. Any other report bears the first year its title names, else the
year it looks back on: the year that opens it or stands in a heading, at last the
latest year it reports on. Plans, five-year programmes and document numbers
(〔2022〕5号) are no evidence for a year; a range (2019—2021年) counts by its end.

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

FIRST, LAST = 1949, 2049  # years outside are figures, not years
HEAD, TAIL = 16, 4  # paragraphs at either end that may bear a date
OPENINGS = 3  # paragraphs whose beginning says what a summary is about
SHORT = 60  # characters: a dateline, a caption or a heading is shorter, a paragraph longer
SPRING = 4  # a summary signed before this month looks back on the year before
SUMMARY = re.compile(r"总结|汇报|报告|述职|回顾|年来|今年以来|工作情况|开展情况")

DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
TENS = {word: number for number, word in enumerate("零一二三四五六七八九十", 0)}
SPOKEN_DAY = re.compile(
    r"(?<=\d年)([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})日)?"
)
SPOKEN = re.compile(r"[一二][〇○零一二三四五六七八九]{3}(?=年)")
SPACED = re.compile(r"([\d年月])\s+(?=[\d年月日])")
NUMBERED = re.compile(r"[〔\[(【](?:19|20)\d\d[〕\])】]\s*第?\d*号")
RANGE = re.compile(r"(?:19|20)\d\d年?\s*(?:[-—–~至]+|到)\s*((?:19|20)\d\d)年?")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
# 辰溪县2024工作总结, but not 日产2000万个口罩
TITLE_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)(?!\d{2}|[\d.,%万亿元个人名家余多项条号])")
FULL_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?")
PLAN = re.compile(
    r"规划|计划|安排|打算|思路|展望|目标|部署|任务|重点|下一步|力争|预期|建议|谋划|将"
)
OPENING = re.compile(
    r"^\W*(?:过去的|刚刚过去的|刚过去的|在过去的)?((?:19|20)\d\d)年(?:度|以来|来)?"
    r"(?:[,是]|[^,。]{0,12},)"
)
LOOKING_BACK = re.compile(r"回顾|总结|完成|开展|情况|成效|亮点|工作|成绩|指标")
GOVERNMENT = re.compile(
    r"政府工作(?:的)?报告|代表.{0,20}(?:政府|国务院)|^\W*各位代表"
    r"|向.{0,12}大会.{0,6}(?:报告|作).{0,6}工作"
    r"|人大[^,。]{0,4}次会议(?:确定|批准|通过)"
)
CONGRESS = re.compile(r"人民代表大会|人大")
DATELINE = re.compile(r"(?<![\d自])((?:19|20)?\d\d)年(\d{1,2})月(?:(\d{1,2})日)?")
NATIONAL = re.compile(r"全国人民代表大会|国务院总理")
NAMES = 20  # characters a dateline may bear beside its date where it names no congress
CAPTION = 90  # a dateline that carries the title and the speaker too is no longer than this
WINTER = 12  # a congress that meets in December hears the report for the next year
DATED_TITLE = re.compile(r"((?:19|20)\d\d)年?(\d{1,2})月")


class Clue(NamedTuple):
    """What says when a report without a dateline was delivered.

    ``step`` is added to the year matched, ``votes`` counted for the sum, from
    ``first`` to ``last`` of the report (0 to 1); in paragraphs only if ``anywhere``.
    """

    pattern: re.Pattern[str]
    step: int
    votes: int
    first: float
    last: float
    anywhere: bool = False


REVIEW = re.compile(r"((?:19|20)\d\d)年[^,。]{0,10}?(?:回顾|总结|情况|成效|成绩|估价)")
OUTLOOK = re.compile(
    r"((?:19|20)\d\d)年[^,。远]{0,14}?(?:安排|任务|重点|预期|主要目标|部署|总体要求|思路)"
)
EITHER = re.compile(r"((?:19|20)\d\d)年[^,。]{0,6}工作$")  # the past near the head, then the coming
CLUES = (
    Clue(re.compile(r"过去的((?:19|20)\d\d)年"), 1, 4, 0, 0.3, True),
    Clue(REVIEW, 1, 3, 0, 0.7),
    Clue(re.compile(r"^\W*((?:19|20)\d\d)年(?:,|,?是)"), 1, 2, 0, 0.2, True),
    Clue(re.compile(r"^\W*((?:19|20)\d\d)年,?是"), 0, 2, 0.25, 1, True),
    Clue(OUTLOOK, 0, 3, 0.1, 1, True),
    Clue(re.compile(r"(?:做好|搞好)((?:19|20)\d\d)年"), 0, 3, 0.1, 1, True),
    Clue(EITHER, 1, 2, 0, 0.25),
    Clue(EITHER, 0, 2, 0.25, 1),
)
DECISIVE = 2  # votes below which nothing is said


def plain(text: str) -> str:
    """Years in one spelling: ``二〇二二年`` and ``2 0 2 2 年`` become ``2022年``."""
    if "年" not in text:
        return text
    text = SPOKEN.sub(lambda m: m[0].translate(DIGITS), text)
    text = SPACED.sub(r"\1", text)
    return SPOKEN_DAY.sub(_month_and_day, text)


def _month_and_day(match: re.Match[str]) -> str:
    day = f"{_number(match[2])}日" if match[2] else ""
    return f"{_number(match[1])}月{day}"


def _number(words: str) -> int:
    """``二十七`` → 27, ``十`` → 10: no more than a calendar needs."""
    tens, ten, ones = words.rpartition("十")
    return (TENS[tens] if tens else 1) * 10 * bool(ten) + (TENS[ones] if ones else 0)


def infer(title: str, paragraphs: Sequence[str], published: str = "") -> tuple[int | None, str]:
    """The year of a report and its evidence; ``published`` is an ISO date or empty."""
    lines = [plain(p) for p in paragraphs]
    name = plain(title)
    if is_government(name, lines[:HEAD]):
        found = _delivered(lines[:HEAD]) or _titled(name, lines) or _voted(lines)
    else:
        found = (
            _titled(name, None)
            or _opened(lines[:OPENINGS])
            or _headed(lines)
            or _signed(name, lines, published)
            or _latest(lines)
        )
    return found or (None, "")


def is_government(title: str, head: Iterable[str]) -> bool:
    """Whether this is a government's report to its congress rather than a body's summary."""
    return bool(GOVERNMENT.search(title)) or any(GOVERNMENT.search(line) for line in head)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _years(text: str, pattern: re.Pattern[str] = YEAR) -> list[int]:
    """The years a text names, ranges by their end, document numbers left out."""
    text = RANGE.sub(r"\1年", NUMBERED.sub("", text))
    return [year for year in map(int, pattern.findall(text)) if FIRST <= year <= LAST]


def _titled(title: str, reviewed: Sequence[str] | None) -> tuple[int, str] | None:
    """The first year of the title.

    In a government's report (``reviewed`` holds its lines) a date in the title is
    a dateline, and a year that a heading looks back on is the one before.
    """
    if re.search(r"规划|五年|纲要", title):
        return None
    if reviewed is not None and (match := DATED_TITLE.search(title)):
        return int(match[1]) + (int(match[2]) >= WINTER), f"据标题“{_short(title)}”"
    years = _years(title, TITLE_YEAR)
    if not years:
        return None
    for line in reviewed or ():
        if len(line) <= SHORT and (match := REVIEW.search(line)) and int(match[1]) == years[0]:
            return years[0] + 1, f"据小标题“{_short(line)}”"
    return years[0], f"据标题“{_short(title)}”"


def _delivered(head: Sequence[str]) -> tuple[int, str] | None:
    """The year of the dateline, the next one for a local congress in December."""
    national = any(NATIONAL.search(line) for line in head)
    for line in head:
        match = DATELINE.search(line)
        if not match or len(line) > CAPTION or "。" in line or "是在" in line:
            continue
        if CONGRESS.search(line) or len(line) - len(match[0]) <= NAMES:
            year = int(match[1]) if len(match[1]) == 4 else 2000 + int(match[1])
            late = int(match[2]) >= WINTER and not national
            return year + late, f"据题注“{_short(line)}”"
    return None


def _voted(lines: Sequence[str]) -> tuple[int, str] | None:
    """The year of delivery that headings and openings speak for, by votes."""
    votes: Counter[int] = Counter()
    words: dict[int, str] = {}
    for number, line in enumerate(lines):
        place = number / len(lines)
        start = RANGE.sub("", line[: SHORT + 1])
        for clue in CLUES:
            here = clue.first <= place <= clue.last and (clue.anywhere or len(line) <= SHORT)
            if here and (match := clue.pattern.search(start)):
                year = int(match[1]) + clue.step
                votes[year] += clue.votes
                words.setdefault(year, match[0].strip())
    if not votes or votes.most_common(1)[0][1] < DECISIVE:
        return None
    year = max(votes, key=lambda y: (votes[y], y))
    return year, f"据“{_short(words[year])}”"


def _opened(head: Iterable[str]) -> tuple[int, str] | None:
    for line in head:
        if match := OPENING.match(line):
            return int(match[1]), f"据首段“{_short(match[0])}”"
    return None


def _headed(lines: Iterable[str]) -> tuple[int, str] | None:
    """The year in the first heading that looks back."""
    for line in lines:
        if len(line) <= SHORT and not PLAN.search(line) and LOOKING_BACK.search(line):
            years = _years(line)
            if years:
                return years[0], f"据小标题“{_short(line)}”"
    return None


def _signed(title: str, lines: Sequence[str], published: str) -> tuple[int, str] | None:
    """From the day it is signed or published; a summary of early in a year is of the last one."""
    back = any(SUMMARY.search(line) for line in (title, *lines[:OPENINGS]))
    for line in lines[-TAIL:]:
        if len(line) <= SHORT and (match := FULL_DATE.search(line)):
            year, month = int(match[1]), int(match[2])
            return year - (back and month < SPRING), f"据落款“{_short(line)}”"
    if published:
        day = date.fromisoformat(published)
        return day.year - (back and day.month < SPRING), f"据发布日期 {published}"
    return None


def _latest(lines: Iterable[str]) -> tuple[int, str] | None:
    """The latest year of a sentence that reports rather than plans."""
    best: tuple[int, str] | None = None
    for line in lines:
        for sentence in re.split(r"[。;]", line):
            years = [] if PLAN.search(sentence) else _years(sentence)
            if years and (best is None or max(years) > best[0]):
                best = max(years), f"据正文所述最近年份“{max(years)}年”"
    return best
