"""Who issued a report, and on which day, where the text names them.

The source line names the body (信息来源:辰溪县医疗保障局); so do the title and the
signature; a government speaks through its head (我代表河池市人民政府). In running
text only a body named with its place counts, and named more than once. A body
that is only called 县医疗保障局 is no name: the issuer stays unknown.

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from engine.model import Region
from indexer.divisions.gazetteer import NATION, gazetteer
from indexer.regions import PAPER
from indexer.years import HEAD, TAIL, is_government, plain

SHORT = 60  # characters: longer is a paragraph, not a source line or a signature
REPEATED = 3  # times running text must speak of a body, by its full name or as 市医疗保障局

BODY = (
    r"(?:人民政府(?:办公厅|办公室)?|[^,。;:、\s]{1,14}?"
    r"(?:分局|总局|局|委员会|办公厅|办公室|管理中心|服务中心|中心|厅|处))"
)
SOURCE = re.compile(
    r"(?:来源|发布机构|发布单位|发文机关|供稿单位|供稿)\s*:\s*([^\s,。;:、|()【】]{2,30})"
)
PUBLISHED = re.compile(
    r"(?:发布时间|发布日期|发文日期|成文日期|时间|日期)\s*:\s*"
    r"((?:19|20)\d\d)[-./年](\d{1,2})[-./月](\d{1,2})"
)
SIGNED = re.compile(r"^((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日$")
DATED = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日")


def infer(title: str, paragraphs: Sequence[str], region: Region) -> tuple[str, str]:
    """The full name of the issuing body and its evidence; "" where none is named."""
    head, tail = paragraphs[:HEAD], paragraphs[-TAIL:]
    for line in (*head, *tail):
        match = SOURCE.search(line) if len(line) <= SHORT * 2 else None
        if match and not PAPER.search(match[1]) and _placed(match[1]) is not None:
            return match[1], f"据“{match[0]}”"
    if is_government(title, head):
        return _government(region)
    if name := _leading(title):
        return name, f"据标题“{title}”"
    for line in tail:
        if len(line) <= SHORT and (name := _leading(line)) and len(name) >= len(line) - 12:
            return name, f"据落款“{line}”"
    name, evidence = _repeated("\n".join(paragraphs), region)
    return (name, evidence) if any(name in line for line in head) else ("", "")


def published(title: str, paragraphs: Sequence[str]) -> tuple[str, str]:
    """The day of publication (ISO) and its evidence: a publishing line, dateline or signature."""
    head, tail = ([plain(p) for p in part] for part in (paragraphs[:HEAD], paragraphs[-TAIL:]))
    for line in head:
        match = PUBLISHED.search(line)
        if match and (day := _day(match)):
            return day, f"据“{match[0]}”"
    for line in (plain(title), *head):
        if len(line) <= SHORT and is_government(title, head) and (day := _day(DATED.search(line))):
            return day, f"据题注日期“{line}”"
    for line in tail:
        if day := _day(SIGNED.match(line.strip())):
            return day, f"据落款“{line}”"
    return "", ""


def _day(match: re.Match[str] | None) -> str:
    if not match:
        return ""
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:  # 2023年2月30日: a slip of the source is no date
        return ""


def _government(region: Region) -> tuple[str, str]:
    """Whose report to its congress this is: the government of the region."""
    if not region.names:
        return "", ""
    if region.adcodes == (NATION,):
        return "国务院", "据政府工作报告的报告机关"
    return f"{region.names[-1]}人民政府", f"据政府工作报告与地区“{region.names[-1]}”"


def _placed(text: str) -> int | None:
    """Where the name of a place ends that opens ``text``, or None."""
    end = 0
    for mention in gazetteer().find(text):
        if mention.start != end or not mention.full:
            break
        end = mention.end
    return end or None


def _leading(text: str) -> str:
    """The official body that opens a title or makes up a signature, with its place."""
    end = _placed(text)
    match = re.match(BODY, text[end:]) if end else None
    return text[: end or 0] + match[0] if match else ""


def _repeated(text: str, region: Region) -> tuple[str, str]:
    """The body of the region that running text names in full and speaks of again."""
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
    return (name, f"据正文 {count} 次提到“{name}”") if count >= REPEATED else ("", "")
