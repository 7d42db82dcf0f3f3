"""What a paragraph is: heading, body, caption or dateline; and how deep a heading.

Reports number their headings in a fixed order: 一、 then （一） then 1. then （1）.
Lines without a number are told by their length, their ending and where they
stand: before, in, or after the running text. Patterns are matched against the
normalised text (simplified, half-width), so traditional reports need none of
their own.
"""

from __future__ import annotations

import re

from engine.analyze import normalise
from engine.model import Kind

HEADING_LENGTH = 45  # characters; longer lines are sentences, whatever they end in
UNNUMBERED = 5  # the depth of headings that bear no number

_NUMERAL = "[一二三四五六七八九十百]{1,3}"
_DEPTHS = (
    (1, re.compile(rf"第{_NUMERAL}(?:部分|[章篇])|{_NUMERAL}、")),
    (2, re.compile(rf"\({_NUMERAL}\)|第{_NUMERAL}[节，、,]")),
    (3, re.compile(r"[0-9]{1,2}(?:[、．]|\.(?![0-9]))")),
    (4, re.compile(r"\([0-9]{1,2}\)")),
)
_BOLD_LINE = re.compile(r"\s*\*{2,3}[^*]+\*{2,3}\s*")
_SENTENCE = re.compile(r"[。;!?]")
_YEAR = "(?:(?:19|20)[0-9]{2}|[一二][〇○零oO0九][〇○零oO0一二三四五六七八九]{2})"
_DATELINE = re.compile(
    rf"""
    (?:(?:发布|更新|公开|成文|印发|发文)?(?:时间|日期)|(?:信息|文章|稿件)?来源|作者|记者|通讯员|撰稿|供稿
      |发布(?:机构|单位|人)|索引号|发文字号|文号)\s*:.*
    |[—─-]*\s*\(?{_YEAR}\s*年.{{0,12}}日(?:[^。;]{{0,50}}(?:会议|大会)上?)?[^。;]{{0,14}}\)?
    |[—─-]*\s*\(?[^。;]{{0,35}}(?:人民代表大会|人大)[^。;]{{0,14}}会议上?(?:\(.*\))?[^。;，]{{0,16}}
    |.{{0,30}}[ ]{_YEAR}年[0-9]{{1,2}}月[0-9]{{1,2}}日.{{0,30}}来源.*
    """,
    re.VERBOSE,
)
_CAPTION = re.compile(r"(?:图|表)\s*[0-9一二三四五六七八九十]|图为|.*(?:摄|供图|资料图)\)?$")

_BYLINE = 16  # characters: two names; a mayor with title and name
_OFFICE = re.compile(r".*(?:市|省|州|县|区|盟|旗|局)长|.*(?:主席|总理|主任|专员)(?![^ ]{4})")
_REPORT_NOUN = re.compile(
    r".*(?:报告|总结|计划|要点|汇报|安排|方案|情况|回顾|回眸|打算|综述|公报)\W*"
)
_SIGNATURE = re.compile(r".{2,30}(?:局|政府|委员会|委|办公室|办|中心|厅|部|院|分局)|.*日")


def depth(text: str) -> int:
    """The depth that a line's number gives it as a heading, 1 to 4; 0 without a number."""
    plain = normalise(text)
    return next((level for level, pattern in _DEPTHS if pattern.match(plain)), 0)


def run_in_heading(text: str) -> tuple[int, str] | None:
    """The numbered heading that opens a paragraph, with its depth.

    ``（一）守好基金。全年检查…`` → ``(2, "（一）守好基金")``
    """
    level = depth(text)
    end = re.search(r"[。：:](?=.)", text[: HEADING_LENGTH + 1])
    return (level, text[: end.start()]) if level and end else None


def is_sentence(text: str) -> bool:
    """Whether a line is running text by itself: long, or with a sentence's ending."""
    return len(text) > HEADING_LENGTH or _SENTENCE.search(normalise(text)) is not None


def kind_of(text: str, raw: str, marked: bool) -> Kind | None:
    """What a line is by itself; None where that depends on what stands around it.

    ``marked``: its format says that it is a heading.
    """
    plain = normalise(text)
    if len(plain) <= 100 and _DATELINE.fullmatch(plain):
        return "dateline"
    if marked:
        return "heading"
    if len(plain) <= 2 * HEADING_LENGTH and _CAPTION.match(plain):
        return "caption"
    if is_sentence(text) or plain.endswith((":", "，", ",", "、")) or "|" in plain:
        return "body"  # a bar is a table's, and its rows are text too
    return "heading" if depth(text) or _BOLD_LINE.fullmatch(raw) else None


def kind_above(text: str, titled: bool) -> Kind:
    """What a short line before the running text is: the title, who speaks, or a caption."""
    plain = normalise(text)
    if _REPORT_NOUN.fullmatch(plain) or not (titled or _OFFICE.match(plain)):
        return "heading"
    return "dateline" if len(text) <= _BYLINE or _OFFICE.match(plain) else "caption"


def kind_below(text: str) -> Kind:
    """What a short line after the running text is: a signature or a caption."""
    return "dateline" if _SIGNATURE.fullmatch(normalise(text)) else "caption"
