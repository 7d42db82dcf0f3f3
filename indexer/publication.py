"""Infers on which day a document was published, from the dates that stand around its text.

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from indexer.bodies import is_whole_body
from indexer.dates import day_in
from indexer.document_kinds import (
    AUDIT_REPORT,
    BUDGET_REPORT,
    GOVERNMENT_REPORT,
    LAW,
    PLAN,
    PLAN_REPORT,
    TO_CONGRESS,
    short,
)
from indexer.kinds import is_signature
from indexer.years import ADOPTED, DATE_HEAD, DATE_TAIL, by_number

MAX_LINE_LENGTH = 60  # characters; a longer line is no dateline and no signature
BY_COMMISSION = (AUDIT_REPORT, BUDGET_REPORT, PLAN_REPORT)  # delivered for a government
DAY_HEAD = 8  # paragraphs that may hold a line that is a date and nothing else

_DAY = r"[\s|]*((?:19|20)\d\d)[-./年](\d{1,2})[-./月](\d{1,2})"
PUBLISHED_LINE = re.compile(
    r"(?:(?:发布时间|发布日期|发文日期|发文时间|成文日期|生成日期|公开日期|印发日期|颁布日期|颁布时间"
    rf"|公布日期)\s*[:\]】]|^date){_DAY}"
)
# 收录时间, 施行日期 and 有效时间 are of other days; on a law's page the bare 时间 is of the page.
PAGE_LINE = re.compile(rf"(?<![录档索传行施效止])(?:时间|日期)\s*:{_DAY}")
LONE_DAY = re.compile(  # 2020年2月19日; 某某日报2020-02-19
    r"\W*(?:[^\d,。]{2,8}[报网社台])?\s*(?:19|20)\d\d[-年]\d{1,2}[-月]\d{1,2}日?"
    r"(?:\s*\d{1,2}:\d\d(?::\d\d)?)?\W*"
)
DAY_BEFORE_SOURCE = re.compile(  # 2024-04-12 08:41 来源:某县融媒体中心
    r"(?:https?:\S+(?!\S)|\W)*(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}"
    r"(?:日?\s*\d{1,2}:\d\d\s*\S{0,6}[报网社台]|.{0,14}(?:来源|作者|编辑|浏览|阅读|点击|字[体号]))"
)
BODY_AND_DAY = re.compile(  # 某县人民政府 2024年1月8日; with its hour also 某某某 2024-01-08 10:15
    r"([^\d,。:]{2,30}?)\s*(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?\s*(\d{1,2}:[\d:]+)?\W*"
)
SIGNATURE_DAY = re.compile(r"^\W*(?:19|20)\d\d年\d{1,2}月\d{1,2}日")
DAY_OF_TITLE = re.compile(r"(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?\W*$")


def infer(kind: str, title: str, paragraphs: Sequence[str]) -> tuple[str, str]:
    """The day of publication (ISO) and its evidence: a publishing line, dateline or signature.

    Both are "" where the text has none.
    """
    head, tail = _of_its_time(paragraphs[:DATE_HEAD]), paragraphs[-DATE_TAIL:]
    fields = (
        f"{name}{value}" for name, value in pairwise(head) if name.endswith((":", "]")) and value
    )
    for line in (*head, *fields):
        match = PUBLISHED_LINE.search(line) or (PAGE_LINE.search(line) if kind != LAW else None)
        if match and (day := day_in(match[0])):
            return day, f"据“{match[0].strip()}”"
    if dateline := _dateline(kind, title, head):
        return dateline
    for line in head:
        signed = BODY_AND_DAY.fullmatch(line)
        is_signed = signed and (is_whole_body(signed[1]) or (signed[2] and len(signed[1]) <= 4))
        if (DAY_BEFORE_SOURCE.match(line) or is_signed) and (day := day_in(line)):
            return day, f"据“{short(line)}”"
    for line in tail:
        if SIGNATURE_DAY.match(line) and len(line) <= MAX_LINE_LENGTH and (day := day_in(line)):
            return day, f"据落款“{line.strip()}”"
    for signatory, line in pairwise(paragraphs):  # above the attachments
        if LONE_DAY.fullmatch(line) and is_signature(signatory) and (day := day_in(line)):
            return day, f"据落款“{line.strip()}”"
    return "", ""


def _of_its_time(head: Sequence[str]) -> Sequence[str]:
    """The lines but for days long after the year of the document's number: those of a library."""
    if not (numbered := by_number(head)):
        return head
    return [line for line in head if day_in(line)[:4] <= str(numbered[0] + 1)]


def _dateline(kind: str, title: str, head: Sequence[str]) -> tuple[str, str] | None:
    """The day on which a report was delivered, or that stands below the title or in it."""
    if kind in (*TO_CONGRESS, *BY_COMMISSION):
        for line in (title, *head):
            if len(line) <= MAX_LINE_LENGTH and "年" in line and (day := day_in(line)):
                return day, f"据题注日期“{short(line)}”"
    if kind == GOVERNMENT_REPORT:
        return None
    if (match := DAY_OF_TITLE.search(title)) and (day := day_in(match[0])):
        return day, f"据标题“{short(title)}”"
    for line in head[:DAY_HEAD] if kind in (PLAN, "决议") else ():
        if ADOPTED.search(line) and (day := day_in(line)):
            return day, f"据“{short(line)}”"
    for line in head[:DAY_HEAD]:
        if LONE_DAY.fullmatch(line) and (day := day_in(line)):
            return day, f"据题注日期“{line.strip()}”"
    return None
