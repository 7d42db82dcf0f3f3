"""Classifies a paragraph as heading, body, caption or dateline by its own text.

Where the text alone does not decide, its place does: before, in, or after the running text
(``surroundings.py`` looks at the lines around it). Patterns are matched against the
normalised text (simplified, half-width), so traditional reports need no patterns of
their own.
"""

from __future__ import annotations

import re

from engine.analyze import normalise
from engine.model import Kind
from indexer.draft import CELL_BORDER
from indexer.numbering import MAX_HEADING_LENGTH, Number, Scheme, is_whole_annex

_NUMERAL = "[一二三四五六七八九十百]{1,3}"
_BOLD_LINE = re.compile(r"\s*\*{2,3}[^*]+\*{2,3}\s*")
_SENTENCE = re.compile(r"[。;!?]|(?<=[^\W0-9a-z_])\.$")
_NOTE = re.compile(
    r"[\[〔【][0-9]{1,3}[\]〕】]|(?:主办|承办|协办|牵头|责任|配合)(?:单位|部门|领导):"
)
_YEAR = "(?:(?:19|20)[0-9]{2}|[一二][〇○零oO0九][〇○零oO0一二三四五六七八九]{2})"
_DAY = rf"{_YEAR}[ ]?年.{{1,4}}月.{{1,4}}日"
_DOCUMENT_NUMBER = (
    rf"[^\W0-9_]{{1,16}}[ ]?[〔\[({{【][ ]?{_YEAR}[ ]?[〕\])}}】][ ]?第?[ ]?[0-9]{{1,5}}[ ]?号"
)
_DATELINE = re.compile(
    rf"""
    (?:(?:发布|更新|公开|成文|印发|发文)?(?:时间|日期)|(?:信息|文章|稿件)?来源|作者|记者|通讯员|撰稿|供稿
      |发布(?:机构|单位|人)|索引号|发文(?:字号|机关)|文号)\s*:.*
    |[—─-]*\s*\(?{_YEAR}\s*年.{{0,12}}日(?:[^。;]{{0,50}}(?:会议|大会)上?)?[^。;]{{0,14}}\)?
    |[^。;，]{{0,30}}人民代表大会|第{_NUMERAL}次会议上?|新华社[^，。]{{1,6}}[0-9]{{1,2}}月[0-9]{{1,2}}日电
    |[—─-]*\s*\(?[^。;]{{0,35}}(?:人民代表大会|人大)[^。;]{{0,14}}会议上?(?:\(.*\))?[^。;，]{{0,16}}
    |.{{0,30}}[ ]{_YEAR}年[0-9]{{1,2}}月[0-9]{{1,2}}日.{{0,30}}来源.*
    |\(?{_DOCUMENT_NUMBER}(?:\W*{_DAY})?\)?
    """,
    re.VERBOSE,
)
_MAX_DATELINE_LENGTH = 100
_DECISION = re.compile(r".*(?:决定|决议|公告)")  # 某市人大第三次会议关于…的决议
_CAPTION = re.compile(
    r"(?:图|表)\s*[0-9一二三四五六七八九十]|图为|.*(?:摄|供图|资料图)\)?$|\((?:上接|下转).{0,12}\)$"
    r"|[•·-]?\s*\(?(?:计量|金额|数量)?单位:[^:]{1,10}$"
)
_CATALOGUE = re.compile(
    r"""
    [•·*\s\[【-]*
    (?:索引号?|信息(?:索引|名称|来源|类别|分类)?|(?:主题|体裁|组配|服务对象|内容|栏目)?(?:分类|类别)|主题词|关键[词字]|体裁|语种
      |(?:发[文布]|制发|颁布|成文|印发|公开|更新|生成|生效|实施|施行|失效|废止|检索|创建|登记)?
       (?:机[关构]|单位|部门|日期|时间|文号|字号|编号|关键词|方式|形式|程度|范围|主体|责任部门)
      |文件(?:编号|状态|类型|名称)|(?:公文|信息|文件)?(?:名称|标题)|(?:有|时)效性|效力(?:状态|说明|级别|等级)|原文链接|备注|文号|内容概述
      |浏览(?:量|次数)?|阅读量?|点击(?:数|量)?|访问量|字体|(?:责任)?编辑|审[核稿]|校对|期次)
    \s*[\]】]?\s*(?::.*|\]|】)
    """,
    re.VERBOSE,
)
_BULLET = re.compile(r"[•·*-]\s*")

_MAX_BYLINE_LENGTH = 16  # characters: enough for two names, or for a mayor with title and name
_OFFICE_TITLE = re.compile(r".*(?:市|省|州|县|区|盟|旗|局)长|.*(?:主席|总理|主任|专员)(?![^ ]{4})")
_PERSON_NAMES = re.compile(r"[^ ]{2,4}|[^ ]{1,4}(?: [^ ]{1,4})+")
_SPEAKER = re.compile(
    r"(?:[^，、]{0,14}(?:省|自治区|市|州|县|区|盟|旗)(?:人民政府)?)?(?:代理?|副)?"
    r"(?:(?:省|市|州|县|区|盟|旗)长|主席) [^ ，]{1,2} ?[^ ，]{1,2}"
    r"|国务院(?:副|代)?总理 ?[^ ，]{2,3}"
    r"|[^ ，。:]{0,24}(?:[部局院厅署行校秘书检察审计]长|委员|书记|主任) [^ ，]{1,2} ?[^ ，]{1,2}"
)
_REPORT_NOUN = re.compile(
    r".*(?:报告|总结|计划|要点|汇报|安排|方案|情况|回顾|回眸|打算|综述|公报)\W*"
)
_OFFICE = r"(?:局|政府|委员会|委|办公室|办公厅|办|中心|厅|部|院|署|会|组|分局|指挥部|公司|银行)"
_SIGNATURE = re.compile(
    rf".{{2,30}}(?:局|政府|委员会|委|办公室|办|中心|厅|部|院|分局)|.*日|.*{_YEAR}年.{{1,3}}月"
)
_OFFICES = re.compile(rf"[^，。;:、]{{2,40}}{_OFFICE}(?:\(章\))?")
_DATE = re.compile(rf"\(?{_DAY}\)?")
_DATA = re.compile(r".*[0-9](?:[%‰]|\.)?")
_TOPIC = re.compile(
    r".*(?:报告|总结|回顾|安排|打算|建议|任务|目标|要求|思路|部署|措施|举措|工作|情况|问题|成[绩效]|原则|意见|体会|说明)"
)


def is_bold(raw: str) -> bool:
    """Whether a line is all bold in its file: ``**2024年工作安排**``."""
    return _BOLD_LINE.fullmatch(raw) is not None


def is_short_sentence(text: str, number: Number | None) -> bool:
    """Whether a numbered line is one short sentence: ``（一）经济平稳增长。``."""
    if number is None or number.scheme not in _HEADED or len(text) > MAX_HEADING_LENGTH:
        return False
    end = _SENTENCE.search(text)
    return end is not None and end.end() == len(text)


_HEADED = (Scheme.SECTION, Scheme.COUNT, Scheme.BRACKET, Scheme.ORDINAL)


def is_date(text: str) -> bool:
    """Whether a line is a date and nothing else, as below a signature."""
    return len(text) <= _MAX_BYLINE_LENGTH and _DATE.fullmatch(normalise(text)) is not None


def is_signature(text: str) -> bool:
    """Whether a line is the name of an office, or names of several."""
    return len(text) <= MAX_HEADING_LENGTH and _OFFICES.fullmatch(normalise(text)) is not None


def is_catalogue_line(text: str) -> bool:
    """Whether a line is of the catalogue above a document: ``[ 索引号 ]``, ``主题词：``."""
    return len(text) <= _MAX_CATALOGUE_LENGTH and _CATALOGUE.fullmatch(normalise(text)) is not None


_MAX_CATALOGUE_LENGTH = 300  # characters: it may have an address of the web


def is_bullet(text: str) -> bool:
    """Whether a line is an item of a list with a bullet: ``• 2022-01-19``."""
    return _BULLET.match(text) is not None


def is_table_line(text: str) -> bool:
    """Whether a line is a row of a table: ``| 参保率 | 98% |``."""
    return "|" in text or CELL_BORDER in text


def is_data(text: str) -> bool:
    """Whether a line ends in a figure, as a row of a table without borders does."""
    return _DATA.fullmatch(normalise(text)) is not None


def is_sentence(text: str) -> bool:
    """Whether a text is long or punctuated enough to be running text."""
    return len(text) > MAX_HEADING_LENGTH or _SENTENCE.search(normalise(text)) is not None


def names_topic(text: str) -> bool:
    """Whether a line ends in a word that headings end in: ``过去五年工作回顾``."""
    return _TOPIC.fullmatch(normalise(text)) is not None


def kind_of(text: str, marked: bool, number: Number | None) -> Kind | None:
    """The kind of a line by its text alone; None where the lines around it decide.

    ``marked``: the file format marks the line as a heading. ``number``: what opens it.
    """
    if len(text) > _MAX_DATELINE_LENGTH:
        return "heading" if marked else "body"
    plain = normalise(text)
    if not number and _DATELINE.fullmatch(plain) and not (marked and _DECISION.fullmatch(plain)):
        return "dateline"
    if marked:
        return "heading"
    if len(plain) <= 2 * MAX_HEADING_LENGTH and _CAPTION.match(plain):
        return "caption"
    if len(plain) > MAX_HEADING_LENGTH or _SENTENCE.search(plain):
        return "body"
    if is_whole_annex(plain):
        return "heading"
    if plain.endswith((":", "，", ",", "、")) or is_table_line(plain) or _NOTE.match(plain):
        return "body"
    if not any(char.isalnum() for char in plain):
        return "caption"  # a rule between two parts
    is_article = number is not None and number.scheme is Scheme.ARTICLE
    return "heading" if number and not (is_article and not _SPACED_ARTICLE.match(plain)) else None


_SPACED_ARTICLE = re.compile(r"第[^条]{1,7}条(?:之.)?(?:[ \[(【〔]|$)")  # 第三条高速公路 is none


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


def is_speaker(text: str) -> bool:
    """Whether a line is the name of who speaks, with the office.

    A report that was saved page by page may repeat it at the top of each page.
    """
    return _SPEAKER.fullmatch(normalise(text)) is not None
