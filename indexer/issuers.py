"""Infers who issued a report and on which day, from what its text names.

The source line (信息来源:辰溪县医疗保障局), the title or the signature names the body; the
report of a government is known by its form (我代表河池市人民政府). In running text a body
counts only if its place is named with it, and more than once. 县医疗保障局 alone does not say
which county, so the issuer stays unknown.

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from engine.model import Region
from indexer.divisions.gazetteer import NATION, gazetteer
from indexer.regions import NEWSPAPER
from indexer.years import DATE_HEAD, DATE_TAIL, is_government, plain

MAX_LINE_LENGTH = 60  # characters; a longer line is no signature, and at twice this no source line
MIN_REPETITIONS = 3  # mentions of a body in running text, by its full name or as 市医疗保障局

BODY = (
    r"(?:人民政府(?:办公厅|办公室)?|[^,。;:、\s]{1,14}?"
    r"(?:分局|总局|局|委员会|办公厅|办公室|管理中心|服务中心|中心|厅|处))"
)
SOURCE_LINE = re.compile(
    r"(?:来源|发布机构|发布单位|发文机关|供稿单位|供稿)\s*:\s*([^\s,。;:、|()【】]{2,30})"
)
PUBLISHED_LINE = re.compile(
    r"(?:发布时间|发布日期|发文日期|成文日期|时间|日期)\s*:\s*"
    r"((?:19|20)\d\d)[-./年](\d{1,2})[-./月](\d{1,2})"
)
SIGNATURE_DAY = re.compile(r"^((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日$")
ANY_DAY = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日")


def infer(title: str, paragraphs: Sequence[str], region: Region) -> tuple[str, str]:
    """The full name of the issuing body and its evidence; both "" where none is named."""
    head, tail = paragraphs[:DATE_HEAD], paragraphs[-DATE_TAIL:]
    for line in (*head, *tail):
        match = SOURCE_LINE.search(line) if len(line) <= MAX_LINE_LENGTH * 2 else None
        if match and not NEWSPAPER.search(match[1]) and _place_end(match[1]) is not None:
            return match[1], f"据“{match[0]}”"
    if is_government(title, head):
        return _government_of(region)
    if name := _leading_body(title):
        return name, f"据标题“{title}”"
    for line in tail:
        if (
            len(line) <= MAX_LINE_LENGTH
            and (name := _leading_body(line))
            and len(name) >= len(line) - 12
        ):
            return name, f"据落款“{line}”"
    name, evidence = _repeated_body("\n".join(paragraphs), region)
    return (name, evidence) if any(name in line for line in head) else ("", "")


def published(title: str, paragraphs: Sequence[str]) -> tuple[str, str]:
    """The day of publication (ISO) and its evidence: a publishing line, dateline or signature.

    Both are "" where the text has none.
    """
    head, tail = (
        [plain(p) for p in lines] for lines in (paragraphs[:DATE_HEAD], paragraphs[-DATE_TAIL:])
    )
    for line in head:
        match = PUBLISHED_LINE.search(line)
        if match and (day := _day(match)):
            return day, f"据“{match[0]}”"
    for line in (plain(title), *head):
        if (
            len(line) <= MAX_LINE_LENGTH
            and is_government(title, head)
            and (day := _day(ANY_DAY.search(line)))
        ):
            return day, f"据题注日期“{line}”"
    for line in tail:
        if day := _day(SIGNATURE_DAY.match(line.strip())):
            return day, f"据落款“{line}”"
    return "", ""


def _day(match: re.Match[str] | None) -> str:
    if not match:
        return ""
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:  # a slip of the source, such as 2023年2月30日
        return ""


def _government_of(region: Region) -> tuple[str, str]:
    """The government of ``region``, which issued a report to its congress, and its evidence."""
    if not region.names:
        return "", ""
    if region.adcodes == (NATION,):
        return "国务院", "据政府工作报告的报告机关"
    return f"{region.names[-1]}人民政府", f"据政府工作报告与地区“{region.names[-1]}”"


def _place_end(text: str) -> int | None:
    """The end of the place names that open ``text``; None where it opens with none."""
    end = 0
    for mention in gazetteer().find(text):
        if mention.start != end or not mention.full:
            break
        end = mention.end
    return end or None


def _leading_body(text: str) -> str:
    """The official body, with its place, that opens a title or a signature; else ""."""
    end = _place_end(text)
    match = re.match(BODY, text[end:]) if end else None
    return text[: end or 0] + match[0] if match else ""


def _repeated_body(text: str, region: Region) -> tuple[str, str]:
    """The body of the region that running text names in full, and mentions most often."""
    if not region.names:
        return "", ""
    place = region.names[-1]
    names: Counter[str] = Counter()
    for match in re.finditer(re.escape(place) + BODY, text):
        body = match[0][len(place) :]
        names[match[0]] = text.count(place[-1] + body)
    if not names:
        return "", ""
    name, count = names.most_common(1)[0]
    return (name, f"据正文 {count} 次提到“{name}”") if count >= MIN_REPETITIONS else ("", "")
