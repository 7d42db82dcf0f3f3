"""What the words of a line tell of it: the end of a title, a subtitle, a numbered beginning."""

from __future__ import annotations

import re

_NOUN = (
    "(?:报告|总结|通知|意见|方案|办法|规定|决定|公告|计划|通报|函|批复|规划|细则|要点|纲要|公报|条例|安排|打算"
    "|汇报|决议|通告|请示|纪要|情况|清单|说明|指南|标准|制度|建议)"
)
_TITLE = re.compile(rf".*{_NOUN}(?:\s*[（(〔\[].{{0,60}}[）)〕\]])?")
_LETTERHEAD = re.compile(r".*(?:文件|公报|简报|信息|通报|专报|公告|令|函|纪要|〔\d+〕.*号)")
_SUBTITLE = re.compile(r"[—－-]{1,2}|[（(〔\[]")
_OPENING = re.compile(
    r"[(（]?[一二三四五六七八九十]{1,3}[)）、是]|[(（]?\d{1,2}[)）、.．](?!\d)|第[一二三四五六七八九十百]+[章节条，、部是]"
    r"|[①-⑳⑴-⒇●•■◆※]|——|附件|(?:首先|其次|再次|最后|同时)，"
)

_TOPIC = re.compile(r"[^，。；：！？]{3,22}(?:[。：](?=.)|：$)|各位代表")


def ends_title(text: str) -> bool:
    """Whether a line may end a title: ``…年政府工作报告``, ``…的通知（试行）``."""
    return _TITLE.fullmatch(text) is not None


def is_letterhead(text: str) -> bool:
    """Whether a large red line names a series of papers, and not this one: ``某县人民政府文件``."""
    return _LETTERHEAD.fullmatch(text) is not None


def begins_subtitle(text: str) -> bool:
    """Whether a line below a title is not part of it: ``——在…会议上``, ``（2024年1月5日）``."""
    return _SUBTITLE.match(text) is not None


def begins_item(text: str) -> bool:
    """Whether a line opens with a number or a mark, as a paragraph does: ``一是``, ``（二）``."""
    return _OPENING.match(text) is not None


def begins_topic(text: str) -> bool:
    """Whether a line opens with a short sentence that names a matter: ``建好园区。今年…``."""
    return _TOPIC.match(text) is not None
