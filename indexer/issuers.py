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
from itertools import groupby, takewhile

from engine.model import Region
from indexer.bodies import (
    BODY,
    BODY_END,
    ENDING,
    NO_BODY,
    OFFICE,
    is_body,
    is_whole_body,
    leading_body,
    place_end,
)
from indexer.divisions.gazetteer import NATION
from indexer.document_kinds import (
    CONGRESS_REPORT,
    CONSULTATIVE_REPORT,
    COURT_REPORT,
    GOVERNMENT_REPORT,
    LAW,
    NEWS,
    PROCURATORATE_REPORT,
    TO_CONGRESS,
    short,
)
from indexer.national import NUMBER, RELATIVE
from indexer.publication import LONE_DAY
from indexer.regions import NEWSPAPER, SOURCE
from indexer.years import DATE_HEAD, DATE_TAIL

MAX_LINE_LENGTH = 60  # characters; a longer line is no signature, and at twice this no source line
DECREE_HEAD = 6  # paragraphs that may hold the letterhead of a decree
MIN_REPETITIONS = 3  # mentions of a body in running text, by its full name or as 市医疗保障局
REMARK = re.compile(r"^\W*[(【\[][^)】\]]{1,8}[)】\]]")  # （转载）
ABOUT = re.compile(r"关于|印发|转发")  # stands in a title between its issuer and its subject
# What a page puts right behind the source: 来源:某县教育局收藏
BUTTON = r"(?:收藏|打印|分享|字号|字体|浏览|点击|阅读|发布|作者|编辑|时间|日期|访问)"
SOURCE_LINE = re.compile(
    rf"{SOURCE}\s*:[\s|]*([^\s,。;:、|()【】]{{2,36}}?)(?={BUTTON}|[\s,。;:、|()【】]|$)"
)
LAW_BODY = re.compile(
    rf"(?:日|^)\W*((?:[^,。;:日\s]{{2,12}}?[省市州县区旗])?)(?:第?{NUMBER}届)?(全国)?"
    r"(人民代表大会常务委员会|人民代表大会|人大常委会).{0,40}(?:通过|批准|公布)"
)
DECREED = re.compile(  # (2013年4月17日广东省人民政府令第186号公布)
    rf"(?:日|^)\W*([^,。;:日\s]{{4,24}}?)令第?{NUMBER}号.{{0,4}}(?:公布|发布)"
)
SESSION = re.compile(
    r"\W*\d{4}年\d{1,2}月\d{1,2}日\s*([^,。]{4,50}?会议)(?:第[^,。]{1,4}次全体会议)?通过\W*"
)
STANDING = re.compile(r".*(?:常务委员会|常委会)(?=第)")
NO_PEOPLES_GOVERNMENT = ("香港特别行政区", "澳门特别行政区", "台湾省")
PAPER = re.compile(r"本报[讯记]|[(](?:\S{0,6}记者|通讯员)")
TERM = re.compile(rf"第?{NUMBER}届")
YEAR_BEFORE = re.compile(r"^\W*\d{4}年度?")
LETTERHEAD = re.compile(r"\W*([^,。;:《》]{4,40}?)\s*文\s*件\W*")
DECREE = re.compile(  # above the number of a decree: 某市人民政府令 第148号
    rf"\W*([^,。;:《》的]{{4,40}}?)(?:令|公告)\W*(?:(?:\d{{4}}\W*年?)?\s*第?\s*{NUMBER}\s*号\W*)?"
)
CATALOGUE = re.compile(r"(?:发布|发文|制发|公开)(?:机构|机关|单位)")
TOWNSHIP = re.compile(r"[^省市县区]{2,6}(?:镇|乡|街道)")
TOWNSHIP_GOVERNMENT = re.compile(r"代表([^,。;:]{1,16}(?:[^市]镇|乡|街道)(?:人民政府|办事处))")
# 中共某某乡委员会 某某乡人民政府, as they sign; 各乡镇人民政府 signs nothing
TOWNSHIP_BODY = re.compile(
    r"(?:中共)?(?![各本我全该])[^\W\d省市县区]{1,6}(?<!乡)(?:镇|乡|街道)(?:人民政府|办事处|党工委|(?:工作)?委员会)"
)
TOWNSHIP_TITLE = re.compile(r"[^\d]{2}(?:镇|乡|街道)(?:人民)?(?:政府|办事处)")
UNIVERSITY = re.compile(r"([^\d,。:《]{2,12}?(?:大学|学院))(?:关于|\d{4}年|党委|.{0,4}工作)")
STAFF_CONGRESS = re.compile(r"在([^,。:《]{2,12}?(?:大学|学院))第?[^,。]{1,4}届[^,。]{0,8}代表大会")
SPEAKER = re.compile(
    rf"([^,。;:\s]{{4,30}}?{ENDING})(?:党.{{0,2}}书记)?.{{0,3}}(?:局长|主任|院长|检察长|厅长)\s*\S{{1,3}}\s?\S{{0,3}}"
)
ALONE = re.compile(r"\W*([^,。;:]{3,60}?)\W*(?:\d{4}年\d{1,2}月\d{1,2}日\W*)?")
REPORTER = {
    COURT_REPORT: r"法院",
    PROCURATORATE_REPORT: r"检察院",
    CONGRESS_REPORT: r"(?:常务委员会|常委会)",
    CONSULTATIVE_REPORT: r"(?:常务委员会|常委会)",
}


def infer(kind: str, title: str, paragraphs: Sequence[str], region: Region) -> tuple[str, str]:
    """The full name of the issuing body and its evidence; both "" where none is named."""
    head, tail = paragraphs[:DATE_HEAD], paragraphs[-DATE_TAIL:]
    is_of_paper = kind == NEWS and any(map(PAPER.search, head))  # which the body did not issue
    if kind == GOVERNMENT_REPORT:
        return _by_source([*head, *tail]) or _by_government(title, head, region) or ("", "")
    return (
        _by_opening_of_title(title)
        or _by_letterhead(head)
        or _by_decree(head)
        or _with_partners(kind, head, _by_source([*head, *tail]))
        or (_by_adoption(kind, head) if kind in (LAW, "决议") else None)
        or (None if kind == LAW or is_of_paper else _by_title(title))
        or _by_statement(kind, head)
        or (None if kind == NEWS else _by_head(head))
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


def _by_decree(head: Sequence[str]) -> tuple[str, str] | None:
    """The body whose decree or announcement promulgates what follows: 某市人民政府令."""
    for line in head[:DECREE_HEAD]:
        match = DECREE.fullmatch(line)
        bodies = re.split(r"[\s、]+", match[1].strip()) if match else [""]
        if all(map(is_whole_body, bodies)):
            return " ".join(bodies), f"据“{short(line)}”"
    return None


def _by_source(lines: Sequence[str]) -> tuple[str, str] | None:
    for line in lines:
        match = SOURCE_LINE.search(line) if len(line) <= MAX_LINE_LENGTH * 2 else None
        if not match or NEWSPAPER.search(match[1]):
            continue
        if is_body(match[1]) or (
            CATALOGUE.match(match[0]) and TOWNSHIP.match(match[1]) and BODY_END.search(match[1])
        ):
            return match[1], f"据“{match[0]}”"
    return None


def _with_partners(
    kind: str, head: Sequence[str], found: tuple[str, str] | None
) -> tuple[str, str] | None:
    """All bodies named below the title, where the source line names one of them."""
    above = list(takewhile(lambda line: not line.endswith((":", "。")), head))
    joint = _by_head(above) if found and kind not in (NEWS, LAW) else None
    return joint if found and joint and found[0] in joint[0].split() else found


def _by_opening_of_title(title: str) -> tuple[str, str] | None:
    """The bodies before 关于 or 印发 in the title; those of a joint document joined by a blank."""
    about = ABOUT.search(title)
    opening = REMARK.sub("", title[: about.start()]).strip(" ,、") if about else ""
    bodies = re.split(r"[\s、,]+", opening)
    whole = sum(is_whole_body(body) or bool(TOWNSHIP_BODY.fullmatch(body)) for body in bodies)
    # One of several may be no authority: 国家铁路局 某某集团关于…
    if "《" not in opening and (whole == len(bodies) or 2 <= len(bodies) - 1 <= whole):
        return " ".join(bodies), f"据标题“{short(title)}”"
    return None


def _by_title(title: str) -> tuple[str, str] | None:
    """The body that opens the title, perhaps after the year."""
    title = YEAR_BEFORE.sub("", title)
    university = UNIVERSITY.match(title)
    name = university[1] if university else leading_body(title)
    return (name, f"据标题“{short(title)}”") if name else None


def _by_statement(kind: str, head: Sequence[str]) -> tuple[str, str] | None:
    """The body for which a speaker reports: 我代表最高人民检察院向大会报告工作."""
    if kind not in REPORTER:
        return None
    pattern = re.compile(rf"[我现](?:代表|受)([^,。]{{2,30}}?{REPORTER[kind]})")
    for line in head:
        match = pattern.search(line)
        if match and is_body(match[1]):
            return TERM.sub("", match[1]), f"据“{match[0]}”"
    return None


def _by_head(head: Sequence[str]) -> tuple[str, str] | None:
    """The bodies above the running text, alone in their lines or with their heads who speak.

    ``沙洋县财政局``; ``汕头市潮阳区审计局局长 某某``; ``——在某某大学第三届教职工代表大会上``
    """
    bodies: list[str] = []
    for line in (*head, ""):
        if match := STAFF_CONGRESS.search(line):
            return match[1], f"据“{short(line)}”"
        match = SPEAKER.fullmatch(line) or ALONE.fullmatch(line)
        named = re.split(r"[\s、]+", match[1]) if match else []
        if named and all(BODY_END.search(name) and not NO_BODY.search(name) for name in named):
            bodies += named
        elif any(map(is_whole_body, bodies)):
            break
        else:
            bodies = []
    name = " ".join(dict.fromkeys(bodies))
    return (name, f"据“{short(name)}”") if bodies else None


def _by_adoption(kind: str, head: Sequence[str]) -> tuple[str, str] | None:
    """The congress that adopted a law: 2006年10月26日 上海市第十二届人民代表大会常务委员会…通过.

    A resolution is that of one session.
    """
    for line in head:
        if (
            kind != LAW
            and (session := SESSION.fullmatch(line))
            and is_body(TERM.sub("", session[1], count=1))
        ):
            standing = STANDING.match(session[1])  # which issues what its sessions pass
            return TERM.sub("", standing[0]) if standing else session[1], f"据“{short(line)}”"
        if (decree := DECREED.search(line)) and is_whole_body(decree[1]):
            return decree[1], f"据“{short(line)}”"
        match = LAW_BODY.search(line)
        place = match[1] or match[2] if match else ""
        if match and place and (place == "全国" or place_end(place) == len(place)):
            body = match[3].replace("人大常委会", "人民代表大会常务委员会")
            return place + body, f"据“{short(line)}”"
    return None


def _by_signature(title: str, paragraphs: Sequence[str]) -> tuple[str, str] | None:
    """The body that signs at the end, before its attachments, or below the title.

    What 市商务局 forwards may be signed by another body.
    """
    relative = RELATIVE.match(title)
    lines = [line.strip() for line in paragraphs]
    # Each of several bodies may sign in a line of its own.
    for is_named, run in groupby(range(len(lines)), lambda at: bool(_signatories(lines[at]))):
        places = list(run)
        end = places[-1] + 1
        is_signature = end > len(lines) - DATE_TAIL or LONE_DAY.fullmatch(lines[end])
        bodies = [body for at in places for body in _signatories(lines[at])]
        if not is_named or not is_signature or (relative and not bodies[0].endswith(relative[1])):
            continue
        return " ".join(dict.fromkeys(bodies)), f"据落款“{lines[places[0]]}”"
    return None


def _signatories(line: str) -> list[str]:
    """The bodies that a line names, if it names nothing else but perhaps a day."""
    bodies = re.split(r"[\s、]+", re.sub(r"\s*\d{4}年.*$", "", line))
    is_signature = len(line) <= MAX_LINE_LENGTH and all(
        is_whole_body(body) or TOWNSHIP_BODY.fullmatch(body) for body in bodies
    )
    return bodies if is_signature else []


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
    government = "政府" if region.names[0] in NO_PEOPLES_GOVERNMENT else "人民政府"
    return f"{region.names[-1]}{government}", f"据政府工作报告与地区“{region.names[-1]}”"


def _repeated_body(text: str, region: Region) -> tuple[str, str]:
    """The body of the region that running text names in full, and mentions most often."""
    if not region.names:
        return "", ""
    place = region.names[-1]
    names: Counter[str] = Counter()
    for match in re.finditer(rf"{re.escape(place)}(?:{OFFICE}|{BODY})", text):
        body = match[0][len(place) :]
        names[match[0]] = text.count(place[-1] + body)
    if not names:
        return "", ""
    name, count = names.most_common(1)[0]
    return (name, f"据正文 {count} 次提到“{name}”") if count >= MIN_REPETITIONS else ("", "")
