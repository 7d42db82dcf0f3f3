"""Infers which year a report is about, with the words that show it.

A government work report is labelled with the year for which it was delivered: the year
of its dateline, or the next year if a local congress met in December; without a dateline,
the year of its title. Any other report is labelled with the first year in its title, or
else with the year that it reviews: the year in its opening or in a heading, or the latest
year that it reports on. Plans, five-year programmes and document numbers (〔2022〕5号) are
no evidence for a year; a range (2019—2021年) counts as its last year.

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1949, 2049  # other numbers are figures, not years
DATE_HEAD, DATE_TAIL = 16, 4  # paragraphs at either end that may have a date
OPENING_PARAGRAPHS = 3  # whose beginnings say what a summary is about
MAX_HEADING_LENGTH = 60  # characters; a longer line is a paragraph, no heading or signature
FIRST_OWN_MONTH = 4  # a summary signed in an earlier month reviews the year before
SUMMARY = re.compile(r"总结|汇报|报告|述职|回顾|年来|今年以来|工作情况|开展情况")

CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
NUMERALS = {word: number for number, word in enumerate("零一二三四五六七八九十", 0)}
CHINESE_DAY = re.compile(
    r"(?<=\d年)([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})日)?"
)
CHINESE_YEAR = re.compile(r"[一二][〇○零一二三四五六七八九]{3}(?=年)")
SPACED = re.compile(r"([\d年月])\s+(?=[\d年月日])")
DOCUMENT_NUMBER = re.compile(r"[〔\[(【](?:19|20)\d\d[〕\])】]\s*第?\d*号")
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
MAX_NAMES_LENGTH = 20  # characters beside the date of a dateline that names no congress
MAX_DATELINE_LENGTH = 90  # characters of a dateline, with title and speaker
NEXT_YEAR_MONTH = 12  # a congress in December hears the report for the next year
DATED_TITLE = re.compile(r"((?:19|20)\d\d)年?(\d{1,2})月")


class Clue(NamedTuple):
    """A pattern that votes for the year in which a report without a dateline was delivered.

    The vote goes to the matched year plus ``step``, and counts ``votes``. The pattern applies
    to short lines between the shares ``from_share`` and ``to_share`` of the report (0 to 1),
    and to the openings of paragraphs as well if ``anywhere``.
    """

    pattern: re.Pattern[str]
    step: int
    votes: int
    from_share: float
    to_share: float
    anywhere: bool = False


REVIEW = re.compile(r"((?:19|20)\d\d)年[^,。]{0,10}?(?:回顾|总结|情况|成效|成绩|估价)")
OUTLOOK = re.compile(
    r"((?:19|20)\d\d)年[^,。远]{0,14}?(?:安排|任务|重点|预期|主要目标|部署|总体要求|思路)"
)
# Near the head it names the year reviewed, later on the year planned.
PAST_OR_COMING = re.compile(r"((?:19|20)\d\d)年[^,。]{0,6}工作$")
CLUES = (
    Clue(re.compile(r"过去的((?:19|20)\d\d)年"), 1, 4, 0, 0.3, True),
    Clue(REVIEW, 1, 3, 0, 0.7),
    Clue(re.compile(r"^\W*((?:19|20)\d\d)年(?:,|,?是)"), 1, 2, 0, 0.2, True),
    Clue(re.compile(r"^\W*((?:19|20)\d\d)年,?是"), 0, 2, 0.25, 1, True),
    Clue(OUTLOOK, 0, 3, 0.1, 1, True),
    Clue(re.compile(r"(?:做好|搞好)((?:19|20)\d\d)年"), 0, 3, 0.1, 1, True),
    Clue(PAST_OR_COMING, 1, 2, 0, 0.25),
    Clue(PAST_OR_COMING, 0, 2, 0.25, 1),
)
MIN_VOTES = 2  # a year with fewer votes is not accepted


def plain(text: str) -> str:
    """The text with years in one spelling: ``二〇二二年`` and ``2 0 2 2 年`` become ``2022年``."""
    if "年" not in text:
        return text
    text = CHINESE_YEAR.sub(lambda m: m[0].translate(CHINESE_DIGITS), text)
    text = SPACED.sub(r"\1", text)
    return CHINESE_DAY.sub(_month_and_day, text)


def _month_and_day(match: re.Match[str]) -> str:
    day = f"{_number(match[2])}日" if match[2] else ""
    return f"{_number(match[1])}月{day}"


def _number(words: str) -> int:
    """``二十七`` → 27, ``十`` → 10; only the numbers of days and months."""
    tens, ten, ones = words.rpartition("十")
    return (NUMERALS[tens] if tens else 1) * 10 * bool(ten) + (NUMERALS[ones] if ones else 0)


def infer(title: str, paragraphs: Sequence[str], published: str = "") -> tuple[int | None, str]:
    """The year of a report and its evidence; ``published`` is an ISO date or empty."""
    lines = [plain(p) for p in paragraphs]
    name = plain(title)
    if is_government(name, lines[:DATE_HEAD]):
        found = _by_dateline(lines[:DATE_HEAD]) or _by_title(name, lines) or _by_votes(lines)
    else:
        found = (
            _by_title(name, None)
            or _by_opening(lines[:OPENING_PARAGRAPHS])
            or _by_heading(lines)
            or _by_day(name, lines, published)
            or _by_latest_year(lines)
        )
    return found or (None, "")


def is_government(title: str, head: Iterable[str]) -> bool:
    """Whether this is a government's report to its congress rather than another body's summary."""
    return bool(GOVERNMENT.search(title)) or any(GOVERNMENT.search(line) for line in head)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _years(text: str, pattern: re.Pattern[str] = YEAR) -> list[int]:
    """The years in a text: of a range the last one, of document numbers none."""
    text = RANGE.sub(r"\1年", DOCUMENT_NUMBER.sub("", text))
    return [year for year in map(int, pattern.findall(text)) if FIRST_YEAR <= year <= LAST_YEAR]


def _by_title(title: str, reviewed: Sequence[str] | None) -> tuple[int, str] | None:
    """The first year in the title.

    ``reviewed`` has the lines of a government's report, else None. In such a report, a date in
    the title counts as a dateline; and where a heading reviews the year of the title, the
    report was delivered in the next year.
    """
    if re.search(r"规划|五年|纲要", title):
        return None
    if reviewed is not None and (match := DATED_TITLE.search(title)):
        return int(match[1]) + (int(match[2]) >= NEXT_YEAR_MONTH), f"据标题“{_short(title)}”"
    years = _years(title, TITLE_YEAR)
    if not years:
        return None
    for line in reviewed or ():
        match = REVIEW.search(line) if len(line) <= MAX_HEADING_LENGTH else None
        if match and int(match[1]) == years[0]:
            return years[0] + 1, f"据小标题“{_short(line)}”"
    return years[0], f"据标题“{_short(title)}”"


def _by_dateline(head: Sequence[str]) -> tuple[int, str] | None:
    """The year of the dateline; the next year for a local congress in December."""
    national = any(NATIONAL.search(line) for line in head)
    for line in head:
        match = DATELINE.search(line)
        if not match or len(line) > MAX_DATELINE_LENGTH or "。" in line or "是在" in line:
            continue
        if CONGRESS.search(line) or len(line) - len(match[0]) <= MAX_NAMES_LENGTH:
            year = int(match[1]) if len(match[1]) == 4 else 2000 + int(match[1])
            for_next_year = int(match[2]) >= NEXT_YEAR_MONTH and not national
            return year + for_next_year, f"据题注“{_short(line)}”"
    return None


def _by_votes(lines: Sequence[str]) -> tuple[int, str] | None:
    """The year of delivery with the most votes of ``CLUES``."""
    votes: Counter[int] = Counter()
    evidence: dict[int, str] = {}
    for number, line in enumerate(lines):
        place = number / len(lines)
        opening = RANGE.sub("", line[: MAX_HEADING_LENGTH + 1])
        for clue in CLUES:
            applies = clue.from_share <= place <= clue.to_share and (
                clue.anywhere or len(line) <= MAX_HEADING_LENGTH
            )
            if applies and (match := clue.pattern.search(opening)):
                year = int(match[1]) + clue.step
                votes[year] += clue.votes
                evidence.setdefault(year, match[0].strip())
    if not votes or votes.most_common(1)[0][1] < MIN_VOTES:
        return None
    year = max(votes, key=lambda y: (votes[y], y))
    return year, f"据“{_short(evidence[year])}”"


def _by_opening(head: Iterable[str]) -> tuple[int, str] | None:
    for line in head:
        if match := OPENING.match(line):
            return int(match[1]), f"据首段“{_short(match[0])}”"
    return None


def _by_heading(lines: Iterable[str]) -> tuple[int, str] | None:
    """The year in the first heading that reviews one."""
    for line in lines:
        if len(line) <= MAX_HEADING_LENGTH and not PLAN.search(line) and LOOKING_BACK.search(line):
            years = _years(line)
            if years:
                return years[0], f"据小标题“{_short(line)}”"
    return None


def _by_day(title: str, lines: Sequence[str], published: str) -> tuple[int, str] | None:
    """The year of the signature or publication; the year before for a summary early in a year."""
    looks_back = any(SUMMARY.search(line) for line in (title, *lines[:OPENING_PARAGRAPHS]))
    for line in lines[-DATE_TAIL:]:
        if len(line) <= MAX_HEADING_LENGTH and (match := FULL_DATE.search(line)):
            year, month = int(match[1]), int(match[2])
            return year - (looks_back and month < FIRST_OWN_MONTH), f"据落款“{_short(line)}”"
    if published:
        day = date.fromisoformat(published)
        return day.year - (looks_back and day.month < FIRST_OWN_MONTH), f"据发布日期 {published}"
    return None


def _by_latest_year(lines: Iterable[str]) -> tuple[int, str] | None:
    """The latest year in a sentence that reports rather than plans."""
    best: tuple[int, str] | None = None
    for line in lines:
        for sentence in re.split(r"[。;]", line):
            years = [] if PLAN.search(sentence) else _years(sentence)
            if years and (best is None or max(years) > best[0]):
                best = max(years), f"据正文所述最近年份“{max(years)}年”"
    return best
