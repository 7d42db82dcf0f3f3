"""Trims what pages and files add to a title: site, second copy, number, issuer and marks.

Patterns are matched against the text as it stands, or normalised where that makes no difference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.analyze import normalise
from indexer.bodies import is_whole_body

MIN_HAN = 4  # characters of a title that tells anything
MAX_LENGTH = 500  # characters of a title; a longer text is none
_MARKS = re.compile(r"(?:\s*\[\d{1,2}\]|[\s|]+)+$")
_NUMBER_BEHIND = re.compile(
    r"(.{4,}?(?:通知|意见|公告|通告|公报|通报|批复|决定|函))[^的《》\s]{0,16}\s*"
    r"(?:[〔\[(（]\d{4}[〕\])）]|\d{4}年)\s*第?\s*\d+\s*号[)）]?"
)
_SITE = re.compile(
    r"(?:\s*[_|]+\s*|\s+[-–—]{1,2}\s+|[-–—]{2}|[-–—](?=[^-_|]{2,24}网站?$))[^_|]{0,30}?(?:网|网站|门户|频道|平台|政府|公开|客户端|专栏|动态|信息|局|委)[^_|\s]{0,6}$"
)
_EXTENSION = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?|txt|rtf)$", re.IGNORECASE)
_NUMBER_BEFORE = re.compile(
    r"[^\W\d]{2,12}[〔\[(（【]\d{4}[〕\])）】]\s*第?\s*\d+\s*号\s*(?=[^\s文、,，]{6})"
)
# 某县2021年统计公报 2021: a page names the year again
_YEAR_AGAIN = re.compile(r"(.*((?:19|20)\d\d)年.*(?:公报|报告|总结|计划|要点))\s*\2")
_WITH_ISSUER = re.compile(r"(.{8,}?(?:公报|报告|总结|计划|要点))\s*([^\W\d]{4,24})")
_WITH_ISSUER_BEFORE = re.compile(r"([^《,。]{4,40}?)(?=关于|印发|转发)")
_QUOTED = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》")
_UNTELLING = re.compile(
    r"\W*(?:(?:19|20)\d\d年?|首页|无标题|未命名|文档\d*|新建.*|untitled.*|document\d*|index"
    r"|microsoft word.*|.{0,20}(?:门户网站|人民政府网|政府网站)|.{1,10}(?:数字报纸?|电子报))\W*",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def tells(title: str) -> bool:
    """Whether a title says what the document is."""
    if len(title) > MAX_LENGTH:
        return False
    plain = normalise(title)
    return len(_HAN.findall(plain)) >= MIN_HAN and not _UNTELLING.fullmatch(plain)


def trimmed(title: str) -> str:
    """The title without its site, its second copy, the marks of notes and a document number."""
    title = _EXTENSION.sub("", _MARKS.sub("", title.strip()))
    while match := _SITE.search(title):
        if not tells(title[: match.start()]):
            break
        title = title[: match.start()]
    half = len(title) // 2
    for middle in range(half - 2, half + 3):
        left, right = title[:middle].strip(), title[middle:].strip(" _|-—")
        if tells(left) and "".join(left.split()) == "".join(right.split()):
            title = left
            break
    if numbered := _NUMBER_BEFORE.match(normalise(title)):
        title = title[numbered.end() :]
    for pattern in (_NUMBER_BEHIND, _YEAR_AGAIN, _WITH_ISSUER, _QUOTED):
        match = pattern.fullmatch(normalise(title))
        if match and (pattern is not _WITH_ISSUER or is_whole_body(match[2])):
            title = title[match.start(1) : match.end(1)]
    return title


def as_repeated(title: str, lines: Sequence[str]) -> str:
    """The title as another line has it: with its issuer, or without the words of a site.

    The title of a page may name the issuer before it (某局关于…的公告), or a site (某网,某某公告).
    """
    for line in lines:
        if line.endswith(title) and is_whole_body(normalise(line[: -len(title)])):
            return line
        issuer = _WITH_ISSUER_BEFORE.match(normalise(line))
        quoted = re.search(r"《.+》", title)
        if issuer and quoted and quoted[0] in line and is_whole_body(issuer[1]):
            return line
        before = title[: -len(line)].rstrip()
        if tells(line) and title.endswith(line) and before.endswith((",", "，", "_", "|", "-")):
            return line
    return title
