"""Reads the report in a web page, without the page around it.

``web_blocks`` gives the visible paragraphs, ``web_report`` those of the report among them,
``web_metadata`` what the page says of it. A page without a report is named as what it is.
"""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from engine.errors import ReadError
from indexer.draft import Draft
from indexer.limits import MAX_ATTRIBUTES, MAX_CHARACTERS
from indexer.readers.decode import decode
from indexer.readers.web_blocks import paragraphs
from indexer.readers.web_hidden import hidden_test, is_struck_out
from indexer.readers.web_metadata import metadata, same_title, shown_title, titles
from indexer.readers.web_report import Found, find_report
from indexer.readers.web_tables import Paragraph
from indexer.readers.web_tags import has_crowded_tag

_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_PICTURE = re.compile(r"data:[\w/+.-]{1,80};base64,[A-Za-z0-9+/=%]*(?:\s+[A-Za-z0-9+/=]{40,})*")
_SHELL = re.compile(
    r"javascript|浏览器(?:版本)?(?:不支持|过低|过旧)|(?:启用|开启|打开).{0,6}脚本|升级浏览器|登录后"
    r"|页面(?:不存在|未找到|已被?删除)|您(?:要)?访问的(?:页面|网页|内容)|404|403|not found"
    r"|验证码|安全验证|正在(?:跳转|加载|载入)|请稍[候后等]|访问(?:过于频繁|受限|异常)",
    re.IGNORECASE,
)
_MAX_SHELL_LENGTH = 150  # characters; a page with more text is more than a notice
_MIN_OUTSIDE = 200  # characters of running text outside the report that are worth a word
_MAX_OUTSIDE_SHARE = 0.5  # of the report's characters
_MIN_PROSE = 30  # characters in a text box that may be a report
_MIN_TITLE = 6  # characters; a shorter one that the page does not show names a column


def read(path: Path, source: str) -> Draft:
    """Read an ``.html`` file; raises ``ReadError`` where it holds no report."""
    data = path.read_bytes()
    return parse(decode(data, source, declared_encoding(data)), source)


def declared_encoding(data: bytes) -> str:
    """The encoding that a page names in its head; "" where it names none."""
    match = _DECLARED.search(data[:4096])
    return match[1].decode("ascii") if match else ""


def parse(text: str, source: str) -> Draft:
    """The report in a page's markup."""
    page = _tree(text, source)
    for heed_aria in (True, False):
        shown = paragraphs(page, hidden_test(page, heed_aria))
        names = titles(page, shown)
        found = find_report(page, shown, names)
        if found.report:
            break
    if not found.report and not _is_page(page):
        found = Found(shown, [], [])  # a bare fragment, every line of which is text
    if not found.report or _is_notice(found.report):
        raise ReadError(source, _why_no_report(page, found.report))
    title = _title(names, found)
    blocks = tuple(one.block for one in found.report)
    lines = all(one.line for one in found.report)
    return Draft(source, blocks, metadata(page, found.above, title), lines, _left_out(page, found))


def _left_out(page: HtmlElement, found: Found) -> tuple[str, ...]:
    """A problem, where so much text is hidden or outside the report that some may belong to it."""
    shown = (*found.report, *found.above, *found.others)
    texts, places = {one.block.text for one in shown}, {one.place for one in shown}
    everything = find_report(page, paragraphs(page, is_struck_out), ())
    hidden = [
        one for one in everything.report if one.block.text not in texts and one.place not in places
    ]
    others = [*found.others, *hidden]
    inside, outside = (sum(len(one.block.text) for one in part) for part in (found.report, others))
    if outside < max(_MIN_OUTSIDE, inside * _MAX_OUTSIDE_SHARE):
        return ()
    longest = max(others, key=lambda one: len(one.block.text)).block.text.strip()
    return (
        f"网页里另有约 {outside} 字是隐藏的，或在正文之外（如“{longest[:20]}…”），没有收入；"
        "其中如有正文，请复制到文本文件再放入",
    )


def _tree(text: str, source: str) -> HtmlElement:
    if "base64," in text:
        text = _PICTURE.sub("data:", text)
    if len(text) > MAX_CHARACTERS:
        raise ReadError(source, f"网页超过 {MAX_CHARACTERS // 10_000} 万字，请只留下报告部分")
    if has_crowded_tag(text, MAX_ATTRIBUTES):
        raise ReadError(
            source, f"网页有一个标签的属性超过 {MAX_ATTRIBUTES} 个；请把报告部分另存为文本"
        )
    # The text is decoded already, so an encoding that it declares no longer applies.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        page = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(source, "不是网页，或网页已损坏；请重新下载") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise ReadError(source, "网页嵌套过深，不能读全；请把报告部分另存为文本")
    return page


def _title(names: list[str], found: Found) -> str:
    """The likeliest name of the report, as the page shows it above the text where it does."""
    near = [*found.above, *found.report[:3]]
    shown = next(
        (one.block.text.strip() for one in near if same_title(one.block.text, names[:1])), ""
    )
    if shown or not names:
        return shown or shown_title(found.above)
    return names[0] if len(names[0]) >= _MIN_TITLE else shown_title(found.above) or names[0]


def _is_page(page: HtmlElement) -> bool:
    """Whether there is a page around the text: links, frames, forms or scripts."""
    return next(page.iter("a", "script", "frame", "iframe", "form", "textarea"), None) is not None


def _is_notice(report: list[Paragraph]) -> bool:
    """Whether all text is a notice, such as one that asks to turn on JavaScript."""
    text = "".join(one.block.text for one in report)
    return len(text) <= _MAX_SHELL_LENGTH and _SHELL.search(text) is not None


_FRAMES = "是框架网页（frameset），正文在另外的网页里；请在浏览器里单独打开正文那一框，另存后再放入"
_IN_TEXT_BOX = (
    "正文在文本框（textarea）里，由脚本显示；请在浏览器里打开，把显示的正文复制到文本文件"
)
_LOGIN = "是登录页面，没有正文；请登录后打开正文，另存后再放入"
_IS_HIDDEN = "正文是隐藏的，由脚本显示；请在浏览器里打开，等正文显示后复制到文本文件"
_NOTICE = "网页里没有正文，只有一句提示（“{}”）；请重新打开正文页，另存后再放入"
_IN_FRAME = "网页里没有正文，正文可能在嵌入的页面（iframe）里；请单独打开那一页，另存后再放入"
_BY_SCRIPT = (
    "网页里没有正文，只有菜单和链接，或者正文靠脚本显示；"
    "请在浏览器里打开正文，另存为单个文件（.mht）或 PDF 再放入"
)
_ONLY_MENUS = "网页里没有正文，只有菜单和链接；请打开正文页，另存后再放入"


def _why_no_report(page: HtmlElement, report: list[Paragraph]) -> str:
    """The reason, with its remedy, why a page has no report; ``report`` is a notice at most."""
    tags = {element.tag for element in page.iter()}
    areas = "".join(area.text or "" for area in page.iter("textarea"))
    if "frameset" in tags:
        return _FRAMES
    if len(areas) >= _MIN_PROSE:
        return _IN_TEXT_BOX
    if page.find(".//input[@type='password']") is not None:
        return _LOGIN
    if report:
        return _NOTICE.format(report[0].block.text.strip()[:30])
    if find_report(page, paragraphs(page, is_struck_out), ()).report:
        return _IS_HIDDEN
    if "iframe" in tags:
        return _IN_FRAME
    return _BY_SCRIPT if "script" in tags else _ONLY_MENUS
