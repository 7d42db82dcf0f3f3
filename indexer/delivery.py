"""Infers for which year a report to a congress was delivered.

A government reports to the congress early in a year on the year before, and on its plans for
the year that has begun; a local congress that meets in December hears the report for the next
year. The dateline tells this year, else the title. Without both, clues in the text vote: the
year that a heading reviews counts for the year after it, the year that a heading plans for
itself, and so do the five-year plan that begins or ends this year (今年是“十四五”开局之年) and
the jubilee that falls into it (今年是新中国成立70周年).

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.dates import FIRST_YEAR, LAST_YEAR, NUMERAL, RANGE, number, years_in
from indexer.document_kinds import short

MAX_HEADING_LENGTH = 60  # characters; a longer line is a paragraph
MAX_NAMES_LENGTH = 20  # characters beside the date of a dateline that names no congress
MAX_DATELINE_LENGTH = 90  # characters of a dateline, with title and speaker
NEXT_YEAR_MONTH = 12  # a congress in December hears the report for the next year
MIN_VOTES = 2  # a year with fewer votes is not accepted

CONGRESS = re.compile(r"人民代表大会|人大|政协|政治协商会议")
DATELINE = re.compile(r"(?<![\d自])((?:19|20)?\d\d)年(\d{1,2})月(?:(\d{1,2})日)?")
NATIONAL = re.compile(r"全国人民代表大会|国务院总理|全国政协")
DATED_TITLE = re.compile(r"((?:19|20)\d\d)年?(\d{1,2})月")
REVIEW = re.compile(r"((?:19|20)\d\d)年[^,。]{0,10}?(?:回顾|总结|情况|成效|成绩|估价)")

# The first years of the five-year plans, the sixth to the nineteenth.
_PLANS = {"六": 1981, "七": 1986, "八": 1991, "九": 1996, "十": 2001} | {
    f"十{word}": 2001 + 5 * count for count, word in enumerate("一二三四五六七八九", 1)
}
_PLAN_NAME = r"[“\"'「]?(十?[一二三四五六七八九]|十)五[”\"'」]?(?:规划|计划)?"
_FOUNDED = {
    "新中国": 1949,
    "共和国": 1949,
    "建国": 1949,
    "共产党": 1921,
    "建党": 1921,
    "改革开放": 1978,
}


class Clue(NamedTuple):
    """A pattern that votes for the year in which a report was delivered.

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


_YEAR = r"((?:19|20)\d\d)年"
OUTLOOK = re.compile(
    rf"{_YEAR}[^,。远]{{0,14}}?(?:安排|任务|重点|预期|主要目标|奋斗目标|工作目标|部署|总体要求|思路|建议)"
    r"(?!.{0,4}(?:完成|落实))"
)
CLUES = (
    Clue(re.compile(rf"过去的{_YEAR}"), 1, 4, 0, 0.3, True),
    Clue(REVIEW, 1, 3, 0, 0.7),
    Clue(re.compile(rf"^\W*[一二]、{_YEAR}[^,。]{{0,10}}?(?:回顾|总结)"), 1, 3, 0, 0.3, True),
    Clue(OUTLOOK, 0, 3, 0.1, 1, True),
    Clue(
        re.compile(rf"(?:做好|搞好){_YEAR}(?![^,。]{{0,6}}(?:奥运|世博|亚运))"), 0, 3, 0.1, 1, True
    ),
    # 一、2023年工作 reviews the year, 二、2023年工作 plans for it.
    Clue(re.compile(rf"^\W*一、?\W*{_YEAR}[^,。]{{0,6}}工作$"), 1, 2, 0, 1),
    Clue(re.compile(rf"^\W*[二三四五]、?\W*{_YEAR}[^,。]{{0,6}}工作$"), 0, 3, 0, 1),
)
_AHEAD = ".*(?:做好|承前启后|召开之年|最后一年|非常重要)"  # what is said of the year that begins
# These name the year reviewed in the first part of a report, the year planned in the second.
BY_PART = (
    Clue(re.compile(rf"^\W*{_YEAR},(?!是)"), 1, 2, 0, 0.2, True),
    Clue(re.compile(rf"^\W*{_YEAR},?是(?!{_AHEAD})"), 1, 2, 0, 0.2, True),
    Clue(re.compile(rf"^\W*{_YEAR}[^,。]{{0,6}}工作$"), 1, 2, 0, 0.25),
)
BY_PART_PLANNING = (
    Clue(re.compile(rf"^\W*{_YEAR},?是"), 0, 2, 0, 1, True),
    Clue(re.compile(rf"^\W*{_YEAR}[^,。]{{0,6}}工作$"), 0, 2, 0, 1),
)
PLANNING_FROM = 0.25  # the share of a report after which its planning part has begun
_PLANNING_HEADING = re.compile(
    r"^\W*[二三四五]、|今年(?:的)?(?:工作|主要|目标|重点|经济)|(?:工作|总体|基本)(?:安排|要求|思路|建议)|今后|目标"
)
_REVIEWING = re.compile(r"回顾|总结|成绩|成效|完成|情况|问题|体会|经验")
# In any sentence:
_EXPECTED = re.compile(rf"(?:预计|预测|初步统计),?{_YEAR}|{_YEAR},?预计")  # of the year that ends
MAX_EXPECTED_SHARE = 0.4  # of a report, its review
# The headings of a report that was saved as one paragraph: …!二、2019年工作安排2019年是…
_RUN_IN_HEADING = re.compile(
    rf"[。!;?][一二]、{_YEAR}[^,。]{{0,12}}?(?:(回顾|总结)|安排|任务|重点|目标)"
)
MIN_RUN_IN_LENGTH = 2000  # characters of such a paragraph
_THIS_YEAR_OF_PLAN = re.compile(
    rf"今年(?:既)?是[^。]{{0,30}}?{_PLAN_NAME}[^。,]{{0,8}}?(开局|起步|第一|头一|首|收官|最后|末|完成)"
)
_JUBILEE = re.compile(
    rf"今年(?:既)?(?:是|恰逢|适逢|迎来|将迎来)[^。]{{0,40}}?({'|'.join(_FOUNDED)})(?:成立)?({NUMERAL}+)周年(?=[,。、之])"
)


def infer(title: str, lines: Sequence[str], head: int) -> tuple[int, str] | None:
    """The year for which a report was delivered, and its evidence; None where nothing tells it.

    ``head``: the number of lines that may hold the dateline.
    """
    return by_dateline(lines[:head]) or _by_title(title, lines) or _by_votes(lines)


def by_dateline(head: Sequence[str]) -> tuple[int, str] | None:
    """The year of the dateline; the next year for a local congress in December."""
    national = any(NATIONAL.search(line) for line in head)
    for line in head:
        match = DATELINE.search(line)
        if not match or len(line) > MAX_DATELINE_LENGTH or "。" in line or "是在" in line:
            continue
        if CONGRESS.search(line) or len(line) - len(match[0]) <= MAX_NAMES_LENGTH:
            year = int(match[1]) if len(match[1]) == 4 else 2000 + int(match[1])
            for_next_year = int(match[2]) >= NEXT_YEAR_MONTH and not national
            return year + for_next_year, f"据题注“{short(line)}”"
    return None


def _by_title(title: str, lines: Sequence[str]) -> tuple[int, str] | None:
    """The year of the title.

    A date in the title counts as a dateline. Where a heading reviews the year of the title, the
    report was delivered in the next year.
    """
    if re.search(r"规划|五年|纲要", title):
        return None
    if match := DATED_TITLE.search(title):
        return int(match[1]) + (int(match[2]) >= NEXT_YEAR_MONTH), f"据标题“{short(title)}”"
    years = years_in(title, in_title=True)
    if not years:
        return None
    for line in lines:
        match = REVIEW.search(line) if len(line) <= MAX_HEADING_LENGTH else None
        if match and int(match[1]) == years[0]:
            return years[0] + 1, f"据小标题“{short(line)}”"
    return years[0], f"据标题“{short(title)}”"


def _by_votes(lines: Sequence[str]) -> tuple[int, str] | None:
    """The year of delivery with the most votes of the clues."""
    votes: Counter[int] = Counter()
    evidence: dict[int, str] = {}
    for year, count, words in _votes(lines):
        if FIRST_YEAR <= year <= LAST_YEAR:
            votes[year] += count
            evidence.setdefault(year, words)
    if not votes or votes.most_common(1)[0][1] < MIN_VOTES:
        return None
    year = max(votes, key=lambda y: (votes[y], y))
    return year, f"据“{short(evidence[year])}”"


def _votes(lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield a year, its number of votes, and the words that speak for it."""
    planning = False
    for at, line in enumerate(lines):
        place, is_short = at / len(lines), len(line) <= MAX_HEADING_LENGTH
        if is_short and _PLANNING_HEADING.search(line) and not _REVIEWING.search(line):
            planning = True
        by_part = BY_PART_PLANNING if planning or place > PLANNING_FROM else BY_PART
        opening = RANGE.sub("", line[: MAX_HEADING_LENGTH + 1])
        for clue in (*CLUES, *by_part) if "年" in opening else ():
            applies = clue.from_share <= place <= clue.to_share and (clue.anywhere or is_short)
            if applies and (match := clue.pattern.search(opening)):
                yield int(match[1]) + clue.step, clue.votes, match[0].strip()
        if "今年" in line:
            yield from _votes_for_this_year(line)
        if place < MAX_EXPECTED_SHARE and (match := _EXPECTED.search(line)):
            yield int(match[1] or match[2]) + 1, 2, match[0]
        for match in _RUN_IN_HEADING.finditer(line) if len(line) >= MIN_RUN_IN_LENGTH else ():
            yield int(match[1]) + bool(match[2]), 3, match[0]


def _votes_for_this_year(line: str) -> Iterator[tuple[int, int, str]]:
    if match := _THIS_YEAR_OF_PLAN.search(line):
        start = _PLANS.get(match[1], 0)
        ends = match[2] in ("收官", "最后", "末", "完成")
        yield start + 4 * ends, 3, match[0]
    if match := _JUBILEE.search(line):
        yield _FOUNDED[match[1]] + number(match[2]), 3, match[0]
