"""Finds the report among the paragraphs of a web page.

The running text tells where it is: the stretch of the page that has most sentences and fewest
links. From there it goes up to the title and down to the first sign of the page's foot, so that
headings, short paragraphs, tables and the signature belong to it, in whatever boxes they
stand. A doubtful paragraph stays: one too many does less harm than one that is missing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from lxml.html import HtmlElement

from engine.analyze import normalise
from indexer.clean import is_furniture
from indexer.readers.web_metadata import is_bare_key, is_catalogue, same_title
from indexer.readers.web_tables import Paragraph

_SENTENCE = re.compile("[。；！？]")
_MIN_PROSE_LENGTH = 30  # characters; a shorter paragraph without a mark may be an entry of a menu
_PENALTY = 40  # characters of running text that a paragraph of the page itself outweighs
_MAX_CHROME_SHARE = 0.3  # of the running text; a box with more is none of the page itself
_MAX_LINKED = 0.5  # share of a paragraph's characters in links; with more it is a menu's
_MAX_FURNITURE_LENGTH = 80  # characters

# Of the page wherever it stands. Matched against the normalised text.
_FURNITURE = re.compile(
    r"""
    [\[\(【〔「\s|·•>]*
    (?:(?:责任?编辑?|责编|编辑|编审|审核|复审|终审|初审|审校|校对|监制|网编)[^。,]{0,12}?[:/丨|].{0,40}
      |(?:微信)?扫一扫|扫[描码]|长按|手机(?:查看|浏览|阅读|版)|用?微信[“”"扫]
      |上一[篇条页张]|下一[篇条页张]|没有了|(?:已|没)有了
      |(?:相关|推荐|热门|延伸|最新|更多|精彩|热点|猜你喜欢|图片)(?:的)?
        (?:链接|报道|新闻|阅读|稿件|文章|信息|推荐|内容|资讯|文档|解读|政策|附件)?\s*(?:[:>»\]】].*)?$
      |(?:我要)?(?:分享|转发|收藏|打印|关闭|返回|纠错|评论|点赞|投稿|订阅|举报|复制链接)
        (?:到|至|给|本页|此页|本文|页面|窗口|顶部|首页|列表|上页|上一页|链接)?(?=$|[\s:>|\]\)】/·,])
      |(?:您?(?:现在|当前|目前|所在)的?(?:的)?(?:位置|栏目|所在))
      |(?:网站)?(?:友情链接|网站地图|网站声明|隐私(?:政策|保护)|版权(?:所有|声明|保护)|免责声明|关于(?:我们|本站)
        |联系我们|网站导航|意见反馈|无障碍(?:浏览|阅读|服务|版)?)(?:$|[\s:|>·\]】])
      |copyright|©|\(c\)\s*(?:19|20)|建议(?:使用|您使用)|最佳浏览|访问量|您是第|技术支持|网站标识码
      |(?:登录|注册|网友评论|发表评论|最新评论|查看评论|全部评论)(?:$|[\s|:/\]】])
      |tags?[:\s]|关键[词字]:
    )
    |.{0,70}(?:icp[备证]|公网安备|网站标识码|增值电信|版权所有|copyright)
    """,
    re.VERBOSE,
)
# Of the page only after the report's end: a report may name them, too.
_FOOT = re.compile(
    r"(?:(?:本站|网站)?(?:主办|承办|协办|主管|运营|维护|技术支持|开发)(?:单位|部门|方)?|地址|电话|联系电话|传真|邮编"
    r"|邮政编码|邮箱|e-?mail|通信地址|办公(?:地址|时间))\s*:|(?:声明|免责|版权|特别声明)[:,]|本(?:网站?|站)"
)
_ATTACHMENT = re.compile(
    r"附\s?件|.*\.(?:docx?|xlsx?|pdf|wps|et|ofd|rar|zip|7z|pptx?)\)?$", re.IGNORECASE
)
_CHROME_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menus?|bread-?crumbs?|crumbs?|foot(?:er)?|copyright|share|bdshare"
    r"|related|recommend|comments?|side-?bar|pag(?:er|ination|ing)|toolbar|friend-?links?)(?:$|[\s_-])",
    re.IGNORECASE,
)


class Found(NamedTuple):
    """The paragraphs of the report, those above it on the page, and the other running text."""

    report: list[Paragraph]
    above: list[Paragraph]
    others: list[Paragraph]


def find_report(
    page: HtmlElement, paragraphs: Sequence[Paragraph], titles: Collection[str]
) -> Found:
    """The report in a page; ``titles`` are names that the page may have for it.

    ``report`` is empty where the page has no sentence and no table.
    """
    chrome = _chrome_elements(page, paragraphs)
    kinds = [_Kind.of(one, chrome) for one in paragraphs]
    for at, (key, value) in enumerate(pairwise(paragraphs), start=1):
        if is_bare_key(key) and not _SENTENCE.search(value.block.text):
            kinds[at] = kinds[at]._replace(running=False, info=True)
    first, last = _densest(paragraphs, kinds)
    if first > last:
        return Found([], list(paragraphs), [])
    inside = set(_common_ancestor(one.place for one in paragraphs[first : last + 1]).iter())
    begin = _begin(paragraphs, kinds, first, inside, titles)
    end = _end(kinds, last)
    others = [*range(begin), *range(end, len(paragraphs))]
    return Found(
        [paragraphs[at] for at in range(begin, end) if not _is_amid_furniture(kinds, at, first)],
        list(paragraphs[:first]),
        [paragraphs[at] for at in others if kinds[at].running and not kinds[at].chrome],
    )


def _densest(paragraphs: Sequence[Paragraph], kinds: Sequence[_Kind]) -> tuple[int, int]:
    """The first and last paragraph of the stretch with most running text and least else.

    It is the stretch of the largest sum, where a character of running text counts one and a
    paragraph of the page itself ``_PENALTY`` less (Kadane's algorithm). Empty: (1, 0).
    """
    best, bounds, total, start = 0.0, (1, 0), 0.0, 0
    for at, kind in enumerate(kinds):
        if total <= 0:
            total, start = 0.0, at
        if kind.running and not kind.chrome:
            total += len(paragraphs[at].block.text)
            if total > best:
                best, bounds = total, (start, at)
        else:
            total -= _PENALTY if kind.chrome or kind.linked or kind.foot or kind.info else 1
    return bounds


def _common_ancestor(elements: Iterable[HtmlElement]) -> HtmlElement:
    """The innermost element that is or contains each of ``elements``.

    No element is passed twice, however deep they stand.
    """
    others = iter(elements)
    first = next(others)
    path = [first, *first.iterancestors()]
    heights = {element: height for height, element in enumerate(path)}
    passed, common = set(path), 0
    for element in others:
        while element not in passed:
            passed.add(element)
            element = element.getparent()
        common = max(common, heights.get(element, 0))
    return path[common]


class _Kind(NamedTuple):
    """What a paragraph looks like by itself."""

    running: bool  # a sentence or a table's row
    chrome: bool  # the page's own, wherever it stands
    foot: bool  # the page's own, if it stands after the report
    linked: bool  # a menu's entry; no attachment
    info: bool  # who published it when, or an entry of the catalogue

    @classmethod
    def of(cls, one: Paragraph, chrome: Collection[HtmlElement]) -> _Kind:
        text = one.block.text.strip()
        plain = normalise(text[: 2 * _MAX_FURNITURE_LENGTH])
        short = len(text) <= _MAX_FURNITURE_LENGTH and not re.search("[。；]", text)
        page_words = short or re.search("icp备|公网安备|copyright|版权所有", plain) is not None
        furniture = is_furniture(text) or (
            page_words and _FURNITURE.match(plain.strip()) is not None
        )
        info = is_catalogue(one) and not _SENTENCE.search(text)
        linked = one.linked > _MAX_LINKED and not _ATTACHMENT.match(text)
        return cls(
            running=_is_running(one) and not furniture and not info,
            chrome=furniture or one.place in chrome,
            foot=_FOOT.match(plain) is not None,
            linked=linked,
            info=info,
        )


def _is_running(one: Paragraph) -> bool:
    text = one.block.text
    if one.linked > _MAX_LINKED:
        return False
    return bool(one.cells) or len(text) >= _MIN_PROSE_LENGTH or bool(_SENTENCE.search(text))


def _chrome_elements(page: HtmlElement, paragraphs: Sequence[Paragraph]) -> set[HtmlElement]:
    """All elements in boxes that are the page's own by tag or class, and hold little text."""
    weights: Counter[HtmlElement] = Counter()
    for one in paragraphs:
        if _is_running(one):
            weights[one.place] += len(one.block.text)
    elements = list(page.iter())
    for element in reversed(elements[1:]):  # those inside an element come after it
        weights[element.getparent()] += weights[element]
    chrome: set[HtmlElement] = set()
    for element in elements:
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if (
            element not in chrome
            and (element.tag in ("nav", "footer") or _CHROME_NAMES.search(names))
            and weights[element] < _MAX_CHROME_SHARE * weights[page]
        ):
            chrome.update(element.iter())
    return chrome


def _begin(
    paragraphs: Sequence[Paragraph],
    kinds: Sequence[_Kind],
    first: int,
    inside: Collection[HtmlElement],
    titles: Collection[str],
) -> int:
    """Where the report begins: at its title, else with what stands right above its text."""
    for at in range(first - 1, -1, -1):
        if same_title(paragraphs[at].block.text, titles) and not kinds[at].linked:
            return at if paragraphs[at].place in inside else at + 1
    begin = first
    while begin and not (
        kinds[begin - 1].chrome or kinds[begin - 1].linked or kinds[begin - 1].info
    ):
        begin -= 1
    return begin


def _end(kinds: Sequence[_Kind], last: int) -> int:
    """The end of the report: after the last paragraph that is none of the page's foot."""
    end = last + 1
    while end < len(kinds) and not (kinds[end].chrome or kinds[end].foot or kinds[end].linked):
        end += 1
    return end


def _is_amid_furniture(kinds: Sequence[_Kind], at: int, first: int) -> bool:
    """Whether a paragraph between the report's begin and end is the page's own."""
    if kinds[at].chrome or (kinds[at].info and at < first):
        return True
    beside = [kinds[near].linked for near in (at - 1, at + 1) if 0 <= near < len(kinds)]
    return kinds[at].linked and (at < first or any(beside))
