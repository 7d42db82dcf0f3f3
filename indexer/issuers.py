"""Infers who issued a document, from what its text names.

An issuer is copied from the text, never put together: from the source line or catalogue entry
(信息来源:辰溪县医疗保障局), the title that it opens (…关于印发…的通知), the signature, the words of
a speaker (我代表最高人民检察院) or the line that says who adopted a law. The one exception is the
report of a government, whose form names its issuer, where the place is known. In running text a
body counts only if its place is named with it, and more than once. 县医疗保障局 alone does not say
which county, so the issuer stays unknown.

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from engine.model import Region
from indexer.divisions.gazetteer import NATION, gazetteer
from indexer.document_kinds import (
    CONGRESS_REPORT,
    COURT_REPORT,
    GOVERNMENT_REPORT,
    LAW,
    NEWS,
    PROCURATORATE_REPORT,
    TO_CONGRESS,
    short,
)
from indexer.national import NATIONAL_BODY, NUMBER, RELATIVE
from indexer.publication import LONE_DAY
from indexer.regions import NEWSPAPER, SOURCE
from indexer.years import DATE_HEAD, DATE_TAIL

MAX_LINE_LENGTH = 60  # characters; a longer line is no signature, and at twice this no source line
MIN_REPETITIONS = 3  # mentions of a body in running text, by its full name or as 市医疗保障局
ENDING = (
    r"(?:人民政府(?:办公厅|办公室)?|人民代表大会常务委员会|人民(?:法院|检察院)|常务委员会|统计局|"
    r"分局|总局|局|委员会|办公厅|办公室|管理中心|服务中心|中心|指挥部|领导小组|大学|学院|厅|署|处|部|院)"
)
BODY = rf"(?:人民政府(?:办公厅|办公室)?|[^,。;:、\s《》]{{1,14}}?{ENDING})"
# 某市学生伤害事故处理条例 opens with no body. After such an ending a name must end indeed.
WEAK_ENDING = re.compile(r"(?:处|中心|部|院|署|学院)$")
BOUNDARY = re.compile(r"$|\d|[,、:\s]|关于|工作|开展|召开|发布|党")
REMARK = re.compile(r"^\W*[(【\[][^)】\]]{1,8}[)】\]]")  # （转载）
ABOUT = re.compile(r"关于|印发|转发")  # stands in a title between its issuer and its subject
SOURCE_LINE = re.compile(rf"{SOURCE}\s*:[\s|]*([^\s,。;:、|()【】]{{2,36}})")
LAW_BODY = re.compile(
    rf"(?:日|^)\W*((?:[^,。;:日\s]{{2,12}}?[省市州县区旗])?)(?:第?{NUMBER}届)?(全国)?"
    r"(人民代表大会常务委员会|人民代表大会|人大常委会).{0,40}(?:通过|批准|公布)"
)
SESSION = re.compile(r"\W*\d{4}年\d{1,2}月\d{1,2}日\s*([^,。]{4,50}会议)通过\W*")
TERM = re.compile(rf"第?{NUMBER}届")
PARTY = re.compile(r"^(?:中共|中国共产党)(?!中央)")
YEAR_BEFORE = re.compile(r"^\W*\d{4}年度?")
BODY_END = re.compile(
    rf"(?:{ENDING}|(?:工作|监管|保障|防控)组|[省市州县区旗盟]委|{NATIONAL_BODY})$"
)
LETTERHEAD = re.compile(r"\W*([^,。;:《》]{4,40}?)\s*文\s*件\W*")
CATALOGUE = re.compile(r"(?:发布|发文|制发|公开)(?:机构|机关|单位)")
TOWNSHIP = re.compile(r"[^省市县区]{2,6}(?:镇|乡|街道)")
TOWNSHIP_GOVERNMENT = re.compile(r"代表([^,。;:]{1,16}(?:[^市]镇|乡|街道)(?:人民政府|办事处))")
TOWNSHIP_TITLE = re.compile(r"[^\d]{2}(?:镇|乡|街道)(?:人民)?(?:政府|办事处)")
UNIVERSITY = re.compile(r"([^\d,。:《]{2,12}?(?:大学|学院))(?:关于|\d{4}年|党委|.{0,4}工作)")
SPEAKER = re.compile(
    rf"([^,。;:\s]{{4,30}}?{ENDING})(?:党.{{0,2}}书记)?.{{0,3}}(?:局长|主任|院长|检察长|厅长)\s*\S{{1,3}}\s?\S{{0,3}}"
)
ALONE = re.compile(r"\W*([^,。;:\s]{4,30})\W*")
REPORTER = {
    COURT_REPORT: r"法院",
    PROCURATORATE_REPORT: r"检察院",
    CONGRESS_REPORT: r"(?:常务委员会|常委会)",
}


def infer(kind: str, title: str, paragraphs: Sequence[str], region: Region) -> tuple[str, str]:
    """The full name of the issuing body and its evidence; both "" where none is named."""
    head, tail = paragraphs[:DATE_HEAD], paragraphs[-DATE_TAIL:]
    if kind == GOVERNMENT_REPORT:
        return _by_source([*head, *tail]) or _by_government(title, head, region) or ("", "")
    return (
        _by_opening_of_title(title)
        or _by_letterhead(head)
        or _by_source([*head, *tail])
        or (_by_adoption(kind, head) if kind in (LAW, "决议") else None)
        or (_by_title(title) if kind != LAW else None)
        or _by_statement(kind, head)
        or (None if kind in (NEWS, LAW) else _by_head(head))
        or (None if kind in (NEWS, LAW) else _by_signature(title, paragraphs))
        or (None if kind in (NEWS, LAW, *TO_CONGRESS) else _by_repetition(head, paragraphs, region))
        or ("", "")
    )


def _by_letterhead(head: Sequence[str]) -> tuple[str, str] | None:
    """The bodies in the first line of an official document, above its number."""
    match = LETTERHEAD.fullmatch(head[0]) if head else None
    bodies = re.split(r"[\s、]+", match[1]) if match else []
    if match and all(map(BODY_END.search, bodies)):
        return " ".join(bodies), f"据发文机关标志“{match[0]}”"
    return None


def _by_source(lines: Sequence[str]) -> tuple[str, str] | None:
    for line in lines:
        match = SOURCE_LINE.search(line) if len(line) <= MAX_LINE_LENGTH * 2 else None
        if not match or NEWSPAPER.search(match[1]):
            continue
        if _is_body(match[1]) or (
            CATALOGUE.match(match[0]) and TOWNSHIP.match(match[1]) and BODY_END.search(match[1])
        ):
            return match[1], f"据“{match[0]}”"
    return None


def _is_body(text: str) -> bool:
    """Whether a text names a body whole: with its place, or one of the central authorities."""
    text = PARTY.sub("", text)
    return re.match(NATIONAL_BODY, text) is not None or _place_end(text) is not None


def _by_opening_of_title(title: str) -> tuple[str, str] | None:
    """The bodies before 关于 or 印发 in the title; those of a joint document joined by a blank."""
    about = ABOUT.search(title)
    opening = REMARK.sub("", title[: about.start()]).strip(" ,、") if about else ""
    bodies = re.split(r"[\s、,]+", opening)
    whole = sum(map(_is_whole_body, bodies))
    # One of several may be no authority: 国家铁路局 某某集团关于…
    if "《" not in opening and (whole == len(bodies) or 2 <= len(bodies) - 1 <= whole):
        return " ".join(bodies), f"据标题“{short(title)}”"
    return None


def _by_title(title: str) -> tuple[str, str] | None:
    """The body that opens the title, perhaps after the year."""
    title = YEAR_BEFORE.sub("", title)
    university = UNIVERSITY.match(title)
    name = university[1] if university else _leading_body(title)
    return (name, f"据标题“{short(title)}”") if name else None


def _is_whole_body(text: str) -> bool:
    return _is_body(text) and BODY_END.search(text) is not None and text != "中华人民共和国"


def _by_statement(kind: str, head: Sequence[str]) -> tuple[str, str] | None:
    """The body for which a speaker reports: 我代表最高人民检察院向大会报告工作."""
    if kind not in REPORTER:
        return None
    pattern = re.compile(rf"[我现](?:代表|受)([^,。]{{2,30}}?{REPORTER[kind]})")
    for line in head:
        match = pattern.search(line)
        if match and _is_body(match[1]):
            return TERM.sub("", match[1]), f"据“{match[0]}”"
    return None


def _by_head(head: Sequence[str]) -> tuple[str, str] | None:
    """The bodies above the running text, alone in their lines or with their heads who speak.

    ``沙洋县财政局``; ``汕头市潮阳区审计局局长 某某``
    """
    bodies: list[str] = []
    for line in head:
        match = SPEAKER.fullmatch(line) or ALONE.fullmatch(line)
        if match and _is_whole_body(match[1]):
            bodies.append(match[1])
        elif bodies or len(line) > MAX_LINE_LENGTH:
            break
    name = " ".join(dict.fromkeys(bodies))
    return (name, f"据“{short(name)}”") if bodies else None


def _by_adoption(kind: str, head: Sequence[str]) -> tuple[str, str] | None:
    """The congress that adopted a law: 2006年10月26日 上海市第十二届人民代表大会常务委员会…通过.

    A resolution is that of one session.
    """
    for line in head:
        if kind != LAW and (session := SESSION.fullmatch(line)) and _is_body(session[1]):
            return session[1], f"据“{short(line)}”"
        match = LAW_BODY.search(line)
        place = match[1] or match[2] if match else ""
        if match and place and (place == "全国" or _place_end(place) == len(place)):
            body = match[3].replace("人大常委会", "人民代表大会常务委员会")
            return place + body, f"据“{short(line)}”"
    return None


def _by_signature(title: str, paragraphs: Sequence[str]) -> tuple[str, str] | None:
    """The body that signs at the end, before its attachments, or below the title.

    What 市商务局 forwards may be signed by another body.
    """
    relative = RELATIVE.match(title)
    lines = [line.strip() for line in paragraphs]
    for at, line in enumerate(lines):
        near_end = at >= len(lines) - DATE_TAIL
        signs = at + 1 < len(lines) and LONE_DAY.fullmatch(lines[at + 1])
        if len(line) > MAX_LINE_LENGTH or not (near_end or signs):
            continue
        bodies = re.split(r"[\s、]+", re.sub(r"\s*\d{4}年.*$", "", line))
        if relative and not bodies[0].endswith(relative[1]):
            continue
        if bodies[0] and all(_is_whole_body(body) for body in bodies):
            return " ".join(bodies), f"据落款“{line}”"
    return None


def _by_repetition(
    head: Sequence[str], paragraphs: Sequence[str], region: Region
) -> tuple[str, str] | None:
    name, evidence = _repeated_body("\n".join(paragraphs), region)
    return (name, evidence) if any(name in line for line in head) and name else None


def _by_government(title: str, head: Sequence[str], region: Region) -> tuple[str, str] | None:
    """The government that reports to its congress; a township's only as it is printed."""
    for line in head:
        if match := TOWNSHIP_GOVERNMENT.search(line):
            return match[1], f"据“{match[0]}”"
    if TOWNSHIP_TITLE.search(title) or not region.names:
        return None
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
    """The official body, with its place, that opens a title; else ""."""
    end = _place_end(text)
    match = re.match(rf"{BODY}(?:办公室|办公厅)?", text[end:]) if end else None
    if not match or (WEAK_ENDING.search(match[0]) and not BOUNDARY.match(text[end:], match.end())):
        return ""
    return text[: end or 0] + match[0]


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
