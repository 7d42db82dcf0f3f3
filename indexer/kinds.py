"""Classifies a paragraph as heading, body, caption or dateline, and gives a heading's depth.

Reports number their headings in a fixed order: 第一部分, then 一、 then （一） then
1. then （1）. A line without a number is classified by its length, its ending and
its place: before, in, or after the running text. Patterns are matched against the
normalised text (simplified, half-width), so traditional reports need no patterns of
their own.
"""

from __future__ import annotations

import re

from engine.analyze import normalise
from engine.model import Kind

MAX_HEADING_LENGTH = 45  # characters; a longer line is a sentence, whatever its ending
UNNUMBERED_DEPTH = 6  # the depth of a heading without a number

_NUMERAL = "[一二三四五六七八九十百]{1,3}"
_NOTES = r"(?:附|有关|相关)?(?:名 ?词|用 ?语|术 ?语)?(?:解 ?释|注 ?释|注 ?解|说 ?明)"
_ANNEX = rf"附 ?[件录表] ?[0-9一二三四五六七八九十]{{0,2}}(?:$|:)|{_NOTES}(?:[和及与].{{2,10}})?:?$"
_DEPTHS = (
    (1, re.compile(rf"第{_NUMERAL}(?:部分|[章篇])|{_ANNEX}")),
    (2, re.compile(rf"{_NUMERAL}(?:、|\.(?![0-9])|$)")),
    (3, re.compile(rf"\(?{_NUMERAL}\)|[㈠-㈩]|第{_NUMERAL}[节，、,]")),
    (4, re.compile(r"[0-9]{1,2}(?:[、．]|\.(?![0-9])|\.(?=(?:19|20)[0-9]{2}年))")),
    (5, re.compile(r"\(?[0-9]{1,2}\)|[⑴-⒇]")),
)
_PREFIX_LENGTH = 30  # characters: enough for a number, or for the whole heading of an annex
_FIRST_NUMBER = re.compile(r"[第(]?(?:一|1)(?![0-9一二三四五六七八九十])|[㈠⑴]")
_WHOLE_ANNEX = re.compile(rf"(?:{_ANNEX}).{{0,30}}")
_BOLD_LINE = re.compile(r"\s*\*{2,3}[^*]+\*{2,3}\s*")
_SENTENCE = re.compile(r"[。;!?]")
_NOTE = re.compile(
    r"[\[〔【][0-9]{1,3}[\]〕】]|(?:主办|承办|协办|牵头|责任|配合)(?:单位|部门|领导):"
)
_YEAR = "(?:(?:19|20)[0-9]{2}|[一二][〇○零oO0九][〇○零oO0一二三四五六七八九]{2})"
_DATELINE = re.compile(
    rf"""
    (?:(?:发布|更新|公开|成文|印发|发文)?(?:时间|日期)|(?:信息|文章|稿件)?来源|作者|记者|通讯员|撰稿|供稿
      |发布(?:机构|单位|人)|索引号|发文字号|文号)\s*:.*
    |[—─-]*\s*\(?{_YEAR}\s*年.{{0,12}}日(?:[^。;]{{0,50}}(?:会议|大会)上?)?[^。;]{{0,14}}\)?
    |[^。;，]{{0,30}}人民代表大会|第{_NUMERAL}次会议上?|新华社[^，。]{{1,6}}[0-9]{{1,2}}月[0-9]{{1,2}}日电
    |[—─-]*\s*\(?[^。;]{{0,35}}(?:人民代表大会|人大)[^。;]{{0,14}}会议上?(?:\(.*\))?[^。;，]{{0,16}}
    |.{{0,30}}[ ]{_YEAR}年[0-9]{{1,2}}月[0-9]{{1,2}}日.{{0,30}}来源.*
    """,
    re.VERBOSE,
)
_MAX_DATELINE_LENGTH = 100
_CAPTION = re.compile(
    r"(?:图|表)\s*[0-9一二三四五六七八九十]|图为|.*(?:摄|供图|资料图)\)?$|\((?:上接|下转).{0,12}\)$"
)

_MAX_BYLINE_LENGTH = 16  # characters: enough for two names, or for a mayor with title and name
_OFFICE_TITLE = re.compile(r".*(?:市|省|州|县|区|盟|旗|局)长|.*(?:主席|总理|主任|专员)(?![^ ]{4})")
_PERSON_NAMES = re.compile(r"[^ ]{2,4}|[^ ]{1,4}(?: [^ ]{1,4})+")
_SPEAKER = re.compile(
    r"(?:[^，、]{0,14}(?:省|自治区|市|州|县|区|盟|旗)(?:人民政府)?)?(?:代理?|副)?"
    r"(?:(?:省|市|州|县|区|盟|旗)长|主席) [^ ，]{1,2} ?[^ ，]{1,2}"
    r"|国务院(?:副|代)?总理 ?[^ ，]{2,3}"
)
_REPORT_NOUN = re.compile(
    r".*(?:报告|总结|计划|要点|汇报|安排|方案|情况|回顾|回眸|打算|综述|公报)\W*"
)
_SIGNATURE = re.compile(
    rf".{{2,30}}(?:局|政府|委员会|委|办公室|办|中心|厅|部|院|分局)|.*日|.*{_YEAR}年.{{1,3}}月"
)


def depth(text: str) -> int:
    """The depth of a heading with this line's number, 1 to 5; 0 without a number.

    An annex (``附件2``, ``名词解释``) has depth 1, like a part.
    """
    plain = normalise(text[:_PREFIX_LENGTH])
    return next((level for level, pattern in _DEPTHS if pattern.match(plain)), 0)


def is_first(text: str) -> bool:
    """Whether a line has the first number of a series: ``一、``, ``（一）``, ``1.``."""
    return _FIRST_NUMBER.match(normalise(text[:_PREFIX_LENGTH])) is not None


def run_in_heading(text: str) -> tuple[int, str] | None:
    """The numbered heading that opens a paragraph, with its depth.

    ``（一）守好基金。全年检查…`` → ``(3, "（一）守好基金")``
    """
    level = depth(text)
    end = re.search(r"[。：:](?=.)", text[: MAX_HEADING_LENGTH + 1])
    return (level, text[: end.start()]) if level and end else None


def is_bold(raw: str) -> bool:
    """Whether a line is all bold in its file: ``**2024年工作安排**``."""
    return _BOLD_LINE.fullmatch(raw) is not None


def is_short_sentence(text: str) -> bool:
    """Whether a numbered line is one short sentence: ``（一）经济平稳增长。``."""
    if len(text) > MAX_HEADING_LENGTH or depth(text) not in (2, 3):
        return False
    end = _SENTENCE.search(text)
    return end is not None and end.end() == len(text)


def kind_of(text: str, marked: bool) -> Kind | None:
    """The kind of a line by its text alone; None where the lines around it decide.

    ``marked``: the file format marks the line as a heading.
    """
    if len(text) > _MAX_DATELINE_LENGTH:
        return "heading" if marked else "body"
    plain = normalise(text)
    numbered = depth(text) > 0
    if not numbered and _DATELINE.fullmatch(plain):
        return "dateline"
    if marked:
        return "heading"
    if len(plain) <= 2 * MAX_HEADING_LENGTH and _CAPTION.match(plain):
        return "caption"
    if len(plain) > MAX_HEADING_LENGTH or _SENTENCE.search(plain):
        return "body"
    if _WHOLE_ANNEX.fullmatch(plain):
        return "heading"
    if plain.endswith((":", "，", ",", "、")) or "|" in plain or _NOTE.match(plain):
        return "body"  # a bar separates the cells of a table row, which is text too
    return "heading" if numbered else None


def kind_above(text: str, bold: bool, titled: bool) -> Kind:
    """The kind of a short line before the running text: a title, a speaker or a caption.

    ``titled``: the report has a title already.
    """
    plain = normalise(text)
    office = _OFFICE_TITLE.match(plain)
    if _REPORT_NOUN.fullmatch(plain) or not (titled or office):
        return "heading"
    if office or _PERSON_NAMES.fullmatch(plain):
        return "dateline"
    if bold:
        return "heading"  # a subtitle
    return "dateline" if len(text) <= _MAX_BYLINE_LENGTH else "caption"


def kind_below(text: str) -> Kind:
    """The kind of a short line after the running text: a signature or a caption."""
    return "dateline" if _SIGNATURE.fullmatch(normalise(text)) else "caption"


def kind_amid(text: str, bold: bool, leads_on: bool) -> Kind:
    """The kind of a short line within the running text; ``leads_on``: text or a heading follows.

    A report that was saved page by page may repeat the speaker at the top of each page.
    """
    if _SPEAKER.fullmatch(normalise(text)):
        return "dateline"
    return "heading" if bold or leads_on else "body"
