"""Recognises the names of official bodies, such as 辰溪县医疗保障局 and 财政部.

All texts are as ``label.prepare`` makes them.
"""

from __future__ import annotations

import re

from indexer.divisions.gazetteer import gazetteer
from indexer.national import NATIONAL_BODY

ENDING = (
    r"(?:人民政府(?:办公厅|办公室)?|人民代表大会常务委员会|人民(?:法院|检察院)|常务委员会|统计局|"
    r"分局|总局|局|委员会|办公厅|办公室|管理中心|服务中心|中心|指挥部|领导小组|大学|学院|厅|署|处|部|院"
    r"|调查总?队|总工会|联合会|(?:中学|小学|学校|幼儿园)(?=$|\d|[,、:\s]|关于))"
)
BODY = rf"(?:人民政府(?:办公厅|办公室)?|[^,。;:、\s《》]{{1,14}}?{ENDING})"
# 某市学生伤害事故处理条例 opens with no body. After such an ending a name must end indeed.
WEAK_ENDING = re.compile(r"(?:处|中心|部|院|署|学院)$")
BOUNDARY = re.compile(r"$|\d|[,、:\s]|关于|工作|开展|召开|发布|党")
# 某市人民政府行政服务中心 is a body of its own.
OFFICE = (
    r"人民政府[^\d关工,。;:、\s《》]{2,10}?(?:中心|局|委员会|办公室|办事处)"
    r"(?=$|\d|[,、:\s]|关于|部门|年度|工作)"
)
# Their names are long: 某市应对某某疫情工作领导小组
STAFF = re.compile(
    r"[^\d,。;:、\s《》]{4,28}?(?:指挥部|领导小组)(?=$|\W|公告|通告|通知|令|决定|关于)"
)
CENTRAL_BODY = re.compile(rf"{NATIONAL_BODY}(?=\d{{4}}年)")
NO_BODY = re.compile(r"\d{4}年|关于|公报|《")
PARTY = re.compile(r"^(?:中共|中国共产党|中国人民政治协商会议|政协)(?!中央|全国)")
BODY_END = re.compile(
    rf"(?:{ENDING}|常委会|(?:工作|监管|保障|防控)组|[省市州县区旗盟]委|{NATIONAL_BODY})$"
)


def is_body(text: str) -> bool:
    """Whether a text names a body whole: with its place, or one of the central authorities."""
    text = PARTY.sub("", text)
    return re.match(NATIONAL_BODY, text) is not None or place_end(text) is not None


def is_whole_body(text: str) -> bool:
    """Whether a text is the name of one body and nothing else."""
    return (
        BODY_END.search(text) is not None
        and not NO_BODY.search(text)
        and is_body(text)
        and text != "中华人民共和国"
    )


def place_end(text: str) -> int | None:
    """The end of the place names that open ``text``; None where it opens with none."""
    end = 0
    for mention in gazetteer().find(text):
        if mention.start != end or not mention.full:
            break
        end = mention.end
    return end or None


def leading_body(text: str) -> str:
    """The official body, with its place, that opens a title; else ""."""
    if (central := CENTRAL_BODY.match(text)) and is_whole_body(central[0]):
        return central[0]
    end = place_end(text)
    if end and (staff := STAFF.match(text[end:])):
        return text[:end] + staff[0]
    match = re.match(rf"{BODY}(?:办公室|办公厅)?", text[end:]) if end else None
    if end and (office := re.match(OFFICE, text[end:])):
        return text[:end] + office[0]
    if not match or (WEAK_ENDING.search(match[0]) and not BOUNDARY.match(text[end:], match.end())):
        return ""
    return text[: end or 0] + match[0]
