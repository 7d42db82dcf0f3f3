"""Finds the title of a document among the lines above its running text.

A web page surrounds the title with navigation, catalogue fields (索引号, 发布机构), a document
number and buttons; a letterhead breaks it into several lines. A reader takes for the title the
line that the format marks, or that ends as titles do (…的通知, …报告), joined with the lines that
it needs to be whole. The site's name after it and its second copy are left out.

A report of a government keeps the title that its file gives, letter by letter: ids are made
from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from engine.analyze import normalise
from indexer.kinds import is_bold
from indexer.numbering import number_of
from indexer.piece import Piece

MAX_LINES = 60  # above the running text that are searched
MAX_TITLE_LENGTH = 100  # characters of a line of a title
MIN_HAN = 4  # characters of a title that tells anything
MAX_TITLE_LINES = 8  # of one title; a joint notice has a line for each body

_GOVERNMENT = re.compile(r"政府.{0,8}工作(?:的)?报告")
_NOUN = re.compile(
    r"(?:报告|总结|计划|要点|汇报|安排|方案|回顾|综述|公报|公告|通告|公示|通报|通知|意见|决定|决议|命令|批复|复函"
    r"|条例|办法|规定|规则|细则|章程|准则|解释|规划|纲要|讲话|致辞|致词|发言|演讲|说明|年报|解读|措施|目录|指南"
    r"|提示|倡议书|公开信|简报|建议|答复|函|法|令)"
    r"(?:稿|全文)?(?:\s*[(\[<《][^()《》]{1,24}[)\]>》])*(?:\[\d{1,2}\])?$"
)
_CATALOGUE = (
    r"索引号|备注/文号|文号|发文字号|文件编号|统一登记号|发布机构|发布机关|发文机关|发文单位|制发机关|公开机构"
    r"|责任部门|(?:公文|信息)?生成日期|成文日期|发文日期|发文时间|印发日期|发布日期|发布时间|公开日期|公开时间"
    r"|实施日期|生效日期|废止日期|更新时间|检索时间|时间|日期|主题词|主题分类|分类|信息分类|组配分类|公开方式|公开范围"
    r"|公开形式|公开属性|有效性|效力状态|时效性|状态|关键词|检索关键词|原文链接|链接|来源|信息来源|文章来源|稿源"
    r"|作者|编辑|责任编辑|责编|审核|供稿|记者|发布|发布人|浏览次数|浏览量|访问次数|访问量|阅读次数|阅读量|阅读|点击数"
    r"|点击率|点击|字体|字体大小|字号|大小|视力保护色|打印|分享到|分享|体裁|内容概述|摘要|语言|名称|标题|题目|文件名称"
    r"|信息名称|文件标题|公文名称|服务对象|主题|title|date|source|author|url source|published time"
)
_FIELD = re.compile(rf"\W*({_CATALOGUE})\s*[:：]\s*(.*)", re.DOTALL)
_TITLE_FIELDS = ("title", "名称", "标题", "题目", "文件名称", "信息名称", "文件标题", "公文名称")
_FURNITURE = re.compile(
    r"""
    \W*(?:导航|(?:您|你)?(?:当前|现在|所在|的)?(?:所在)?(?:的)?位置.*|首页.*|网站首页.*|返回.*|目\s*录|正文|全文|内容
      |字(?:体|号).*|打印.*|关闭.*|收藏.*|分享.*|分享到.*|大\s*中\s*小|\[?大\]?\s*\[?中\]?\s*\[?小\]?|扫一扫.*
      |无障碍.*|长者.*|登录.*|注册.*|搜索.*|繁体.*|简体.*|主要内容|要闻|附件下载.*|相关链接.*|相关通知)\W*
    |.*>.*>.*|>.*|.*>                          # a path of links
    |[-|:\s]+                                   # the rule of a table
    |[^\[〔(【的]{0,24}[\[〔(【]\d{4}[\]〕)】].{0,8}号  # a document number
    |[^的]{0,16}(?:公告|通告|令|公报)?\s*(?:\d{4}年)?\s*第\s*\d+\s*(?:号.{0,6}|期.{0,24})
    |.{2,8}(?:日报|晚报|时报|新闻网)\s*\d{4}-.*
    |.{2,30}文件(?:之?[一二三四五六七八九十\d（）()]{1,4})?  # a letterhead
    |\W*\d{4}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}.{0,24}
    |https?:.*|\(?此件.{0,12}\)?|\[!.*|!\[.*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SPEAKER = re.compile(
    r".{0,30}(?:[局主院厅市省县区州校部署会]|书记)[长任]?\s+\S{1,4}(?:\s\S{1,3})?|\S{1,4}(?:\s+\S{1,4}){0,3}"
    r"|.{0,20}(?:主席|省长|市长|州长|县长|区长|局长|主任|院长|检察长|书记)\s*\S{2,4}"
)
_DATELINE = re.compile(r"\W*\d{4}\s*年.{0,3}月.*|.*[—─-]\s*\d{4}\s*年.{0,3}月.*")
_SALUTATION = re.compile(r".*[:：]|(?:主任|主席|各位).{2,16}[,，!！]?")
_SENTENCE = re.compile(r"。.|。$|;")
_SUBTITLE = re.compile(r"\s*[—━─-]{2}.*")  # ——在某某大会上的报告, below a title
MIN_SLOGAN = 5  # characters of a line of a title that is a slogan
_BODY_NAME = re.compile(
    r".{0,30}(?:政府|委员会|办公厅|办公室|局|厅|部|委|署|院|总署|总局|中心|指挥部|领导小组|法院|检察院)"
)
_GOES_ON = re.compile(r".*(?:[、,和与及暨的在为]|关于|印发|转发|执行|\d{4})")
_CONTINUES = re.compile(r"[和与及暨的、关印](?!平)|以及|并")
_MARKS = re.compile(r"(?:\s*\[\d{1,2}\]|[\s|]+)+$")
_NUMBER_BEHIND = re.compile(
    r"(.{4,}?(?:通知|意见|公告|通告|公报|通报|批复|决定|函))[^的《》\s]{0,16}\s*"
    r"(?:[〔\[(（]\d{4}[〕\])）]|\d{4}年)\s*第?\s*\d+\s*号\)?"
)
_SITE = re.compile(
    r"(?:\s*[_|]+\s*|\s+[-–—]{1,2}\s+|[-–—]{2}|[-–—](?=[^-_|]{2,24}网站?$))[^_|]{0,30}?(?:网|网站|门户|频道|平台|政府|公开|客户端|专栏|动态|信息|局|委)[^_|\s]{0,6}$"
)
_UNTELLING = re.compile(
    r"\W*(?:(?:19|20)\d\d年?|首页|无标题|未命名|文档\d*|新建.*|untitled.*|document\d*|index"
    r"|microsoft word.*|.{0,20}(?:门户网站|人民政府网|政府网站))\W*",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u4e00-\u9fff]")


class _Candidate(NamedTuple):
    """A line that may be the title or part of it.

    ``marked``: the format makes it a heading. ``above``: it stands above a subtitle.
    """

    text: str
    at: int
    marked: bool
    above: bool = False


def find_title(pieces: Sequence[Piece], given: str = "") -> str:
    """The title of a document; "" where it has none.

    ``given`` is the title that the file gives apart from its text, or "". It counts if it tells
    anything (``1985年`` and ``首页`` do not).
    """
    first = given or _first_heading(pieces)
    if _GOVERNMENT.search(normalise(first)):
        return first
    if given and _tells(given):
        return _trimmed(given)
    candidates = list(_candidates(pieces))
    named = next((c.text for c in candidates if c.at < 0), "")
    return named or _best(candidates) or given


def _first_heading(pieces: Sequence[Piece]) -> str:
    """The first heading, if it stands above the running text and has no number; else ""."""
    for piece in pieces:
        if piece.kind == "heading" and not number_of(piece.text):
            return piece.text
        if piece.kind in ("heading", "body"):
            break
    return ""


def _tells(title: str) -> bool:
    plain = normalise(title)
    return len(_HAN.findall(plain)) >= MIN_HAN and not _UNTELLING.fullmatch(plain)


def _candidates(pieces: Sequence[Piece]) -> Iterator[_Candidate]:
    """The lines above the running text that may belong to the title.

    ``at`` is the place of the line; it is -1 where a catalogue field gives the title.
    """
    for at, piece in enumerate(pieces[:MAX_LINES]):
        marked = piece.level == 1 or is_bold(piece.raw)
        label = ""  # of a catalogue entry whose value stands in the next cell
        for cell in re.split(r"[|｜]", piece.text):
            text = cell.strip(" \u3000•·●■◆☆★>*")
            plain = normalise(text)
            field = _FIELD.fullmatch(plain)
            name = field[1] if field else label
            value = text[field.start(2) :] if field else text
            if name in _TITLE_FIELDS and _tells(value):
                yield _Candidate(_trimmed(value), -1, False)
            elif not name and _may_be_title(text, plain):
                above = at + 1 < len(pieces) and _SUBTITLE.fullmatch(pieces[at + 1].text)
                yield _Candidate(text, at, marked, bool(above))
            label = name if field and not value else ""
        if _is_running_text(piece.text):
            return


def _may_be_title(text: str, plain: str) -> bool:
    is_named = _BODY_NAME.fullmatch(plain) or _NOUN.search("".join(plain.split()))
    return (
        2 <= len(text) <= MAX_TITLE_LENGTH
        and not number_of(text)
        and not _SENTENCE.search(plain)
        and not any(pattern.fullmatch(plain) for pattern in (_FURNITURE, _SALUTATION))
        and (is_named is not None or not _SPEAKER.fullmatch(plain))
        and not _DATELINE.fullmatch(plain)
    )


def _is_running_text(text: str) -> bool:
    """Whether a line ends the search: a paragraph, or the words that address the audience."""
    if len(text) > 2 * MAX_TITLE_LENGTH and "|" not in text and "｜" not in text:
        return True
    plain = normalise(text)
    if "|" in plain or _FIELD.match(plain) or _FURNITURE.fullmatch(plain):
        return False
    is_address = len(plain) > 3 and plain.endswith(":") and not _NOUN.search(plain[:-1])
    return is_address or len(plain) > MAX_TITLE_LENGTH or "。" in plain


def _best(candidates: Sequence[_Candidate]) -> str:
    """The title that starts at the best candidate; "" where none is good enough."""
    order = (
        *(i for i, c in enumerate(candidates) if c.marked),
        *(i for i, c in enumerate(candidates) if c.above),
        *(i for i, c in enumerate(candidates) if _NOUN.search(normalise(_trimmed(c.text)))),
        *range(len(candidates)),
    )
    for start in order:
        title = _whole(candidates, start)
        if _tells(title):
            return title
    return ""


def _whole(candidates: Sequence[_Candidate], start: int) -> str:
    """The title with the lines before and after that belong to it."""
    first = last = start
    while first > 0 and _leads_to(candidates[first - 1], candidates[first]):
        first -= 1
    while (
        last + 1 < len(candidates)
        and last - first < MAX_TITLE_LINES
        and _leads_to(candidates[last], candidates[last + 1])
    ):
        last += 1
    return _trimmed(_joined([c.text for c in candidates[first : last + 1]]))


def _leads_to(line: _Candidate, following: _Candidate) -> bool:
    """Whether a line is not whole without the one that follows."""
    plain, after = normalise(_trimmed(line.text)), normalise(_trimmed(following.text))
    if following.at - line.at > 1 or line.marked != following.marked:
        return False
    is_slogan = following.above and not _NOUN.search(after) and len(after) >= MIN_SLOGAN
    if is_slogan and len(plain) >= MIN_SLOGAN and not _BODY_NAME.fullmatch(plain):
        return True
    if plain.count("《") > plain.count("》") or plain.count("(") > plain.count(")"):
        return True
    if _NOUN.search(plain) or plain == after:
        return False
    if _BODY_NAME.fullmatch(plain):
        return _BODY_NAME.fullmatch(after) is not None or "关于" in after or "印发" in after
    return _NOUN.search("".join(after.split())) is not None and (
        _GOES_ON.fullmatch(plain) is not None
        or _CONTINUES.match(after) is not None
        or "关于" in plain
    )


def _joined(lines: Sequence[str]) -> str:
    """The lines as one; the names of two bodies keep a blank between them."""
    joined = lines[0]
    for before, line in pairwise(lines):
        both_bodies = _BODY_NAME.fullmatch(before) and _BODY_NAME.match(line)
        joined += f" {line}" if both_bodies else line
    return joined


def _trimmed(title: str) -> str:
    """The title without its site, its second copy, the marks of notes and a document number."""
    title = _MARKS.sub("", title.strip())
    while match := _SITE.search(title):
        if not _tells(title[: match.start()]):
            break
        title = title[: match.start()]
    half = len(title) // 2
    for middle in range(half - 2, half + 3):
        left, right = title[:middle].strip(), title[middle:].strip(" _|-—")
        if _tells(left) and "".join(left.split()) == "".join(right.split()):
            title = left
            break
    numbered = _NUMBER_BEHIND.fullmatch(title)
    return numbered[1] if numbered else title
